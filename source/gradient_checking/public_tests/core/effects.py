r"""What a call changes beside its result: the global random stream, and the notebook's own variables.

`Watch` looks, in the process that runs the student's code; it never fails, and changes nothing but
where the random stream is after the call. A hostile process can say what it likes, so what is seen
here gives and takes no points. It is told, because a result that rests on such things comes out
differently the next time. In a notebook with 200 arrays it takes less than a tenth of a millisecond:

    python -m timeit -p -s "import numpy as np; from testcases.core.effects import Watch" \
        -s "names = {f'x{k}': np.ones((20, 3)) for k in range(200)}" "with Watch(names, 0.5): pass"
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import compress, repeat
from operator import is_
from types import ModuleType
from typing import Any

import numpy as np

#: At most so many variables are told of one call, and none with a longer name.
MAX_CHANGED, MAX_NAME = 5, 60
#: A namespace with more names is not looked at; a notebook has one or two hundred, and IPython adds two
#: for each cell that is run.
_MAX_NAMES = 600
#: Of the variables, the first so many lists, dictionaries, tuples, sets and arrays are looked into, if
#: they have at most so many elements; and of the arrays in them the first so many, if they have at most
#: so many bytes.
_MAX_CONTAINERS, _MAX_ELEMENTS = 40, 32
_MAX_ARRAYS, _MAX_BYTES = 40, 4_096
#: Names that IPython keeps for itself, beside those that begin with "_".
_IPYTHONS = frozenset({"In", "Out", "exit", "quit", "get_ipython"})
#: Kinds of values that can change while they keep their name; in a tuple may lie arrays.
_CAN_CHANGE = (list, dict, tuple, set, np.ndarray)
#: Stands for a name that is not there.
_GONE = object()


@dataclass(frozen=True)
class Effects:
    """What a call has changed beside its result."""

    #: Whether NumPy's global random stream is elsewhere than before: numbers were drawn, or a seed set.
    drew: bool = False
    #: Variables outside of the function that were set, deleted or written into, the first few.
    changed: tuple[str, ...] = ()


def effects_from(told: Any) -> Effects:
    """What another process says it has seen.

    Args:
        told: plain data, made by anybody; None, if it has seen nothing.

    Raises:
        ValueError: no `Watch` could have said that.
    """
    if told is None:
        return Effects()
    if type(told) is not dict or told.keys() != {"drew", "changed"}:
        raise ValueError("no effects")
    drew, changed = told["drew"], told["changed"]
    if type(drew) is not bool or type(changed) is not tuple or len(changed) > MAX_CHANGED:
        raise ValueError("no effects")
    if not all(map(_is_a_variable, changed)):
        raise ValueError("no names of variables")
    return Effects(drew, changed)


def _is_a_variable(name: Any) -> bool:
    """Whether it is a name that a student could have chosen, short enough to be told."""
    if type(name) is not str or len(name) > MAX_NAME or name in _IPYTHONS:
        return False
    return name.isidentifier() and not name.startswith("_")


class Watch:
    """Put around one call; has the call's `effects` afterwards, whether it came to its end or not."""

    def __init__(self, namespace: Mapping[str, Any], next_number: float) -> None:
        """Nothing is looked at yet.

        Args:
            namespace: the student's.
            next_number: what `np.random.random_sample()` gives, if nobody draws before. Drawing it
                is a hundredth of the work of reading the stream's state, and tells the same.
        """
        self._namespace = namespace
        self._next_number = next_number
        self._before: dict[Any, Any] = {}
        self._containers: list[tuple[str, Any, list[Any]]] = []
        self._arrays: list[tuple[str, np.ndarray, bytes]] = []
        self.effects = Effects()

    def __enter__(self) -> Watch:
        try:
            # A dict's own class asks nobody else; and what is empty here is not looked at later.
            if type(self._namespace) is dict and len(self._namespace) <= _MAX_NAMES:
                self._before = dict(self._namespace)  # holds the values: an identity stays theirs
                self._look_inside()
        except Exception:  # noqa: BLE001  what cannot be looked at is not told, and costs nothing
            self._before = {}
        return self

    def __exit__(self, *_: object) -> None:
        try:
            drew = bool(np.random.random_sample() != self._next_number)
            self.effects = Effects(drew, self._changed())
        except Exception:  # noqa: BLE001  as above; the student may have replaced what is called here
            self.effects = Effects()

    def _look_inside(self) -> None:
        """Note what lies in containers and small arrays, as far as there is room."""
        # By identity: a student's class may say that it equals everything, or cannot be hashed.
        can_change = [
            any(map(is_, _CAN_CHANGE, repeat(type(value)))) for value in self._before.values()
        ]
        for name, value in compress(self._before.items(), can_change):
            if len(self._containers) >= _MAX_CONTAINERS:
                break
            elements = _elements(value) if _is_a_variable(name) else None
            if elements is None:
                continue
            self._containers.append((name, value, elements))
            for one in elements:
                if type(one) is np.ndarray and one.nbytes <= _MAX_BYTES:
                    if len(self._arrays) >= _MAX_ARRAYS:
                        break
                    self._arrays.append((name, one, one.tobytes()))

    def _changed(self) -> tuple[str, ...]:
        before = self._before
        if not before or type(self._namespace) is not dict:
            return ()
        now = dict(self._namespace)
        names = []
        if not (_are_the_same(before, now) and _are_the_same(before.values(), now.values())):
            names += [name for name, value in before.items() if now.get(name, _GONE) is not value]
            names += [name for name in now if name not in before]
            names = [name for name in names if type(name) is str]  # a key may be of any class
        for name, value, elements in self._containers:
            after = _elements(value)
            if after is None or not _are_the_same(elements, after):
                names.append(name)
        for name, array, content in self._arrays:
            if array.nbytes != len(content) or array.tobytes() != content:
                names.append(name)
        # What was imported anew is no variable.
        told = [
            name
            for name in dict.fromkeys(names)
            if _is_a_variable(name) and not isinstance(now.get(name), ModuleType)
        ]
        return tuple(told[:MAX_CHANGED])


def _elements(value: Any) -> list[Any] | None:
    """What a container holds, one level deep, or the array itself; None if that is too much."""
    if type(value) is np.ndarray:
        return [value]
    if len(value) > _MAX_ELEMENTS:
        return None
    return [*value, *value.values()] if type(value) is dict else list(value)


def _are_the_same(some: Collection[Any], others: Collection[Any]) -> bool:
    """Whether both hold the same objects in the same order. No object is asked for its opinion."""
    return len(some) == len(others) and all(map(is_, some, others))
