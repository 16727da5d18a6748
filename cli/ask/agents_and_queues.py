"""`agents` and `queues`: all agents and queues, with their names."""

from cli.arguments import WHERE, PositiveNumber, Where
from cli.messages import Progress, say
from cli.output import (
    AS_TABLE,
    HowPrinted,
    Id,
    OutputColumn,
    chosen_members,
    known,
    print_json,
    print_listing,
)
from cli.program import DONE, NOT_DONE
from cli.times import UTC_ZONE, Tz
from operations.deployed import Deployed
from operations.messages import counted
from operations.names import (
    MOST_CONTACTS_FOR_QUEUES,
    OWN_QUEUE,
    KnownQueue,
    known_agents,
    known_queues,
)


def agents(*, output: HowPrinted = AS_TABLE, tz: Tz = UTC_ZONE, deployment: Where = WHERE) -> int:
    """All agents that events have shown, with the names that commands accept."""
    rows = [
        known(
            {
                "Username": each.username,
                "AgentId": each.agent_id,
                "RoutingProfile": each.routing_profile
                and (each.routing_profile.name or each.routing_profile.id),
                "LastEventTimestamp": each.event_timestamp,
                "InstanceId": each.instance_id,
            }
        )
        for each in known_agents(Deployed(deployment))
    ]
    columns: list[OutputColumn[dict[str, str]]] = [
        OutputColumn("Agent", lambda row: row.get("Username")),
        OutputColumn("Id", lambda row: Id(row["AgentId"])),
        OutputColumn("Routing profile", lambda row: row.get("RoutingProfile"), 2),
        OutputColumn(f"Last event ({tz.name})", lambda row: tz.clock(row["LastEventTimestamp"]), 1),
    ]
    return _print("Agents", rows, columns, output)


def queues(
    *,
    most_contacts: PositiveNumber = MOST_CONTACTS_FOR_QUEUES,
    output: HowPrinted = AS_TABLE,
    deployment: Where = WHERE,
) -> int:
    """The queues that contacts were in, with the names that commands accept.

    The command finds them by reading stored contacts. It reads only a part of a large table, so it
    may miss a queue with very few contacts.

    Parameters
    ----------
    most_contacts
        Read at most this many stored contacts.
    """
    deployed = Deployed(deployment)
    found = known_queues(deployed, most_contacts=most_contacts, report=Progress().report)
    names = {each.agent_id: each.username for each in known_agents(deployed)}

    def name_of(queue: KnownQueue) -> str | None:
        owner = queue.id.removeprefix(OWN_QUEUE)
        if owner != queue.id and not queue.name:
            return f"own queue of {names.get(owner) or owner}"
        return queue.name

    rows = [
        known({"Name": name_of(each), "QueueId": each.id, "Contacts": each.contacts})
        for each in found.queues
    ]
    columns: list[OutputColumn[dict[str, str]]] = [
        OutputColumn("Queue", lambda row: row.get("Name")),
        OutputColumn("Id", lambda row: Id(row["QueueId"])),
        OutputColumn("Contacts", lambda row: row["Contacts"], 1),
    ]
    exit_code = _print("Queues", rows, columns, output)
    if not found.is_whole:
        say(
            f"Read {found.looked_at} items of a larger table: a queue with few contacts may be "
            "missing. See --most-contacts."
        )
    return exit_code


def _print(
    what: str,
    rows: list[dict[str, str]],
    columns: list[OutputColumn[dict[str, str]]],
    output: HowPrinted,
) -> int:
    if output.json:
        print_json({what: [chosen_members(row, output.paths) for row in rows]})
    else:
        title = counted(len(rows), what.lower().removesuffix("s"))
        fields = list(dict.fromkeys(name for row in rows for name in row))
        print_listing(rows, columns, output, title=title, csv_fields=fields)
    if not rows:
        say(f"No {what.lower()}: no event has named any yet.")
        return NOT_DONE
    return DONE
