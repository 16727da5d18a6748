"""The arguments of commands that say which simulated day it is, and what is published of it.

The functions that read a value are called as argparse calls it in its complaint.
"""

import argparse
from math import inf

from contact_centre.generated_day import QUEUES, GeneratedDay
from contact_centre.published.publishing import LONGEST_DELAY_SECONDS, PublishedSources
from contact_centre.sources import add_source_argument


def add_day_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which day it is."""
    parser.add_argument(
        "--agents", type=whole_number, default=50, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--hours",
        type=hours,
        default=2.0,
        metavar="H",
        help="how long customers come (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=7, metavar="S", help="(default: %(default)s)")
    parser.add_argument(
        "--queues",
        type=whole_number,
        default=QUEUES,
        metavar="Q",
        help="queues per routing profile; they make up the size of an event (default: %(default)s)",
    )
    parser.add_argument(
        "--hold-stands-still",
        action="store_true",
        help="StateStartTimestamp does not move on hold, as GetCurrentUserData has it",
    )
    add_source_argument(parser, "which sources are published")
    parser.add_argument(
        "--contact-event-loss",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="how many of the contact events never arrive, e.g. 0.1 (default: %(default)s)",
    )
    parser.add_argument(
        "--contact-event-delay",
        type=seconds,
        default=LONGEST_DELAY_SECONDS,
        metavar="S",
        help="how many seconds contact events take at most, and so how far out of order they "
        "come (default: %(default)s)",
    )


def whole_number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def hours(text: str) -> float:
    number = float(text)
    if not 0 < number <= 24:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 24")
    return number


def share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < inf:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return number


def published_of(options: argparse.Namespace) -> PublishedSources:
    """What the arguments say is published."""
    return PublishedSources(
        sources=options.sources,
        contact_event_loss=options.contact_event_loss,
        contact_event_delay=options.contact_event_delay,
    )


def day_of(options: argparse.Namespace) -> GeneratedDay:
    """The day that the arguments of `add_day_arguments` say."""
    return GeneratedDay(
        agents=options.agents,
        hours=options.hours,
        seed=options.seed,
        queues=options.queues,
        hold_moves_state_start=not options.hold_stands_still,
        published=published_of(options),
    )
