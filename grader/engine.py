"""One submission through the jail: its cells run, its functions called, its items judged.

Nothing here touches the gradebook or the course folder: bytes in, plain results out, so that the
same function serves a process on this machine and a worker on another.

A submission that kills its process is begun anew without what killed it, so that whatever can be run
is run: a cell that hangs costs what depends on it, a call that dies costs the parts of its item that
the case tells about, as an exception would that is raised at once.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from testcases.core.judge import judge
from testcases.core.protocol import (
    Assignment,
    Case,
    Item,
    Judgement,
    Observation,
    Oracle,
    Outcome,
)
from testcases.core.silent import Silent

from .jail.child import Child, ChildGoneError, Source
from .jail.outside import Jail
from .notebooks import Cell, Notebook
from .outputs import error_output, shown_outputs, test_outputs

SKIP_TAG = "skip-execution"
#: Before the id of a cell that has no grade_id: no grade_id can be taken for one.
OWN = "id:"


@dataclass
class Attempt:
    """What has been seen of a submission so far; survives the deaths of its processes."""

    #: Outputs of the cells that were run, by `name_of` the cell.
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: What the graded functions gave, by grade_id and name of the case. Whatever stands here is
    #: settled, and not tried again.
    observations: dict[str, dict[str, Observation]] = field(default_factory=dict)
    #: Cells that killed the process or hung, and how.
    deadly: dict[str, Outcome] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Whether the code may know a hidden input by now, and have left word of it for a later process:
    #: by the moment of its death if by nothing else. From then on nothing that it shows, raises or
    #: returns on a public case is taken up any more.
    told: bool = False


@dataclass(frozen=True)
class Trial:
    """How a submission came out."""

    judgements: Mapping[str, Judgement]
    outputs: Mapping[str, Sequence[Mapping[str, Any]]]
    notes: tuple[str, ...]
    #: What the judge was shown, by grade_id, in the order of the item's cases.
    seen: Mapping[str, Sequence[Observation]]


@dataclass(frozen=True)
class _Job:
    """What every process of a submission begins with."""

    jail: Jail
    notebook: Notebook
    files: Mapping[str, bytes]
    sources: Sequence[Source]


def run_submission(
    jail: Jail,
    assignment: Assignment,
    notebook: Notebook,
    files: Mapping[str, bytes],
    secret: bytes,
    student: str,
    student_cells: Collection[str] | None = None,
) -> Trial:
    """Run a grafted notebook and judge it.

    Args:
        jail: where it runs.
        assignment: what it is judged by.
        notebook: the graft: given cells are the instructor's.
        files: the student's own further files, by name.
        secret: of the course.
        student: whose it is; the hidden cases are drawn from this.
        student_cells: ids of the cells whose text is, or could be, the student's; None for all.
    """
    items = {item.grade_id: item for item in assignment.items if not item.manual}
    job = _Job(jail, notebook, files, _sources(notebook, items, student_cells))
    cases = {name: list(assignment.cases(item, secret, student)) for name, item in items.items()}
    attempt = Attempt()
    deadline = time.monotonic() + jail.limits.total_seconds
    for _ in range(jail.limits.restarts + 1):
        if time.monotonic() > deadline or _run_on(job, cases, attempt, deadline):
            break
    seen = {name: _seen(item, cases[name], attempt) for name, item in items.items()}
    judgements = {}
    for name, item in items.items():
        judgements[name] = _judged(item, cases[name], seen[name], assignment.oracle, attempt)
        attempt.outputs[name] = test_outputs(judgements[name])
    return Trial(judgements, attempt.outputs, tuple(attempt.notes), seen)


def _judged(
    item: Item,
    cases: Sequence[Case],
    seen: Sequence[Observation],
    oracle: Oracle,
    attempt: Attempt,
) -> Judgement:
    """The judge's word. If it fails while it looks for mistakes, it judges the values alone."""
    try:
        return judge(item, cases, seen, oracle)
    except Exception as error:  # noqa: BLE001  a fault of ours must cost nobody the other items
        attempt.notes.append(
            f"looking for mistakes in {item.grade_id} failed ({type(error).__name__}); it was judged by its "
            "values alone, so look whether something is to be conceded, and report this"
        )
        return judge(item, cases, seen, Silent(oracle, concedes=False))


def _sources(
    notebook: Notebook, items: Mapping[str, Item], student_cells: Collection[str] | None
) -> list[Source]:
    """The student's code cells, each with the functions whose tests stand before it."""
    sources: list[Source] = []
    tested: tuple[str, ...] = ()
    for cell in notebook["cells"]:
        item = items.get(name_of(cell))
        if item is not None:
            tested += item.functions
        elif cell["cell_type"] == "code" and (student_cells is None or cell["id"] in student_cells):
            sources.append((cell["source"], tested))
    return sources


