"""How number formats show numbers, and the formats of an .xlsx, which calamine does not tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from typing import NamedTuple
from zipfile import ZipFile

from auditor.read.guard import Limits, damaged, parse_xml, part, too_many_cells

Show = Callable[[float | date], str]
Place = tuple[int, int]  # row, column, 0-based

BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
# dates as Excel shows them in Chinese
BUILT_IN |= {14: "yyyy/m/d", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 31: 'yyyy"年"m"月"d"日"'}
BUILT_IN |= {36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"'}
BUILT_IN |= {37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00"}
_FORMAT = re.compile(r'((?:"[^"]*")*)([#0?,]*)(?:\.([0#?]+))?(%?)((?:"[^"]*")*)')
_DAY = re.compile(r'(?:yyyy|mm?|dd?|"[^"]*"|[-/.年月日])+')
_DAY_PART = re.compile(r'yyyy|mm?|dd?|"[^"]*"|.')
_LITERAL = re.compile(r"\\(.)")
_PADDING = re.compile(r"_.|\*.|\[[^\]]*\]")  # blanks as wide as a character, fills, colours and locales
_FILLED = re.compile(rb"<(?:\w{1,20}:)?(row|c)\b([^<>]*)(?<!/)>(?!</)")
# beyond column Z or row 99,999, or so it seems
_FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{2,}\d*|[A-Za-z]*\d{6,})["']""")
_ODD = re.compile(  # a cell not written as nearly all programs write them: its place, then its style
    rb"""<c (?!r="[A-Z]{1,3}\d{1,7}"(?: s="| t="[^n]|/?>))|<c[^\w> /]|<\w{1,20}:c\s"""
)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d*)["']""")
_STRINGS = re.compile(rb"""uniqueCount\s*=\s*["'](\d+)""")
_MOST_STRINGS = 1_000_000  # that may be announced without being there
_HIDDEN = re.compile(rb"""<(?:\w{1,20}:)?col\s([^<>]{0,300}\bhidden\s*=\s*["'](?:1|true)["'][^<>]{0,300})""")
_ENDS = tuple(re.compile(rb"""\b%s\s*=\s*["'](\d{1,5})["']""" % name) for name in (b"min", b"max"))
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
LAST_COLUMN = 16_384


class Look(NamedTuple):
    """How a sheet shows its cells: the show of every cell that has one, and the columns that are hidden (0-based)."""

    shows: dict[Place, Show]
    hidden: frozenset[int]


def show(code: str) -> Show | None:
    """How a number format shows a number or a day; None when it is neither a plain count of decimals nor of days."""
    if len(code) > 255:  # Excel's own limit
        return None
    code = _PADDING.sub("", _LITERAL.sub(r'"\1"', code.split(";", 1)[0]))
    if _DAY.fullmatch(day := code.lower()) and ("y" in day or "d" in day):
        return partial(_day, parts=tuple(_DAY_PART.findall(day)))
    if not (found := _FORMAT.fullmatch(code)) or not (found[2] or found[3]):
        return None
    before, whole, decimals, percent, after = found.groups(default="")
    if ("#" in decimals and not percent) or whole.endswith(","):  # a last comma divides by a thousand
        return None
    return partial(
        _number,
        decimals=-1 if "#" in decimals else len(decimals),
        scale=100 if percent else 1,
        grouped="," in whole,
        before=before.replace('"', ""),
        after=percent + after.replace('"', ""),
    )


def _day(value: float | date, parts: tuple[str, ...]) -> str:
    if not isinstance(value, date):
        return plain(value)
    year, month, day = f"{value:%Y %m %d}".split()
    told = {"yyyy": year, "mm": month, "m": month.lstrip("0"), "dd": day, "d": day.lstrip("0")}
    return "".join(told.get(part) or part.strip('"') for part in parts)


def _number(value: float | date, decimals: int, scale: int, grouped: bool, before: str, after: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    comma = "," if grouped else ""
    if decimals >= 0 and abs(value) < 1e12:
        shown = f"{value * scale:{comma}.{decimals}f}"
        kept = repr(value)
        if "e" not in kept and len(kept) - kept.find(".") - 1 <= decimals + (2 if scale > 1 else 0):
            return before + shown + after  # nothing was rounded
    exact = Decimal(repr(value)) * scale
    if not exact.is_finite() or exact.adjusted() > 20:
        return plain(value)
    if decimals < 0:
        shown = f"{exact.normalize():f}"
    else:  # half away from zero, as a sheet rounds: 2208.985 is 2208.99
        shown = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):{comma}f}"
    return before + shown + after


def plain(value: float) -> str:
    """As the General format shows it: 12.0 is 12, 0.1 + 0.2 is 0.3."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


@cache
def built_in() -> dict[int, Show | None]:
    """Shows of the formats that no file declares."""
    return {number: show(code) for number, code in BUILT_IN.items()}


class Formats:
    """Number formats of an .xlsx, which calamine does not tell. A sheet is scanned only for the styles that matter."""

    def __init__(self, package: ZipFile, limits: Limits) -> None:
        self.package, self.limits = package, limits
        self._announced()
        self.parts = self._parts()
        self.styles = self._styles()

    def _announced(self) -> None:
        """calamine sets room aside for as many strings as a file says it has: two thousand million end the process."""
        for name in self.package.namelist():
            if name.lower().endswith("sharedstrings.xml"):
                xml = part(self.package, name)
                if any(int(n[:12]) > max(_MOST_STRINGS, len(xml)) for n in _STRINGS.findall(xml)):
                    raise damaged("sharedStrings")

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
        shows = dict(built_in())
        for own in root.iter("{*}numFmt"):
            shows[_int(own.get("numFmtId"))] = show(str(own.get("formatCode", "")))
        formats = next(root.iter("{*}cellXfs"), ())
        used = (shows.get(_int(xf.get("numFmtId"))) for xf in formats)
        return {str(i).encode(): show for i, show in enumerate(used) if show}

    def of(self, sheet: str) -> Look:
        """How the sheet shows its cells. Errors: AuditError when they lie too far apart."""
        try:
            xml = part(self.package, self.parts.get(sheet, ""))
        except KeyError:
            return Look({}, frozenset())
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4]:
            raise damaged("UTF-16")
        if _FAR.search(xml):
            self._measure(xml)
        return Look(self._shows(xml) if self.styles else {}, _hidden(xml))

    def _shows(self, xml: bytes) -> dict[Place, Show]:
        wanted = rb"|".join(sorted(self.styles))
        if _ODD.search(xml):
            cell = rb"""<(?:\w{1,20}:)?c\s[^<>]{0,200}?\bs\s?=\s?["'](?:%s)["'][^<>]{0,200}"""
            tags = (m[0] for m in re.finditer(cell % wanted, xml))
            told = [(p[1], p[2], s[1]) for tag in tags if (p := _PLACE.search(tag)) and (s := _STYLE.search(tag))]
        else:
            told = re.findall(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"' % wanted, xml)
        columns = {letters: _column(letters) for letters, _, _ in told}
        return {(int(row) - 1, columns[c]): self.styles[style] for c, row, style in told if row}

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


def _hidden(xml: bytes) -> frozenset[int]:
    head = xml[: max(xml.find(b"sheetData"), 0)]
    found = [[int(m[1]) for end in _ENDS if (m := end.search(tag))] for tag in _HIDDEN.findall(head)]
    return frozenset(c for ends in found if len(ends) == 2 for c in range(ends[0] - 1, min(ends[1], LAST_COLUMN)))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def column_letters(column: int) -> str:
    """0 → A, 26 → AA: a sheet's name of a 0-based column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
