"""What the command line says when it cannot go on: one sentence on the cause, one on the remedy."""

from __future__ import annotations

#: Exit codes of every command.
ALL_WELL = 0
NEEDS_ATTENTION = 1
USAGE = 2


class GraderError(Exception):
    """A command cannot do what was asked. Reads "Cannot VERB OBJECT: CAUSE. REMEDY"."""

    exit_code = NEEDS_ATTENTION


class UsageError(GraderError):
    """The command was called with something that cannot be right, such as an unknown student."""

    exit_code = USAGE
