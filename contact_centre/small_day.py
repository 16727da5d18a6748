"""The small day: a script of twenty-five minutes in which every case happens once.

Each case is a function to be read like a script, with round times, so that what the contact records
must say can be worked out on paper. All of it is synthetic; see `contact_centre`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from contact_centre.agents import (
    Agent,
    ContactCentre,
    JsonObject,
    Queue,
    RoutingProfile,
    identifier,
)

CENTRE = "small day"
DAY = date(2026, 3, 9)


def small_day(*, hold_moves_state_start: bool = True) -> list[JsonObject]:
    """All agent events of the day in time order."""
    return _play(hold_moves_state_start=hold_moves_state_start).events


def contact_names() -> dict[str, str]:
    """The script's name of each contact, by ContactId; one of them no agent ever sees."""
    return _play(hold_moves_state_start=True).contact_names


def contact_id(name: str) -> str:
    return identifier(CENTRE, "contact", name)


def agent_id(username: str) -> str:
    return identifier(CENTRE, "agent", username)


def queue_id(name: str) -> str:
    return identifier(CENTRE, "queue", name)


def routing_profile_id(name: str) -> str:
    return identifier(CENTRE, "routing-profile", name)


def hierarchy_group_id(name: str) -> str:
    return identifier(CENTRE, "agent-group", name)


def instance_id() -> str:
    return identifier(CENTRE, "instance", CENTRE)


def at(clock: str) -> datetime:
    """`09:00:06` (or `09:04:42.700`) of the day, in UTC."""
    return datetime.combine(DAY, time.fromisoformat(clock), UTC)


@dataclass(frozen=True)
class Floor:
    """The agents who work today, and their queues."""

    centre: ContactCentre
    sales: Queue
    support: Queue
    billing: Queue
    chats: Queue
    tasks: Queue
    outbound: Queue
    sales_and_support: RoutingProfile
    ada: Agent
    ben: Agent
    cleo: Agent
    dan: Agent
    eva: Agent
    finn: Agent
    gita: Agent
    hugo: Agent
    zoe: Agent


def open_floor(centre: ContactCentre) -> Floor:
    sales, support, billing = (centre.queue(name) for name in ("Sales", "Support", "Billing"))
    chats = centre.queue("Chats", channels=("CHAT",))
    tasks = centre.queue("Tasks", channels=("TASKS",))
    outbound = centre.queue("Outbound")

    def profile(name: str, *inbound: Queue, **slots: int) -> RoutingProfile:
        return centre.routing_profile(
            name, inbound_queues=inbound, default_outbound_queue=outbound, slots=slots
        )

    only_sales = profile("Sales", sales, VOICE=1)
    sales_and_support = profile("Sales and support", sales, support, VOICE=1)
    billing_calls = profile("Billing", billing, VOICE=1)
    chat_desk = profile("Chat desk", chats, VOICE=1, CHAT=3)
    back_office = profile("Back office", tasks, VOICE=1, TASKS=5)
    supervision = profile("Supervision", VOICE=1)

    def agent(
        username: str,
        names: tuple[str, str],
        routing_profile: RoutingProfile,
        *hierarchy: str,
    ) -> Agent:
        first_name, last_name = names
        return centre.agent(
            username,
            routing_profile=routing_profile,
            hierarchy=hierarchy,
            first_name=first_name,
            last_name=last_name,
        )

    return Floor(
        centre=centre,
        sales=sales,
        support=support,
        billing=billing,
        chats=chats,
        tasks=tasks,
        outbound=outbound,
        sales_and_support=sales_and_support,
        ada=agent("ada", ("Ada", "Berg"), only_sales, "Europe", "Phones"),
        ben=agent("ben", ("Ben", "Carver"), sales_and_support, "Europe", "Phones"),
        cleo=agent("cleo", ("Cleo", "Dimitriou"), sales_and_support, "Europe", "Phones"),
        dan=agent("dan", ("Dan", "Eriksen"), sales_and_support, "Europe", "Phones"),
        eva=agent("eva", ("Eva", "Farkas"), sales_and_support, "Europe", "Phones"),
        finn=agent("finn", ("Finn", "Gallagher"), chat_desk, "Europe", "Writing"),
        gita=agent("gita", ("Gita", "Heyer"), back_office, "Europe", "Writing"),
        hugo=agent("hugo", ("Hugo", "Ibáñez"), supervision, "Europe"),
        zoe=agent("zoe", ("Zoë", "Jørgensen"), billing_calls),
    )


