"""Chunks → results on one machine: a ProcessPoolExecutor, built anew when a worker dies.

When a worker dies the executor gives up all it had in hand. Each chunk that was begun has a note of the report it was
at: those reports are suspects and tried alone, one process each, while a new pool goes on with everything else.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_all_start_methods, get_context
from pathlib import Path
from typing import Any

from auditor.batch.files import Entry
from auditor.batch.shards import Chunk
from auditor.batch.store import cannot
from auditor.batch.work import OUT_OF_MEMORY, Job, Result, Wrong, begin, failure, handed, noted, work, work_alone
from auditor.model import AuditError

GRACE = 30.0  # seconds that a process on its own may take to start and to end
PATIENCE = 3  # pools in a row that die before any report is begun


def run(chunks: Iterator[Chunk], job: Job, jobs: int, marks: Path) -> Generator[tuple[Chunk, Result], None, None]:
    """The result of every chunk, in the order in which they are done; a chunk may come back in parts. marks: a folder of
    its own, where workers leave what they have done. Raises AuditError."""
    pool = _Pool(job, jobs, str(marks))
    try:
        yield from pool.run(chunks)
    finally:
        pool.stop()


def _context() -> Any:
    """Workers are forked from a server that has loaded everything and nothing else; where there is no fork, spawned."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["auditor.batch.ready"])
    return context


def prepare() -> None:
    """Let the server that workers are forked from load what they need, while this process finds the reports."""
    context = _context()
    if context.get_start_method() == "forkserver":
        from multiprocessing.forkserver import ensure_running

        ensure_running()


@dataclass
class _Pool:
    job: Job
    jobs: int
    marks: str
    context: Any = field(default_factory=_context)
    executor: ProcessPoolExecutor | None = None
    flying: dict[Future[Wrong | None], tuple[Chunk, int]] = field(default_factory=dict)  # with its ticket
    singles: set[Any] = field(default_factory=set)  # processes with one report
    ticket: int = 0
    stillborn: int = 0

    def __post_init__(self) -> None:
        self.solitary = ThreadPoolExecutor(self.jobs)

    def run(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Result]]:
        again: deque[Chunk] = deque()
        alone: dict[Future[Result], Chunk] = {}
        while True:
            lost: list[tuple[Chunk, int]] = []
            while len(self.flying) < 2 * self.jobs and not lost:
                chunk = again.popleft() if again else next(chunks, None)
                if chunk is None:
                    break
                if not self._submit(chunk):
                    again.appendleft(chunk)
                    lost = self._collapse()
            if not self.flying and not alone and not again and not lost:
                return
            if not lost:
                hands: list[Future[Any]] = [*self.flying, *alone]
                done, _ = wait(hands, return_when=FIRST_COMPLETED)
                for future in done:
                    if future in alone:
                        yield alone.pop(future), future.result()
                        continue
                    chunk, ticket = self.flying.pop(future)
                    try:
                        wrong = future.result()
                    except BrokenProcessPool:
                        lost.append((chunk, ticket))
                    else:
                        self.stillborn = 0
                        yield chunk, self._handed(ticket, wrong)
                if not lost:
                    continue
                lost += self._collapse()
            begun = 0
            for chunk, ticket in lost:
                at = noted(self.marks, ticket)
                if at is None:
                    again.append(chunk)
                    continue
                begun += 1
                before, suspect, after = chunk.split(at)
                again.extend(part for part in (before, after) if part.entries)
                alone[self.solitary.submit(self._alone, suspect.entries[0])] = suspect
            self._stillborn(begun)

    def _submit(self, chunk: Chunk) -> bool:
        """False when the pool turns out to be broken."""
        if self.executor is None:
            self.executor = ProcessPoolExecutor(self.jobs, self.context, begin, (self.job, self.marks))
        self.ticket += 1
        try:
            self.flying[self.executor.submit(work, chunk, self.ticket)] = (chunk, self.ticket)
        except BrokenProcessPool:
            return False
        return True

    def _handed(self, ticket: int, wrong: Wrong | None) -> Result:
        if wrong is None:
            return handed(self.marks, ticket)
        if wrong.errno:
            raise cannot(Path(self.marks).parent, OSError(wrong.errno, wrong.why))
        raise AuditError(f"程序内部错误：{wrong.why}", f"internal error: {wrong.why}")

    def _collapse(self) -> list[tuple[Chunk, int]]:
        """A broken pool is put away; what it had in hand and did not finish. Finished results are kept."""
        lost = []
        for future, (chunk, ticket) in list(self.flying.items()):
            wait([future])
            if future.exception() is not None:
                lost.append((chunk, ticket))
                del self.flying[future]
        if self.executor is not None:
            self.executor.shutdown(wait=True, cancel_futures=True)
            self.executor = None
        return lost

    def _stillborn(self, begun: int) -> None:
        self.stillborn = 0 if begun else self.stillborn + 1
        if self.stillborn >= PATIENCE:
            raise AuditError(
                "工作进程一启动就退出：请放宽 --memory，或用 --jobs 1 再试",
                "workers die as soon as they start: raise --memory, or try --jobs 1",
            )

    def _alone(self, entry: Entry) -> Result:
        """The result of one report in a process of its own, or its failure with how it ended the process."""
        here, there = self.context.Pipe(duplex=False)
        process = self.context.Process(target=work_alone, args=(there, self.job, entry), daemon=True)
        self.singles.add(process)
        try:
            process.start()
            there.close()
            seconds = self.job.seconds + GRACE if self.job.seconds else None
            if here in connection.wait([here, process.sentinel], seconds) or here.poll():
                result: Result = here.recv()
                return result
        except (EOFError, OSError):
            pass
        finally:
            process.join(5)
            if process.exitcode is None:
                process.kill()
                process.join(5)
            here.close()
            self.singles.discard(process)
        code = process.exitcode
        return failure(entry, self.job, ending(code, self.job), self.job.seconds if _timed_out(code) else 0.0)

    def stop(self) -> None:
        """No worker is left, whatever it was doing."""
        self.solitary.shutdown(wait=False, cancel_futures=True)
        for process in list(self.singles):
            with suppress(OSError, ValueError, AttributeError):
                process.kill()
        if self.executor is not None:
            workers = list((getattr(self.executor, "_processes", None) or {}).values())
            self.executor.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                with suppress(OSError, ValueError, AttributeError):
                    worker.kill()
            for worker in workers:
                with suppress(OSError, ValueError, AssertionError):
                    worker.join(5)
            self.executor = None


def _timed_out(code: int | None) -> bool:
    return code in (None, 128 + 14, -getattr(signal, "SIGALRM", 14))


def ending(code: int | None, job: Job) -> str:
    """Why a report ended its process, by the process's exit code."""
    if _timed_out(code):
        why = (f"超过每份报告 {job.seconds:g} 秒的时限", f"over the {job.seconds:g} s that a report may take")
    elif code == OUT_OF_MEMORY:
        size = f"{job.memory / 1e6:g} MB"
        why = (f"超过每份报告 {size} 的内存上限", f"over the {size} that a report may take")
    elif code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        why = (f"审计它的进程被终止（{name}）", f"the process that audited it was ended ({name})")
    else:
        why = (f"审计它的进程异常退出（{code}）", f"the process that audited it ended ({code})")
    return why[job.lang == "en"]
