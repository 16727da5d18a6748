"""What goes wrong on this machine."""


class EmulatorError(Exception):
    """The emulator, or what is to run in it, does not work; the message says what happened."""
