"""Ending in good order: the first Ctrl-C finishes what has been begun, the second one does not wait."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

from .progress import say

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """While it is entered, the first signal to end is only noted: who works here asks `asked`.

    On leaving, a signal that was noted takes the effect that it would have had in the first place.
    """

    def __init__(self, under_way: Callable[[], int]) -> None:
        """`under_way`: tells how many submissions have been begun and are not recorded yet."""
        self._under_way = under_way
        self._noted: signal.Signals | None = None
        self._before: dict[signal.Signals, object] = {}

    def asked(self) -> bool:
        """Whether no new work should be begun."""
        return self._noted is not None

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._noted is not None:
            raise KeyboardInterrupt
        self._noted = signal.Signals(number)
        count = self._under_way()
        begun = f"what has been begun is finished first ({count} submission{'s' * (count != 1)})"
        say(
            f"Stopping: {begun if count else 'no submission has been begun'}, and nothing new is begun. "
            "Ctrl-C once more ends at once; what is recorded by then stays."
        )

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for which in _SIGNALS:
                # What was started in the background, by `nohup` or `&`, is not to be interrupted.
                if signal.getsignal(which) != signal.SIG_IGN:
                    self._before[which] = signal.signal(which, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for which, handler in self._before.items():
            signal.signal(which, handler)  # type: ignore[arg-type]
        if self._noted is not None and error is None:
            os.kill(os.getpid(), self._noted)