def agents_log_in(floor: Floor) -> None:
    for agent in (floor.ada, floor.finn):
        agent.log_in(at("08:59:00"))
        agent.set_status("Available", at("08:59:05"))
    for agent in (floor.ben, floor.cleo, floor.gita, floor.hugo):
        agent.log_in(at("09:00:00"))
        agent.set_status("Available", at("09:00:05"))
    for agent in (floor.dan, floor.eva, floor.zoe):
        agent.log_in(at("09:04:00"))
        agent.set_status("Available", at("09:04:05"))


def plain_call(floor: Floor) -> None:
    """Five minutes, so that heartbeats fall into it; ada's routing profile changes meanwhile."""
    call = floor.centre.contact("plain call", queue=floor.sales, queued_at=at("08:59:48"))
    floor.ada.offer(call, at("09:00:00"))
    floor.ada.accept(call, at("09:00:06"))
    floor.ada.assign(floor.sales_and_support, at("09:03:00"))
    floor.ada.end(call, at("09:05:06"))
    floor.ada.clear(call, at("09:05:26"))


def rejected_chat(floor: Floor) -> None:
    chat = floor.centre.contact(
        "rejected chat",
        channel="CHAT",
        initiation_method="API",
        queue=floor.chats,
        queued_at=at("09:00:00"),
    )
    floor.finn.offer(chat, at("09:00:10"))
    floor.finn.reject(chat, at("09:00:18"))
    floor.finn.clear(chat, at("09:00:20"))


def three_chats_at_once(floor: Floor) -> None:
    """Two of them leave the snapshot in one event, when finn takes a break."""
    first, second, third = (
        floor.centre.contact(
            f"three chats at once: {which}",
            channel="CHAT",
            initiation_method="API",
            queue=floor.chats,
            queued_at=at("09:01:50"),
        )
        for which in ("first", "second", "third")
    )
    floor.finn.offer(first, at("09:02:00"))
    floor.finn.accept(first, at("09:02:05"))
    floor.finn.offer(second, at("09:02:30"))
    floor.finn.accept(second, at("09:02:40"))
    floor.finn.offer(third, at("09:03:00"))
    floor.finn.accept(third, at("09:03:05"))
    floor.finn.end(second, at("09:04:00"))
    floor.finn.clear(second, at("09:04:30"))
    floor.finn.end(first, at("09:05:00"))
    floor.finn.end(third, at("09:05:10"))
    floor.finn.set_status("Break", at("09:05:40"))


def missed_then_taken_by_another(floor: Floor) -> None:
    """The missed call is still in ben's snapshot when cleo talks already."""
    call = floor.centre.contact(
        "missed, then taken by another agent", queue=floor.support, queued_at=at("09:00:50")
    )
    floor.ben.offer(call, at("09:01:00"))
    floor.ben.miss(call, at("09:01:20"))
    floor.cleo.offer(call, at("09:01:22"))
    floor.cleo.accept(call, at("09:01:28"))
    floor.ben.clear(call, at("09:01:40"))
    floor.cleo.end(call, at("09:02:28"))
    floor.cleo.clear(call, at("09:02:38"))


def supervisor_monitors(floor: Floor) -> None:
    """The supervisor listens to the plain call, which nothing in the events says."""
    watch = floor.centre.contact("monitor", initiation_method="MONITOR")
    floor.hugo.monitor(watch, at("09:01:00"))
    floor.hugo.end(watch, at("09:04:00"))
    floor.hugo.clear(watch, at("09:04:02"))


