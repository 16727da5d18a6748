"""Errors of AWS and of the environment; ``contacts.errors`` has the whole tree."""

from contacts.errors import PermanentError


class RetryableError(Exception):
    """It was not done, and may be done when it is tried again."""


class UnavailableError(RetryableError):
    """AWS did not do it (throttled, timed out, refused): to be retried from outside."""


class OutOfTimeError(UnavailableError):
    """It was not done when the function had to answer. It may still be done, which is harmless."""


class LostRaceError(RetryableError):
    """Somebody else has written it since it was read: read again and decide again."""


class ItemTooLargeError(PermanentError):
    """The item would have more than 400 KB: the table will never take it.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """


class SettingsError(PermanentError):
    """The environment is not what the function needs; the message names variable and cure."""
