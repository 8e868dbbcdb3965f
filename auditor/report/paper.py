"""The form as it stands, as HTML: its tables and paragraphs, with a mark wherever something is said about it.

Marks never nest: a text is cut wherever one begins or ends, so overlapping findings share pieces. Every piece has a
number; a place of a finding is a range of them ("12-14").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from auditor.model import SEVERITIES, Cell, Claim, Finding, Paragraph, Place, Report, Span, Table, Text
from auditor.report.quote import inert
from auditor.report.words import ROLE, name, pick

_ODD = re.compile("[<>&\"'\u115f\u1160\u3164\uffa0]")  # with what is not printable: all that is not as it seems

# What a piece is drawn as: the first of these that covers it.
LEVELS = (*SEVERITIES, "settled", "held", "unchecked", "claim")
_SIZES = (("short", 15), ("mid", 40), ("long", 160))  # characters, at most; the widths of columns follow


def flat(text: str) -> str:
    """`text` as harmless HTML text (or attribute) on one line."""
    if text.isprintable() and not _ODD.search(text):  # most are: three times as fast
        return text
    return escape(inert(text))


def plain(text: str) -> str:
    """`text` as harmless HTML text on its own lines."""
    return "\n".join(map(flat, text.replace("\r\n", "\n").split("\n"))) if "\n" in text else flat(text)


@dataclass
class _Marks:
    """What is marked in one text: the levels of every distinct span, then the numbers of its pieces."""

    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    titles: dict[tuple[int, int], str] = field(default_factory=dict)
    begins: dict[int, int] = field(default_factory=dict)
    stops: dict[int, int] = field(default_factory=dict)
    blanks: dict[int, int] = field(default_factory=dict)

    def add(self, begin: int, stop: int, level: int) -> None:
        self.spans[begin, stop] = min(level, self.spans.get((begin, stop), level))

    def pieces(self) -> Iterator[tuple[int, int, int]]:
        """(begin, stop, level) in order; a span without characters is a piece too. Level -1: not marked."""
        points = sorted({point for span in self.spans for point in span})
        change = [[0] * len(LEVELS) for _ in points]
        index = {point: number for number, point in enumerate(points)}
        empty: dict[int, int] = {}
        for (begin, stop), level in self.spans.items():
            if begin == stop:
                empty[begin] = level
            else:
                change[index[begin]][level] += 1
                change[index[stop]][level] -= 1
        depth = [0] * len(LEVELS)
        for number, point in enumerate(points):
            if point in empty:
                yield point, point, empty[point]
            depth = [one + two for one, two in zip(depth, change[number], strict=True)]
            if number + 1 < len(points):
                level = next((level for level, count in enumerate(depth) if count), -1)
                yield point, points[number + 1], level


def level_of(finding: Finding) -> str:
    """The one of LEVELS that the finding is drawn as."""
    return "settled" if finding.suppressed else finding.severity


class Paper:
    """One report's form. `html` draws it; `at` tells where a span stands in it. Pieces are numbered from `first`;
    `next` is the number after the last."""

    def __init__(self, report: Report, lang: str = "zh", first: int = 1) -> None:
        self.lang = lang
        self._titles = {form.title for form in report.forms}
        self._tables = [_Grid(block) if isinstance(block, Table) else block for block in report.document.blocks]
        self._texts: dict[int, Text] = {id(text): text for block in self._tables for text in _texts(block)}
        self._parts: dict[Place, list[tuple[int, int, int, Text]]] = {}
        for text in self._texts.values():
            for number, piece in enumerate(text.pieces):
                stop = text.pieces[number + 1].at if number + 1 < len(text.pieces) else len(text.raw)
                self._parts.setdefault(piece.place, []).append((piece.start, piece.at, stop, text))
        self._rows = {key: grid for grid in self._tables if isinstance(grid, _Grid) for key in grid.rows_by_place}
        self._strays: list[Text] = []
        self._homes: dict[tuple[int, int, int], tuple[Text, int, int]] = {}
        self._marks: dict[int, _Marks] = {}
        self._gather(report)
        self.next = self._number(first)

    # --- where things stand -----------------------------------------------------------------------------------------

    def _gather(self, report: Report) -> None:
        for finding in report.findings:
            level = LEVELS.index(level_of(finding))
            self._mark((side.span for side in finding.evidence), level)
        for held in report.passes:
            self._mark((side.span for side in held.evidence), LEVELS.index("held"))
        self._mark((item.span for item in report.unchecked), LEVELS.index("unchecked"))
        self._mark((claim.span for claim in report.claims), LEVELS.index("claim"))
        for claim in report.claims:
            text, begin, stop = self._home(claim.span)
            self._marks[id(text)].titles.setdefault((begin, stop), said(claim, self.lang))

    def _mark(self, spans: Iterable[Span], level: int) -> None:
        for span in spans:
            text, begin, stop = self._home(span)
            self._marks.setdefault(id(text), _Marks()).add(begin, stop, level)

    def _home(self, span: Span) -> tuple[Text, int, int]:
        """The text of the document that a span stands in, and its offsets there. A text that the form stage cut out
        of a cell is found by its place; a blank at the end of a row becomes a cell; what is nowhere stands after the
        form, so that no place is without a mark."""
        text = span.text
        if id(text) in self._texts:
            return text, span.begin, span.stop
        key = (id(text), span.begin, span.stop)
        if key not in self._homes:
            self._homes[key] = self._by_place(span)
        return self._homes[key]

    def _by_place(self, span: Span) -> tuple[Text, int, int]:
        for start, at, stop, text in self._parts.get(span.place, ()):
            begin = at + span.start - start
            if at <= begin <= stop and text.raw[begin : begin + span.stop - span.begin] == span.quote:
                return text, begin, begin + span.stop - span.begin
        place = span.place
        row = place._replace(column=None)
        grid = None if span.text.raw or place.column is None else self._rows.get(row)
        blank = grid.blank(row, place.column, span.text) if grid and place.column is not None else None
        text = span.text if blank is None else blank
        if blank is None:
            self._strays.append(text)
        self._texts[id(text)] = text
        return text, min(span.begin, len(text.raw)), min(span.stop, len(text.raw))

    def _number(self, first: int) -> int:
        """Number the pieces in reading order."""
        for text in (*(text for block in self._tables for text in _texts(block)), *self._strays):
            marks = self._marks.get(id(text))
            for begin, stop, level in marks.pieces() if marks else ():
                if marks and level >= 0:
                    if begin == stop:
                        marks.blanks[begin] = first
                    else:
                        marks.begins[begin] = marks.stops[stop] = first
                    first += 1
        return first

    def at(self, span: Span) -> str:
        """The range of pieces that a marked span covers."""
        text, begin, stop = self._home(span)
        marks = self._marks[id(text)]
        if begin == stop:
            return f"{marks.blanks[begin]}-{marks.blanks[begin]}"
        return f"{marks.begins[begin]}-{marks.stops[stop]}"

    # --- drawing ----------------------------------------------------------------------------------------------------

    def html(self) -> Iterator[str]:
        sheet = None
        for block in self._tables:
            place = next((text.place for text in _texts(block)), Place())
            if place.sheet is not None and place.sheet != sheet:
                sheet = place.sheet
                yield f"<h3>{flat(sheet)}</h3>\n"
            if isinstance(block, Paragraph):
                if block.text:
                    look = ' class="title"' if block.text.raw.strip() in self._titles else ""
                    yield f"<p{look}>{self._text(block.text)}</p>\n"
            else:
                yield from self._table(block)
        for number, text in enumerate(self._strays):
            yield f"<h3>{pick(self.lang, '另有文字', 'Other text')}</h3>\n" if not number else ""
            yield f"<p>{self._text(text)}</p>\n"

    def _table(self, grid: _Grid) -> Iterator[str]:
        yield '<div class="wide" tabindex="0"><table>\n'
        for cells, place in grid.rows(self._marks):
            yield f"<tr{_number(place)}>"
            for cell, rowspan, colspan in cells:
                spans = f' rowspan="{rowspan}"' if rowspan > 1 else ""
                spans += f' colspan="{colspan}"' if colspan > 1 else ""
                look = f' class="{_size(cell)}"' if cell is not None and cell.raw else ""
                yield f"<td{spans}{look}>{'' if cell is None else self._text(cell)}</td>"
            yield "</tr>\n"
        yield "</table></div>\n"

    def _text(self, text: Text) -> str:
        marks = self._marks.get(id(text))
        if marks is None:
            return plain(text.raw)
        out: list[str] = []
        done = 0
        titles = sorted(marks.titles.items())
        keys = [key for key, _ in titles]
        for begin, stop, level in marks.pieces():
            if level < 0:
                continue
            out.append(plain(text.raw[done:begin]))
            number = marks.blanks[begin] if begin == stop else marks.begins[begin]
            at = bisect_right(keys, (begin, len(text.raw) + 1)) - 1
            title = f' title="{flat(titles[at][1])}"' if at >= 0 and begin < titles[at][0][1] else ""
            blank = ' data-blank="' + pick(self.lang, "空白", "blank") + '"' if begin == stop and not text else ""
            look = f'id="m{number}" class="{LEVELS[level]}"{title}{blank}'
            out.append(f"<mark {look}>{plain(text.raw[begin:stop])}</mark>")
            done = stop
        out.append(plain(text.raw[done:]))
        return "".join(out)


def said(claim: Claim, lang: str) -> str:
    """What a claim was read as: 走访企业 ≥ 20家（目标）."""
    quantity = claim.quantity
    if quantity.value is None:
        low, high = ("" if end is None else format(end, "f") for end in (quantity.low, quantity.high))
        figure = f"{low}-{high}{quantity.unit}"
    else:
        sign = "" if quantity.comparator == "=" else quantity.comparator + " "
        figure = f"{sign}{quantity.value:f}{quantity.unit}"
    role = name(ROLE, claim.role, lang)
    return f"{claim.measure} {figure}".strip() + pick(lang, f"（{role}）", f" ({role})")


def _size(text: Text) -> str:
    return next((look for look, most in _SIZES if len(text.raw) <= most), "huge")


def _number(place: Place) -> str:
    """The line or row, as the findings name it."""
    if place.line is not None:
        return f' data-n="{place.line}"'
    return "" if place.row is None else f' data-n="{place.row + 1}"'


def _texts(block: _Grid | Paragraph) -> Iterator[Text]:
    if isinstance(block, Paragraph):
        yield block.text
    else:
        yield from (cell.text for row in block.cells for cell in row)


class _Grid:
    """A table on the grid of the rows and columns where something stands."""

    def __init__(self, table: Table) -> None:
        self.cells = [list(row) for row in table.rows if row]
        self.rows_by_place: dict[Place, int] = {}
        for number, row in enumerate(self.cells):
            for cell in row:
                self.rows_by_place.setdefault(cell.text.place._replace(column=None), number)

    def blank(self, row: Place, column: int, text: Text) -> Text | None:
        """The blank text at a column of a row: the cell's, or `text` in a new one; None where something is written."""
        cells = self.cells[self.rows_by_place[row]]
        for cell in cells:
            if cell.column == column:
                return None if cell.text.raw else cell.text
        cells.append(Cell(text, cells[0].row, column))
        cells.sort(key=lambda cell: cell.column)
        return text

    def rows(self, marked: Container[int]) -> Iterator[tuple[list[tuple[Text | None, int, int]], Place]]:
        """Each row: (text, rowspan, colspan) in order, None for a place without a cell; and where the row stands.
        A column that is blank from top to bottom, with no text that is `marked` (ids), is left out."""
        columns = sorted({cell.column for row in self.cells for cell in row if cell.text or id(cell.text) in marked})
        numbers = [row[0].row for row in self.cells]
        taken = [0] * len(columns)  # the first row below what covers the column
        for at, row in enumerate(self.cells):
            drawn: list[tuple[Text | None, int, int]] = []
            done = 0
            for cell in row:
                left, right = _count(columns, cell.column), _count(columns, cell.column + cell.colspan)
                if left == right:
                    continue
                low = max(at + 1, _count(numbers, cell.row + cell.rowspan))
                drawn += [(None, 1, 1)] * sum(taken[c] <= at for c in range(done, left))
                drawn.append((cell.text, low - at, right - left))
                taken[left:right] = [max(low, below) for below in taken[left:right]]
                done = max(done, right)
            drawn += [(None, 1, 1)] * sum(taken[c] <= at for c in range(done, len(columns)))
            place = next((cell.text.place for cell in row if cell.text), row[0].text.place)
            yield drawn, place


def _count(numbers: Sequence[int], below: int) -> int:
    return bisect_right(numbers, below - 1)
