"""The route that counts what became of the contacts of each queue."""

from collections.abc import Callable
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.documents.queues import QueueQuartersDocument, queue_quarters_document
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.parameters import From, Instance, ServiceSeconds, To, asked_instance_id
from contact_queries.http.ttl_cache import Remembered
from contact_queries.questions.periods import period
from contact_queries.questions.queue_quarters import (
    AskedQuarter,
    Quarter,
    is_settled,
    quarter_starts,
    read_quarter,
)
from contact_queries.routes import QUEUES
from contacts.timestamps import Timestamp

SETTLED_SECONDS: Final = 1800.0
UNSETTLED_SECONDS: Final = 15.0
"""How long a quarter that is still changing serves all who ask."""

_MOST_CONTACTS: Final = 4000
"""Read for one answer; whoever asks goes on from there."""
_QUARTERS_OF_TWO_DAYS: Final = 200


def add_queue_routes(
    app: APIGatewayHttpResolver,
    table: ContactQueriesTable,
    *,
    connect_instance_arn: str | None,
    now: Callable[[], Timestamp],
) -> None:
    """``connect_instance_arn`` is the instance that is meant when none is named."""

    def read(asked: AskedQuarter) -> Quarter:
        return read_quarter(table, asked)

    def seconds(quarter: Quarter) -> float:
        return SETTLED_SECONDS if is_settled(quarter, now()) else UNSETTLED_SECONDS

    quarter_of = Remembered(read, seconds=seconds, most_answers=_QUARTERS_OF_TWO_DAYS)

    @app.get(
        rule_of(QUEUES),
        operation_id="getQueueQuarters",
        **description(
            route=QUEUES,
            tag="Lists",
            summary="What became of the contacts of each queue, by quarter of an hour",
            answer="The quarters that the period touches, as many as can be counted at once. "
            "Where NextTimestamp is there, ask again from it.",
        ),
    )
    def get_queue_quarters(
        start: From, end: To, within: ServiceSeconds = 20, instance: Instance = None
    ) -> QueueQuartersDocument:
        instance_id = asked_instance_id(instance, connect_instance_arn)
        quarters: list[Quarter] = []
        left = _MOST_CONTACTS
        go_on_at = None
        for each in quarter_starts(period(start, end)):
            if left <= 0:
                go_on_at = each
                break
            asked = AskedQuarter(instance_id, each, within)
            is_new = not quarter_of.knows(asked)
            quarters.append(quarter_of(asked))
            # A quarter without contacts costs a read, too.
            left -= max(20, quarters[-1].contacts) if is_new else 0
        return queue_quarters_document(
            instance_id, quarters, service_seconds=within, now=now(), go_on_at=go_on_at
        )