def paused_task(floor: Floor) -> None:
    """A heartbeat falls into the pause; gita's lunch waits until the task has left the snapshot."""
    task = floor.centre.contact(
        "paused task",
        channel="TASKS",
        initiation_method="API",
        queue=floor.tasks,
        queued_at=at("09:02:00"),
    )
    floor.gita.offer(task, at("09:02:10"))
    floor.gita.accept(task, at("09:02:15"))
    floor.gita.pause(task, at("09:03:15"))
    floor.gita.resume(task, at("09:05:45"))
    floor.gita.set_next_status("Lunch", at("09:06:00"))
    floor.gita.end(task, at("09:06:45"))
    floor.gita.clear(task, at("09:06:50"))


def missed_twice_then_taken(floor: Floor) -> None:
    call = floor.centre.contact(
        "missed twice, then taken", queue=floor.support, queued_at=at("09:04:00")
    )
    floor.ben.offer(call, at("09:04:10"))
    floor.ben.miss(call, at("09:04:30"))
    floor.ben.clear(call, at("09:04:35"))
    floor.ben.offer(call, at("09:04:40"))
    floor.ben.miss(call, at("09:05:00"))
    floor.ben.clear(call, at("09:05:05"))
    floor.ben.offer(call, at("09:05:10"))
    floor.ben.accept(call, at("09:05:14"))
    floor.ben.end(call, at("09:06:14"))
    floor.ben.clear(call, at("09:06:20"))


def two_holds(floor: Floor) -> None:
    """12.7 s and 12.9 s of hold are 25 s together: summed first, rounded down once."""
    call = floor.centre.contact("two holds", queue=floor.sales, queued_at=at("09:03:45"))
    floor.cleo.offer(call, at("09:04:00"))
    floor.cleo.accept(call, at("09:04:10"))
    floor.cleo.hold(call, at("09:04:30"))
    floor.cleo.resume(call, at("09:04:42.700"))
    floor.cleo.hold(call, at("09:05:00"))
    floor.cleo.resume(call, at("09:05:12.900"))
    floor.cleo.end(call, at("09:06:10"))
    floor.cleo.clear(call, at("09:06:40"))


def outbound(floor: Floor) -> None:
    call = floor.centre.contact("outbound", initiation_method="OUTBOUND", queue=floor.outbound)
    floor.dan.dial(call, at("09:05:00"))
    floor.dan.reach_customer(call, at("09:05:12"))
    floor.dan.end(call, at("09:06:12"))
    floor.dan.clear(call, at("09:06:20"))


def outbound_that_ends_in_error(floor: Floor) -> None:
    call = floor.centre.contact(
        "outbound that ends in ERROR", initiation_method="OUTBOUND", queue=floor.outbound
    )
    floor.dan.dial(call, at("09:07:00"))
    floor.dan.fail(call, at("09:07:25"))
    floor.dan.clear(call, at("09:07:33"))


def customer_hangs_up_while_it_rings(floor: Floor) -> None:
    """The contact is gone from one event to the next, with no inactive state between."""
    call = floor.centre.contact(
        "customer hangs up while it rings", queue=floor.support, queued_at=at("09:05:50")
    )
    floor.eva.offer(call, at("09:06:00"))
    floor.eva.lose(call, at("09:06:09"))


def cold_transfer_to_a_queue(floor: Floor) -> None:
    """ada holds the customer to transfer and leaves; zoe is offered the call 50 s later."""
    first = floor.centre.contact(
        "cold transfer: first leg", queue=floor.sales, queued_at=at("09:06:55")
    )
    floor.ada.offer(first, at("09:07:00"))
    floor.ada.accept(first, at("09:07:05"))
    floor.ada.hold(first, at("09:08:05"))
    second = floor.centre.transfer(
        "cold transfer: second leg", of=first, to=floor.billing, at=at("09:08:06")
    )
    floor.ada.end(first, at("09:08:09"))
    floor.ada.clear(first, at("09:08:19"))
    floor.zoe.offer(second, at("09:09:00"))
    floor.zoe.accept(second, at("09:09:08"))
    floor.zoe.end(second, at("09:10:08"))
    floor.zoe.clear(second, at("09:10:18"))


