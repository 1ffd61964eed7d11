"""Which of the files handed in is the notebook."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from .graft_notes import Notes, listing, shown
from .graft_reading import UnreadableError

_SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Choice:
    """Which of the files is the notebook."""

    name: str
    #: All other files, sorted.
    others: tuple[str, ...]


def choose_notebook(names: Collection[str], wanted: str, notes: Notes) -> Choice:
    """Find the notebook among the names of the files handed in (with `/`, relative to the folder).

    The one with the right name counts, wherever in the folder it is; or else the only one there is.

    Raises:
        UnreadableError: there is none, or there are several and none has the right name.
    """
    notebooks = sorted(name for name in names if _is_notebook(name))
    named = [name for name in notebooks if PurePosixPath(name).name == wanted]
    if wanted in notebooks:
        chosen = wanted
    elif len(named or notebooks) == 1:
        (chosen,) = named or notebooks
        notes.say(f"The notebook was called {shown(chosen)} instead of {wanted}; it was used.")
    elif notebooks:
        found = listing([shown(name) for name in notebooks])
        raise UnreadableError(
            f"Cannot find notebook {wanted}: there are {found}, and any may be it. "
            f"Give the right one the name {wanted}."
        )
    else:
        raise UnreadableError(
            f"Cannot find notebook {wanted}: there is no notebook in what was handed in. Hand one in."
        )
    spare = [shown(name) for name in notebooks if name != chosen]
    if spare:
        verb = "was another notebook" if len(spare) == 1 else "were other notebooks"
        notes.say(f"There {verb}, {listing(spare)}; only {shown(chosen)} was read.")
    return Choice(chosen, tuple(sorted(name for name in names if name != chosen)))


def _is_notebook(name: str) -> bool:
    path = PurePosixPath(name)
    # Hidden ones are Jupyter's checkpoints and what some systems put into archives.
    hidden = any(part.startswith(".") for part in path.parts)
    return path.name.lower().endswith(_SUFFIX) and not hidden
