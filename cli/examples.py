"""The examples at the end of each command's help."""

from typing import Final

EXAMPLES: Final = {
    "demo": """\
Examples:
  contact-chains demo
  contact-chains demo agent-events.json
  contact-chains demo exports/ more.json.gz --output records.ndjson
  aws kinesis get-records --shard-iterator ITERATOR | contact-chains demo -
  contact-chains demo agent-events.json --keep
  contact-chains demo --generated-day --agents 20 --hours 1""",
    "board": """\
Examples:
  contact-chains board
  contact-chains board --agents 20 --speed 10 --port 8000""",
    "capture": """\
Examples:
  contact-chains capture --stream connect-agent-events --minutes 10
  contact-chains capture --stream connect-agent-events --from 24h --minutes 1 --output day.ndjson
  contact-chains demo captured-events.ndjson

Your credentials need kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords on the
stream, and kms:Decrypt if it is encrypted with a customer managed key. The command reads each shard
once per second, which leaves room for four other consumers.""",
    "day": """\
Examples:
  contact-chains day --agents 50 --events events.ndjson --truth truth.ndjson""",
    "score": """\
Examples:
  contact-chains score --records contact-records.ndjson --truth truth.ndjson""",
    "show": """\
Examples:
  contact-chains show 0ee9ed70-e143-577a-a6d0-84c357d59b43
  contact-chains show 0ee9ed70 --json
  contact-chains show 0ee9ed70 --fields Agent.Username,Queue.Name""",
    "chain": """\
Examples:
  contact-chains chain a09a8b61-e476-5250-b5bc-fc89c04140c9
  contact-chains chain a09a8b61 --tz Europe/Berlin""",
    "agent": """\
Examples:
  contact-chains agent ada --from yesterday --to today
  contact-chains agent ada --outcome MISSED --from 2026-03-09
  contact-chains agent 5a328fab-2e8b-5ed9-b586-7bb211b3aa9d --csv""",
    "queue": """\
Examples:
  contact-chains queue Sales --from 2h
  contact-chains queue agent/ada --from 2026-03-09""",
    "failed": """\
Examples:
  contact-chains failed --from today
  contact-chains failed --outcome MISSED --outcome REJECTED --from 2026-03-09 --to 2026-03-10""",
    "list": """\
Examples:
  contact-chains list --from 2026-03-09T10:00 --to 2026-03-09T11:00
  contact-chains list --from yesterday --to today --queue Sales --transferred
  contact-chains list --from 2h --channel CHAT --status ABANDONED --csv""",
    "live": """\
Examples:
  contact-chains live
  contact-chains live agents --queue Sales --search ada
  contact-chains live contacts --json""",
    "agents": """\
Examples:
  contact-chains agents
  contact-chains agents --csv --fields Username,AgentId""",
    "queues": """\
Examples:
  contact-chains queues""",
    "doctor": """\
Examples:
  contact-chains doctor
  contact-chains doctor --instance-id 12345678-1234-1234-1234-123456789012
  contact-chains doctor --stage test --json
  contact-chains doctor --canary --yes

Before the first deployment it says what the Amazon Connect instance publishes already, which key
Connect may use, and which settings to deploy with. Afterwards it checks everything that an event
passes through. Only --canary changes anything. Exit code 1 if a check failed or got no answer from
AWS; warnings do not count.""",
    "export": """\
Examples:
  contact-chains export --records contact-records.ndjson --agent-events events.ndjson
  contact-chains export march --format parquet --from 2026-03-01 --to 2026-04-01
  contact-chains export history.sqlite --format sqlite
  contact-chains export old --no-table --amazon-records exports/ --format parquet

All tables and columns, and twelve questions with their answers: docs/history.md.""",
    "backfill": """\
Examples:
  contact-chains backfill
  contact-chains backfill --yes --rate 1000 --state-file backfill.json
  contact-chains backfill --yes --amazon-records exports/

For a deployment with analytics=on: docs/history.md. The command reads the whole table. It writes to
history only; to reach the other consumers of the event bus, use publish.""",
    "sql": """\
Examples:
  contact-chains sql "SELECT outcome, count(*) FROM attempts GROUP BY 1"
  contact-chains sql "SELECT * FROM contacts_by_interval ORDER BY 1, 3" --csv
  contact-chains sql - --history march < question.sql

Athena's functions work here, too, so a query that is right here is right on AWS.""",
    "replay": """\
Examples:
  contact-chains replay --from 2026-03-09 --to 2026-03-10
  contact-chains replay --from 2026-03-09T08:00 --to 2026-03-09T09:30 --agent 5a328fab --yes
  contact-chains replay --from 2026-03-01 --to 2026-04-01 --kind contact-record --yes
  contact-chains replay --from 2026-03-09 --to 2026-03-10 --yes --resume-from KEY

Puts everything that Connect wrote in the period (--from inclusive, --to exclusive) on the agent
event stream again, whichever stream it came on. The period selects agent events by EventTimestamp,
contact records by LastUpdateTimestamp, and contact events by the time in EventBridge's envelope or,
without one, by the newest time in the event. Replaying what is stored already is safe: folding is
idempotent. Records that cannot be decoded are left out. The command also links each chain it meets
again, because a record that comes back may have later legs that did not change.""",
    "recompute": """\
Examples:
  contact-chains recompute
  contact-chains recompute --yes --rate 500 --state-file recompute.json

Use it after an upgrade that changes how records or links are computed. Deploy the new version
first: the functions of the old one would overwrite what this command corrects. Records keep their
time to live unless --record-ttl-days gives another. With --state-file, a stopped command continues
where it stopped.""",
    "restore": """\
Examples:
  contact-chains restore --source-table restored
  contact-chains restore --source-table restored --yes --state-file restore.json

Use it when records are lost that no archive holds any more. Restore the table from a backup into
another table (aws dynamodb restore-table-to-point-in-time), then merge that one into the table in
use: nothing newer is lost. What you erased after the backup comes back: erase it again.""",
    "publish": """\
Examples:
  contact-chains publish --from 2026-03-09 --to 2026-03-10
  contact-chains publish --yes --rate 300

Use it for consumers that were added after the records were written, or that missed events. Records
are published as "Contact Record Corrected", never as completed, and links as "Contact Linked". Each
has the IdempotencyKey that it had before, by which consumers deduplicate. Every rule on the bus
receives them. The command reads the whole table, whatever the period. It can be run again.""",
    "agreement": """\
Examples:
  contact-chains agreement --from 2026-03-01 --to 2026-03-08
  contact-chains agreement --from 2026-03-09T08:00 --to 2026-03-09T12:00 --examples 1
  contact-chains agreement --from 2026-03-01 --to 2026-04-01 --rate 2000 --json

A contact belongs to the period in which it was disconnected (--from inclusive, --to exclusive). The
command compares contacts that both sources know, and counts the others. It reads the whole table
and writes nothing. If you stop it, it reports on what it has read so far. What is compared, and why
the sources may differ although both are right: docs/reconciliation.md.""",
}
"""By the name of the command."""
