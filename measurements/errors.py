"""Why nothing can be measured, or written down."""


class MeasurementError(Exception):
    """The measurement cannot be done here; the message says why."""
