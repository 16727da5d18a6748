"""Settings that together make everything the app can make, each kind of resource in every form."""

from typing import Final

INSTANCE: Final = (
    "arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
)
STREAM: Final = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"
RECORDS: Final = "arn:aws:kinesis:eu-central-1:111122223333:stream/contact-records"
STREAM_KEY: Final = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
DATA_KEY: Final = "arn:aws:kms:eu-central-1:111122223333:key/dddddddd-2222-3333-4444-555555555555"
TOPIC: Final = "arn:aws:sns:eu-central-1:111122223333:alarms"
OIDC: Final = {
    "oidcIssuerUrl": "https://login.example.com/realms/contact-centre",
    "oidcAudience": "contact-chains",
}
ELSEWHERE: Final = "https://wall.example.com"

OWN_NAME: Final = {
    "readSide": "on",
    "boardDomain": "board.example.com",
    "boardCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/"
    "cccccccc-2222-3333-4444-555555555555",
}

VARIANTS: Final[dict[str, dict[str, str]]] = {
    "nothing-said": {},
    "everything": {
        "connectInstanceArn": INSTANCE,
        "contactRecords": "separate",
        "kmsKeyArn": STREAM_KEY,
        "dataKmsKeyArn": DATA_KEY,
        "readSide": "on",
        "allowedOrigins": ELSEWHERE,
        "recordEvents": "on",
        "analytics": "on",
        "alarmTopicArn": TOPIC,
        "businessHoursUtc": "Mon-Fri 07-17",
        "canary": "on",
        "tracing": "on",
    },
    "no-keys": {
        "connectInstanceArn": INSTANCE,
        "contactRecords": "separate",
        "readSide": "on",
        "recordEvents": "on",
        "analytics": "on",
        "historyTtlDays": "90",
        "removalPolicy": "destroy",
    },
    "existing-streams": {
        "connectInstanceArn": INSTANCE,
        "agentEventStreamArn": STREAM,
        "contactRecords": "separate",
        "contactRecordStreamArn": RECORDS,
        "kmsKeyArn": STREAM_KEY,
        "oidcClientId": "board",
        **OWN_NAME,
        **OIDC,
    },
    "one-stream-and-no-archive": {
        "connectInstanceArn": INSTANCE,
        "contactEvents": "off",
        "contactRecords": "shared",
        "archive": "off",
        "readSide": "api",
        "architecture": "x86_64",
        **OIDC,
    },
    "bill-kept-low": {
        "connectInstanceArn": INSTANCE,
        "contactRecords": "separate",
        "readSide": "on",
        "kmsKeyArn": STREAM_KEY,
        "pointInTimeRecovery": "off",
        "provisionedAgents": "10000",
        "batchingWindowSeconds": "1",
    },
    "data-key-alone": {
        "dataKmsKeyArn": DATA_KEY,
        "readSide": "api",
        "allowedOrigins": ELSEWHERE,
    },
}
"""By name; the values are what `-c key=value` would say."""
