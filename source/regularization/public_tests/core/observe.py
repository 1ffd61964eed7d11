"""Running one case on the student's function and noting what comes back.

This runs where the student's code runs, so it is careful rather than trusting: the function gets
its own copies, what it returns is copied into plain data, and whatever it prints or warns about is
kept away from the cell's output (on nbgrader, one line on stderr would cost all points).
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
import traceback
import warnings
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

import numpy as np

from .effects import Effects, Watch
from .protocol import Case, Driver, Fault, Observation, Opaque, Outcome, Plain

#: Limits on what is copied out of a returned value: levels of nesting, entries in all, and bytes.
MAX_DEPTH = 4
MAX_ENTRIES = 20_000
MAX_BYTES = 16 * 1024 * 1024

#: Bytes of the widest number that travels.
_WIDEST = 8
#: At most so many bytes, and so many arrays, are noted of a function that stopped.
_NOTED_BYTES, _NOTED_ARRAYS = 1 << 20, 64
#: A whole number of which more is not noted.
_HUGE = 1 << 53

#: How an exception's traceback is found, whatever its class says of itself.
_TRACEBACK: Any = BaseException.__dict__["__traceback__"]

#: The global stream before every call. Not 1: whoever leaves out np.random.seed(1) shall be seen.
STREAM_BEFORE_CALL = 20_161
#: The first number of that stream.
_FIRST_NUMBER = float(np.random.RandomState(STREAM_BEFORE_CALL).random_sample())


class _TooMuchError(Exception):
    """What the student returned is larger than any right answer could be."""


def plain(value: Any) -> Plain:
    """A copy of `value` as plain data; whatever is not plain becomes `Opaque`."""
    budget = [MAX_ENTRIES, MAX_BYTES]
    try:
        return _plain(value, MAX_DEPTH, budget)
    except _TooMuchError:
        return Opaque("something far larger than the answer")


def _plain(value: Any, depth: int, budget: list[int]) -> Plain:
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooMuchError
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value, budget)
    if isinstance(value, (tuple, list)) and depth:
        return tuple(_plain(element, depth - 1, budget) for element in value)
    if isinstance(value, Mapping) and depth:
        return {
            str.__str__(key)
            if issubclass(type(key), str)
            else f"a key of type {type(key).__name__}": _plain(element, depth - 1, budget)
            for key, element in value.items()
        }
    return Opaque(f"an object of type {type(value).__name__}")


def _plain_array(value: np.ndarray | np.generic, budget: list[int]) -> Plain:
    budget[1] -= value.nbytes
    if budget[1] < 0:
        raise _TooMuchError
    if isinstance(value, np.ma.MaskedArray):
        return Opaque("a masked array")
    array = np.array(value, copy=True, subok=False)
    if array.dtype.kind not in "biuf":
        return Opaque(f"an array of dtype {array.dtype}")
    if array.dtype.itemsize > _WIDEST:  # a long double, which crosses no border
        return array.astype(np.float64)
    return array


def fresh(value: Plain) -> Plain:
    """A deep copy, so that nothing the student does to it reaches the original."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple):
        return tuple(fresh(element) for element in value)
    if isinstance(value, dict):
        return {key: fresh(element) for key, element in value.items()}
    return value


def fault_of(error: BaseException, namespace: Mapping[str, Any]) -> Fault:
    """The exception, with the last line of the student's notebook that it went through."""
    line, source, function = 0, "", ""
    for frame, number in _frames(error):
        if frame.f_globals is namespace:
            line = number
            source = linecache.getline(frame.f_code.co_filename, number).strip()
            function = frame.f_code.co_name
    return Fault(type(error).__name__, _text(error), line, source, function)


def unreadable_cell(function: str, sources: Any) -> Fault | None:
    """Why the last cell that was to define a function is no Python; None if it is, or there is none.

    Args:
        function: its name.
        sources: what IPython calls In, the texts of the cells that were run.
    """
    definition = re.compile(rf"^[ \t]*def[ \t]+{re.escape(function)}\b", re.MULTILINE)
    for source in reversed(sources) if type(sources) is list else ():
        if type(source) is str and definition.search(source):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
            except SyntaxError as error:
                line = (error.text or "").strip()
                return Fault(type(error).__name__, error.msg, error.lineno or 0, line, function)
            except (ValueError, MemoryError, RecursionError):
                return None
            return None
    return None


