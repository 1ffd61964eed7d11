"""How submissions are run and recorded, and the command `grader`."""

__version__ = "0.1.0"
