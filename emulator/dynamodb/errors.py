"""What DynamoDB answers in place of a result."""

from collections.abc import Mapping, Sequence


class OperationError(Exception):
    """An exception, by DynamoDB's name; ``reasons`` are those of a cancelled transaction."""

    def __init__(
        self, name: str, message: str, reasons: Sequence[Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(message)
        self.name = name
        self.reasons = reasons


class InvalidRequestError(OperationError):
    """A request that makes no sense, or that is not known here."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)
