"""The route that counts the outcomes of each queue's contacts."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.documents.queues import QueueQuartersDocument, queue_quarters_document
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.parameters import From, Instance, ServiceSeconds, To, asked_instance_id
from contact_queries.http.ttl_cache import TtlCache
from contact_queries.questions.periods import period
from contact_queries.questions.queue_quarters import (
    Quarter,
    is_settled,
    quarter_end,
    quarter_starts,
    read_quarters,
)
from contact_queries.routes import QUEUES
from contacts.timestamps import Timestamp

SETTLED_SECONDS: Final = 1800.0
UNSETTLED_SECONDS: Final = 15.0
"""For how long a quarter that still changes is answered from the cache."""

_MOST_CONTACTS: Final = 4000
"""The most contacts read for one answer; the client asks again for the rest."""
_QUARTERS_OF_TWO_DAYS: Final = 200


class AskedQuarter(NamedTuple):
    """The quarter of an instance that begins at ``start``; a service level in seconds."""

    instance_id: str
    start: Timestamp
    service_seconds: int


class ReadQuarter(NamedTuple):
    """A quarter; whether it was read for this answer."""

    quarter: Quarter
    is_new: bool


def add_queue_routes(
    app: APIGatewayHttpResolver,
    table: ContactQueriesTable,
    *,
    connect_instance_arn: str | None,
    now: Callable[[], Timestamp],
) -> None:
    """``connect_instance_arn`` is the instance of requests that name none."""

    def seconds(quarter: Quarter) -> float:
        return SETTLED_SECONDS if is_settled(quarter, now()) else UNSETTLED_SECONDS

    known = TtlCache[AskedQuarter, Quarter](seconds=seconds, most_answers=_QUARTERS_OF_TWO_DAYS)

    def read(instance_id: str, starts: Iterable[Timestamp], within: int) -> Iterator[ReadQuarter]:
        """The quarters from ``starts`` on: from the cache, or else read, neighbours together."""
        asked = (AskedQuarter(instance_id, start, within) for start in starts)
        looked_up = [(each, known.get(each)) for each in asked]
        for is_known, together in groupby(looked_up, key=lambda each: each[1] is not None):
            some = list(together)
            if is_known:
                yield from (ReadQuarter(quarter, is_new=False) for _, quarter in some if quarter)
                continue
            missing = [each.start for each, _ in some]
            new = read_quarters(table, instance_id, missing, within)
            for (each, _), quarter in zip(some, new, strict=True):
                known.put(each, quarter)
                yield ReadQuarter(quarter, is_new=True)

    @app.get(
        rule_of(QUEUES),
        operation_id="getQueueQuarters",
        **description(
            route=QUEUES,
            tag="Lists",
            summary="Outcomes of the contacts of each queue, by quarter of an hour",
            answer="The quarters that the period touches, as many as one request can count. "
            "If NextTimestamp is present, ask again from it.",
        ),
    )
    def get_queue_quarters(
        start: From, end: To, within: ServiceSeconds = 20, instance: Instance = None
    ) -> QueueQuartersDocument:
        instance_id = asked_instance_id(instance, connect_instance_arn)
        quarters: list[Quarter] = []
        asked = period(start, end)
        left = _MOST_CONTACTS
        for each in read(instance_id, quarter_starts(asked), within):
            quarters.append(each.quarter)
            # A quarter without contacts counts, too, because it makes the answer longer.
            left -= max(20, each.quarter.contacts) if each.is_new else 0
            if left <= 0:
                break
        behind = quarter_end(quarters[-1].start)
        go_on_at = behind if behind < asked.end else None
        return queue_quarters_document(
            instance_id, quarters, service_seconds=within, now=now(), go_on_at=go_on_at
        )
