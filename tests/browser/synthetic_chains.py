"""Synthetic chains, one of every kind, with round times to be checked on paper."""

from tests.browser.chains import (
    AgentSpans,
    JsonObject,
    Span,
    answered,
    chain,
    failed,
    leg,
    own_queue,
    unseen,
)
from tests.browser.floor import QUEUES


def cold_transfer() -> JsonObject:
    """ada leaves; 50 s later zoe is offered the call."""
    return chain(
        leg(
            "c-first",
            answered("ada", 0, 5, 69, 79, holds=[(65, 69)]),
            queue=QUEUES["sales"],
            waited=(-20, 5),
        ),
        leg(
            "c-second",
            answered("zoe", 120, 128, 188, 198),
            method="TRANSFER",
            queue=QUEUES["billing"],
            waited=(66, 128),
            previous="c-first",
            transfer_type="TRANSFER",
            evidence="CONTACT_EVENT",
            depth=1,
        ),
    )


def consult() -> JsonObject:
    """ada asks zoe for 40 s, the customer on hold, and goes on alone."""
    return chain(
        leg("c-first", answered("ada", 0, 3, 170, 180, holds=[(63, 110)]), queue=QUEUES["sales"]),
        leg(
            "c-second",
            answered("zoe", 65, 69, 109, 119),
            method="TRANSFER",
            queue=own_queue("zoe"),
            previous="c-first",
            transfer_type="CONSULT",
            depth=1,
        ),
    )


def conference() -> JsonObject:
    """zoe is joined in for a minute and leaves before ada."""
    return chain(
        leg("c-first", answered("ada", 0, 2, 208, 220, holds=[(62, 88)]), queue=QUEUES["sales"]),
        leg(
            "c-second",
            answered("zoe", 64, 68, 148, 158),
            method="TRANSFER",
            queue=own_queue("zoe"),
            previous="c-first",
            transfer_type="CONFERENCE",
            evidence="CONTACT_RECORD",
            depth=1,
        ),
    )


def callback_of_an_unseen_call() -> JsonObject:
    """The call that asked for it was seen by nobody."""
    return chain(
        unseen("c-first"),
        leg(
            "c-second",
            AgentSpans(
                "cleo",
                "HANDLED",
                [
                    ("INCOMING", 0, 5),
                    ("CONNECTING", 5, 15),
                    ("CONNECTED", 15, 75),
                    ("ENDED", 75, 85),
                ],
            ),
            method="CALLBACK",
            queue=QUEUES["support"],
            previous="c-first",
            transfer_type="CALLBACK",
            depth=1,
        ),
    )


def queue_transfer() -> JsonObject:
    """Nobody answered in the first queue, so the flow moved the customer to another."""
    return chain(
        leg(
            "c-first",
            failed("ben", "MISSED", 10, 30, 36),
            failed("dan", "WITHDRAWN", 40, 47, 47),
            queue=QUEUES["sales"],
            waited=(0, 50),
            status="UNANSWERED",
        ),
        leg(
            "c-second",
            answered("cleo", 60, 64, 124, 130),
            method="QUEUE_TRANSFER",
            queue=QUEUES["support"],
            waited=(50, 64),
            previous="c-first",
            transfer_type="QUEUE_TRANSFER",
            depth=1,
        ),
    )


def external() -> JsonObject:
    """ada calls somebody outside in; no agent is part of that leg."""
    return chain(
        leg("c-first", answered("ada", 0, 4, 300, 310, holds=[(60, 90)]), queue=QUEUES["sales"]),
        leg(
            "c-second",
            method="EXTERNAL_OUTBOUND",
            previous="c-first",
            transfer_type="CONFERENCE",
            evidence="CONTACT_RECORD",
            depth=1,
            without_agent=(62, 280),
        ),
    )


def unanswered_consult() -> JsonObject:
    """zoe does not answer; ada's talk goes on."""
    return chain(
        leg("c-first", answered("ada", 0, 4, 200, 210, holds=[(60, 82)]), queue=QUEUES["sales"]),
        leg(
            "c-second",
            failed("zoe", "MISSED", 61, 81, 90),
            method="TRANSFER",
            queue=own_queue("zoe"),
            previous="c-first",
            transfer_type="CONSULT",
            depth=1,
            status="UNANSWERED",
        ),
    )


RUNNING_SECONDS = 60
WHOLE_STORY_SECONDS = 905


def running() -> JsonObject:
    """ada has been talking for 50 s."""
    spans: list[Span] = [("CONNECTING", 0, 10), ("CONNECTED", 10, None)]
    return chain(
        leg(
            "c-first",
            AgentSpans("ada", "CONNECTED", spans),
            queue=QUEUES["sales"],
            status="IN_PROGRESS",
        ),
        now=RUNNING_SECONDS,
    )


def of_many_legs(number: int, seconds_each: float) -> JsonObject:
    """Transfer after transfer."""
    legs = []
    for n in range(number):
        start = n * seconds_each
        legs.append(
            leg(
                f"c-{n:02}",
                answered(
                    f"agent {n:02}",
                    start,
                    start + seconds_each * 0.1,
                    start + seconds_each,
                    start + seconds_each * 1.5,
                ),
                method="TRANSFER" if n else "INBOUND",
                queue=QUEUES["sales"],
                previous=f"c-{n - 1:02}" if n else None,
                transfer_type="TRANSFER" if n else None,
                depth=n,
            )
        )
    return chain(*legs, now=number * seconds_each * 2)


def whole_story() -> JsonObject:
    """Everything at once: failed offers, a consultation, a conference, an external party."""
    return chain(
        leg(
            "7f2d0c1e-root",
            failed("ben", "MISSED", 12, 32, 41),
            answered("ada", 34, 40, 402, 431, holds=[(118, 176), (236, 262)]),
            queue=QUEUES["sales"],
            waited=(0, 40),
        ),
        leg(
            "a09a8b61-consult",
            answered("zoe", 121, 126, 172, 183),
            method="TRANSFER",
            queue=own_queue("zoe"),
            waited=(119, 126),
            previous="7f2d0c1e-root",
            transfer_type="CONSULT",
            depth=1,
        ),
        leg(
            "b4790a60-conference",
            failed("dan", "REJECTED", 240, 247, 250),
            answered("eva", 251, 256, 640, 668, holds=[(430, 470)]),
            method="TRANSFER",
            queue=QUEUES["support"],
            waited=(238, 256),
            previous="7f2d0c1e-root",
            transfer_type="TRANSFER",
            evidence="CONTACT_RECORD",
            depth=1,
        ),
        leg(
            "c81e2a77-external",
            method="EXTERNAL_OUTBOUND",
            previous="b4790a60-conference",
            transfer_type="CONFERENCE",
            evidence="CONTACT_EVENT",
            depth=2,
            without_agent=(432, 590),
        ),
        leg(
            "d2422870-callback",
            failed("hugo", "ERROR", 760, 768, 771),
            AgentSpans(
                "cleo",
                "CONNECTED",
                [("INCOMING", 772, 777), ("CONNECTING", 777, 786), ("CONNECTED", 786, None)],
            ),
            method="CALLBACK",
            queue=QUEUES["support"],
            waited=(700, 777),
            previous="b4790a60-conference",
            transfer_type="CALLBACK",
            depth=2,
            status="IN_PROGRESS",
        ),
        now=WHOLE_STORY_SECONDS,
    )
