"""Speak rows in processes on this machine. Each process has one thread and speaks one row at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import cast

from tts.batch.manifest import ManifestRow
from tts.batch.results import Result
from tts.batch.speaking import Job, Speaker, Stopped

RowRequest = tuple[ManifestRow, str]
"""A row and the fingerprint of everything that its file depends on."""


@dataclass(eq=False)
class _Worker:
    """A process, the pipe to it and its current row."""

    process: SpawnProcess
    connection: Connection
    asked: RowRequest
    is_ready: bool = False

    def ask(self, asked: RowRequest) -> None:
        """Send a row to the process."""
        self.asked = asked
        with contextlib.suppress(OSError):  # the process has died; reading the pipe will say so
            self.connection.send(asked)

    def died_of(self) -> str:
        """Return how the process ended, for a message."""
        self.process.join()
        code = self.process.exitcode or 0
        return f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


def speak_all(rows: Iterator[RowRequest], job: Job, n_workers: int) -> Generator[Result, None, None]:
    """Yield results in order of completion. A row is taken when a process is free; processes start when needed.

    All processes end with this generator, and their current rows are dropped. If a process dies, its row fails and
    another process takes its place. Raises OSError if files cannot be written or no process can start.
    """
    idle: list[_Worker] = []
    busy: dict[Connection, _Worker] = {}
    try:
        while True:
            while (idle or len(busy) < n_workers) and (asked := next(rows, None)):
                worker = idle.pop() if idle else _start(job, asked)
                busy[worker.connection] = worker
                worker.ask(asked)
            if not busy:
                return
            for connection in wait(list(busy)):
                worker = busy[cast(Connection, connection)]
                answer = _answer(worker)
                if answer is None:
                    worker.is_ready = True
                    continue
                del busy[worker.connection]
                if worker.process.is_alive():
                    idle.append(worker)
                else:
                    worker.connection.close()
                yield answer
    finally:
        for worker in (*idle, *busy.values()):
            worker.connection.close()  # tells the process to stop
        for worker in (*idle, *busy.values()):
            worker.process.join()


def _start(job: Job, asked: RowRequest) -> _Worker:
    """Start a process. It is spawned, because a forked process would inherit locks that other threads hold."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, job), daemon=True)
    with _no_interrupts():  # before our code runs in the process
        process.start()
    theirs.close()
    return _Worker(process, ours, asked)


def _answer(worker: _Worker) -> Result | None:
    """Return the worker's next message: None once it is ready, else a result.

    A dead worker yields a failed result for its row. Raises OSError if the worker reports one, or never started.
    """
    try:
        answer: Result | OSError | None = worker.connection.recv()
    except (EOFError, OSError):
        if not worker.is_ready:
            raise OSError(f"cannot start worker processes: the first {worker.died_of()}") from None
        row, request = worker.asked
        return Result(row.line, row.id, error=f"the process that spoke it {worker.died_of()}", request=request)
    if isinstance(answer, OSError):
        raise answer
    return answer


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Block SIGINT while starting a worker: the child inherits the mask, so Ctrl-C reaches only the parent."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, job: Job) -> None:
    """Answer rows with results until the pipe is closed. A row in progress stops then, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on systems without signal masks
    speaker = Speaker(job)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError, Stopped):
        connection.send(None)
        while True:
            row, request = connection.recv()
            try:
                answer: Result | OSError = speaker.speak(row, request, connection.poll)
            except OSError as error:
                answer = error
            connection.send(answer)
