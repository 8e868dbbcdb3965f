"""Number formats of an .xls, which calamine does not tell; records as [MS-XLS] lays them out."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from auditor.read.formats import BUILT_IN, LAST_COLUMN, Look, Place, Show, show
from auditor.read.guard import Limits, damaged, too_many_cells
from auditor.read.ole import Container

_BOF, _EOF, _SHEET, _FORMAT, _XF, _ROW_OF_RK, _COLUMNS = (
    0x0809, 0x000A, 0x0085, 0x041E, 0x00E0, 0x00BD, 0x007D
)  # fmt: skip
_NUMBERS = (0x0203, 0x027E, 0x0006)  # NUMBER, RK, FORMULA
_CELLS = (*_NUMBERS, 0x00FD, 0x0204, 0x0205)  # LABELSST, LABEL, BOOLERR

_RECORDS = 8_000_000  # of all sheets: more only where sheets overlap


class OldFormats:
    """Shows of the cells of every sheet. Errors: AuditError when cells lie too far apart: calamine lays sheets out
    densely, and all of them at once."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        container = Container(data)
        self.left = _RECORDS
        try:
            self.data = container.stream("Workbook" if "Workbook" in container.streams else "Book")
            starts = dict(self._book())
            scanned = {start: self._sheet(start) for start in set(starts.values())}
            self.sheets = {name: scanned[start] for name, start in starts.items()}
        except (struct.error, IndexError):
            raise damaged() from None
        if sum(area for _, area in self.sheets.values()) > limits.cells * 2:
            raise too_many_cells(limits)

    def of(self, sheet: str) -> Look:
        return self.sheets.get(sheet, (Look({}, frozenset()), 0))[0]

    def _records(self, at: int) -> Iterator[tuple[int, bytes]]:
        while at + 4 <= len(self.data):
            self.left -= 1
            if self.left < 0:
                raise damaged()
            kind, size = struct.unpack_from("<HH", self.data, at)
            yield kind, self.data[at + 4 : at + 4 + size]
            if kind == _EOF:
                return
            at += 4 + size

    def _book(self) -> Iterator[tuple[str, int]]:
        codes, styles, sheets = dict(BUILT_IN), list[int](), list[tuple[str, int]]()
        wide = True
        for kind, body in self._records(0):
            if kind == _BOF:
                wide = body[:2] == b"\0\x06"
            elif kind == _FORMAT:
                codes[struct.unpack_from("<H", body)[0]] = _string(body[2:], wide, long=wide)
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", body, 2)[0])
            elif kind == _SHEET:
                sheets.append((_string(body[6:], wide, long=False), struct.unpack_from("<I", body)[0]))
        shows = {number: found for number, code in codes.items() if (found := show(code))}
        self.shows = [shows.get(number) for number in styles]
        yield from sheets

    def _sheet(self, start: int) -> tuple[Look, int]:
        found: dict[Place, Show] = {}
        rows, columns, hidden = set[int](), set[int](), set[int]()
        for kind, body in self._records(start):
            if kind in _CELLS:
                row, column, style = struct.unpack_from("<HHH", body)
                rows.add(row)
                columns.add(column)
                if kind in _NUMBERS and (look := self._look(style)):
                    found[row, column] = look
            elif kind == _COLUMNS:
                first, last, _, _, options = struct.unpack_from("<5H", body)
                hidden.update(range(first, min(last + 1, LAST_COLUMN)) if options & 1 else ())
            elif kind == _ROW_OF_RK:
                row, column = struct.unpack_from("<HH", body)
                rows.add(row)
                for i, at in enumerate(range(4, len(body) - 6, 6)):
                    columns.add(column + i)
                    if look := self._look(struct.unpack_from("<H", body, at)[0]):
                        found[row, column + i] = look
        area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) if rows and columns else 0
        return Look(found, frozenset(hidden)), area

    def _look(self, style: int) -> Show | None:
        return self.shows[style] if style < len(self.shows) else None


def _string(body: bytes, wide: bool, long: bool) -> str:
    """A counted string: 16-bit count where `long`, then in BIFF8 (`wide`) a byte that says how characters are kept."""
    count, at = (struct.unpack_from("<H", body)[0], 2) if long else (body[0], 1)
    if not wide:
        return body[at : at + count].decode("gb18030", "replace")
    if body[at] & 1:
        return body[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
    return body[at + 1 : at + 1 + count].decode("latin-1")
