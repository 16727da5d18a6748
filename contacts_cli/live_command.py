"""`live`: what is going on now."""

import argparse
from typing import Any

from rich.text import Text

from contact_queries.documents.live import (
    AgentAtWork,
    ContactOfAgent,
    CountsOfQueue,
    LiveAgents,
    LiveContact,
    LiveContacts,
    QueuedIn,
    live_agents_document,
    live_contacts_document,
)
from contact_queries.questions.errors import InvalidParameterError
from contact_queries.questions.live_agents import AgentFilter, live_agents
from contact_queries.questions.live_contacts import live_contacts
from contacts.facts.normalised import resource_id
from contacts.timestamps import Timestamp
from contacts_cli.arguments import current_time
from contacts_cli.deployed_tables import DeployedTables
from contacts_cli.documents import checked, print_document
from contacts_cli.tables import Cell, cell, lasts, print_line, print_table
from operations.messages import counted

AGENT_HEADINGS = ("Agent", "Activity", "For", "Contacts", "Routing profile", "Last event")
CONTACT_HEADINGS = ("Contact", "State", "For", "Queue", "Agent", "Channel", "How")


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "live",
        parents=[common],
        help="what is going on now",
        description="Every agent at work with activity and contacts, or every contact in progress, "
        "in the words of Amazon Connect's real-time metrics.",
        epilog="examples:\n  python -m contacts_cli live\n"
        "  python -m contacts_cli live agents --queue Sales --search ada\n"
        "  python -m contacts_cli live contacts --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what", nargs="?", choices=("agents", "contacts"), default="agents", help="default: agents"
    )
    parser.add_argument(
        "--instance",
        type=resource_id,
        metavar="ID",
        help="id or ARN of the instance (needed only if there are several)",
    )
    group = parser.add_argument_group("agents", "Names are as good as ids.")
    group.add_argument("--queue", metavar="ID", help="with a contact of this queue")
    group.add_argument("--routing-profile", metavar="ID")
    group.add_argument("--hierarchy-group", metavar="ID", help="of any level")
    group.add_argument("--search", metavar="TEXT", help="the username contains TEXT")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, tables: DeployedTables) -> None:
    instance_id = options.instance or _only_instance(tables)
    now = current_time()
    if options.what == "contacts":
        items = live_contacts(tables.contacts, instance_id)
        contacts = live_contacts_document(instance_id, items, now)
        if options.json:
            print_document(LiveContacts, contacts)
        else:
            _print_contacts(checked(LiveContacts, contacts), now)
    else:
        chosen = AgentFilter(
            queue=options.queue,
            routing_profile=options.routing_profile,
            hierarchy_group=options.hierarchy_group,
            search=options.search,
        )
        found = live_agents(tables.agent_states.agents(instance_id), chosen, now)
        agents = live_agents_document(instance_id, found, now)
        if options.json:
            print_document(LiveAgents, agents)
        else:
            _print_agents(checked(LiveAgents, agents), now)


def _only_instance(tables: DeployedTables) -> str:
    instances = sorted(tables.agent_states.instances())
    if len(instances) == 1:
        return instances[0]
    found = f"There are {len(instances)}" if instances else "No agent has been seen"
    cure = f"Give one of {', '.join(instances)}." if instances else "Give its id or ARN."
    raise InvalidParameterError("--instance", f"{found}.", cure)


def _print_agents(document: LiveAgents, now: Timestamp) -> None:
    agents, counts = document["Agents"], document["Counts"]
    rows = [_agent(agent, now) for agent in agents]
    print_table(AGENT_HEADINGS, rows, title=counted(len(agents), "agent"))
    if agents:
        activities = [f"{name} {count}" for name, count in counts["ByActivity"].items()]
        print_line(" · ".join([*activities, f"silent {counts['SilentAgents']}"]))
    _print_queues(counts["ByQueue"])


def _print_contacts(document: LiveContacts, now: Timestamp) -> None:
    contacts = document["Contacts"]
    rows = [_contact(contact, now) for contact in contacts]
    print_table(CONTACT_HEADINGS, rows, title=counted(len(contacts), "contact"))
    _print_queues(document["Counts"]["ByQueue"])


def _print_queues(queues: list[CountsOfQueue]) -> None:
    for queue in queues:
        states = [f"{label} {count}" for label, count in queue["ByContactState"].items()]
        print_line(f"{queue['Queue'].get('Name', queue['Queue']['Id'])}: {', '.join(states)}")


def _agent(agent: AgentAtWork, now: Timestamp) -> tuple[Cell, ...]:
    profile = agent.get("RoutingProfile")
    last_event = lasts(agent["LastEventTimestamp"], now)
    return (
        agent.get("Username", agent["AgentId"]),
        agent["Activity"],
        lasts(agent.get("ActivityStartTimestamp"), now),
        Text("\n").join(cell(_contact_of_agent(each, now)) for each in agent["Contacts"]),
        profile.get("Name", profile["Id"]) if profile else None,
        f"{last_event} ago, silent" if agent["IsSilent"] else f"{last_event} ago",
    )


def _contact_of_agent(contact: ContactOfAgent, now: Timestamp) -> str:
    named = _name_or_id(contact.get("Queue", {})) or ""
    lasted = lasts(contact["StateStartTimestamp"], now)
    return f"{contact['ContactState']} {lasted} {named}".rstrip()


def _name_or_id(queue: QueuedIn) -> str | None:
    return queue.get("Name") or queue.get("Id")


def _contact(contact: LiveContact, now: Timestamp) -> tuple[Cell, ...]:
    holder = contact.get("Agent")
    since = contact.get("StateStartTimestamp") or contact.get("StartTimestamp")
    return (
        contact["ContactId"],
        contact.get("ContactState"),
        lasts(since, now),
        _name_or_id(contact.get("Queue", {})),
        holder.get("Username", holder["Id"]) if holder else None,
        contact.get("Channel"),
        contact.get("InitiationMethod"),
    )
