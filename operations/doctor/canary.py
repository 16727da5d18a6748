"""The canary: a made-up call on the whole way, each station timed; then everything is erased.

The call is that of the function ``canary``. Besides, the API is asked for it, and a record that is
no JSON goes the way of the unusable: into the quarantine, and to the alarm on it.
"""

import gzip
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from adapters.kinesis_stream import KinesisStream
from adapters.made_up_items import MadeUpItems
from canary.made_up_call import MadeUpCall
from canary.round_trip import RoundTrip
from contact_queries.routes import READ_RECORDS
from operations.archive.archive import PREFIXES, folder_of, is_compressed, lines_in
from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation
from operations.doctor.streams import described_stream
from operations.erasure.versioned_objects import VersionedObjects
from operations.messages import counted, say
from operations.streams.event_stream import RecordToPut, put_records

PARTITION_KEY: Final = "contact-chains-canary"
"""Of the record that is no JSON."""

ALARM: Final = "Quarantined"

RIGHTS: Final = (
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
    "cloudwatch:DescribeAlarms",
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "kinesis:DescribeStreamSummary",
    "kinesis:PutRecords",
    "lambda:InvokeFunction",
    "s3:DeleteObjectVersion",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutObject",
)

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_API_HANDLER: Final = "contact_queries.handler.lambda_handler"
_NEVER: Final = "did not come"


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long each thing is waited for, in seconds."""

    stations: float = 120
    alarm: float = 600
    """Its period is five minutes, and CloudWatch looks once a minute."""
    archive: float = 1260
    """Firehose writes after a quarter of an hour at the latest."""


class CanaryRun:
    """One run. ``findings`` may be stopped anywhere: what can be erased by then is erased."""

    def __init__(
        self,
        installation: Installation,
        *,
        patience: Patience,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.call = MadeUpCall(ended=datetime.now(UTC))
        self._installation = installation
        self._deployed = installation.deployed
        self._patience = patience
        self._pause = pause
        self._quarantined_key: str | None = None

    def findings(self) -> Iterator[Finding]:
        """Station by station, in the order of the way."""
        try:
            yield from self._through_the_pipeline()
            yield from self._through_the_quarantine()
        finally:
            self._trip.erase()
            self._erase_quarantined()
        yield ok("Records, agents and the quarantined object of the canary are erased.")
        yield from self._erase_archived()

    @cached_property
    def _trip(self) -> RoundTrip:
        stream = described_stream(self._deployed.kinesis, self._deployed.stream)
        return RoundTrip(
            self.call,
            KinesisStream(self._deployed.kinesis, stream.arn if stream else ""),
            MadeUpItems(
                self._deployed.dynamodb,
                self._deployed.contact_records_table,
                self._deployed.agent_states_table,
            ),
            patience_seconds=self._patience.stations,
            pause=self._pause,
        )

    def _through_the_pipeline(self) -> Iterator[Finding]:
        if not self._trip.put():
            yield failed("The stream refused events of the canary.", Heading.CANARY)
            return
        seconds = self._trip.until_record()
        yield self._timed("The record of a call that was taken", seconds)
        if seconds is None:
            return
        yield self._timed("The link to the call's transfer", self._trip.until_link())
        yield from self._through_the_api()

    def _through_the_api(self) -> Iterator[Finding]:
        """Unsigned from outside, which must be refused; then what the function itself answers."""
        url = self._installation.output("QueryApiUrl")
        if url is None:
            return
        path = f"/contacts/{self.call.first_contact}"
        yield self._refusal(url + path)
        for function in self._installation.resources("AWS::Lambda::Function"):
            if function.properties.get("Handler") == _API_HANDLER:
                began = time.monotonic()
                status = self._asked_function(function.physical_id, path)
                says = f"The query API's function answered {status} about the call"
                seconds = time.monotonic() - began
                yield (
                    ok(f"{says} after {seconds:.1f} s.")
                    if status == _OK
                    else failed(f"{says}.", Heading.API)
                )

    def _refusal(self, address: str) -> Finding:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError as error:
            return failed(f"The query API cannot be reached: {error}.", Heading.API)
        if status != _UNAUTHORIZED:
            says = f"The query API answered {status} to a request without a token, not 401."
            return failed(says, Heading.API)
        return ok("The query API is reached, and refuses a request without a token.")

    def _asked_function(self, name: str, path: str) -> int:
        route = "GET /contacts/{contactId}"
        event = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": path,
            "rawQueryString": "",
            "headers": {},
            "pathParameters": {"contactId": self.call.first_contact},
            "requestContext": {
                "requestId": self.call.run,
                "routeKey": route,
                "stage": "$default",
                "http": {"method": "GET", "path": path},
                "authorizer": {"jwt": {"claims": {"scope": READ_RECORDS}}},
            },
            "isBase64Encoded": False,
        }
        answer = self._deployed.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event).encode()
        )
        return int(json.loads(answer["Payload"].read()).get("statusCode", 500))

    def _through_the_quarantine(self) -> Iterator[Finding]:
        unusable = RecordToPut(
            partition_key=PARTITION_KEY, data=f"the canary {self.call.run} is no JSON".encode()
        )
        stream = self._deployed.stream
        ((shard, number),) = put_records(self._deployed.kinesis, stream, [unusable]).items()
        key = self._quarantined_key = f"agent_events/{stream}/{shard}/{number}.json"
        seconds = self._trip.until(lambda: self._is_quarantined(key))
        yield self._timed("A record that is no JSON, in the quarantine,", seconds)
        if seconds is not None:
            yield self._alarm()

    def _is_quarantined(self, key: str) -> bool:
        found = self._deployed.s3.list_objects_v2(
            Bucket=self._deployed.quarantine_bucket, Prefix=key
        )
        return bool(found.get("Contents"))

    def _alarm(self) -> Finding:
        name = f"{self._installation.metrics_namespace}-{ALARM}"
        cloudwatch = self._deployed.client("cloudwatch")

        def rings() -> bool:
            (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
            return str(alarm["StateValue"]) == "ALARM"

        began = time.monotonic()
        if rings():
            return warning(f"The alarm {name} rang before it was tried.", Heading.QUARANTINE)
        say(f"Waiting for the alarm {name}: up to {self._patience.alarm / 60:.0f} minutes.")
        while not rings():
            if time.monotonic() - began >= self._patience.alarm:
                return failed(f"The alarm {name} did not ring.", Heading.CANARY)
            self._pause(5)
        return ok(f"The alarm {name} rang after {time.monotonic() - began:.0f} s.")

    def _erase_quarantined(self) -> None:
        if self._quarantined_key is None:
            return
        bucket = VersionedObjects(self._deployed.s3, self._deployed.quarantine_bucket)
        for each in bucket.under(self._quarantined_key):
            bucket.rewrite(each, lambda _: None, dry_run=False)

    def _erase_archived(self) -> Iterator[Finding]:
        """As soon as Firehose has written them: the lines of all that was put."""
        name = self._installation.output("ArchiveBucketName")
        if name is None:
            return
        expected = len(self.call.events()) + 1
        say(f"Waiting for the archive: up to {self._patience.archive / 60:.0f} minutes.")
        bucket = VersionedObjects(self._deployed.s3, name)
        erased, looked_at = 0, set[str]()
        began = time.monotonic()
        while True:
            for each in bucket.under(PREFIXES[0] + folder_of(self.call.ended)):
                newest = each.versions[0]
                if each.key not in looked_at and newest["LastModified"] >= self._earliest:
                    looked_at.add(each.key)
                    erased += self._erase_lines(bucket, each)
            if erased >= expected:
                yield ok(f"{counted(erased, 'raw record')} of the canary erased in the archive.")
                return
            if time.monotonic() - began >= self._patience.archive:
                yield warning(
                    f"{erased} of {expected} raw records of the canary were found in the archive "
                    f"and erased. They name {self.call.run}.",
                    Heading.CANARY,
                )
                return
            self._pause(10)

    @property
    def _earliest(self) -> datetime:
        """Objects are dated in whole seconds."""
        return self.call.ended.replace(microsecond=0)

    def _erase_lines(self, bucket: VersionedObjects, each: Any) -> int:
        marker = self.call.run.encode()
        erased = 0

        def left_of(body: bytes) -> bytes | None:
            nonlocal erased
            lines = list(lines_in(each.key, body))
            left = [line for line in lines if marker not in line]
            if len(left) == len(lines):
                return body
            erased += len(lines) - len(left)
            if not left:
                return None
            text = b"".join(line + b"\n" for line in left)
            return gzip.compress(text) if is_compressed(body) else text

        bucket.rewrite(each, left_of, dry_run=False)
        return erased

    @staticmethod
    def _timed(what: str, seconds: float | None) -> Finding:
        if seconds is None:
            return failed(f"{what} {_NEVER}.", Heading.CANARY)
        return ok(f"{what} came after {seconds:.1f} s.")
