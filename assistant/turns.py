"""Taking turns: work that keeps a core busy goes one at a time, so that nobody's is drawn out by everybody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Lock


class Turnstile:
    """Lets one thread through at a time: the lowest rank first, equal ranks in order of arrival."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._arrivals = count()
        self._waiting: list[tuple[int, int, Lock]] = []

    @contextmanager
    def turn(self, rank: int) -> Iterator[None]:
        """Waits for the turn, which lasts as long as the context; whatever ends that, the next in line goes on."""
        gate = Lock()
        with self._lock:
            if self._taken:
                gate.acquire()
                heappush(self._waiting, (rank, next(self._arrivals), gate))
            self._taken = True
        gate.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heappop(self._waiting)[2].release()
                else:
                    self._taken = False
