"""Permanent errors, which no retry cures. All others are raised unchanged and retried.

PermanentError               no retry can succeed: quarantined or reported, and skipped
  UnusableRecordError        a record of a stream
  MisshapenItemError         an item of a table
  adapters.errors            ItemTooLargeError, SettingsError
  contact_queries.questions.errors
    QueryError               a request that is wrong, or about something unknown

adapters.errors.RetryableError   the call failed, and may succeed on a retry
  UnavailableError           AWS throttled, timed out or refused
    OutOfTimeError           the function had to answer first
  LostRaceError              another writer was faster
"""


class PermanentError(Exception):
    """No retry can succeed; the message says why."""


class UnusableRecordError(PermanentError):
    """This record can never be used; the message says why, without its values.

    The message names fields and expected types only, so that it may be logged: names and phone
    numbers stay in the quarantined record.
    """


class MisshapenItemError(PermanentError):
    """An item of which not everything can be read; the message names the attributes."""