def warm_transfer_to_an_agent(floor: Floor) -> None:
    """ben talks to cleo for 30 s while the customer is on hold, then leaves."""
    first = floor.centre.contact(
        "warm transfer: first leg", queue=floor.support, queued_at=at("09:06:50")
    )
    floor.ben.offer(first, at("09:07:00"))
    floor.ben.accept(first, at("09:07:04"))
    floor.ben.hold(first, at("09:08:04"))
    second = floor.centre.transfer(
        "warm transfer: second leg", of=first, to=floor.cleo.own_queue, at=at("09:08:05")
    )
    floor.cleo.offer(second, at("09:08:06"))
    floor.cleo.accept(second, at("09:08:10"))
    floor.ben.end(first, at("09:08:40"))
    floor.ben.clear(first, at("09:08:50"))
    floor.cleo.end(second, at("09:09:40"))
    floor.cleo.clear(second, at("09:09:50"))


def queued_callback(floor: Floor) -> None:
    """The customer called, asked for a callback and hung up: that call no agent ever saw."""
    asked = floor.centre.contact(
        "queued callback: the call that asked for it",
        queue=floor.support,
        queued_at=at("09:08:00"),
    )
    callback = floor.centre.contact(
        "queued callback",
        initiation_method="CALLBACK",
        queue=floor.support,
        queued_at=at("09:10:30"),
        initial=asked,
    )
    floor.cleo.offer(callback, at("09:11:00"))
    floor.cleo.accept(callback, at("09:11:05"))
    floor.cleo.reach_customer(callback, at("09:11:15"))
    floor.cleo.end(callback, at("09:12:15"))
    floor.cleo.clear(callback, at("09:12:25"))


def consult_and_back(floor: Floor) -> None:
    """ada asks zoe for 40 s, the customer on hold all the while, and goes on alone."""
    first = floor.centre.contact(
        "consult and back: first leg", queue=floor.sales, queued_at=at("09:10:55")
    )
    floor.ada.offer(first, at("09:11:00"))
    floor.ada.accept(first, at("09:11:03"))
    floor.ada.hold(first, at("09:12:03"))
    second = floor.centre.transfer(
        "consult and back: second leg", of=first, to=floor.zoe.own_queue, at=at("09:12:04")
    )
    floor.zoe.offer(second, at("09:12:05"))
    floor.zoe.accept(second, at("09:12:09"))
    floor.zoe.end(second, at("09:12:49"))
    floor.ada.resume(first, at("09:12:50"))
    floor.zoe.clear(second, at("09:12:59"))
    floor.ada.end(first, at("09:13:50"))
    floor.ada.clear(first, at("09:14:00"))


def consult_then_transfer_to_somebody_else(floor: Floor) -> None:
    """ben asks dan, talks to the customer again for 20 s, then hands over to eva."""
    first = floor.centre.contact(
        "consult, then transfer: first leg", queue=floor.support, queued_at=at("09:10:40")
    )
    floor.ben.offer(first, at("09:11:00"))
    floor.ben.accept(first, at("09:11:05"))
    floor.ben.hold(first, at("09:12:05"))
    second = floor.centre.transfer(
        "consult, then transfer: second leg", of=first, to=floor.dan.own_queue, at=at("09:12:06")
    )
    floor.dan.offer(second, at("09:12:07"))
    floor.dan.accept(second, at("09:12:11"))
    floor.dan.end(second, at("09:12:41"))
    floor.ben.resume(first, at("09:12:42"))
    floor.dan.clear(second, at("09:12:46"))
    floor.ben.hold(first, at("09:13:02"))
    third = floor.centre.transfer(
        "consult, then transfer: third leg", of=first, to=floor.eva.own_queue, at=at("09:13:03")
    )
    floor.eva.offer(third, at("09:13:04"))
    floor.eva.accept(third, at("09:13:10"))
    floor.ben.end(first, at("09:13:30"))
    floor.ben.clear(first, at("09:13:40"))
    floor.eva.end(third, at("09:14:30"))
    floor.eva.clear(third, at("09:14:45"))