def _seen(item: Item, cases: Sequence[Case], attempt: Attempt) -> list[Observation]:
    """What is known of each case. For one that never had its turn, time was up."""
    observations = attempt.observations.get(item.grade_id, {})
    blame = next((attempt.deadly[name] for name in item.functions if name in attempt.deadly), None)
    seen = [observations.get(case.name, Observation("timeout")) for case in cases]
    if blame is None:
        return seen
    # The function is not defined because its cell hung or died: then that is what happened.
    return [Observation(blame) if one.outcome == "undefined" else one for one in seen]


def _run_on(
    job: _Job,
    cases: Mapping[str, Sequence[Case]],
    attempt: Attempt,
    deadline: float,
) -> bool:
    """Run what is still to be run in one process; True if it lived to the end, or time is up."""
    waiting = [
        name for name in cases if _unsettled(cases[name], attempt.observations.get(name, {}))
    ]
    with _child(job) as child:
        try:
            for cell in job.notebook["cells"]:
                if time.monotonic() > deadline:
                    _note(attempt, "it was stopped: all its cells together took too long")
                    return True
                if name_of(cell) in waiting:
                    child.snapshot(name_of(cell))
                elif _is_to_run(cell, cases, attempt):
                    _run_cell(child, cell, attempt)
            # Public cases of all items first: their messages may repeat what the code says, and the
            # code must not know a hidden input by then.
            for hidden in (True,) if attempt.told else (False, True):
                attempt.told |= hidden
                for name in waiting:
                    if time.monotonic() > deadline:
                        return True
                    _observe(child, name, cases[name], hidden, attempt)
        except ChildGoneError:
            return False
    return True


def _is_to_run(cell: Cell, cases: Mapping[str, Sequence[Case]], attempt: Attempt) -> bool:
    name = name_of(cell)
    if cell["cell_type"] != "code" or name in cases or name in attempt.deadly:
        return False
    return SKIP_TAG not in cell["metadata"].get("tags", ())


@contextmanager
def _child(job: _Job) -> Iterator[Child]:
    child = job.jail.child(job.files, job.sources)
    try:
        yield child
    finally:
        child.close()


def _observe(
    child: Child, name: str, cases: Sequence[Case], hidden: bool, attempt: Attempt
) -> None:
    """Call an item's function on its public or its hidden cases, as far as they are unsettled.

    If the process dies over one, this settles all cases that tell about the same parts of the item:
    they are not tried again. The item's other cases are, in the next process.
    """
    seen = attempt.observations.setdefault(name, {})
    due = [case for case in _unsettled(cases, seen) if (case.family != "fixture") == hidden]
    answers = child.observe_all(name, due)
    try:
        for case in due:
            seen[case.name] = next(answers)
        next(answers, None)  # its word that there are no more; a death now is the last one's
    except ChildGoneError as gone:
        for other in _unsettled(cases, seen):
            if _share_a_part(case, other):
                seen[other.name] = Observation(gone.kind)
        raise


def _unsettled(cases: Sequence[Case], seen: Mapping[str, Observation]) -> list[Case]:
    return [case for case in cases if case.name not in seen]


def _share_a_part(one: Case, other: Case) -> bool:
    """Whether both tell about some part of their item; a case that names none tells about all."""
    return not one.parts or not other.parts or not set(one.parts).isdisjoint(other.parts)


def _run_cell(child: Child, cell: Cell, attempt: Attempt) -> None:
    name = name_of(cell)
    try:
        answer = child.cell(cell["source"])
    except ChildGoneError as gone:
        attempt.deadly[name] = gone.kind
        _note(attempt, f"the cell {name.removeprefix(OWN)} was stopped: {gone}")
        words = f"This cell was stopped: {gone}. The rest of the notebook was graded without it."
        _show(attempt, name, [error_output("Stopped", str(gone), words)])
        raise
    _show(attempt, name, list(shown_outputs(answer.get("outputs"))))


def _note(attempt: Attempt, note: str) -> None:
    if not attempt.told:
        attempt.notes.append(note)


def _show(attempt: Attempt, name: str, outputs: list[dict[str, Any]]) -> None:
    if not attempt.told:
        attempt.outputs[name] = outputs


def name_of(cell: Cell) -> str:
    """What a grafted cell is called here: its grade_id, or its id if it is the student's own."""
    grade_id: str | None = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return f"{OWN}{cell['id']}" if grade_id is None else grade_id
