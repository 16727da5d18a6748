"""How the functions call AWS: how many calls at a time, how often to try, and until when."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Final, Protocol

from botocore.config import Config

from adapters.errors import OutOfTimeError, RetryableError
from contacts.errors import PermanentError

CONCURRENT_CALLS: Final = 16
"""Throughput over threads has its knee between 8 and 16 on the one core of a small function."""

CLIENT_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONCURRENT_CALLS,
    retries={"mode": "standard", "total_max_attempts": 4},
    # boto3 would validate what DynamoDB validates anyway, and build its user agent twice, in every
    # call: CPU where it counts, because calls are most of what an event costs.
    parameter_validation=False,
    user_agent="contact-chains",
)

type SecondsLeft = Callable[[], float | None]
"""How long a call may still take; None when nobody is waiting for an answer."""

_TO_ANSWER_SECONDS: Final = 5.0
_FIRST_PAUSE_SECONDS: Final = 0.05


class LambdaContext(Protocol):
    """The part of Lambda's context object that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """How long until Lambda stops the function."""


def until_answer(context: LambdaContext) -> SecondsLeft:
    """The time left before the function must answer, so that it reports what is not done.

    Killed by Lambda instead, it would report nothing, and the whole batch would come again.
    """
    return lambda: max(0.0, context.get_remaining_time_in_millis() / 1000 - _TO_ANSWER_SECONDS)


def tries(most: int, pause: Callable[[float], None] = time.sleep) -> Iterator[int]:
    """The numbers of up to ``most`` tries, from 0, with a pause before each but the first.

    Pauses double, and differ by chance, so that those who were refused together do not come back
    together.
    """
    for number in range(most):
        if number:
            pause(random.uniform(0.5, 1) * _FIRST_PAUSE_SECONDS * 2 ** (number - 1))
        yield number


def in_calls[T](
    entries: Iterable[T], size: Callable[[T], int], *, most: int, most_bytes: int
) -> Iterator[list[T]]:
    """The entries, in their order, in as few calls as take them, by number and by bytes.

    An entry that is too large for any call is alone in its own, to be refused.
    """
    call: list[T] = []
    in_call = 0
    for entry in entries:
        if call and (len(call) == most or in_call + size(entry) > most_bytes):
            yield call
            call, in_call = [], 0
        call.append(entry)
        in_call += size(entry)
    if call:
        yield call


def forever() -> float | None:
    """No limit: for programs that nobody stops."""
    return None


def gathered[Of, Result](
    calls: Iterable[tuple[Of, Future[Result]]], *, seconds_left: SecondsLeft
) -> Iterator[tuple[Of, Result | RetryableError | PermanentError]]:
    """The result of each running call, or why it failed, in their order.

    ``Of`` is what a call is about. One that takes too long gives an OutOfTimeError.
    """
    for of, call in calls:
        try:
            yield of, _in_time(call, seconds_left)
        except (RetryableError, PermanentError) as error:
            yield of, error


def _in_time[Result](call: Future[Result], seconds_left: SecondsLeft) -> Result:
    try:
        return call.result(timeout=seconds_left())
    except TimeoutError:
        call.cancel()
        message = "not done when the time of the function was almost up"
        raise OutOfTimeError(message) from None
