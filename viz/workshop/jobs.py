"""The engine: who asks for work waits in a fair queue, and equal work is done once for everybody.

One service for the whole server. A session asks for pieces of work; workers in processes of their
own do them, a piece of every waiting session in turn. Results are kept by the content of what was
asked, within a bounded number of bytes, and are shared between sessions: they must not be changed.
Nothing here knows a model, a session's choices or a page.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .crew import Crew, Failure, GoneError
from .limits import OPEN, Limits

_LOG = logging.getLogger(__name__)
#: Seconds that work which nobody waits for any more may go on, so that it can be kept.
_UNWANTED_SECONDS = 5.0


class TooMuchError(Exception):
    """A session asks for more than it may have waiting."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece of work of a few seconds.

    Attributes
    ----------
    key : str
        Its name by content: equal keys share one result, now and later, of whichever session.
    work : callable
        A function of a module; a generator function gives results that get better.
    args : tuple
        Its arguments; they are sent to another process.
    """

    key: str
    work: Callable[..., Any]
    args: tuple[Any, ...] = ()


@dataclass
class _Kept:
    result: Any
    size: int


class _Cache:
    """Results by key, the least recently asked thrown away first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self.bytes = 0

    def get(self, key: str) -> Any:
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept.result

    def put(self, key: str, result: Any, size: int) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key).size
        if size > self._most:
            return
        self._kept[key] = _Kept(result, size)
        self.bytes += size
        while self.bytes > self._most:
            self.bytes -= self._kept.popitem(last=False)[1].size


