"""Why nothing can be measured, or written down."""


class MeasurementError(Exception):
    """It cannot be done here; the message says why."""
