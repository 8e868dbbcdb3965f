"""What a reader may spend on one file, and how a package or markup is opened without trusting it."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model import AuditError


@dataclass(frozen=True)
class Limits:
    """Bounds that no honest form comes near; over them the file is refused with one line.

    size: bytes of the file. unpacked: bytes that a zip (docx, xlsx) may unpack to. ratio: how far one part over a
    megabyte may swell on unpacking. pages: of a pdf. cells: of all tables. depth: nested markup.
    """

    size: int = 64_000_000
    unpacked: int = 512_000_000
    ratio: int = 300
    pages: int = 1_000
    cells: int = 1_000_000
    depth: int = 200


def too_many_cells(limits: Limits) -> AuditError:
    return AuditError(
        f"表格单元格超过 {limits.cells:,} 个：请只保留自评表所在的工作表或表格后再试",
        f"more than {limits.cells:,} table cells: keep only the tables of the form and try again",
    )
