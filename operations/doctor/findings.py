"""What a check finds, and how checks are run one after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from botocore.exceptions import ClientError


class CheckOutcome(StrEnum):
    """How a check ends."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_ASKED = "not asked"
    """AWS gave no answer: mostly a right is missing."""


class Heading(StrEnum):
    """The headings of docs/operations.md that tell the cure, by their anchors."""

    STACK = "a-stack-is-missing-or-not-complete"
    ASSOCIATION = "connect-publishes-elsewhere"
    KEY = "connect-may-not-use-the-streams-key"
    CLOCK = "this-machines-clock-is-wrong"
    CANARY = "the-canary-does-not-come-through"
    NOT_ASKED = "a-check-could-not-be-asked"
    CONTACT_RECORDS = "contact-events-and-contact-records"
    NOT_READ = "a-stream-is-not-read"
    LATE = "records-are-read-late"
    FAILS = "a-function-fails"
    THROTTLED = "a-function-is-throttled"
    QUARANTINE = "when-something-lands-in-the-quarantine"
    UNDELIVERED = "contact-events-that-could-not-be-delivered"
    UNPUBLISHED = "events-that-could-not-be-published"
    API = "the-query-api-fails"
    SILENCE = "no-agent-events-in-business-hours"
    ALARMS = "runbook"
    QUOTAS = "quotas-to-raise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence about one thing, and the heading that tells the cure."""

    outcome: CheckOutcome
    says: str
    heading: str | None = None
    """An anchor in docs/operations.md: one of ``Heading``, or what an alarm's description names."""
    missing_right: str | None = None


def ok(says: str) -> Finding:
    return Finding(outcome=CheckOutcome.OK, says=says)


def warning(says: str, heading: Heading) -> Finding:
    return Finding(outcome=CheckOutcome.WARNING, says=says, heading=heading)


def failed(says: str, heading: str) -> Finding:
    return Finding(outcome=CheckOutcome.FAILED, says=says, heading=heading)


class Check[Subject](NamedTuple):
    """One question to AWS; ``rights`` are the IAM actions that it needs."""

    name: str
    ask: Callable[[Subject], Iterable[Finding]]
    rights: tuple[str, ...]


class Checked(NamedTuple):
    """A finding, and the name of the check that found it."""

    check: str
    finding: Finding


# The codes by which services refuse a caller who lacks a right: most of them, SNS, EC2.
_REFUSALS: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
    }
)

# IAM calls an action as its API does, but for these.
_OTHERWISE_CALLED: Final = {"ListObjectsV2": "ListBucket"}


def findings[Subject](checks: Iterable[Check[Subject]], subject: Subject) -> Iterator[Checked]:
    """Each check's findings as they come. A check that AWS refuses does not stop the others."""
    for check in checks:
        try:
            for finding in check.ask(subject):
                yield Checked(check.name, finding)
        except ClientError as error:
            yield Checked(check.name, _not_asked(error, check.rights))


def _not_asked(error: ClientError, rights: tuple[str, ...]) -> Finding:
    operation = error.operation_name
    problem = error.response["Error"]
    if problem["Code"] not in _REFUSALS:
        says = f"AWS answered {operation} with {problem['Code']}: {problem.get('Message', '')}"
        return Finding(outcome=CheckOutcome.NOT_ASKED, says=says, heading=Heading.NOT_ASKED)
    action = _OTHERWISE_CALLED.get(operation, operation)
    missing = next((each for each in rights if each.endswith(f":{action}")), ", ".join(rights))
    return Finding(
        outcome=CheckOutcome.NOT_ASKED,
        says=f"Your credentials lack the right {missing}.",
        heading=Heading.NOT_ASKED,
        missing_right=missing,
    )
