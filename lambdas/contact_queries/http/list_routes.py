"""The routes that list contacts of a period: all, those with failed offers, by agent, by queue."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.documents.records import ContactRecordsDocument, records_document
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.parameters import (
    AgentFilterById,
    AgentIdInPath,
    ChannelFilter,
    CursorOfPage,
    FailedOutcomes,
    FailedOutcomesIfAny,
    From,
    Instance,
    Limit,
    Order,
    OutcomeFilter,
    QueueFilterById,
    QueueIdInPath,
    StatusFilter,
    To,
    TransferredFilter,
    asked_instance_id,
)
from contact_queries.questions.contact_filter import ContactFilter
from contact_queries.questions.lists import USUAL_PER_PAGE, ContactList
from contact_queries.questions.periods import period
from contact_queries.routes import (
    CONTACTS,
    CONTACTS_OF_AGENT,
    CONTACTS_OF_OWN_QUEUE,
    CONTACTS_OF_QUEUE,
    FAILED_OFFERS,
)

_ONE_PAGE = (
    "One page, in order of time. While there is a Cursor there is another page, even if this one "
    "is short or empty."
)


def add_list_routes(
    app: APIGatewayHttpResolver, table: ContactQueriesTable, connect_instance_arn: str | None
) -> None:
    """``connect_instance_arn`` is the instance that is meant when none is named."""

    @app.get(
        rule_of(CONTACTS),
        operation_id="listContacts",
        **description(
            route=CONTACTS,
            tag="Lists",
            summary="What happened between two times: contacts of every kind, by their start",
            answer=_ONE_PAGE,
        ),
    )
    def list_contacts(
        start: From,
        end: To,
        agent: AgentFilterById = None,
        queue: QueueFilterById = None,
        channel: ChannelFilter = None,
        status: StatusFilter = None,
        outcome: OutcomeFilter = None,
        transferred: TransferredFilter = False,
        instance: Instance = None,
        order: Order = "oldest",
        limit: Limit = USUAL_PER_PAGE,
        cursor: CursorOfPage = None,
    ) -> ContactRecordsDocument:
        asked = period(start, end)
        wanted = ContactFilter(
            agent_id=agent,
            queue_id=queue,
            channel=channel,
            status=status,
            outcomes=frozenset(outcome or ()),
            transferred=transferred,
        )
        chosen = ContactList.of_agent_or_queue(asked, wanted) or ContactList.of_instance(
            asked_instance_id(instance, connect_instance_arn), asked, wanted
        )
        return records_document(_in(order, chosen).page(table, limit=limit, cursor=cursor))

    @app.get(
        rule_of(FAILED_OFFERS),
        operation_id="listContactsWithFailedOffers",
        **description(
            route=FAILED_OFFERS,
            tag="Lists",
            summary="Contacts with failed offers, by the time of the first that failed",
            answer=_ONE_PAGE,
        ),
    )
    def list_with_failed_offers(
        outcome: FailedOutcomes,
        start: From,
        end: To,
        order: Order = "oldest",
        limit: Limit = USUAL_PER_PAGE,
        cursor: CursorOfPage = None,
    ) -> ContactRecordsDocument:
        chosen = ContactList.with_failed_offers(period(start, end), outcome)
        return records_document(_in(order, chosen).page(table, limit=limit, cursor=cursor))

    @app.get(
        rule_of(CONTACTS_OF_AGENT),
        operation_id="listContactsOfAgent",
        **description(
            route=CONTACTS_OF_AGENT,
            tag="Lists",
            summary="Contacts that an agent answered, by their start, or failed to",
            answer=_ONE_PAGE,
        ),
    )
    def list_of_agent(
        agent_id: AgentIdInPath,
        start: From,
        end: To,
        outcome: FailedOutcomesIfAny = None,
        limit: Limit = USUAL_PER_PAGE,
        cursor: CursorOfPage = None,
    ) -> ContactRecordsDocument:
        asked = period(start, end)
        chosen = (
            ContactList.with_failed_offers(asked, outcome, agent_id=agent_id)
            if outcome
            else ContactList.answered_by(agent_id, asked)
        )
        return records_document(chosen.page(table, limit=limit, cursor=cursor))

    @app.get(
        rule_of(CONTACTS_OF_QUEUE),
        operation_id="listContactsOfQueue",
        **description(
            route=CONTACTS_OF_QUEUE,
            tag="Lists",
            summary="Contacts of a queue, by their start",
            answer=_ONE_PAGE,
        ),
    )
    def list_of_queue(
        queue_id: QueueIdInPath,
        start: From,
        end: To,
        limit: Limit = USUAL_PER_PAGE,
        cursor: CursorOfPage = None,
    ) -> ContactRecordsDocument:
        chosen = ContactList.in_queue(queue_id, period(start, end))
        return records_document(chosen.page(table, limit=limit, cursor=cursor))

    @app.get(
        rule_of(CONTACTS_OF_OWN_QUEUE),
        operation_id="listContactsOfAgentsOwnQueue",
        **description(
            route=CONTACTS_OF_OWN_QUEUE,
            tag="Lists",
            summary="Contacts of an agent's own queue, by their start",
            answer=_ONE_PAGE,
        ),
    )
    def list_of_agents_own_queue(
        agent_id: AgentIdInPath,
        start: From,
        end: To,
        limit: Limit = USUAL_PER_PAGE,
        cursor: CursorOfPage = None,
    ) -> ContactRecordsDocument:
        chosen = ContactList.in_queue(f"agent/{agent_id}", period(start, end))
        return records_document(chosen.page(table, limit=limit, cursor=cursor))


def _in(order: str, chosen: ContactList) -> ContactList:
    return chosen.newest_first() if order == "newest" else chosen
