"""Why a question cannot be answered as it was asked."""

from contacts.errors import PermanentError


class QueryError(PermanentError):
    """The question is at fault, or what it asks for is not there."""


class InvalidParameterError(QueryError):
    """A parameter cannot be used: which one, what is wrong with it, and what would be right."""

    def __init__(self, parameter: str, problem: str, cure: str) -> None:
        super().__init__(f"{parameter}: {problem} {cure}")
        self.parameter = parameter
        self.problem = problem
        self.cure = cure


class UnknownContactError(QueryError):
    """There is no record of the contact (any more)."""


class NoInstanceArnError(QueryError):
    """ARNs cannot be rebuilt: the ARN of the instance that they begin with is not known."""
