"""What goes wrong, with the message and the exit code of the program."""


class Error(Exception):
    """All of them; by itself a defect of neuralmc."""

    exit_code = 1


class UserError(Error, ValueError):
    """The input is to be mended; the message says where and how. Nothing was written."""

    exit_code = 2


class NumericalError(Error, ArithmeticError):
    """A number that must not be averaged in; the message names the chain and the step."""

    exit_code = 3


class Interrupted(Error):
    """Stopped by a signal (Ctrl-C), the wall time or a full disk, after a checkpoint: the same call
    again resumes the run."""

    exit_code = 75