def conference(floor: Floor) -> None:
    """20 s between the agents, then ada joins the customer in for 60 s; zoe leaves before ada."""
    first = floor.centre.contact(
        "conference: first leg", queue=floor.sales, queued_at=at("09:14:50")
    )
    floor.ada.offer(first, at("09:15:00"))
    floor.ada.accept(first, at("09:15:02"))
    floor.ada.hold(first, at("09:16:02"))
    second = floor.centre.transfer(
        "conference: second leg", of=first, to=floor.zoe.own_queue, at=at("09:16:03")
    )
    floor.zoe.offer(second, at("09:16:04"))
    floor.zoe.accept(second, at("09:16:08"))
    floor.ada.resume(first, at("09:16:28"))
    floor.zoe.end(second, at("09:17:28"))
    floor.zoe.clear(second, at("09:17:38"))
    floor.ada.end(first, at("09:18:28"))
    floor.ada.clear(first, at("09:18:40"))


def transfer_of_a_transfer(floor: Floor) -> None:
    """ben to dan after 10 s between them, dan to eva after 20 s between them."""
    first = floor.centre.contact(
        "transfer of a transfer: first leg", queue=floor.support, queued_at=at("09:14:45")
    )
    floor.ben.offer(first, at("09:15:00"))
    floor.ben.accept(first, at("09:15:05"))
    floor.ben.hold(first, at("09:16:05"))
    second = floor.centre.transfer(
        "transfer of a transfer: second leg", of=first, to=floor.dan.own_queue, at=at("09:16:06")
    )
    floor.dan.offer(second, at("09:16:07"))
    floor.dan.accept(second, at("09:16:10"))
    floor.ben.end(first, at("09:16:20"))
    floor.ben.clear(first, at("09:16:30"))
    floor.dan.hold(second, at("09:17:20"))
    third = floor.centre.transfer(
        "transfer of a transfer: third leg", of=second, to=floor.eva.own_queue, at=at("09:17:21")
    )
    floor.eva.offer(third, at("09:17:22"))
    floor.eva.accept(third, at("09:17:26"))
    floor.dan.end(second, at("09:17:46"))
    floor.dan.clear(second, at("09:17:56"))
    floor.eva.end(third, at("09:18:46"))
    floor.eva.clear(third, at("09:19:00"))


def agent_logs_out_in_after_contact_work(floor: Floor) -> None:
    """The LOGOUT itself takes the contact out of the snapshot; one heartbeat still follows."""
    call = floor.centre.contact(
        "log-out in after-contact work", queue=floor.support, queued_at=at("09:20:40")
    )
    floor.eva.offer(call, at("09:21:00"))
    floor.eva.accept(call, at("09:21:05"))
    floor.eva.end(call, at("09:22:05"))
    floor.eva.log_out(at("09:22:20"))
    floor.eva.heart_beat(at("09:24:20"))


def other_agents_log_out(floor: Floor) -> None:
    floor.hugo.log_out(at("09:05:00"))
    floor.finn.log_out(at("09:08:00"))
    floor.gita.log_out(at("09:08:00"))
    floor.cleo.log_out(at("09:13:00"))
    for agent in (floor.ada, floor.ben, floor.dan, floor.zoe):
        agent.log_out(at("09:20:00"))


# In the order in which each agent's day runs: no agent goes back in time from case to case.
SCRIPT: tuple[Callable[[Floor], None], ...] = (
    agents_log_in,
    plain_call,
    rejected_chat,
    three_chats_at_once,
    missed_then_taken_by_another,
    supervisor_monitors,
    paused_task,
    missed_twice_then_taken,
    two_holds,
    outbound,
    outbound_that_ends_in_error,
    customer_hangs_up_while_it_rings,
    cold_transfer_to_a_queue,
    warm_transfer_to_an_agent,
    queued_callback,
    consult_and_back,
    consult_then_transfer_to_somebody_else,
    conference,
    transfer_of_a_transfer,
    agent_logs_out_in_after_contact_work,
    other_agents_log_out,
)


def _play(*, hold_moves_state_start: bool) -> ContactCentre:
    centre = ContactCentre(CENTRE, hold_moves_state_start=hold_moves_state_start)
    floor = open_floor(centre)
    for scene in SCRIPT:
        scene(floor)
    return centre