class Order:
    """What a session asked for in one go, and what has come of it so far.

    Attributes
    ----------
    session : str
        Who asked.
    pieces : tuple of Piece
        What was asked.
    results : list
        Result of each piece, in order: None while there is none, a first version of it, the
        result itself, or a `Failure`.
    """

    def __init__(self, session: str, pieces: Sequence[Piece], service: Service) -> None:
        self.session = session
        self.pieces = tuple(pieces)
        self.results: list[Any] = [None] * len(self.pieces)
        self._final = [False] * len(self.pieces)
        self._service = service
        self._changed = threading.Condition()
        self._news = 0
        self.cancelled = False

    @property
    def total(self) -> int:
        """Number of pieces."""
        return len(self.pieces)

    @property
    def done(self) -> int:
        """Number of pieces that are done, failed ones included."""
        return sum(self._final)

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.cancelled or all(self._final)

    @property
    def failures(self) -> list[Failure]:
        """What went wrong."""
        return [one for one in self.results if isinstance(one, Failure)]

    @property
    def position(self) -> int:
        """Pieces of others that come before the next one of this order; 0 when it is its turn."""
        return self._service.position(self)

    @property
    def news(self) -> int:
        """A number that grows with everything that comes in."""
        return self._news

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until there is more news than ``seen``, or some seconds; return the news."""
        with self._changed:
            self._changed.wait_for(lambda: self._news > seen, seconds)
            return self._news

    def cancel(self) -> None:
        """Take back what is not done yet; what was done stays."""
        self._service.cancel(self)

    def tell(self, at: int, result: Any, last: bool) -> None:
        """Write down what came of a piece."""
        with self._changed:
            if not self._final[at]:
                self.results[at] = result
                self._final[at] = last
            self._news += 1
            self._changed.notify_all()

    def end(self) -> None:
        """Say that nothing more will come."""
        with self._changed:
            self.cancelled = True
            self._news += 1
            self._changed.notify_all()


@dataclass
class _Task:
    """A piece that waits or is being done, with everybody who waits for it."""

    piece: Piece
    wanted: list[tuple[Order, int]] = field(default_factory=list)

    def tell(self, result: Any, last: bool) -> None:
        for order, at in list(self.wanted):
            order.tell(at, result, last)


class Service:
    """Takes orders, hands their pieces to workers in turn, and keeps the results.

    Parameters
    ----------
    limits
        What a session may ask, and how much is kept.
    workers
        Processes that work at the same time.
    opening
        Called first in every worker process.
    """

    def __init__(
        self,
        limits: Limits = OPEN,
        workers: int = 2,
        opening: Callable[[], None] | None = None,
    ) -> None:
        self.limits = limits
        self._lock = threading.Condition()
        self._cache = _Cache(limits.cache_bytes)
        #: Session -> what it waits for; the first session is the next to be served.
        self._waiting: OrderedDict[str, deque[_Task]] = OrderedDict()
        self._tasks: dict[str, _Task] = {}
        self._running: set[str] = set()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, args=(Crew(opening),), daemon=True)
            for _ in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    # -- asking -------------------------------------------------------------------------------

    def known(self, key: str) -> Any:
        """Return the result that is kept under a key, or None."""
        with self._lock:
            return self._cache.get(key)

    def ask(self, session: str, pieces: Sequence[Piece]) -> Order:
        """Ask for some work; what is known already is there at once.

        Raises
        ------
        TooMuchError
            When more would be waiting for this session than the limits allow.
        """
        order = Order(session, pieces, self)
        with self._lock:
            missing = []
            for at, piece in enumerate(order.pieces):
                result = self._cache.get(piece.key)
                if result is None:
                    missing.append((at, piece))
                else:
                    order.tell(at, result, True)
            queue = self._waiting.get(session, ())
            if len(queue) + len(missing) > self.limits.waiting:
                raise TooMuchError
            for at, piece in missing:
                self._join(order, at, piece)
            self._lock.notify_all()
        return order

    def _join(self, order: Order, at: int, piece: Piece) -> None:
        task = self._tasks.get(piece.key)
        if task is None:
            task = self._tasks[piece.key] = _Task(piece)
        task.wanted.append((order, at))
        if piece.key not in self._running:
            # Whoever comes first in turn has it done for all.
            self._waiting.setdefault(order.session, deque()).append(task)

    def cancel(self, order: Order) -> None:
        """Take back an order."""
        with self._lock:
            for piece in order.pieces:
                task = self._tasks.get(piece.key)
                if task is not None:
                    task.wanted = [one for one in task.wanted if one[0] is not order]
            self._sweep()
        order.end()

    def leave(self, session: str) -> None:
        """Take back everything that a session asked for."""
        with self._lock:
            orders = {
                id(order): order
                for task in self._tasks.values()
                for order, _ in task.wanted
                if order.session == session
            }
        for order in orders.values():
            self.cancel(order)

    def _sweep(self) -> None:
        """Strike what nobody wants from the queues."""
        for session, queue in list(self._waiting.items()):
            kept = deque(
                task
                for task in queue
                if any(order.session == session for order, _ in task.wanted)
                and task.piece.key not in self._running
                and self._tasks.get(task.piece.key) is task
            )
            if kept:
                self._waiting[session] = kept
            else:
                del self._waiting[session]
        for key, task in list(self._tasks.items()):
            if not task.wanted and key not in self._running:
                del self._tasks[key]

    def position(self, order: Order) -> int:
        """Return how many pieces of others come before the next one of an order."""
        with self._lock:
            own = self._waiting.get(order.session)
            if own is None:
                return 0
            at = next(
                (k for k, task in enumerate(own) if any(one is order for one, _ in task.wanted)),
                None,
            )
            if at is None or any(self._is_running(order)):
                return 0
            ahead, before = 0, True
            for session, queue in self._waiting.items():
                if session == order.session:
                    before = False
                else:
                    ahead += min(len(queue), at + before)
            return ahead

    def _is_running(self, order: Order) -> list[bool]:
        return [piece.key in self._running for piece in order.pieces]

    @property
    def waiting(self) -> int:
        """Pieces that wait, of all sessions."""
        with self._lock:
            return len({task.piece.key for queue in self._waiting.values() for task in queue})

    @property
    def kept_bytes(self) -> int:
        """What the results that are kept take."""
        return self._cache.bytes

    # -- doing --------------------------------------------------------------------------------

    def _next(self) -> _Task | None:
        """Wait for the next piece in turn; None when the service is closed."""
        with self._lock:
            while True:
                if self._closed:
                    return None
                self._sweep()
                if self._waiting:
                    session, queue = next(iter(self._waiting.items()))
                    task = queue.popleft()
                    self._waiting.move_to_end(session)
                    self._running.add(task.piece.key)
                    self._sweep()
                    return task
                self._lock.wait()

    def _work(self, crew: Crew) -> None:
        # From start to end a crew is this thread's alone: nobody ends a process that is starting.
        try:
            try:
                crew.start()
            except OSError:  # Tried again for the first piece, and told to who asks for it.
                _LOG.exception("a worker process did not start")
            self._do_what_is_asked(crew)
        finally:
            crew.stop()

    def _do_what_is_asked(self, crew: Crew) -> None:
        while (task := self._next()) is not None:
            result, size = self._done(crew, task)
            with self._lock:
                self._running.discard(task.piece.key)
                self._tasks.pop(task.piece.key, None)
                if result is not None and not isinstance(result, Failure):
                    self._cache.put(task.piece.key, result, size)
                self._lock.notify_all()
            task.tell(result, True)

    def _done(self, crew: Crew, task: _Task) -> tuple[Any, int]:
        """Have a piece done; tell what comes on the way, return what came last."""
        result, size, began = None, 0, time.monotonic()
        try:
            for one in crew.do(task.piece.work, task.piece.args, self._keep_on(task)):
                result, size = one
                task.tell(result, False)
        except GoneError:
            late = time.monotonic() - began > self.limits.piece_seconds
            return Failure("too_long" if late else "aborted"), 0
        except Exception as error:  # Arguments or results that cannot be sent.
            _LOG.exception("a piece of work could not be sent")
            crew.stop()
            return Failure("work", f"{type(error).__name__}: {error}"), 0
        if isinstance(result, Failure):
            _LOG.warning("a piece of work failed: %s", result.detail)
        return result, size

    def _keep_on(self, task: _Task) -> Callable[[float], bool]:
        def keep_on(seconds: float) -> bool:
            if self._closed or seconds > self.limits.piece_seconds:
                return False
            return bool(task.wanted) or seconds < _UNWANTED_SECONDS

        return keep_on

    def close(self) -> None:
        """End the workers; who still waits is told that nothing more will come."""
        with self._lock:
            self._closed = True
            orders = {id(order): order for task in self._tasks.values() for order, _ in task.wanted}
            self._lock.notify_all()
        for order in orders.values():
            order.end()
        for thread in self._threads:
            thread.join()


_service: Service | None = None
_making = threading.Lock()


def service(limits: Limits | None = None, workers: int = 2) -> Service:
    """Return the service of this server, made at the first call; ``limits`` count only then."""
    global _service  # noqa: PLW0603 - one for the whole server
    with _making:
        if _service is None:
            from .replay import warm

            _service = Service(limits or OPEN, workers, warm)
            atexit.register(_service.close)
        return _service
