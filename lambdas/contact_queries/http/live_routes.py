"""The routes of live data: agents and contacts as they are now."""

from collections.abc import Callable
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.agent_states_query import AgentStatesQuery
from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.documents.live import (
    LiveAgentsDocument,
    LiveContactsDocument,
    live_agents_document,
    live_contacts_document,
)
from contact_queries.documents.queues import (
    LiveQueuesDocument,
    NamesDocument,
    live_queues_document,
    names_document,
)
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.entity_tags import answer_if_changed
from contact_queries.http.parameters import (
    HierarchyGroupFilter,
    Instance,
    QueueFilter,
    RoutingProfileFilter,
    Search,
    asked_instance_id,
)
from contact_queries.http.ttl_cache import CachedFunction
from contact_queries.questions.live_agents import AgentFilter, live_agents
from contact_queries.questions.live_contacts import live_contacts
from contact_queries.questions.waiting import WaitingQueue, waiting_queues
from contact_queries.routes import LIVE_AGENTS, LIVE_CONTACTS, LIVE_NAMES, LIVE_QUEUES
from contacts.item_parts import Item
from contacts.timestamps import Timestamp

CACHED_SECONDS: Final = 1.0
"""Boards that poll the same function within this time share one answer."""
WAITING_SECONDS: Final = 5.0
"""The board polls waiting contacts as often."""
NAMES_SECONDS: Final = 60.0


def add_live_routes(
    app: APIGatewayHttpResolver,
    table: ContactQueriesTable,
    agent_states: AgentStatesQuery,
    *,
    connect_instance_arn: str | None,
    now: Callable[[], Timestamp],
) -> None:
    """``connect_instance_arn`` is the instance of requests that name none."""

    def read_contacts(instance_id: str) -> list[Item]:
        return live_contacts(table, instance_id)

    agents_of = CachedFunction(agent_states.agents, seconds=CACHED_SECONDS)
    contacts_of = CachedFunction(read_contacts, seconds=CACHED_SECONDS)

    def read_waiting(instance_id: str) -> list[WaitingQueue]:
        return waiting_queues(table, instance_id, agents_of(instance_id))

    def read_names(instance_id: str) -> NamesDocument:
        return names_document(agents_of(instance_id))

    waiting_of = CachedFunction(read_waiting, seconds=WAITING_SECONDS)
    names_of = CachedFunction(read_names, seconds=NAMES_SECONDS)

    @app.get(
        rule_of(LIVE_AGENTS),
        operation_id="getLiveAgents",
        middlewares=[answer_if_changed],
        **description(
            route=LIVE_AGENTS,
            tag="Live",
            summary="Every agent at work, with activity and contacts, as in real-time metrics",
            answer="The agents by name, and counts of them. Offline agents are left out.",
            is_tagged=True,
        ),
    )
    def get_live_agents(
        instance: Instance = None,
        queue: QueueFilter = None,
        routing_profile: RoutingProfileFilter = None,
        hierarchy_group: HierarchyGroupFilter = None,
        search: Search = None,
    ) -> LiveAgentsDocument:
        instance_id = asked_instance_id(instance, connect_instance_arn)
        chosen = AgentFilter(
            queue=queue,
            routing_profile=routing_profile,
            hierarchy_group=hierarchy_group,
            search=search,
        )
        moment = now()
        agents = live_agents(agents_of(instance_id), chosen, moment)
        return live_agents_document(instance_id, agents, moment)

    @app.get(
        rule_of(LIVE_CONTACTS),
        operation_id="getLiveContacts",
        middlewares=[answer_if_changed],
        **description(
            route=LIVE_CONTACTS,
            tag="Live",
            summary="Every contact in progress, with its agent or waiting for one",
            answer="The contacts, the oldest first, and counts of them.",
            is_tagged=True,
        ),
    )
    def get_live_contacts(instance: Instance = None) -> LiveContactsDocument:
        instance_id = asked_instance_id(instance, connect_instance_arn)
        return live_contacts_document(instance_id, contacts_of(instance_id), now())

    @app.get(
        rule_of(LIVE_QUEUES),
        operation_id="getLiveQueues",
        middlewares=[answer_if_changed],
        **description(
            route=LIVE_QUEUES,
            tag="Live",
            summary="Contacts that wait for an agent, by queue",
            answer="The queues in which contacts wait, and since when the oldest waits.",
            is_tagged=True,
        ),
    )
    def get_live_queues(instance: Instance = None) -> LiveQueuesDocument:
        instance_id = asked_instance_id(instance, connect_instance_arn)
        return live_queues_document(instance_id, waiting_of(instance_id), now())

    @app.get(
        rule_of(LIVE_NAMES),
        operation_id="getNames",
        middlewares=[answer_if_changed],
        **description(
            route=LIVE_NAMES,
            tag="Live",
            summary="Agents and queues by name, to choose from",
            answer="Every agent with a stored state, at work or not, and the queues of the "
            "contacts that they have.",
            is_tagged=True,
        ),
    )
    def get_names(instance: Instance = None) -> NamesDocument:
        return names_of(asked_instance_id(instance, connect_instance_arn))
