"""One submission's process, seen from the trusted side: what it is asked, and what is made of its answers.

It is taken to be hostile from the student's first cell on. Whatever it sends is checked for being
an answer to what was asked; anything else counts as its death.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from testcases.core.effects import effects_from
from testcases.core.protocol import Case, Fault, Observation, Outcome

from .bubblewrap import JailError
from .frames import BorderError, ClosedError, Connection

if TYPE_CHECKING:
    from .outside import Jail

#: How long a child may take until it is isolated.
_READY_SECONDS = 60.0


#: A cell that is, or could be, the student's: its text, and the functions whose tests stand before.
Source = tuple[str, tuple[str, ...]]
#: How long it may take to compile the student's cells. Some texts take the compiler for ever.
_PREPARE_SECONDS = 5.0


class UnpreparedError(Exception):
    """The child did not manage to look through the student's cells. Nothing of them was run."""


class ChildGoneError(Exception):
    """The child died, hung, or answered with something that is no answer. `kind` says which."""

    def __init__(self, kind: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class Child:
    """One submission's process."""

    def __init__(
        self,
        jail: Jail,
        connection: Connection,
        files: Mapping[str, bytes],
        sources: Sequence[Source],
    ) -> None:
        self._jail = jail
        self._connection = connection
        self._number = 0
        arrays = {name: np.frombuffer(content, dtype=np.uint8) for name, content in files.items()}
        connection.send({"limits": asdict(jail.limits), "files": arrays, "sources": tuple(sources)})
        ready = connection.receive(_READY_SECONDS)
        if not ready.get("ready"):
            raise JailError(
                f"Cannot isolate a submission: {ready.get('reason')}. Run `grader doctor`."
            )
        try:
            connection.receive(_PREPARE_SECONDS)
        except (BorderError, TimeoutError) as error:
            raise UnpreparedError from error

    def cell(self, source: str) -> Mapping[str, Any]:
        """Run a code cell: whether it came to its end ("ok"), and its "outputs"."""
        return self._ask({"do": "cell", "source": source}, self._jail.limits.cell_seconds)

    def snapshot(self, name: str) -> None:
        """Keep the notebook's present state under a name, to call its functions later."""
        self._ask({"do": "snapshot", "name": name}, self._jail.limits.call_seconds)

    def observe_all(self, name: str, cases: Sequence[Case]) -> Iterator[Observation]:
        """Call a graded function on cases, one after another, as the snapshot of that name knows it.

        Raises:
            ChildGoneError: the process died or hung. What was yielded before stands.
        """
        if not cases:
            return
        seconds = self._jail.limits.call_seconds
        turn = self._number + 1
        self._number = turn + len(cases)
        self._send({"number": turn, "do": "turn", "name": name})
        # All at once, so that neither side waits for the other between two cases. Not their families
        # and descriptions: they would tell the hidden cases apart.
        self._send({"first": turn + 1, "cases": tuple(map(_asked, cases))})
        if not _is_number(self._receive(seconds), 0):
            raise ChildGoneError("died", "the process had ended before its functions were called")
        for number, case in enumerate(cases, start=turn + 1):
            answer = self._receive(seconds)
            if not _is_number(answer, number):
                raise ChildGoneError("died", "the process ended")
            yield _observation(answer, case)
        if not _is_number(self._receive(seconds), turn):
            raise ChildGoneError("died", "an answer came that nobody asked for")

    def _ask(self, request: dict[str, Any], seconds: float) -> Mapping[str, Any]:
        self._number += 1
        self._send({"number": self._number, **request})
        answer = self._receive(seconds)
        if not _is_number(answer, self._number):
            raise ChildGoneError("died", "the process ended")
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        try:
            self._connection.send(request)
        except ClosedError as error:
            raise self._end() from error
        except TimeoutError as error:
            raise ChildGoneError("timeout", "it does not listen") from error

    def _receive(self, seconds: float) -> Mapping[str, Any]:
        try:
            answer = self._connection.receive(seconds)
        except TimeoutError as error:
            raise ChildGoneError("timeout", f"no answer within {seconds:g} s") from error
        except ClosedError as error:
            raise self._end() from error
        except BorderError as error:
            raise ChildGoneError("died", f"what came back is {error}") from error
        if not isinstance(answer, dict):
            raise ChildGoneError("died", "an answer came that is none")
        return answer

    def _end(self) -> ChildGoneError:
        """Why the connection is closed."""
        if self._jail.took_too_much_memory():
            most = self._jail.limits.total_memory_bytes // 1024**2
            return ChildGoneError("memory", f"it took more than {most} MiB of memory")
        return ChildGoneError("died", "the process ended")

    def close(self) -> None:
        """Kill the process and everything that it started."""
        try:
            self._jail.end_child()
        finally:
            self._connection.close()


def _asked(case: Case) -> dict[str, Any]:
    return {
        "name": "",
        "family": "",
        "description": "",
        "function": case.function,
        "arguments": case.arguments,
        "argument_names": case.argument_names,
    }


def _is_number(answer: Mapping[str, Any], number: int) -> bool:
    given = answer.get("number")
    return type(given) is int and given == number


def _observation(answer: Mapping[str, Any], case: Case) -> Observation:
    """An answer as an observation; whatever does not look like one counts as a death."""
    outcome = answer.get("outcome")
    if not isinstance(answer.get("outcome"), str) or outcome not in (
        "returned",
        "raised",
        "undefined",
        "not_attempted",
        "memory",
    ):
        raise ChildGoneError("died", "an answer came that is no observation")
    changed = answer.get("changed")
    after = None
    if isinstance(changed, dict):
        # It could claim that nothing changed, or send back the right inputs: that is the same claim.
        named = enumerate(case.arguments)
        after = tuple(changed.get(str(index), argument) for index, argument in named)
    try:
        effects = effects_from(answer.get("effects"))
    except ValueError as error:
        raise ChildGoneError("died", "an answer came that is no observation") from error
    return Observation(outcome, answer.get("value"), after, _fault(answer.get("fault")), effects)


def _sound(text: str) -> str:
    """Text that can be written as UTF-8, whatever it was."""
    return text.encode("utf-8", "replace").decode()


def _fault(answer: Any) -> Fault | None:
    if not isinstance(answer, dict):
        return None
    texts = [answer.get(key) for key in ("type", "message", "source", "function")]
    if not all(isinstance(text, str) for text in texts):
        return None
    name, message, source, function = (_sound(str(text)[:500]) for text in texts)
    line = answer.get("line")
    return Fault(
        name, message, line if type(line) is int and 0 <= line < 10**6 else 0, source, function
    )
