"""What a worker does: audit a chunk of reports, each within its time and memory, and hand over rows.

A report that runs over its time is ended with its process, by the kernel: no exception is thrown into the middle of
somebody's cache, so what comes after is never changed by what went wrong. The parent then tries that report alone.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import auditor
from auditor.batch.files import Entry, load
from auditor.batch.rows import Rows, of_failure, of_report, pack
from auditor.batch.shards import Chunk
from auditor.model import AuditError, Rule
from auditor.read import read

OUT_OF_MEMORY = 86  # exit code of a worker that a report left without memory
HOOK = "GOUJI_TEST_POISON"  # tests: with it a file named sleep.poison.txt, kill.poison.txt, memory.poison.txt does so


@dataclass(frozen=True)
class Job:
    """What is the same for every report. rules: those in use. failure: the rule of reports that cannot be audited.
    seconds, memory (bytes over what the worker has at its start): the limits of one report; 0 is none."""

    rules: tuple[Rule, ...]
    failure: Rule
    seconds: float
    memory: int
    lang: str = "zh"
    version: str = auditor.__version__

    def said(self, error: AuditError) -> str:
        return error.en if self.lang == "en" else str(error)


@dataclass(frozen=True)
class Result:
    """The packed tables of a chunk, and what progress wants to know."""

    tables: dict[str, bytes]
    reports: int
    failed: tuple[tuple[str, str], ...]  # path, reason


@dataclass(frozen=True)
class Wrong:
    """Why a chunk's result could not be left, in few bytes. errno: 0 where it is no matter of the disk."""

    errno: int
    why: str


def audit_chunk(chunk: Chunk, job: Job, mark: Callable[[int], None] = lambda index: None) -> Result:
    """All reports of a chunk. mark(i) is called before report i is begun. MemoryError is the caller's."""
    rows = Rows()
    for index, entry in enumerate(chunk.entries):
        mark(index)
        rows += audit_one(entry, job)
    failed = tuple((row[0], row[3]) for row in rows.documents if row[2] == "failed")
    return Result(pack(rows), len(chunk.entries), failed)


def audit_one(entry: Entry, job: Job) -> Rows:
    """The rows of one report; of its failure, when it cannot be read."""
    started = time.perf_counter()
    path = _text(entry.path)
    with limit(job.seconds):
        try:
            _poison(entry.path)
            report = auditor.audit_document(read(entry.path, load(entry)), rules=job.rules)
            return of_report(report, path, entry.size, time.perf_counter() - started, job.lang)
        except AuditError as error:
            reason = job.said(error)
        except MemoryError:
            raise
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            reason = f"internal error: {what}" if job.lang == "en" else f"程序内部错误：{what}"
    return of_failure(job.failure, path, entry.size, time.perf_counter() - started, reason, job.lang)


def failure(entry: Entry, job: Job, reason: str, seconds: float = 0.0) -> Result:
    """What is handed over for a report that ended its worker each time it was tried."""
    path = _text(entry.path)
    return Result(pack(of_failure(job.failure, path, entry.size, seconds, reason, job.lang)), 1, ((path, reason),))


def _text(path: str) -> str:
    """A path as text: bytes of it that are no UTF-8 are spelled out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


# --- limits -------------------------------------------------------------------------------------------------------


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """The process ends (SIGALRM, exit code 142 of a shell) when the block takes longer. Not to be nested."""
    if not seconds:
        yield
    elif hasattr(signal, "setitimer") and _alone():
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    else:  # Windows, or one of several threads of a dask worker
        timer = threading.Timer(seconds, os._exit, (128 + 14,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _alone() -> bool:
    """Is this process's one timer ours? Not where several tasks run in threads beside each other."""
    return threading.current_thread() is threading.main_thread()


def limit_memory(extra: int) -> None:
    """From now on the process gets `extra` bytes more than it has; then allocations fail. Linux; nothing elsewhere."""
    if not extra:
        return
    try:
        import resource

        with open("/proc/self/statm") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = now + extra
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        return


def ends_with_parent() -> None:
    """A worker whose batch was killed ends too, instead of waiting for ever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def warm(rules: Sequence[Rule] | None = None) -> None:
    """Load what every report needs, so that no report's limits pay for it."""
    with suppress(Exception):
        auditor.audit_text("项目支出绩效自评表\n（2023年度）\n完成培训12次，较上年增长20%。\n", rules=rules)
        pack(Rows())


# --- a worker of the process pool ---------------------------------------------------------------------------------

_job: Job | None = None
_marks: str = ""


def begin(job: Job, marks: str) -> None:
    """The initializer of a worker. marks: a folder where it notes which report it is at."""
    global _job, _marks
    _job, _marks = job, marks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    ends_with_parent()
    warm(job.rules)
    limit_memory(job.memory)


def work(chunk: Chunk, ticket: int) -> Wrong | None:
    """`audit_chunk`, its result left in marks/TICKET.done for `handed`. In marks/TICKET it notes the report that is begun,
    for whoever finds the worker dead.

    Only a few bytes go back through the executor's pipe, so few that they are written at once or not at all: a worker
    that dies in the middle of a longer message leaves the executor waiting for the rest of it, for ever.
    """
    assert _job is not None
    try:
        handle = os.open(os.path.join(_marks, str(ticket)), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            result = audit_chunk(chunk, _job, lambda index: _note(handle, index))
        finally:
            os.close(handle)
        with open(_done(_marks, ticket), "wb") as file:
            pickle.dump(result, file, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what else in this process is half done nobody knows
    except OSError as error:
        return Wrong(error.errno or 0, (error.strerror or str(error))[:200])
    except Exception as error:
        return Wrong(0, " ".join(f"{type(error).__name__}: {error}".split())[:200])
    return None


def _note(handle: int, index: int) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, struct.pack("<i", index))


def _done(marks: str, ticket: int) -> str:
    return os.path.join(marks, f"{ticket}.done")


def handed(marks: str, ticket: int) -> Result:
    """The result that a worker left, once."""
    with open(_done(marks, ticket), "rb") as file:
        result: Result = pickle.load(file)
    os.unlink(file.name)
    return result


def noted(marks: str, ticket: int) -> int | None:
    """Which report of its chunk a dead worker had begun; None if none."""
    try:
        with open(os.path.join(marks, str(ticket)), "rb") as file:
            data = file.read(4)
    except OSError:
        return None
    return struct.unpack("<i", data)[0] if len(data) == 4 else None


def work_alone(connection: object, job: Job, entry: Entry) -> None:
    """One report in a process of its own; sends its Result. Out of memory is told, then: nothing follows it here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ends_with_parent()
    warm(job.rules)
    limit_memory(job.memory)
    try:
        result = audit_chunk(Chunk(0, 0, (entry,)), job)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    connection.send(result)  # type: ignore[attr-defined]


def _poison(path: str) -> None:
    """For tests of what a bad report does to its worker."""
    if not os.environ.get(HOOK) or ".poison." not in path:
        return
    hook = os.path.basename(path).partition(".")[0]
    if hook == "sleep":
        time.sleep(3600)
    elif hook == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif hook == "memory":
        hog = []
        while True:
            hog.append(bytearray(1 << 24))
