"""Customers: they come, wait, are connected, talk, and are transferred.

Each function is an act of the day. An act yields the milliseconds that pass until its next line.
The shares are those of a busy service centre: one offer in ten fails, one call in four has a hold
or two, 15 % are transferred, in every way in which agents can.
"""

from collections.abc import Mapping, Sequence

from contact_centre.agents import Queue
from contact_centre.people.conversations import TALK_SECONDS, Conversation
from contact_centre.people.desks import Desk
from contact_centre.people.external_parties import ExternalParties
from contact_centre.people.office import CHAT, HOUR, TASK, VOICE, Office
from contact_centre.people.transfers import Transfers
from contact_centre.people.waiting_room import ABANDONED, Course, WaitingRoom
from contact_centre.script import ScriptedLeg
from contact_centre.timetable import Act

CUSTOMERS_PER_AGENT_AND_HOUR = 60 / 8
"""Together with what agents dial, and less what no agent sees, it makes 60 in 8 hours."""
METHODS = {VOICE: "INBOUND", CHAT: "API", TASK: "API"}
CAMPAIGN = "call of an outbound campaign"
SHARE_ANSWERED = 0.6
"""Of the calls of a campaign."""

BEGINNINGS: Mapping[str, Mapping[str, float]] = {
    VOICE: {
        "inbound": 84.0,
        "served by a menu alone": 4.0,
        "abandoned in the queue": 3.5,
        "queued callback": 3.0,
        "callback asked for in a menu": 2.5,
        "customer-first callback asked for": 1.5,
        "moved to another queue by a flow": 3.0,
        "call of an outbound campaign": 2.0,
    },
    CHAT: {"inbound": 97.0, "abandoned in the queue": 3.0},
    TASK: {"inbound": 1.0},
}
SECONDS_IN_MENU = {VOICE: (3, 40), CHAT: (0.3, 3), TASK: (0.2, 1)}
VOICE_COURSES = {
    "talk": 78.0,
    "cold transfer to a queue": 3.0,
    "cold transfer to an agent": 2.5,
    "warm transfer to an agent": 2.5,
    "warm transfer to a queue": 1.0,
    "transfer to a flow": 0.8,
    "warm transfer, then a blind one at once": 1.2,
    "callback that the agent promises": 1.0,
    "consult and back": 1.8,
    "nested consult": 1.0,
    "consult during which the customer hangs up": 1.2,
    "consult that nobody answers": 0.6,
    "consult, then transfer to somebody else": 1.0,
    "conference": 1.0,
    "conference that the inviting agent leaves": 0.6,
    "conference that the customer ends": 0.5,
    "conference that the customer leaves first": 1.2,
    "conference of three agents": 0.5,
    "consult of an external party": 0.7,
    "conference with an external party": 0.5,
    "transfer to an external party": 0.5,
}
CHAT_COURSES = {"talk": 85.0, "transfer to a queue": 9.0, "transfer to an agent": 6.0}


