"""Errors of requests that cannot be answered."""

from contacts.errors import PermanentError


class QueryError(PermanentError):
    """The request is wrong, or asks for something that does not exist."""


class InvalidParameterError(QueryError):
    """A parameter cannot be used; has its name, the problem and what is accepted."""

    def __init__(self, parameter: str, problem: str, cure: str) -> None:
        super().__init__(f"{parameter}: {problem} {cure}")
        self.parameter = parameter
        self.problem = problem
        self.cure = cure


class UnknownContactError(QueryError):
    """There is no record of the contact (any more)."""


class NoInstanceArnError(QueryError):
    """ARNs cannot be rebuilt, because the instance's ARN is not known."""
