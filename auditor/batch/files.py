"""Which reports there are: a folder, or anything that fsspec opens (s3://bucket/forms, hdfs://…), at any depth."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.model import AuditError
from auditor.read import USUAL


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path as it is opened, bytes, and what changes when it does (mtime in ns, or an object's tag)."""

    path: str
    size: int
    stamp: str
    changed: float = 0.0  # seconds since 1970, 0 where the store does not tell


@dataclass
class Found:
    """Entries by path; the folders that could not be searched, with why; files that are no reports, by suffix."""

    entries: list[Entry] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def remote(path: str) -> bool:
    """Is it a URL for fsspec? file:// is, C:\\ is not."""
    return "://" in path


def find(roots: Sequence[str], apart: str | os.PathLike[str] | None = None) -> Found:
    """Every report under the roots, each once, sorted by path; none of the folder `apart`. Raises AuditError for a
    root that is not there."""
    from auditor.cli import SUFFIXES

    found = Found()
    seen: dict[str, Entry] = {}
    outside = os.path.abspath(apart) + os.sep if apart else "\0"
    for root in roots:
        for entry in _remote(root) if remote(root) else _local(root, found.closed):
            name = entry.path.replace("\\", "/").rpartition("/")[2]
            suffix = os.path.splitext(name)[1].lower()
            if name.startswith((".", "~$")) or entry.path.startswith(outside):
                continue
            if suffix in SUFFIXES:
                seen[entry.path] = entry
            else:
                found.others[suffix] += 1
    found.entries = [seen[path] for path in sorted(seen)]
    return found


def _local(root: str, closed: list[tuple[str, str]]) -> Iterator[Entry]:
    root = os.path.abspath(root)
    if os.path.isfile(root):
        state = os.stat(root)
        yield Entry(root, state.st_size, str(state.st_mtime_ns), state.st_mtime)
        return
    if not os.path.isdir(root):
        raise AuditError(f"{root}: 找不到文件夹", f"{root}: no such directory")
    open_: list[str] = [root]
    while open_:
        folder = open_.pop()
        try:
            with os.scandir(folder) as items:
                for item in items:
                    try:
                        if item.is_dir(follow_symlinks=False):
                            open_ += [] if item.name.startswith(".") else [item.path]
                        elif item.is_file():
                            state = item.stat()
                            yield Entry(item.path, state.st_size, str(state.st_mtime_ns), state.st_mtime)
                    except FileNotFoundError:
                        continue  # gone since the folder was read, or a link to nothing
        except OSError as error:
            if folder == root:
                why = error.strerror or str(error)
                raise AuditError(f"{root}: 文件夹读不了：{why}", f"{root}: cannot be read: {why}") from None
            closed.append((folder, error.strerror or str(error)))


def _remote(root: str) -> Iterator[Entry]:
    system, path = _filesystem(root)
    try:
        listed: dict[str, dict[str, Any]] = system.find(path, detail=True)
        if not listed and not system.exists(path):
            raise FileNotFoundError(root)
    except FileNotFoundError:
        raise AuditError(f"{root}: 找不到", f"{root}: not there") from None
    except Exception as error:
        raise AuditError(f"{root}: 列不出文件：{error}", f"{root}: cannot be listed: {error}") from None
    for name, about in listed.items():
        changed = about.get("mtime") or about.get("LastModified") or about.get("last_modified") or about.get("created")
        stamp = about.get("ETag") or about.get("etag") or changed or ""
        if isinstance(changed, datetime):
            changed = changed.timestamp()
        seconds = float(changed) if isinstance(changed, int | float) else 0.0
        yield Entry(system.unstrip_protocol(name), int(about.get("size") or 0), str(stamp), seconds)


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except ImportError as error:
        what = error.name or str(error)
        raise AuditError(
            f"{url}: 需要 {what}：pip install 'gouji[cluster]'，对象存储另装其驱动（s3fs、pyarrow…）",
            f"{url}: needs {what}: pip install 'gouji[cluster]', and the driver of the store (s3fs, pyarrow…)",
        ) from None
    except ValueError as error:
        raise AuditError(f"{url}: {error}") from None
    return system, path


def load(entry: Entry) -> bytes | None:
    """The bytes of a remote file; None for a local one, which `auditor.read` opens itself. Raises AuditError."""
    if not remote(entry.path):
        return None
    system, path = _filesystem(entry.path)
    try:
        with system.open(path, "rb") as file:
            data: bytes = file.read(USUAL.size + 1)
            return data
    except FileNotFoundError:
        raise AuditError("找不到文件：请检查路径", "no such file: check the path") from None
    except Exception as error:
        why = " ".join(str(error).split())[:200]
        raise AuditError(f"无法打开文件：{why}", f"cannot open the file: {why}") from None


def since(entries: Sequence[Entry], date: str) -> list[Entry]:
    """Entries changed on or after the date (2024-03-01, or with a time), by the local clock. Raises AuditError."""
    try:
        start = datetime.fromisoformat(date).timestamp()
    except ValueError:
        raise AuditError(
            f"--since {date}: 不是日期；例如 --since 2024-03-01", f"--since {date}: no date; try --since 2024-03-01"
        ) from None
    return [entry for entry in entries if entry.changed >= start]
