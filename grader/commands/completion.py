"""`grader completion SHELL`: the lines that make a shell complete `grader`."""

from __future__ import annotations

import argparse

from ..errors import ALL_WELL


def run(options: argparse.Namespace) -> int:
    """Print them, for the shell to read."""
    import argcomplete

    # One text serves bash and zsh, which argcomplete tells apart when it is read.
    shell = "fish" if options.shell == "fish" else "bash"
    print(argcomplete.shellcode(["grader"], shell=shell))
    return ALL_WELL
