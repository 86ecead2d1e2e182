"""Rows spoken by processes of this machine, each of one thread and with one row at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import cast

from tts.batch.manifest import Row
from tts.batch.results import Result
from tts.batch.speaking import Job, Speaker, Stopped

Asked = tuple[Row, str]
"""A row and the fingerprint of its request."""


@dataclass(eq=False)
class _Worker:
    """A process, the pipe to it and the row it is at."""

    process: SpawnProcess
    connection: Connection
    asked: Asked
    is_ready: bool = False

    def ask(self, asked: Asked) -> None:
        """Hand it a row."""
        self.asked = asked
        with contextlib.suppress(OSError):  # it has died, which its pipe is about to tell
            self.connection.send(asked)

    def died_of(self) -> str:
        """Why it is no more."""
        self.process.join()
        code = self.process.exitcode or 0
        return f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


def speak_all(rows: Iterator[Asked], job: Job, n_workers: int) -> Generator[Result, None, None]:
    """Results as they come, in no order. Rows are taken when a process is free, and processes started when needed.

    However this ends, the processes end with it, the rows they are at undone. A process that dies takes one row with
    it, which fails; another takes its place. Raises OSError where files cannot be written or no process can be started.
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
            worker.connection.close()  # which is what tells it to stop
        for worker in (*idle, *busy.values()):
            worker.process.join()


def _start(job: Job, asked: Asked) -> _Worker:
    """A process on its way. Spawned, not forked: the threads and locks of this one are not for it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, job), daemon=True)
    with _no_interrupts():  # from its first moment on, which is before any line of ours
        process.start()
    theirs.close()
    return _Worker(process, ours, asked)


def _answer(worker: _Worker) -> Result | None:
    """What a process has to say: that it is ready (None), or a result, be it that of having died of the row."""
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
    """Ctrl-C is for this process, which ends those that it starts: they take over that they are not to hear of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, job: Job) -> None:
    """Answer rows with results until the other end is closed, which is looked for while a row is spoken, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be kept from it
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
