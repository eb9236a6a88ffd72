"""A worker process: it does one piece of work at a time, and a crash ends only itself."""

from __future__ import annotations

import contextlib
import inspect
import pickle
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from ...experiments.executors import _prepare


@dataclass(frozen=True)
class Failure:
    """Why a piece of work has no result.

    Attributes
    ----------
    origin : str
        ``"work"`` (it raised an error), ``"aborted"`` (its process died) or ``"too_long"``.
    message : str
        What the error said, for who asked; empty for the other two.
    detail : str
        Where it happened, for the log of the server.
    """

    origin: str
    message: str = ""
    detail: str = ""


class GoneError(Exception):
    """The process of a worker ended, or was ended."""


class Crew:
    """One process that works for a server thread; started afresh after a crash.

    Parameters
    ----------
    opening
        Called first in every new process, to load what takes its time.
    """

    def __init__(self, opening: Callable[[], None] | None = None) -> None:
        self._opening = opening
        self._process: Any = None
        self._line: Any = None
        self._ready = False

    def start(self) -> None:
        """Start the process if there is none."""
        if self._process is not None and self._process.is_alive():
            return
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._opening), daemon=True)
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._process, self._line, self._ready = process, ours, False

    def _wait_until_ready(self, keep_on: Callable[[float], bool]) -> None:
        """Wait for what a new process loads first; that is no time of the work it is given."""
        while not self._ready:
            if self._line.poll(0.2):
                self._line.recv_bytes()
                self._ready = True
            elif not keep_on(0.0):
                self.stop()
                raise GoneError

    def do(
        self,
        work: Callable[..., Any],
        args: tuple[Any, ...],
        keep_on: Callable[[float], bool],
    ) -> Iterator[tuple[Any, int]]:
        """Yield what the work gives, as it comes: a result and its size in bytes.

        Parameters
        ----------
        work
            A function of a module. A generator function gives results that get better; the last
            one counts.
        args
            Its arguments.
        keep_on
            Asked a few times a second with the seconds that the work takes so far, which are 0 as
            long as a new process is loading; False ends the process.

        Raises
        ------
        GoneError
            When the process ended before the work was done.
        """
        try:
            self.start()
            assert self._line is not None
            self._wait_until_ready(keep_on)
            began = time.monotonic()
            self._line.send((work, args))
            while True:
                while not self._line.poll(0.2):
                    if not keep_on(time.monotonic() - began):
                        self.stop()
                        raise GoneError
                packed = self._line.recv_bytes()
                if not packed:
                    return
                # Written by our own process, and by nobody else.
                yield pickle.loads(packed), len(packed)
        except (EOFError, OSError) as error:
            self.stop()
            raise GoneError from error

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join(5)
        if self._line is not None:
            self._line.close()
        self._process = self._line = None


def _serve(line: Connection, opening: Callable[[], None] | None) -> None:
    """Do what is asked over a line until it is closed; nothing follows the last result."""
    _prepare()
    if opening is not None:
        opening()
    with contextlib.suppress(EOFError, OSError):
        line.send_bytes(b"")
        while True:
            work, args = line.recv()
            for result in _results(work, args):
                line.send_bytes(pickle.dumps(result, protocol=5))
            line.send_bytes(b"")


def _results(work: Callable[..., Any], args: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the results of a piece of work; a `Failure` when it raises an error."""
    try:
        if inspect.isgeneratorfunction(work):
            yield from work(*args)
        else:
            yield work(*args)
    except Exception as error:  # It is told to who asked; the process goes on.
        yield Failure("work", f"{type(error).__name__}: {error}", traceback.format_exc())
