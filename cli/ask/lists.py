"""`agent`, `queue`, `failed`, `list`: contacts of a period."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from cyclopts import Parameter

from cli.arguments import WHERE, AskedFrom, AskedTo, PositiveNumber, Where, period_asked_for
from cli.messages import Progress, say
from cli.names import AgentArgument, NameLookup, QueueArgument
from cli.output import (
    AS_TABLE,
    HowPrinted,
    Id,
    OutputColumn,
    checked,
    chosen_members,
    print_document,
    print_json,
    print_listing,
    seconds,
)
from cli.program import DONE, NOT_DONE
from cli.times import UTC_ZONE, Tz, Zone, now
from contact_queries.documents.records import (
    AttemptDocument,
    ContactRecordDocument,
    ContactRecordsDocument,
    records_document,
)
from contact_queries.questions.contact_filter import OUTCOMES, STATUSES, ContactFilter
from contact_queries.questions.lists import FAILED_OUTCOMES, ContactList, Page
from contacts.states import FAILED_STATES
from operations.deployed import Deployed
from operations.messages import counted
from operations.names import OWN_QUEUE
from operations.search import FoundContacts, Search, all_pages, has_index, search

DEFAULT_LIMIT: Final = 1000
DEFAULT_MOST_ITEMS: Final = 200_000
"""About 300 MB of records, 40,000 read units: one cent."""
CSV_FIELDS: Final = (
    "ContactId",
    "ChainId",
    "StartTimestamp",
    "DisconnectTimestamp",
    "Channel",
    "InitiationMethod",
    "TransferType",
    "PreviousContactId",
    "NextContactId",
    "QueueId",
    "Queue.Name",
    "Queue.Duration",
    "AgentId",
    "Agent.Username",
    "Agent.AgentInteractionDuration",
    "Agent.CustomerHoldDuration",
    "Agent.AfterContactWorkDuration",
    "Status",
    "DisconnectReason",
)

FailedOutcome = Literal["MISSED", "REJECTED", "ERROR"]
Limit = Annotated[PositiveNumber, Parameter(help="Print at most this many contacts.")]
MostItems = Annotated[
    PositiveNumber,
    Parameter(
        help="Without an index, read at most this many items of the table. 100,000 take about "
        "half a minute and cost half a cent."
    ),
]


def agent(
    agent: AgentArgument,
    /,
    *,
    start: AskedFrom = None,
    end: AskedTo = None,
    outcome: Annotated[
        list[FailedOutcome] | None,
        Parameter(help="Instead of answered contacts: those with this outcome for the agent."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    most_items: MostItems = DEFAULT_MOST_ITEMS,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """The contacts that an agent answered, in the order in which they began.

    With --outcome, the contacts that were offered to the agent with that outcome.
    """
    deployed = Deployed(deployment)
    period = period_asked_for(start, end, tz, now())
    names = NameLookup(deployed)
    agent_id = names.agent(agent)
    listed = (
        ContactList.with_failed_offers(period, outcome, agent_id=agent_id)
        if outcome
        else ContactList.answered_by(agent_id, period)
    )
    asked = Search(period, ContactFilter(agent_id=agent_id, outcomes=frozenset(outcome or ())))
    return _print(_listed(deployed, listed, asked, limit, most_items), names, output, tz)


def queue(
    queue: QueueArgument,
    /,
    *,
    start: AskedFrom = None,
    end: AskedTo = None,
    limit: Limit = DEFAULT_LIMIT,
    most_items: MostItems = DEFAULT_MOST_ITEMS,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """The contacts of a queue, in the order in which they began."""
    deployed = Deployed(deployment)
    period = period_asked_for(start, end, tz, now())
    names = NameLookup(deployed)
    queue_id = names.queue(queue)
    listed = ContactList.in_queue(queue_id, period)
    asked = Search(period, ContactFilter(queue_id=queue_id))
    return _print(_listed(deployed, listed, asked, limit, most_items), names, output, tz)


def failed(
    *,
    start: AskedFrom = None,
    end: AskedTo = None,
    outcome: Annotated[
        list[FailedOutcome] | None,
        Parameter(help="With an offer of this outcome (default: any of them)."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    most_items: MostItems = DEFAULT_MOST_ITEMS,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """Contacts with failed offers, ordered by the time of the first failed offer."""
    deployed = Deployed(deployment)
    period = period_asked_for(start, end, tz, now())
    outcomes = tuple(outcome or FAILED_OUTCOMES)
    listed = ContactList.with_failed_offers(period, outcomes)
    asked = Search(period, ContactFilter(outcomes=frozenset(outcomes)))
    found = _listed(deployed, listed, asked, limit, most_items)
    return _print(found, NameLookup(deployed), output, tz)


def list_contacts(
    *,
    start: AskedFrom = None,
    end: AskedTo = None,
    agent: Annotated[
        str | None,
        Parameter(help="Answered by this agent; with --outcome, offered to. Name or id."),
    ] = None,
    queue: Annotated[str | None, Parameter(help="Of this queue. Name or id.")] = None,
    channel: Annotated[str | None, Parameter(help="VOICE, CHAT, TASK, EMAIL.")] = None,
    status: Annotated[
        str | None, Parameter(help=f"{', '.join(STATUSES[:-1])} or {STATUSES[-1]}.")
    ] = None,
    outcome: Annotated[
        list[str] | None,
        Parameter(help=f"With an offer of this outcome: {', '.join(OUTCOMES)}."),
    ] = None,
    transferred: Annotated[
        bool,
        Parameter(help="Transferred, or created by a transfer.", show_default=False),
    ] = False,
    limit: Limit = DEFAULT_LIMIT,
    most_items: MostItems = DEFAULT_MOST_ITEMS,
    output: HowPrinted = AS_TABLE,
    tz: Tz = UTC_ZONE,
    deployment: Where = WHERE,
) -> int:
    """Contacts of every kind that began between two times.

    With the read side on, an index answers. Without it the table is read, up to --most-items.
    """
    deployed = Deployed(deployment)
    names = NameLookup(deployed)
    wanted = ContactFilter(
        agent_id=names.agent(agent) if agent else None,
        queue_id=names.queue(queue) if queue else None,
        channel=channel and channel.upper(),
        status=status and status.upper(),
        outcomes=frozenset(each.upper() for each in outcome or ()),
        transferred=transferred,
    )
    asked = Search(period_asked_for(start, end, tz, now()), wanted)
    found = search(deployed, asked, limit=limit, most_items=most_items, report=Progress().report)
    return _print(found, names, output, tz)


def _listed(
    deployed: Deployed, listed: ContactList, asked: Search, limit: int, most_items: int
) -> FoundContacts:
    """Answered by the index for the question, or by the table if the read side is off."""
    found = None
    if not has_index(deployed, listed.index.name):
        say("The read side is off: the table itself is read, by the time at which contacts began.")
        found = search(
            deployed, asked, limit=limit, most_items=most_items, report=Progress().report
        )
    return found or all_pages(deployed, listed, limit)


def _print(found: FoundContacts, names: NameLookup, output: HowPrinted, zone: Zone) -> int:
    documents = records_document(Page(found.records, None))
    if output.json and not output.paths:
        print_document(ContactRecordsDocument, documents)
    else:
        records = checked(ContactRecordsDocument, documents)["Items"]
        if output.json:
            print_json({"Items": [chosen_members(each, output.paths) for each in records]})
        else:
            records = _with_queue_names(records, names)
            print_listing(
                records,
                columns_of_contacts(records, zone),
                output,
                title=counted(len(records), "contact"),
                csv_fields=CSV_FIELDS,
            )
    if not found.is_whole:
        bound = f" Read {found.looked_at} items, see --most-items." * bool(found.looked_at)
        say(
            f"There may be more than these {len(found.records)}: raise --limit or give a shorter "
            f"period.{bound}"
        )
    if not found.records:
        say("No contacts found.")
        return NOT_DONE
    return DONE


def _with_queue_names(
    records: Sequence[ContactRecordDocument], names: NameLookup
) -> list[ContactRecordDocument]:
    """The records with the names of their queues: a contact event states a queue by its ARN only.

    The name is from another record of the list, else from the contacts that agents have now.
    """
    known = {
        record["QueueId"]: name
        for record in records
        if "QueueId" in record and (name := record.get("Queue", {}).get("Name"))
    }
    unknown = {
        queue_id
        for record in records
        if (queue_id := record.get("QueueId", OWN_QUEUE)) not in known
        and not queue_id.startswith(OWN_QUEUE)
    }
    if unknown:
        known = names.queues_of_agents | known
    return [_with_queue_name(record, known.get(record.get("QueueId", ""))) for record in records]


def _with_queue_name(record: ContactRecordDocument, name: str | None) -> ContactRecordDocument:
    queue = record.get("Queue", {})
    if name is None or "Name" in queue:
        return record
    return {**record, "Queue": {**queue, "Name": name}}


def columns_of_contacts(
    records: Sequence[ContactRecordDocument], zone: Zone
) -> Sequence[OutputColumn[ContactRecordDocument]]:
    """The columns of a list; a narrow terminal drops figures before names."""
    names = dict(_names(records))

    def of(record: ContactRecordDocument, resource: str) -> dict[str, Any]:
        members: Mapping[str, Any] = record
        return dict(members.get(resource, {}))

    def queue_of(record: ContactRecordDocument) -> str | None:
        queue = of(record, "Queue")
        queue_id = record.get("QueueId", "")
        owner = queue_id.removeprefix(OWN_QUEUE)
        if owner != queue_id and "Name" not in queue:
            return f"own queue of {names.get(owner, owner)}"
        return queue.get("Name", queue_id or None)

    def agent_of(record: ContactRecordDocument) -> str | None:
        agent = of(record, "Agent")
        return agent.get("Username") or record.get("AgentId")

    return (
        OutputColumn("Contact", lambda each: Id(each["ContactId"])),
        OutputColumn(f"Start ({zone.name})", lambda each: zone.clock(each.get("StartTimestamp"))),
        OutputColumn("Channel", lambda each: each.get("Channel"), 5),
        OutputColumn(
            "How", lambda each: each.get("TransferType") or each.get("InitiationMethod"), 4
        ),
        OutputColumn("Queue", queue_of, 2),
        OutputColumn("Agent", agent_of),
        OutputColumn("Status", lambda each: each.get("Status"), 1),
        OutputColumn("Failed offers", lambda each: failed_offers(each.get("Attempts", ())), 3),
        OutputColumn("Queued", lambda each: seconds(of(each, "Queue").get("Duration")), 7),
        OutputColumn(
            "Talk", lambda each: seconds(of(each, "Agent").get("AgentInteractionDuration")), 6
        ),
        OutputColumn(
            "Hold", lambda each: seconds(of(each, "Agent").get("CustomerHoldDuration")), 8
        ),
        OutputColumn(
            "ACW", lambda each: seconds(of(each, "Agent").get("AfterContactWorkDuration")), 9
        ),
    )


def _names(records: Iterable[ContactRecordDocument]) -> Iterator[tuple[str, str]]:
    """Usernames by the ids of agents who answered or were offered a contact."""
    for record in records:
        for attempt in record.get("Attempts", ()):
            if "Username" in attempt:
                yield attempt["AgentId"], attempt["Username"]
        agent = record.get("Agent", {})
        if "AgentId" in record and "Username" in agent:
            yield record["AgentId"], agent["Username"]


def failed_offers(attempts: Sequence[AttemptDocument]) -> str:
    """``MISSED by ben (2 times), REJECTED by cleo``."""
    counts = Counter(
        f"{each['Outcome']} by {each.get('Username', each['AgentId'])}"
        for each in attempts
        if each["Outcome"] in FAILED_STATES
    )
    return ", ".join(
        offer if count == 1 else f"{offer} ({count} times)" for offer, count in counts.items()
    )