def worked_out(
    error: BaseException, namespace: Mapping[str, Any], case: Case, arguments: tuple[Plain, ...]
) -> dict[str, Plain]:
    """The arrays, numbers and Nones that the student's function had come to when it stopped, by name.

    Not what it was given: the arguments, and what it took out of them.
    """
    frames = [frame for frame, _ in _frames(error) if frame.f_globals is namespace]
    # The function itself, and not one that was put around it.
    frame = next((one for one in frames if one.f_code.co_name == case.function), None)
    if frame is None:
        return {}
    given = {id(value) for argument in arguments for value in _inside(argument)}
    found: dict[str, Plain] = {}
    left = _NOTED_BYTES
    for name, value in frame.f_locals.items():
        if id(value) not in given and _is_noted(value) and len(found) < _NOTED_ARRAYS:
            copy = _copied(value, left)
            if not isinstance(copy, Opaque):
                found[name] = copy
                left -= np.size(copy) * _WIDEST
    return found


def _is_noted(value: Any) -> bool:
    """Whether it is a result, or what a gap may be filled with for the time being: a whole number, None."""
    # Not isinstance, which asks the value itself.
    kind = type(value)
    if kind in (int, bool):
        return abs(value) < _HUGE
    return value is None or issubclass(kind, (np.ndarray, np.generic, float))


def _copied(value: Any, most: int) -> Plain:
    """An array or number as plain data; Opaque if it is none, is larger, or will not be copied."""
    try:
        return plain(value) if np.size(value) * _WIDEST <= most else Opaque("a large array")
    except (Exception, SystemExit):  # noqa: BLE001  an array of the student's making may refuse
        return Opaque("an array that will not be copied")


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames that an exception went through, whatever its class says of itself."""
    return traceback.walk_tb(_TRACEBACK.__get__(error))


def _inside(argument: Plain) -> Iterator[Plain]:
    yield argument
    if isinstance(argument, dict):
        yield from argument.values()
    elif isinstance(argument, tuple):
        yield from argument


def _text(error: BaseException) -> str:
    try:
        return str.__getitem__(str(error), slice(500))  # of a str, whatever class it has
    except (Exception, SystemExit):  # noqa: BLE001  a student's exception may fail to print itself
        return ""


@contextlib.contextmanager
def stream_kept() -> Iterator[None]:
    """Leave the global random stream as it was, whatever is observed meanwhile."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


def observe(case: Case, namespace: Mapping[str, Any], drivers: Mapping[str, Driver]) -> Observation:
    """Run one case. Never raises for anything the student's code does, except an interrupt.

    The global random stream is another one afterwards; see `stream_kept`.
    """
    driver = drivers.get(case.function)
    function = driver if driver is not None else namespace.get(case.function)
    if not callable(function):
        broken = unreadable_cell(case.function, namespace.get("In"))
        return Observation("undefined", fault=broken or Fault("NameError", case.function))
    arguments = fresh(case.arguments)
    watch = Watch(namespace, _FIRST_NUMBER)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            np.random.seed(STREAM_BEFORE_CALL)
            with watch:
                value = function(namespace, *arguments) if driver else function(*arguments)
            value = plain(value)
            after = tuple(plain(argument) for argument in arguments)
    except NotImplementedError as error:
        return _stopped("not_attempted", error, namespace, case, arguments, watch.effects)
    except MemoryError as error:
        return Observation("memory", fault=fault_of(error, namespace))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  the student reads it, whatever it is
        return _stopped("raised", error, namespace, case, arguments, watch.effects)
    return Observation("returned", value, after, effects=watch.effects)


def _stopped(
    outcome: Outcome,
    error: BaseException,
    namespace: Mapping[str, Any],
    case: Case,
    arguments: tuple[Plain, ...],
    effects: Effects,
) -> Observation:
    value = worked_out(error, namespace, case, arguments)
    after = tuple(plain(argument) for argument in arguments)
    return Observation(outcome, value, after, fault_of(error, namespace), effects)
