"""What each setting is for, by group: the words of docs/settings.md.

Which values are accepted, an example and the default come from the settings themselves.
"""

from typing import Final

DESCRIPTIONS: Final = {
    "The instance and its streams": {
        "connectInstanceArn": "The Connect instance. Its agent events are published on the stream, "
        "and its contact events too. An instance publishes its agent events to one stream only.",
        "agentEventStreamArn": "Read this Kinesis stream. Without it a stream is created.",
        "associations": "Which associations of the instance with streams this app makes. Leave out "
        "those that exist already: making one a second time fails.",
        "contactEvents": "Rules of EventBridge put the instance's contact events on the stream. "
        "They do nothing without `connectInstanceArn`.",
        "contactRecords": "Amazon's contact records as well: on the same stream (`shared`) or on "
        "one of their own (`separate`). They make links certain.",
        "contactRecordStreamArn": "Read contact records from this Kinesis stream; together with "
        "`contactRecords=separate`.",
        "retentionDays": "How long a stream that is created keeps its records. Kinesis charges for "
        "each day beyond the first.",
    },
    "What is kept, and for how long": {
        "keptContactRecordFields": "What is kept of the customer. Without it no attribute, tag or "
        "number is stored.",
        "recordTtlDays": "Days after a contact's last fact until its record expires. Fewer days "
        "save most of the bill: [scale.md](scale.md#what-saves-and-who-has-to-watch-what).",
        "pointInTimeRecovery": "A backup of the tables to any second of 35 days. Without it only "
        "the archive brings back what was deleted by mistake.",
        "archive": "Keep the raw records of the streams in S3, so that they can be replayed.",
        "closeStaleContacts": "Look every hour for contacts that have been open for too long. Only "
        "with the read side, which has the list of open contacts.",
        "longestOpenHours": "By channel, for how many hours a contact may be open without news. "
        "The defaults: [operations.md](operations.md#contacts-that-stay-open).",
        "removalPolicy": "`retain` keeps tables, streams and buckets when their stack is removed; "
        "`destroy` removes them too (empty the buckets first).",
    },
    "Keys": {
        "kmsKeyArn": "The key of the streams: the customer managed key that the instance uses "
        "already. With any other key Connect publishes nothing and reports no error. Without this "
        "setting the stream is not encrypted.",
        "dataKmsKeyArn": "A customer managed key for tables, buckets, logs and queues. Its policy "
        "must be prepared first: [security.md](security.md#keys).",
    },
    "Ask and see": {
        "readSide": "`api` deploys the query API, `on` the board as well. A table that exists gets "
        "its indexes first, by `indexes-1` to `indexes-4`: "
        "[read-side.md](read-side.md#indexes-for-a-table-that-exists).",
        "boardDomain": "The board's own host name; together with `boardCertificateArn`. Without it "
        "CloudFront makes up a name.",
        "boardCertificateArn": "The certificate of that name, in `us-east-1` for every region.",
        "oidcIssuerUrl": "Sign people in at this OpenID Connect issuer. Without it a Cognito user "
        "pool is created.",
        "oidcAudience": "`aud` (or `client_id`) of the issuer's access tokens.",
        "oidcClientId": "How the issuer knows the pages: a public client, code with PKCE.",
        "allowedOrigins": "Origins of pages served elsewhere that may ask the API.",
        "recordEvents": "Publish finished records and links on the EventBridge bus "
        "`contact-chains`: [consumers.md](consumers.md).",
        "analytics": "Write finished records as history that Athena can be asked about; together "
        "with `recordEvents=on`: [history.md](history.md).",
        "historyTtlDays": "How long a record stays in history; with `analytics=on`.",
    },
    "Alarms and logs": {
        "alarmTopicArn": "The SNS topic that is told when an alarm begins and ends. Without it "
        "alarms tell nobody, and the synthesis warns.",
        "businessHoursUtc": "When agents work, in UTC. Without it silence is no alarm.",
        "silentMinutes": "How long no agent event may come within business hours.",
        "canary": "A made-up call is sent through the pipeline every hour and erased; an alarm "
        "tells when none came through for two hours. It needs no business hours.",
        "logRetentionDays": "How long all log groups keep their lines.",
        "tracing": "X-Ray records the functions' invocations.",
    },
    "Capacity": {
        "provisionedAgents": "Capacity of tables, and shards of created streams, for so many "
        "agents at work at once. Without it both are on demand. Tables then follow what is used; "
        "shards do not, so watch the alarms `*-WriteThrottles` and `*-Full`. DynamoDB allows the "
        "change once a day.",
        "batchingWindowSeconds": "`1` gathers events for a second: half a second later, and fewer "
        "invocations.",
    },
    "The account": {
        "stage": "A word in every name that an account has once, so that several deployments stand "
        "side by side. Without it no name changes.",
        "permissionsBoundaryArn": "The managed policy that bounds every role that is made.",
        "tags": "Tags of all stacks and resources.",
        "architecture": "The processor of the functions.",
    },
}
