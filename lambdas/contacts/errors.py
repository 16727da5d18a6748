"""Errors that no repetition mends. Everything else is raised as it comes, and tried again.

PermanentError               it can never succeed as it is: kept or told, and passed over
  UnusableRecordError        a record of a stream
  MisshapenItemError         an item of a table
  adapters.errors            ItemTooLargeError, SettingsError
  contact_queries.questions.errors
    QueryError               a question: asked wrongly, or about what is not there

adapters.errors.RetryableError   it was not done this time: to be done again
  UnavailableError           AWS did not do it
    OutOfTimeError           not before the function had to answer
  LostRaceError              somebody else was faster
"""


class PermanentError(Exception):
    """It can never succeed as it is, however often it is tried; the message says why."""


class UnusableRecordError(PermanentError):
    """This record can never be used; the message says why, without its values.

    The message names fields and expected types only, so that it may be logged: names and phone
    numbers stay in the quarantined record.
    """


class MisshapenItemError(PermanentError):
    """An item of which not everything can be read; the message names the attributes."""
