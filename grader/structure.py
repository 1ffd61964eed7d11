"""What a source notebook must look like, and what a release made from it must look like.

Each function returns the problems it finds, as sentences for the instructor; none means all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .nbgrader_course import Markers
from .notebooks import (
    Cell,
    Notebook,
    UnbalancedMarkersError,
    cells_by_grade_id,
    label_of,
    nbgrader_of,
    outside,
    regions,
    source_of,
)

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment, Item

#: nbclient does not run cells with this tag: training and slow plots, in validation and grading.
SKIP_TAG = "skip-execution"


def source_problems(notebook: Notebook, assignment: Assignment, markers: Markers) -> list[str]:
    """What is wrong with the notebook that the instructor edits."""
    found = [*_identity_problems(notebook), *_marker_problems(notebook, markers)]
    cells = cells_by_grade_id(notebook)
    for item in assignment.items:
        found += _item_problems(item, cells, markers)
    known = {item.grade_id for item in assignment.items}
    found += [
        f"cell {name!r} is graded, but the assignment has no such item"
        for name, cell in cells.items()
        if nbgrader_of(cell).get("grade") and name not in known
    ]
    return found


def _identity_problems(notebook: Notebook) -> list[str]:
    cells = notebook["cells"]
    found = []
    ids = Counter(cell.get("id") for cell in cells)
    if ids.pop(None, 0):
        found.append("some cells have no id, so each release would differ; save it as nbformat 4.5")
    found += [f"{count} cells have the id {name!r}" for name, count in ids.items() if count > 1]
    names = Counter(nbgrader_of(cell).get("grade_id") for cell in cells)
    names.pop(None, None)
    found += [
        f"{count} cells have the grade_id {name!r}" for name, count in names.items() if count > 1
    ]
    if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
        found.append("it holds outputs; clear them (Kernel > Restart and clear outputs) and save")
    kernel = notebook.get("metadata", {}).get("kernelspec", {}).get("name")
    if kernel != "python3":
        found.append(f"its kernel is {kernel!r}; students have 'python3'")
    return found


def _marker_problems(notebook: Notebook, markers: Markers) -> list[str]:
    found = []
    for index, cell in enumerate(notebook["cells"]):
        text, notes = source_of(cell), nbgrader_of(cell)
        try:
            solutions = regions(text, markers.solution)
            hidden = regions(text, markers.hidden_tests)
            regions(text, markers.mark_scheme)
        except UnbalancedMarkersError as error:
            found.append(f"{label_of(cell, index)}: {error}")
            continue
        if solutions and not notes.get("solution"):
            found.append(f"{label_of(cell, index)} has a solution in it, but is no solution cell")
        if hidden and not notes.get("grade"):
            found.append(f"{label_of(cell, index)} has hidden tests in it, but is no test cell")
    return found


def _item_problems(item: Item, cells: dict[str, Cell], markers: Markers) -> list[str]:
    cell = cells.get(item.grade_id)
    if cell is None:
        return [f"there is no cell {item.grade_id!r}"]
    name, notes = f"cell {item.grade_id!r}", nbgrader_of(cell)
    found = []
    if not notes.get("grade"):
        found.append(f"{name} is not graded")
    if notes.get("points") != item.points:
        found.append(f"{name} is worth {notes.get('points')} points instead of {item.points:g}")
    if item.manual:
        if not notes.get("solution"):
            found.append(f"{name} is to be answered, but students could not write into it")
        return found
    if cell["cell_type"] != "code" or not notes.get("locked") or notes.get("solution"):
        found.append(f"{name} is no locked test cell")
    elif markers.hidden_tests[0] not in source_of(cell):
        found.append(f"{name} has no hidden tests, so it would grade on the public cases alone")
    if _skipped(cell):
        found.append(f"{name} is tagged {SKIP_TAG}, so it would never be graded")
    for function in item.functions:
        found += _solution_cell_problems(function, cells.get(function))
    return found


def _solution_cell_problems(function: str, cell: Cell | None) -> list[str]:
    if cell is None:
        return [f"there is no cell {function!r} for that function"]
    notes = nbgrader_of(cell)
    found = []
    if not notes.get("solution") or notes.get("grade") or notes.get("locked"):
        found.append(f"cell {function!r} is no solution cell that students can write into")
    if _skipped(cell):
        found.append(f"cell {function!r} is tagged {SKIP_TAG}, so grading would not see it")
    return found


def _skipped(cell: Cell) -> bool:
    return SKIP_TAG in cell["metadata"].get("tags", ())


def release_problems(source: Notebook, release: Notebook, markers: Markers) -> list[str]:
    """What a release notebook has lost, or kept, that it should not have."""
    before, after = source["cells"], release["cells"]
    if [cell.get("id") for cell in before] != [cell.get("id") for cell in after]:
        return ["its cells are not those of the source notebook"]
    found = []
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        found += [f"{label_of(new, index)} {text}" for text in _cell_problems(old, new, markers)]
    return found


def _cell_problems(old: Cell, new: Cell, markers: Markers) -> list[str]:
    found = []
    if new.get("outputs") or new.get("execution_count"):
        found.append("still has its output")
    notes = {key: value for key, value in nbgrader_of(new).items() if key != "checksum"}
    if any(notes.get(key) != value for key, value in nbgrader_of(old).items() if key != "checksum"):
        found.append("has other points or rights than in the source")
    if _wanted_text(old, markers) != source_of(new):
        found.append("does not have the text and gaps that the source notebook asks for")
    return found


def _wanted_text(cell: Cell, markers: Markers) -> str:
    """The text that students should see: stubs for solutions, and nothing for hidden tests."""
    text = source_of(cell)
    stub = markers.code_stub if cell["cell_type"] == "code" else markers.text_stub
    if markers.solution[0] not in text and nbgrader_of(cell).get("solution"):
        return stub
    shown = "\n".join(_with_stubs(text.split("\n"), markers.solution, stub))
    return "\n".join(outside(shown, (markers.hidden_tests, markers.mark_scheme)))


def _with_stubs(lines: Sequence[str], pair: tuple[str, str], stub: str) -> list[str]:
    kept: list[str] = []
    inside = False
    for line in lines:
        if pair[0] in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + part for part in stub.split("\n")]
        elif pair[1] in line:
            inside = False
        elif not inside:
            kept.append(line)
    return kept
