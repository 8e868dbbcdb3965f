"""A workbook with one table a sheet: heads that stay, filters, widths that fit Chinese; text is only ever text.

Nothing that a form says becomes a formula, a link or a number: strings are written as strings, and those that a
spreadsheet would take for a formula when someone edits the cell are marked as text too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from auditor.model import AuditError
from auditor.report.quote import cells, inert

LONGEST = 32_767  # UTF-16 units in a cell
ROWS = 1_048_575  # of a sheet, under the head
HEAD, LINE, HIGHEST = 24.0, 15.0, 409.0  # points: the head, a line of text, the highest row there is

INK, QUIET, RED = "#1F2933", "#6B7785", "#C00000"
_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": INK, "valign": "top"}
_EDGE = {"border": 1, "border_color": "#D8DEE5"}
_CELL = {**_BASE, **_EDGE, "text_wrap": True}
_HEAD = {**_CELL, "bold": True, "font_color": "#FFFFFF", "bg_color": "#34495E", "valign": "vcenter"}
STYLES: dict[str, dict[str, Any]] = {
    "": _CELL,
    "text": {**_CELL, "quote_prefix": True},  # begins like a formula
    "head": _HEAD,
    "strong": {**_CELL, "bold": True},
    "quiet": {**_CELL, "font_color": QUIET},
    "entry": {**_CELL, "bg_color": "#FFFDF0"},
    "number": {**_CELL, "text_wrap": False, "align": "right", "indent": 1},
    "major": {**_CELL, "bold": True, "align": "center", "font_color": "#9C1C1C", "bg_color": "#F8D3D0"},
    "moderate": {**_CELL, "bold": True, "align": "center", "font_color": "#7A4B00", "bg_color": "#FDE7B8"},
    "minor": {**_CELL, "align": "center", "font_color": "#1B4F72", "bg_color": "#D9EAF5"},
    "info": {**_CELL, "align": "center", "font_color": QUIET, "bg_color": "#EEF1F4"},
    "title": {**_BASE, "bold": True, "font_size": 14},
    "note": {**_BASE, "font_color": QUIET},
    "group": {**_BASE, "bold": True, "font_size": 11},
    # inside a cell
    "figure": {**_BASE, "bold": True, "font_color": RED},
    "aside": {**_BASE, "font_color": QUIET},
    # by verdict
    "confirmed": {"bold": True, "font_color": "#9C1C1C", "bg_color": "#F8D3D0"},
    "corrected": {"bold": True, "font_color": "#1E6B3A", "bg_color": "#D5EEDC"},
    "dismissed": {"font_color": "#9AA5B1"},
}


@dataclass(frozen=True, slots=True)
class Styled:
    """A text in one of STYLES."""

    text: str
    style: str


Rich = tuple[tuple[str, str], ...]  # (style, text), (style, text)… in one cell
Value = str | int | Decimal | Styled | Rich | None


@dataclass(frozen=True, slots=True)
class Column:
    """Head in Chinese and English, and between how many characters its width may be."""

    zh: str
    en: str
    least: float
    most: float

    def head(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


class Book:
    """A workbook that is being written. `finish` hands over its bytes."""

    def __init__(self, lang: str, title: str) -> None:
        import xlsxwriter

        self.lang = lang
        self._out = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._out, options)
        self._book.set_properties({"title": title, "author": "gouji", "created": datetime(2000, 1, 1)})
        self._formats: dict[str, Any] = {}

    def finish(self) -> bytes:
        self._book.close()
        return self._out.getvalue()

    def style(self, name: str) -> Any:
        if name not in self._formats:
            base, _, decimals = name.partition(".")
            shown = {"num_format": f"0.{'0' * int(decimals)}".rstrip(".")} if decimals else {}
            self._formats[name] = self._book.add_format(STYLES[base] | shown)
        return self._formats[name]

    def sheet(self, name: str) -> Any:
        """An empty sheet, ready to be printed on A4 across."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def table(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]], fixed: int = 0) -> Any:
        """A sheet that is one table; `fixed` columns stay when it is scrolled sideways.

        Errors: AuditError when there are more rows than a sheet holds.
        """
        if len(rows) > ROWS:
            raise AuditError(
                f"“{name}”有 {len(rows):,} 行，超过 Excel 的上限：请分批运行，或用 --format jsonl",
                f"{name}: {len(rows):,} rows are more than Excel holds: run in parts, or use --format jsonl",
            )
        sheet = self.sheet(name)
        widths = [_fit(column, [row[at] for row in rows], self.lang) for at, column in enumerate(columns)]
        self.rows(sheet, 0, columns, rows, widths)
        sheet.freeze_panes(1, fixed)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.repeat_rows(0)
        return sheet

    def bars(self, sheet: Any, labels: int, values: int, rows: int, at: int) -> None:
        """A bar for each of the first `rows` of a table's rows, beside it in column `at`; columns are counted from 0."""
        chart = self._book.add_chart({"type": "bar"})
        cells_ = {"categories": [sheet.name, 1, labels, rows, labels], "values": [sheet.name, 1, values, rows, values]}
        chart.add_series({**cells_, "fill": {"color": "#3B6EA5"}, "gap": 40})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
        chart.set_x_axis({"num_font": {"size": 9}, "major_gridlines": {"visible": True, "line": {"color": "#D8DEE5"}}})
        chart.set_size({"width": 560, "height": 80 + 24 * rows})
        sheet.insert_chart(0, at, chart)

    def rows(
        self, sheet: Any, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Value]], widths: Sequence[float]
    ) -> int:
        """A head and its rows from row `top` on, high enough for what wraps; the row after the last."""
        for at, (column, width) in enumerate(zip(columns, widths, strict=False)):
            sheet.write_string(top, at, column.head(self.lang), self.style("head"))
            sheet.set_column(at, at, width)
        sheet.set_row(top, HEAD)
        at = top
        for at, row in enumerate(rows, top + 1):
            lines = max(_lines(value, width) for value, width in zip(row, widths, strict=False))
            sheet.set_row(at, min(lines * LINE + 4, HIGHEST))
            for column_, value in enumerate(row):
                self.put(sheet, at, column_, value)
        return at + 1

    def put(self, sheet: Any, row: int, column: int, value: Value, style: str = "") -> None:
        match value:
            case int() | Decimal():
                self._number(sheet, row, column, value)
            case tuple():
                self._rich(sheet, row, column, value)
            case Styled():
                self.put(sheet, row, column, value.text, value.style)
            case _:
                text = safe(value or "")
                risky = style == "" and text[:1] in _RISKY
                if text:
                    sheet.write_string(row, column, text, self.style("text" if risky else style))
                else:
                    sheet.write_blank(row, column, None, self.style(style))

    def _number(self, sheet: Any, row: int, column: int, value: int | Decimal) -> None:
        exact = Decimal(value)
        if len(exact.as_tuple().digits) > 15:  # more than a spreadsheet keeps
            sheet.write_string(row, column, format(exact, "f"), self.style("number"))
            return
        decimals = max(-int(exact.as_tuple().exponent), 0)
        sheet.write_number(row, column, float(exact), self.style(f"number.{decimals}"))

    def _rich(self, sheet: Any, row: int, column: int, parts: Rich) -> None:
        parts = _cut(tuple((style, safe(text)) for style, text in parts if text))
        if len(parts) < 2:
            style, text = parts[0] if parts else ("", "")
            self.put(sheet, row, column, text, _ALONE.get(style, style))
            return
        fragments: list[Any] = []
        for style, text in parts:
            fragments += [self.style(style), text] if style else [self.style("plain"), text]
        sheet.write_rich_string(row, column, *fragments, self.style("text" if parts[0][1][:1] in _RISKY else ""))


