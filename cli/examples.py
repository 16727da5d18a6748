"""Examples of every command, which its help ends with."""

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

The user needs kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords of the stream,
and kms:Decrypt if it is encrypted with a key of your own. Each shard is asked once a second, which
leaves room for four others who read it.""",
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

Before anything is deployed: what the Amazon Connect instance publishes already, which key it may
use, and the settings to deploy with. Afterwards: whether everything that an event passes works.
Nothing is changed without --canary. Exit code 1 if a check failed or could not be asked; warnings
do not count.""",
    "export": """\
Examples:
  contact-chains export --records contact-records.ndjson --agent-events events.ndjson
  contact-chains export march --format parquet --from 2026-03-01 --to 2026-04-01
  contact-chains export history.sqlite --format sqlite
  contact-chains export old --no-table --amazon-records exports/ --format parquet

Which tables and columns there are, and twelve questions with their answers: docs/history.md.""",
    "backfill": """\
Examples:
  contact-chains backfill
  contact-chains backfill --yes --rate 1000 --state-file backfill.json
  contact-chains backfill --yes --amazon-records exports/

For a deployment with analytics=on: docs/history.md. The whole table is read. Records go to history
alone, not to the other consumers of the event bus, as they do with publish.""",
    "sql": """\
Examples:
  contact-chains sql "SELECT outcome, count(*) FROM attempts GROUP BY 1"
  contact-chains sql "SELECT * FROM contacts_by_interval ORDER BY 1, 3" --csv
  contact-chains sql - --history march < question.sql

Athena's functions are there as well, so that a question that is right here is right on AWS.""",
    "replay": """\
Examples:
  contact-chains replay --from 2026-03-09 --to 2026-03-10
  contact-chains replay --from 2026-03-09T08:00 --to 2026-03-09T09:30 --agent 5a328fab --yes
  contact-chains replay --from 2026-03-01 --to 2026-04-01 --kind contact-record --yes
  contact-chains replay --from 2026-03-09 --to 2026-03-10 --yes --resume-from KEY

What Connect wrote in the period (from --from, up to but without --to) is put on the stream of agent
events again, whichever stream it came on: agent events by EventTimestamp, contact records by
LastUpdateTimestamp, contact events by the time in EventBridge's envelope; without that, by the
newest time in them. Replaying over what is there is safe: folding is idempotent. What cannot be
decoded is left out. The links of every chain met are looked after as well: a record that comes back
may have later legs that did not change.""",
    "recompute": """\
Examples:
  contact-chains recompute
  contact-chains recompute --yes --rate 500 --state-file recompute.json

For the day on which folding or linking has learned something. Deploy the new version first, else
the functions write again what this command has just corrected. Records keep the time to live that
they have. Stopped while it had a --state-file, the same command goes on where it was.""",
    "restore": """\
Examples:
  contact-chains restore --source-table restored
  contact-chains restore --source-table restored --yes --state-file restore.json

For the day on which records are lost that no archive has any more. Restore the table from a backup
into another one (aws dynamodb restore-table-to-point-in-time), then fold that one into the table in
use: nothing newer is lost. What was erased after the backup comes back with it: erase it again.""",
    "publish": """\
Examples:
  contact-chains publish --from 2026-03-09 --to 2026-03-10
  contact-chains publish --yes --rate 300

For consumers that came later than the records, or when events were given up. Records come as
"Contact Record Corrected", never as completed, and links as "Contact Linked", all with the keys
that they had: who has had them may know it. Every rule on the bus gets them. The whole table is
read, whatever the period. Stopped half way, it may be run again.""",
    "agreement": """\
Examples:
  contact-chains agreement --from 2026-03-01 --to 2026-03-08
  contact-chains agreement --from 2026-03-09T08:00 --to 2026-03-09T12:00 --examples 1
  contact-chains agreement --from 2026-03-01 --to 2026-04-01 --rate 2000 --json

A contact belongs to the period in which it was disconnected (from --from, up to but without --to).
Compared are contacts that both sources know; the others are counted. The whole table is read,
nothing is written. Stopped, the command reports on what it has read so far. What is compared, and
why the sources may honestly differ: docs/reconciliation.md.""",
}
"""By the name of the command."""