class Customers:
    """The customers of the day."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._random_source = office.random_source
        self._life = office.life
        self._waiting_room = WaitingRoom(office, self.converse)
        self._flows = self._waiting_room.flows
        self._conversation = Conversation(office, self._flows)
        transfers = Transfers(office, self._waiting_room, self._conversation, self.converse)
        external = ExternalParties(office, self._conversation, transfers.hand_over_to_queue)
        self._voice_courses: dict[str, Course] = {
            "talk": self._conversation.talk_to_the_end,
            **transfers.courses,
            **external.courses,
        }
        self._beginnings = {
            channel: self._random_source.deck(weights) for channel, weights in BEGINNINGS.items()
        }
        self._voice_deck = self._random_source.deck(VOICE_COURSES)
        self._answered_campaign_calls = self._random_source.share(SHARE_ANSWERED, cards=5)
        self.router = self._waiting_room.router

    def arrivals(self, desks: Sequence[Desk]) -> Act[None]:
        """Let customers come until the centre closes, more of them to larger teams."""
        mean = HOUR / (CUSTOMERS_PER_AGENT_AND_HOUR * len(desks))
        staffed = [desk for desk in desks if desk.profile.queues] or desks
        while True:
            yield self._random_source.until_next(mean)
            if self._office.timetable.now >= self._office.closes:
                return
            queues = self._random_source.one_of(staffed).profile.queues
            channel = self._random_source.weighted(
                {channel: {VOICE: 6, CHAT: 3, TASK: 2}[channel] for channel in queues}
            )
            self._arrive(channel, self._random_source.one_of(queues[channel]))

    def _arrive(self, channel: str, queue: Queue) -> None:
        chain = self._office.new_chain()
        beginning = self._beginnings[channel].draw()
        case = beginning if channel == VOICE else f"{beginning}: {channel.lower()}"
        if beginning == CAMPAIGN:
            leg = self._office.new_leg(chain, case, method="API", campaign=self._office.campaign)
            self._office.play(chain, self._dial_for_campaign(leg, queue))
            return
        leg = self._office.new_leg(chain, case, channel=channel, method=METHODS[channel])
        self._office.play(chain, self._begin(leg, beginning, queue))

    def _dial_for_campaign(self, leg: ScriptedLeg, queue: Queue) -> Act[None]:
        """The contact is created some time before the call starts (contact-events)."""
        yield self._random_source.between(10, 90)
        self._life.start_call(leg)
        yield self._random_source.between(4, 20)
        if not self._answered_campaign_calls.draw():
            self._office.note("call of an outbound campaign that nobody answers")
            leg.answering_machine = "AMD_UNANSWERED"
            self._life.disconnect(leg, "TELECOM_UNANSWERED")
            return
        leg.answering_machine = "HUMAN_ANSWERED"
        self._life.connect_to_system(leg)
        yield self._random_source.between(0.3, 2)
        self._waiting_room.enqueue_and_enter(leg, queue)

    def _begin(self, leg: ScriptedLeg, beginning: str, queue: Queue) -> Act[None]:
        """A menu, or a flow that nobody notices, comes before the queue."""
        yield self._random_source.between(*SECONDS_IN_MENU[leg.contact.channel])
        if leg.connected_to_system is None:
            self._life.connect_to_system(leg)
        if beginning == "served by a menu alone":
            yield from self._flows.serve(leg)
        elif beginning == "callback asked for in a menu":
            yield from self._flows.ask_for_callback(leg)
        else:
            yield from self._go_to_queue(leg, beginning, queue)

    def _go_to_queue(self, leg: ScriptedLeg, beginning: str, queue: Queue) -> Act[None]:
        self._life.enqueue(leg, queue)
        match beginning:
            case "customer-first callback asked for":
                yield self._random_source.between(10, 60)
                yield from self._flows.ask_for_customer_first_callback(leg)
            case "abandoned in the queue":
                yield self._random_source.between(10, 90)
                self._life.disconnect(leg, ABANDONED)
            case "queued callback":
                yield self._random_source.between(20, 90)
                yield from self._flows.ask_for_callback(leg)
            case "moved to another queue by a flow":
                yield self._random_source.between(10, 60)
                yield from self._flows.move_on(leg)
            case _:
                self._waiting_room.enter(leg)

    # Conversations

    def converse(self, desk: Desk, leg: ScriptedLeg) -> Act[None]:
        """From the connection to the end of after contact work, whatever comes between."""
        match leg.contact.channel:
            case "CHAT":
                yield self._random_source.about(TALK_SECONDS[CHAT], at_least=20)
                yield from self._leave(desk, leg, self._course(leg, CHAT_COURSES))
            case "TASKS":
                yield from self._conversation.work_on_task(desk, leg)
                yield from self._leave(desk, leg, self._course(leg, CHAT_COURSES))
            case _:
                yield from self._voice_courses[self._voice_course(desk, leg)](desk, leg)

    def _voice_course(self, desk: Desk, leg: ScriptedLeg) -> str:
        if desk.is_about_to_log_out or not leg.chain.may_grow:
            return "talk"
        return self._voice_deck.draw()

    def _course(self, leg: ScriptedLeg, courses: Mapping[str, float]) -> str:
        return self._random_source.weighted(courses) if leg.chain.may_grow else "talk"

    def _leave(self, desk: Desk, leg: ScriptedLeg, course: str) -> Act[None]:
        """A chat or a task is passed on without a word, or is over."""
        if course == "talk":
            yield from self._conversation.finish(desk, leg)
            return
        channel = leg.contact.channel
        colleague = None
        if course == "transfer to an agent":
            colleague = self._office.colleague(channel, desk)
        target = colleague.agent.own_queue if colleague else self._office.standard_queue(channel)
        case = f"{'transfer to an agent' if colleague else 'transfer to a queue'}"
        self._life.complete_transfer(leg)
        self._office.play(leg.chain, self._conversation.wrap_up(desk, leg))
        yield self._random_source.between(0.05, 0.3)
        invited = self._office.new_leg(
            leg.chain,
            f"{case}: {channel.lower()}",
            channel=channel,
            method="TRANSFER",
            invited_by=leg,
            transfer_type="TRANSFER",
        )
        yield self._random_source.between(0.2, 6)
        self._waiting_room.enqueue_and_enter(invited, target)
