"""`live`: what is going on now."""

from typing import Annotated, Literal

from cyclopts import Group, Parameter
from rich.text import Text

from adapters.contact_queries_table import OPEN_INDEX
from cli.arguments import WHERE, Where
from cli.output import (
    AS_TABLE,
    HowPrinted,
    Id,
    OutputColumn,
    checked,
    chosen_members,
    lasts,
    print_document,
    print_json,
    print_line,
    print_listing,
)
from cli.times import current_time
from contact_queries.documents.live import (
    AgentAtWorkDocument,
    ContactOfAgentDocument,
    CountsOfQueueDocument,
    LiveAgentsDocument,
    LiveContactDocument,
    LiveContactsDocument,
    QueuedInDocument,
    live_agents_document,
    live_contacts_document,
)
from contact_queries.questions.live_agents import AgentFilter, live_agents
from contact_queries.questions.live_contacts import live_contacts
from contacts.facts.normalised import resource_id
from contacts.timestamps import Timestamp
from operations.deployed import Deployed
from operations.errors import AskedWronglyError, NotDoneError
from operations.escapes import printable
from operations.messages import counted
from operations.search import has_index

_OF_AGENTS = Group("Agents", help="Names are as good as ids.", sort_key=70)


def live(
    what: Annotated[
        Literal["agents", "contacts"], Parameter(help="Agents at work, or contacts in progress.")
    ] = "agents",
    /,
    *,
    instance: Annotated[
        str | None, Parameter(help="Id or ARN of the instance (needed if there are several).")
    ] = None,
    queue: Annotated[
        str | None, Parameter(help="With a contact of this queue.", group=_OF_AGENTS)
    ] = None,
    routing_profile: Annotated[
        str | None, Parameter(help="Of this routing profile.", group=_OF_AGENTS)
    ] = None,
    hierarchy_group: Annotated[
        str | None, Parameter(help="Of this hierarchy group, of any level.", group=_OF_AGENTS)
    ] = None,
    search: Annotated[
        str | None, Parameter(help="With this in the username.", group=_OF_AGENTS)
    ] = None,
    output: HowPrinted = AS_TABLE,
    deployment: Where = WHERE,
) -> None:
    """What is going on now: agents at work, or contacts in progress.

    In the words of Amazon Connect's real-time metrics.
    """
    deployed = Deployed(deployment)
    instance_id = resource_id(instance) if instance else _only_instance(deployed)
    now = current_time()
    if what == "contacts":
        if not has_index(deployed, OPEN_INDEX):
            raise NotDoneError(
                "This needs the read side's indexes. Without them: contact-chains live agents, or "
                "contact-chains list --status IN_PROGRESS, which reads the table."
            )
        items = live_contacts(deployed.contacts, instance_id)
        contacts = live_contacts_document(instance_id, items, now)
        if output.json and not output.paths:
            print_document(LiveContactsDocument, contacts)
        else:
            _print_contacts(checked(LiveContactsDocument, contacts), now, output)
    else:
        chosen = AgentFilter(
            queue=queue,
            routing_profile=routing_profile,
            hierarchy_group=hierarchy_group,
            search=search,
        )
        found = live_agents(deployed.agent_states.agents(instance_id), chosen, now)
        agents = live_agents_document(instance_id, found, now)
        if output.json and not output.paths:
            print_document(LiveAgentsDocument, agents)
        else:
            _print_agents(checked(LiveAgentsDocument, agents), now, output)


def _only_instance(deployed: Deployed) -> str:
    instances = sorted(deployed.agent_states.instances())
    if len(instances) == 1:
        return instances[0]
    found = f"There are {len(instances)}" if instances else "No agent has been seen"
    cure = f"Give one of {', '.join(instances)}." if instances else "Give its id or ARN."
    raise AskedWronglyError(f"--instance: {found}. {cure}")


def _print_agents(document: LiveAgentsDocument, now: Timestamp, output: HowPrinted) -> None:
    agents, counts = document["Agents"], document["Counts"]
    if output.json:
        print_json({"Agents": [chosen_members(each, output.paths) for each in agents]})
        return
    columns: list[OutputColumn[AgentAtWorkDocument]] = [
        OutputColumn("Agent", lambda each: each.get("Username", each["AgentId"])),
        OutputColumn("Activity", lambda each: each["Activity"]),
        OutputColumn("For", lambda each: lasts(each.get("ActivityStartTimestamp"), now)),
        OutputColumn(
            "Contacts",
            lambda each: Text(
                "\n".join(printable(_contact_of_agent(one, now)) for one in each["Contacts"])
            ),
        ),
        OutputColumn("Routing profile", _profile, 2),
        OutputColumn("Last event", lambda each: _last_event(each, now), 1),
    ]
    print_listing(agents, columns, output, title=counted(len(agents), "agent"))
    if output.csv or output.paths:
        return
    if agents:
        activities = [f"{name} {count}" for name, count in counts["ByActivity"].items()]
        print_line(" · ".join([*activities, f"silent {counts['SilentAgents']}"]))
    _print_queues(counts["ByQueue"])


def _print_contacts(document: LiveContactsDocument, now: Timestamp, output: HowPrinted) -> None:
    contacts = document["Contacts"]
    if output.json:
        print_json({"Contacts": [chosen_members(each, output.paths) for each in contacts]})
        return
    columns: list[OutputColumn[LiveContactDocument]] = [
        OutputColumn("Contact", lambda each: Id(each["ContactId"])),
        OutputColumn("State", lambda each: each.get("ContactState")),
        OutputColumn("For", lambda each: lasts(_since(each), now)),
        OutputColumn("Queue", lambda each: _name_or_id(each.get("Queue", {})), 1),
        OutputColumn("Agent", _holder),
        OutputColumn("Channel", lambda each: each.get("Channel"), 2),
        OutputColumn("How", lambda each: each.get("InitiationMethod"), 3),
    ]
    print_listing(contacts, columns, output, title=counted(len(contacts), "contact"))
    if not output.csv and not output.paths:
        _print_queues(document["Counts"]["ByQueue"])


def _print_queues(queues: list[CountsOfQueueDocument]) -> None:
    for queue in queues:
        states = [f"{label} {count}" for label, count in queue["ByContactState"].items()]
        print_line(f"{queue['Queue'].get('Name', queue['Queue']['Id'])}: {', '.join(states)}")


def _profile(agent: AgentAtWorkDocument) -> str | None:
    profile = agent.get("RoutingProfile")
    return profile.get("Name", profile["Id"]) if profile else None


def _last_event(agent: AgentAtWorkDocument, now: Timestamp) -> str:
    last_event = lasts(agent["LastEventTimestamp"], now)
    return f"{last_event} ago, silent" if agent["IsSilent"] else f"{last_event} ago"


def _contact_of_agent(contact: ContactOfAgentDocument, now: Timestamp) -> str:
    named = _name_or_id(contact.get("Queue", {})) or ""
    lasted = lasts(contact["StateStartTimestamp"], now)
    return f"{contact['ContactState']} {lasted} {named}".rstrip()


def _name_or_id(queue: QueuedInDocument) -> str | None:
    return queue.get("Name") or queue.get("Id")


def _since(contact: LiveContactDocument) -> Timestamp | None:
    return contact.get("StateStartTimestamp") or contact.get("StartTimestamp")


def _holder(contact: LiveContactDocument) -> str | None:
    holder = contact.get("Agent")
    return holder.get("Username", holder["Id"]) if holder else None
