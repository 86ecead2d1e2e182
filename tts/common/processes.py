"""Work on tasks in processes on this machine. Each process has one thread and works on one task at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")
Work = Callable[[Task, Callable[[], bool]], Result]
"""Turns a task into a result. It is also given a function that tells whether the run has ended: then raise Stopped."""


class Stopped(Exception):  # noqa: N818  # not an error
    """The run ended before the task was finished."""


@dataclass(eq=False)
class _Worker(Generic[Task]):
    """A process, the pipe to it and its current task."""

    process: SpawnProcess
    connection: Connection
    task: Task
    is_ready: bool = False

    def ask(self, task: Task) -> None:
        """Send a task to the process."""
        self.task = task
        with contextlib.suppress(OSError):  # the process has died; reading the pipe will say so
            self.connection.send(task)

    def died_of(self) -> str:
        """Return how the process ended, for a message."""
        self.process.join()
        code = self.process.exitcode or 0
        return f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


def work_on(
    tasks: Iterator[Task | None],
    begin: Callable[[], Work[Task, Result]],
    failed: Callable[[Task, str], Result],
    n_workers: int,
) -> Generator[Result, None, None]:
    """Yield results in order of completion. A task is taken when a process is free; processes start when needed.

    tasks: None means that there is no task until another result is known. begin: called once in each process. failed:
    gives the result of a task whose process died, and is told how it ended; another process takes its place. All
    processes end with this generator, and their current tasks are dropped. Raises OSError if a task raises it, or if no
    process can start.
    """
    idle: list[_Worker[Task]] = []
    busy: dict[Connection, _Worker[Task]] = {}
    try:
        while True:
            while (idle or len(busy) < n_workers) and (task := next(tasks, None)) is not None:
                worker = idle.pop() if idle else _start(begin, task)
                busy[worker.connection] = worker
                worker.ask(task)
            if not busy:
                return
            for connection in wait(list(busy)):
                worker = busy[cast(Connection, connection)]
                answer: Result | None = _answer(worker, failed)
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


def follow_parent() -> None:
    """Let a process of a pool leave Ctrl-C to its parent, and end with it, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None, "only a process that multiprocessing started follows a parent"
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _start(begin: Callable[[], Work[Task, Result]], task: Task) -> _Worker[Task]:
    """Start a process. It is spawned, because a forked process would inherit locks that other threads hold."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, begin), daemon=True)
    with _no_interrupts():  # before our code runs in the process
        process.start()
    theirs.close()
    return _Worker(process, ours, task)


def _answer(worker: _Worker[Task], failed: Callable[[Task, str], Result]) -> Result | None:
    """Return the worker's next message: None once it is ready, else a result.

    A dead worker yields a failed result for its task. Raises OSError if the worker reports one, or never started.
    """
    try:
        answer: Result | OSError | None = worker.connection.recv()
    except (EOFError, OSError):
        if not worker.is_ready:
            raise OSError(f"cannot start worker processes: the first {worker.died_of()}") from None
        return failed(worker.task, worker.died_of())
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


def _work(connection: Connection, begin: Callable[[], Work[Task, Result]]) -> None:
    """Answer tasks with results until the pipe is closed. A task in progress stops then, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on systems without signal masks
    work = begin()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError, Stopped):
        connection.send(None)
        while True:
            task = connection.recv()
            try:
                answer: Result | OSError = work(task, connection.poll)
            except OSError as error:
                answer = error
            connection.send(answer)
