"""Stage 1: bytes → Document. The reader is chosen by what the file holds, never by its name."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from auditor.model import AuditError, Document
from auditor.read.guard import Limits
from auditor.read.text import decode, read_text

USUAL = Limits()

__all__ = ["USUAL", "Limits", "decode", "read"]


def read(path: str | Path, data: bytes | None = None, *, limits: Limits = USUAL) -> Document:
    """Read one file, or `data` that came under that name ("-" is standard input).

    Errors: AuditError, one line that says what is wrong and what to do.
    """
    if data is None:
        data = _load(path, limits)
    if len(data) > limits.size:
        raise _too_big(limits)
    if not data.strip():
        raise AuditError("文件是空的", "the file is empty")
    source = decode(data)
    if not source.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0"):
        raise AuditError("文件是空的", "the file is empty")
    return Document(str(path), sha256(data).hexdigest(), "text", read_text(source, limits), source)


def _load(path: str | Path, limits: Limits) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(limits.size + 1)
    path = Path(path)
    try:
        if path.is_dir():
            raise AuditError("这是一个文件夹，不是文件", "this is a directory, not a file")
        with path.open("rb") as file:
            return file.read(limits.size + 1)
    except FileNotFoundError:
        raise AuditError("找不到文件：请检查路径", "no such file: check the path") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AuditError(f"无法打开文件：{why}", f"cannot open the file: {why}") from None


def _too_big(limits: Limits) -> AuditError:
    return AuditError(
        f"文件超过 {limits.size / 1e6:g} MB 的上限：请拆分后再试",
        f"the file is over the limit of {limits.size / 1e6:g} MB: split it and try again",
    )
