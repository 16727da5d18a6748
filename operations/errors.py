"""Errors of what operators do; ``contacts.errors`` has those of what lies below."""

from contacts.errors import PermanentError


class AskedWronglyError(PermanentError):
    """It cannot be meant so; the message says why, and what would be right."""


class NotDoneError(Exception):
    """It could not be done; the message says why."""


class UnreadableObjectError(PermanentError):
    """An object in a bucket is not what belongs there, or ends in the middle."""