STYLES["plain"] = _BASE
STYLES["figure alone"] = {**_CELL, "bold": True, "font_color": RED}
_ALONE = {"figure": "figure alone", "aside": "quiet"}
_RISKY = tuple("=+-@\t\r＝＋－＠")


def safe(text: str) -> str:
    """What a cell can hold: harmless characters, on several lines if they were, no more of them than Excel allows."""
    text = "\n".join(map(inert, text.split("\n")))
    text = _NO_CHARACTER.sub("\ufffd", text)
    if 2 * len(text) > LONGEST and len(raw := text.encode("utf-16-le")) > 2 * LONGEST:
        text = raw[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    return text


_NO_CHARACTER = re.compile("[\ufffe\uffff]")  # XML cannot say them


def _cut(parts: Rich) -> Rich:
    """The parts together no longer than a cell."""
    left, kept = LONGEST, []
    for style, text in parts:
        size = len(text.encode("utf-16-le")) // 2
        if size >= left:
            if left > 1:
                kept.append((style, text.encode("utf-16-le")[: 2 * (left - 1)].decode("utf-16-le", "ignore") + "…"))
            break
        kept.append((style, text))
        left -= size
    return tuple(kept)


def _fit(column: Column, values: Sequence[Value], lang: str) -> float:
    """The width, in characters, that shows the values without breaking lines, within what the column may have."""
    widest = max((cells(line) for value in values for line in _plain(value)[:2000].split("\n")), default=0)
    return min(max(widest * 1.05 + 1.5, cells(column.head(lang)) * 1.1 + 4, column.least), column.most)


def _lines(value: Value, width: float) -> int:
    """Lines of a value in a column: spreadsheets other than Excel do not find the height of a row themselves."""
    return sum(max(1, ceil(cells(line) / (width - 1))) for line in _plain(value).split("\n"))


def _plain(value: Value) -> str:
    match value:
        case Styled():
            return value.text
        case tuple():
            return "".join(part for _, part in value)
        case int() | Decimal():
            return format(Decimal(value), "f")
        case _:
            return value or ""
