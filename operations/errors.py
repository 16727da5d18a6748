"""Errors of what operators do; ``contacts.errors`` has those of what lies below."""

from contacts.errors import PermanentError


class AskedWronglyError(PermanentError):
    """The arguments are wrong; the message says why, and what is accepted."""


class NotDoneError(Exception):
    """The operation could not be done; the message says why."""


class UnreadableObjectError(PermanentError):
    """An object in a bucket is not what belongs there, or ends in the middle."""
