"""What a reader may spend on one file, and how packages and markup are opened without trusting them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from auditor.model import AuditError

_SWELL = 1032  # deflate cannot swell more than this


@dataclass(frozen=True)
class Limits:
    """Bounds that no honest form comes near; over them the file is refused with one line.

    size: bytes of the file. unpacked: bytes that its compressed parts may unpack to, ratio: how far they may swell
    together once they unpack to more than 16 MB. pages: of a pdf. cells: of all tables, merged area included; as many
    paragraphs at most.
    """

    size: int = 64_000_000
    unpacked: int = 256_000_000
    ratio: int = 250
    pages: int = 1_000
    cells: int = 500_000


def damaged(what: str = "") -> AuditError:
    """The file is cut off or broken; `what` is the library's own word for it."""
    what = " ".join(what.split())[:80]
    return AuditError(
        f"文件已损坏或不完整{f'（{what}）' if what else ''}：请用原软件打开后重新另存",
        f"the file is damaged or cut off{f' ({what})' if what else ''}: open it where it was made and save it again",
    )


def too_many_cells(limits: Limits) -> AuditError:
    """What a table with more cells than `limits` allows is answered with."""
    return AuditError(
        f"表格单元格或段落超过 {limits.cells:,} 个的上限：请只保留自评表所在的部分后再试",
        f"more than {limits.cells:,} table cells or paragraphs: keep only the form and try again",
    )


def too_much(limits: Limits) -> AuditError:
    """What a package that unpacks to more than `limits` allows is answered with."""
    return AuditError(
        f"解压后超过上限（{limits.unpacked / 1e6:g} MB 或 {limits.ratio} 倍）：请删去无关内容后另存再试",
        f"unpacks to more than {limits.unpacked / 1e6:g} MB or {limits.ratio} times its size: save it without the rest",
    )


def open_package(data: bytes, limits: Limits) -> ZipFile:
    """The zip package, once its parts are known to unpack within the limits. Errors: AuditError."""
    try:
        package = ZipFile(BytesIO(data))
        parts = package.infolist()
    except (BadZipFile, LargeZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError):
        raise damaged() from None
    if any(part.flag_bits & 1 for part in parts):
        raise encrypted()
    told = sum(part.file_size for part in parts)
    if told > limits.unpacked or (told > 16_000_000 and told > limits.ratio * len(data)):
        raise too_much(limits)
    if sum(part.compress_size for part in parts) * _SWELL > limits.unpacked:
        # the sizes told may lie, and not every library stops at them
        try:
            for part in parts:
                with package.open(part) as stream:
                    while stream.read(1 << 20):
                        pass
        except (BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
            raise damaged() from None
    return package


def encrypted() -> AuditError:
    """What a file with a password is answered with."""
    return AuditError(
        "文件已加密：请取消打开密码后另存再试", "the file is encrypted: remove the password and save it again"
    )


def part(package: ZipFile, name: str) -> bytes:
    """One part of a package. Errors: KeyError when it is not there, AuditError when it cannot be read."""
    try:
        return package.read(name)
    except (BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise damaged() from None


def parse_xml(data: bytes) -> Any:
    """The root element of an XML part. No entities, no document types, nothing fetched; depth and text bounded by
    libxml2. Errors: AuditError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AuditError(
            "文件内含 XML 实体声明，不安全：请用原软件打开后重新另存",
            "the file declares XML entities, which is unsafe: open it where it was made and save it again",
        )
    return root
