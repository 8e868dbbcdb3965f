"""HTML: tables on their grid (rowspan, colspan), and the text around them by its block elements. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.guard import Limits, damaged, too_many_cells

_BLOCKS = frozenset(
    """address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section summary table tbody td tfoot th
    thead tr ul""".split()
)
_DROPPED = frozenset({"script", "style", "head", "template", "iframe", "object", "svg", "math", "audio", "video"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_CJK = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAP = re.compile(f"(?<={_CJK})[ \t\r\f]*\n[ \t\r\n\f]*(?={_CJK})")  # a line end in the source, not in the text
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = re.compile(" *\n[ \n]*")
_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")
_DEEPEST = 150

Block = Table | Paragraph


def read_html(source: str, limits: Limits) -> tuple[Block, ...]:
    """Blocks of a page. A table that holds tables, or one cell, is layout: only what is inside counts. Scripts, styles
    and hidden elements are dropped. `Piece.start` is 0: offsets count characters of the cell or paragraph.

    Errors: AuditError.
    """
    from lxml import etree, html

    prolog = _PROLOG.match(source)  # an encoding that decoding has made untrue
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(source[prolog.end() if prolog else 0 :], parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise damaged(str(error)) from None
    blocks = tuple(_Reader(limits).blocks(root))
    if not blocks:
        raise AuditError("网页里没有文字", "the page has no text")
    return blocks


class _Reader:
    """Walks one page; counts what has a number of its own."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables = self.paragraphs = self.cells = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        line: list[str] = []
        for step in self.walk(root, 0):
            if isinstance(step, str):
                line.append(step)
                continue
            yield from self.paragraph(line)
            if step is not None:
                yield step
        yield from self.paragraph(line)

    def paragraph(self, line: list[str]) -> Iterator[Paragraph]:
        raw = _tidy(line)
        line.clear()
        if raw:
            yield Paragraph(Text(raw, (Piece(0, 0, Place(paragraph=self.paragraphs)),)))
            self.paragraphs += 1
            if self.paragraphs > self.limits.cells:
                raise too_many_cells(self.limits)

    def walk(self, element: Any, depth: int) -> Iterator[str | Table | None]:
        """Runs of text, None where a block begins or ends, and tables."""
        if _dropped(element):
            return
        if depth > _DEEPEST:
            yield from (_fold(text) for text in element.itertext())
            return
        block = element.tag in _BLOCKS
        if block:
            yield None
        if element.tag == "table" and (rows := _rows(element)):
            if (table := self.table(rows)) is not None:
                yield table
        else:
            if element.text:
                yield _fold(element.text)
            for child in element:
                yield from self.walk(child, depth + 1)
                if child.tail:
                    yield _fold(child.tail)
        if block:
            yield None

    def table(self, rows: list[list[Any]]) -> Table | None:
        built: list[tuple[Cell, ...]] = []
        taken: dict[int, int] = {}  # column -> rows that a cell above still covers
        for row, cells in enumerate(rows):
            column, line = 0, list[Cell]()
            fresh: dict[int, int] = {}
            for cell in cells:
                while column in taken:
                    column += 1
                across = min(_span(cell, "colspan") or 1, 1_000)
                left = len(rows) - row
                down = min(_span(cell, "rowspan") or left, left)  # rowspan=0 reaches to the end
                self.cells += across * down
                if self.cells > self.limits.cells:
                    raise too_many_cells(self.limits)
                place = Place(table=self.tables, row=row, column=column)
                line.append(Cell(Text(self.inner(cell), (Piece(0, 0, place),)), row, column, down, across))
                fresh |= dict.fromkeys(range(column, column + across), down)
                column += across
            built.append(tuple(line))
            taken = {c: n - 1 for c, n in (taken | fresh).items() if n > 1}
        if not any(cell.text for line in built for cell in line):
            return None
        self.tables += 1
        return Table(tuple(built), spans_known=True)

    def inner(self, cell: Any) -> str:
        return _tidy([step if isinstance(step, str) else "\n" for step in self.walk(cell, 0)])


def _rows(table: Any) -> list[list[Any]]:
    """The cells of every row; none when the table is there for layout."""
    if next(table.iterdescendants("table"), None) is not None:
        return []
    rows = [
        [cell for cell in tr if cell.tag in ("td", "th") and not _dropped(cell)]
        for tr in table.iterdescendants("tr")
        if not _dropped(tr)
    ]
    return rows if sum(map(len, rows)) > 1 else []


def _dropped(element: Any) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED:
        return True
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def _fold(text: str) -> str:
    return _SPACE.sub(" ", _WRAP.sub("", text))


def _tidy(steps: list[str]) -> str:
    return _BREAK.sub("\n", re.sub(" {2,}", " ", "".join(steps))).strip()


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
