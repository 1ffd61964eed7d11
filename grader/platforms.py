"""Where submissions can be graded: the jail is made of what only Linux has.

All that runs no submission works elsewhere too, so none of its modules may import at once what other
systems lack (`fcntl`, `resource`, `SIGALRM` and so on).
"""

from __future__ import annotations

import sys

from .errors import GraderError

#: The way out for whoever has no Linux.
REMEDY = "Grade on Linux, or in a container: docs/container.md has the recipe"
_NAMES = {"darwin": "macOS", "win32": "Windows"}


def other_system() -> str:
    """The name of this operating system, if it is not Linux; else empty."""
    return "" if sys.platform.startswith("linux") else _NAMES.get(sys.platform, sys.platform)


def require_linux(to: str) -> None:
    """Make sure that submissions can be run here: with or without a jail, grades come from Linux.

    Args:
        to: what is to be done, as in "grade".

    Raises:
        GraderError: this is another system.
    """
    if system := other_system():
        raise GraderError(
            f"Cannot {to} on {system}: the jail and the limits of time and memory, on which grades rest, "
            f"are made of what only Linux has. {REMEDY}."
        )
