"""Excel (.xlsx, .xls): a table a sheet, numbers as the sheet shows them, with its merged ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from io import BytesIO
from typing import Any

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.guard import Limits, damaged, encrypted, open_package, parse_xml, part, too_many_cells

Block = Table | Paragraph
Show = Callable[[float], str]

_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_BUILT_IN |= {37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00"}
_FORMAT = re.compile(r'((?:"[^"]*")*)([#0?,]*)(?:\.([0#?]+))?(%?)((?:"[^"]*")*)')
_LITERAL = re.compile(r"\\(.)")
_PADDING = re.compile(r"_.|\*.|\[[^\]]*\]")  # blanks as wide as a character, fills, colours and locales
_FILLED = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)(?<!/)>(?!</)")
_FAR = re.compile(rb"""\br\s*=\s*["'](?:[A-Za-z]{2,}\d*|[A-Za-z]*\d{6,})["']""")  # beyond column Z or row 99,999
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d*)["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")


def read_sheets(data: bytes, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks and notes of a workbook: every visible sheet with something in it is a table; lines above it that stand
    alone in their row (title, year, unit) are paragraphs. Row and column are the sheet's own, 0-based. Numbers are
    shown as their format shows them (0.996 in 0.0% is "99.6%"), dates as 2021-12-31.

    Errors: AuditError.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    formats = _Formats(data, limits) if data[:2] == b"PK" else None
    blocks: list[Block] = []
    notes: list[str] = []
    tables = 0
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if meta.visible != SheetVisibleEnum.Visible:
                notes.append(f"隐藏的工作表“{meta.name}”未读")
                continue
            shows = formats.of(meta.name) if formats else {}
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.height * sheet.width > limits.cells:
                raise too_many_cells(limits)
            rows, start = sheet.to_python(), sheet.start or (0, 0)
            merged = sheet.merged_cell_ranges or []
            if found := list(_sheet(meta.name, tables, rows, start, merged, shows)):
                blocks += found
                tables += 1
    except PasswordError:
        raise encrypted() from None
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise damaged(str(error)) from None
    if not blocks:
        raise AuditError("工作簿里没有内容", "the workbook is empty")
    return tuple(blocks), tuple(notes)


def _sheet(
    name: str,
    table: int,
    rows: list[list[Any]],
    start: tuple[int, int],
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
    shows: dict[tuple[int, int], Show],
) -> Iterator[Block]:
    top, left = start
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    width = max(map(len, rows), default=0)
    free = len(rows) * width
    for (r0, c0), (r1, c1) in merged:
        r1, c1 = min(r1, top + len(rows) - 1), min(c1, left + width - 1)
        if r0 < top or c0 < left or r1 < r0 or c1 < c0 or (r0, c0) in covered:
            continue
        down, across = r1 - r0 + 1, c1 - c0 + 1
        free -= down * across
        if free < 0:
            break  # overlapping ranges: no program writes them
        spans[r0, c0] = down, across
        covered.update((r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1))
        covered.discard((r0, c0))
    built: list[tuple[Cell, ...]] = []
    for r, values in enumerate(rows, top):
        line = []
        for c, value in enumerate(values, left):
            if (r, c) in covered:
                continue
            raw = _shown(value, shows.get((r, c)))
            text = raw.strip()
            begin = len(raw) - len(raw.lstrip()) if text else 0
            down, across = spans.get((r, c), (1, 1))
            place = Place(None, None, name, table, r, c)
            line.append(Cell(Text(text, (Piece(0, begin, place),)), r, c, down, across))
        built.append(tuple(line))
    while built and (alone := [cell for cell in built[0] if cell.text.raw]) and len(alone) == 1:
        yield Paragraph(alone[0].text)
        del built[0]
    if any(cell.text.raw for line in built for cell in line):
        yield Table(tuple(built), spans_known=True)


def _shown(value: Any, show: Show | None) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return show(value) if show else _plain(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: float) -> str:
    """As the General format shows it: 12.0 is 12, 0.1 + 0.2 is 0.3."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _show(code: str) -> Show | None:
    """How a number format shows a number; None when it is no plain count of decimals."""
    code = _PADDING.sub("", _LITERAL.sub(r'"\1"', code.split(";", 1)[0]))
    if not (found := _FORMAT.fullmatch(code)) or not (found[2] or found[3]):
        return None
    before, whole, decimals, percent, after = found.groups(default="")
    if "#" in decimals and not percent:
        return None
    return partial(
        _number,
        decimals=-1 if "#" in decimals else len(decimals),
        scale=100 if percent else 1,
        grouped="," in whole.rstrip(","),
        before=before.replace('"', ""),
        after=percent + after.replace('"', ""),
    )


def _number(value: float, decimals: int, scale: int, grouped: bool, before: str, after: str) -> str:
    exact = Decimal(repr(value)) * scale
    if not exact.is_finite() or exact.adjusted() > 20:
        return _plain(value)
    if decimals < 0:
        shown = f"{exact.normalize():f}"
    else:
        shown = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):{',' if grouped else ''}f}"
    return before + shown + after


class _Formats:
    """Number formats of an .xlsx, which calamine does not tell. A sheet is scanned only for the styles that matter."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.package, self.limits = open_package(data, limits), limits
        self.parts = self._parts()
        self.styles = self._styles()

    def _parts(self) -> dict[str, str]:
        """Part of every sheet by its name."""
        try:
            book = parse_xml(part(self.package, "xl/workbook.xml"))
            links = parse_xml(part(self.package, "xl/_rels/workbook.xml.rels"))
        except KeyError:
            raise damaged() from None
        target = {link.get("Id"): str(link.get("Target", "")) for link in links}
        found = {}
        for sheet in book.iter("{*}sheet"):
            link = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), None)
            path = target.get(link, "")
            found[str(sheet.get("name"))] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
        return found

    def _styles(self) -> dict[bytes, Show]:
        """How the cells of every style index that has a format of ours are shown."""
        try:
            root = parse_xml(part(self.package, "xl/styles.xml"))
        except KeyError:
            return {}
        codes = dict(_BUILT_IN)
        for own in root.iter("{*}numFmt"):
            codes[_int(own.get("numFmtId"))] = str(own.get("formatCode", ""))
        shows = {number: show for number, code in codes.items() if (show := _show(code))}
        formats = next(root.iter("{*}cellXfs"), ())
        used = (shows.get(_int(xf.get("numFmtId"))) for xf in formats)
        return {str(i).encode(): show for i, show in enumerate(used) if show}

    def of(self, sheet: str) -> dict[tuple[int, int], Show]:
        """Show of every cell of the sheet that has one. Errors: AuditError when its cells lie too far apart."""
        try:
            xml = part(self.package, self.parts.get(sheet, ""))
        except KeyError:
            return {}
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4]:
            raise damaged("UTF-16")
        if _FAR.search(xml):
            self._measure(xml)
        if not self.styles:
            return {}
        wanted = rb"|".join(sorted(self.styles))
        styled = re.compile(rb"""<(?:\w+:)?c\s[^>]*\bs\s*=\s*["'](?:%s)["'][^>]*>""" % wanted)
        found = {}
        for cell in styled.finditer(xml):
            place, style = _PLACE.search(cell[0]), _STYLE.search(cell[0])
            if place and style and place[1] and place[2]:
                found[int(place[2]) - 1, _column(place[1])] = self.styles[style[1]]
        return found

    def _measure(self, xml: bytes) -> None:
        """calamine lays a sheet out densely: two cells a million rows apart would take all memory."""
        rows, columns, row, column = [0, 0], [0, 0], 0, -1
        first = True
        for tag in _FILLED.finditer(xml):
            place = _PLACE.search(tag[2])
            if tag[1] == b"row":
                row, column = int(place[2]) - 1 if place and place[2] else row + 1, -1
                continue
            column = _column(place[1]) if place and place[1] else column + 1
            at = int(place[2]) - 1 if place and place[2] else row
            if first:
                rows, columns, first = [at, at], [column, column], False
            rows = [min(rows[0], at), max(rows[1], at)]
            columns = [min(columns[0], column), max(columns[1], column)]
        if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > self.limits.cells:
            raise too_many_cells(self.limits)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
