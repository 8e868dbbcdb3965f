"""OUT: the tables of every shard, written whole or not at all by one process.

    OUT/batch.json            what was asked for, and how many reports and shards that is
    OUT/findings/KEY.parquet  OUT/claims/KEY.parquet  OUT/documents/KEY.parquet    one of each a shard
    OUT/across.parquet        findings across reports, once `audit summary --across` was asked
    OUT/.lock                 who is writing
    OUT/.work-…               what workers hand over, while a batch runs

documents/KEY.parquet is written last: a shard that has it is whole. A file is written under another name, flushed to
the disk and renamed, so that no moment of a crash leaves half a table under a name that counts.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from auditor.batch.rows import TABLES
from auditor.model import AuditError

PLAN, ACROSS = "batch.json", "across.parquet"
SCHEMA = "gouji-batch/1"
_PART, _WORK = ".part", ".work-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Store:
    """A folder of results. Errors: AuditError, one line; what was there before stays as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- reading ------------------------------------------------------------------------------------------------

    def plan(self) -> dict[str, Any]:
        """batch.json; {} where there is none. Raises AuditError when it is not ours."""
        try:
            found = json.loads((self.folder / PLAN).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise AuditError(f"{self.folder / PLAN}: 读不了：{error}", f"{self.folder / PLAN}: {error}") from None
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise AuditError(
                f"{self.folder / PLAN}: 不是本版本 audit batch 的结果；请换一个 --out",
                f"{self.folder / PLAN}: not a result of this version's audit batch: choose another --out",
            )
        return found

    def whole(self) -> set[str]:
        """Keys of the shards that are there in full."""
        keys = [{p.stem for p in (self.folder / table).glob("*.parquet")} for table in TABLES]
        return set.intersection(*keys)

    def files(self, table: str) -> list[str]:
        """The files of a table, of whole shards only, in order of key."""
        return [str(self.folder / table / f"{key}.parquet") for key in sorted(self.whole())]

    def documents(self, key: str, columns: list[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table("documents", key, columns).to_pylist()
        return rows

    def table(self, table: str, key: str, columns: list[str]) -> Any:
        """Columns of one table of one shard, as an Arrow table."""
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.folder / table / f"{key}.parquet").read(columns)

    # --- writing ------------------------------------------------------------------------------------------------

    def begin(self, plan: Mapping[str, Any], keep: Iterable[str]) -> None:
        """Write the plan; take away what an interrupted run left half done, shards that are not in `keep`, and what was
        said across reports, unless `keep` is all there is."""
        self._write(self.folder / PLAN, (json.dumps(plan, ensure_ascii=False, indent=1) + "\n").encode())
        for left in self.folder.glob(f"{_WORK}*"):
            rmtree(left, ignore_errors=True)
        kept = set(keep) & self.whole()
        if len(kept) < plan["shards"] or self.whole() - kept:
            (self.folder / ACROSS).unlink(missing_ok=True)
        for table in reversed(TABLES):  # documents first: what is half gone counts as gone
            folder = self.folder / table
            try:
                folder.mkdir(exist_ok=True)
            except OSError as error:
                raise cannot(folder, error) from None
            for file in folder.iterdir():
                if file.suffix == _PART or (file.suffix == ".parquet" and file.stem not in kept):
                    with suppress(FileNotFoundError):
                        file.unlink()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for workers to hand over in, on the disk of OUT and gone afterwards. Nobody else has its name, not
        even a worker that outlived its batch by a moment."""
        try:
            folder = Path(mkdtemp(prefix=_WORK, dir=self.folder))
        except OSError as error:
            raise cannot(self.folder, error) from None
        try:
            yield folder
        finally:
            rmtree(folder, ignore_errors=True)

    def put(self, key: str, tables: Mapping[str, Any]) -> None:
        """The Arrow tables of a shard, documents last."""
        for table in TABLES:
            self.put_one(self.folder / table / f"{key}.parquet", tables[table])

    def put_one(self, path: Path, table: Any) -> None:
        """One Parquet file, whole or not at all."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        self._write(path, sink.getvalue())

    def _write(self, path: Path, data: Any) -> None:
        part = path.with_name(path.name + _PART)
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise cannot(path, error) from None


def cannot(path: Path, error: OSError) -> AuditError:
    """What could not be written, and why, in a line."""
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return AuditError(
            f"{path}: 磁盘已满（{why}）；腾出空间后再次运行同一命令，从中断处继续",
            f"{path}: the disk is full ({why}): make room and run the same command again, it goes on from here",
        )
    return AuditError(f"{path}: 写不了：{why}", f"{path}: cannot be written: {why}")


# --- one writer ---------------------------------------------------------------------------------------------------


@contextmanager
def locked(folder: Path) -> Iterator[Store]:
    """The store, for this process alone. Raises AuditError that names who has it.

    The lock is the operating system's, so it goes with the process however that ends. The file also says who holds
    it: on a shared disk another machine's lock cannot be felt, only read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _take(folder / ".lock", folder)
    except OSError as error:
        raise cannot(folder, error) from None
    try:
        yield Store(folder)
    finally:
        with suppress(OSError):
            (folder / ".lock").unlink()
        os.close(handle)


def _take(path: Path, folder: Path) -> int:
    """An open handle on the lock file that is ours, with our name in it."""
    import socket

    here = socket.gethostname()
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            free = _lock(handle)
            said = os.read(handle, 200).decode("utf-8", "replace").split()
            pid, host = (*said, "?", "?")[:2]
            if free is None and host == here:
                free = not _alive(pid)
            if free is False or (said and host != here):
                raise _busy(path, folder, pid, host, sure=free is False)
            try:
                same = os.path.samestat(os.fstat(handle), path.stat())
            except FileNotFoundError:
                same = False
            if not same:  # its holder took it away in between
                os.close(handle)
                continue
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, f"{os.getpid()} {here}\n".encode())
        except BaseException:
            with suppress(OSError):
                os.close(handle)
            raise
        return handle


def _lock(handle: int) -> bool | None:
    """Take the operating system's lock; False when another process has it, None where there are no locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)  # beside the text: a locked byte cannot be read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK) else None
    return True


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def _busy(path: Path, folder: Path, pid: str, host: str, sure: bool) -> AuditError:
    if sure:
        return AuditError(
            f"{folder}: 另一个 audit batch 正在写入（进程 {pid}，主机 {host}）；请等它结束，或换一个 --out",
            f"{folder}: another audit batch is writing there (process {pid} on {host}): wait, or choose another --out",
        )
    return AuditError(
        f"{folder}: 主机 {host} 上的 audit batch（进程 {pid}）正在写入或曾被中断；确认它已停止后删除 {path} 再运行",
        f"{folder}: an audit batch on {host} (process {pid}) is or was writing there: once it is gone, remove {path}",
    )
