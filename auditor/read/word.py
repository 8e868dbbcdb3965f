"""Word (.docx): the body's paragraphs and tables, with the merged cells that the file declares.

The parts are read with lxml alone: opening through python-docx costs three times as much and gives the spans no better.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.guard import Limits, damaged, parse_xml, part, too_many_cells

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_ROLES = {
    f"{{{ns}}}{name}": role
    for ns in _WORD
    for role, names in {
        "paragraph": "p",
        "table": "tbl",
        "row": "tr",
        "cell": "tc",
        "text": "t",
        "tab": "tab ptab",
        "line": "br cr",
        "hyphen": "noBreakHyphen",
        "layer": "r ins moveTo sdt sdtContent customXml smartTag hyperlink fldSimple dir bdo ruby rubyBase",
        "drawing": "drawing pict object",
        "footnote": "footnoteReference endnoteReference",
        "box": "txbxContent",
        **{name: name for name in ("body", "trPr", "tcPr", "del", "gridBefore", "gridSpan", "vMerge", "hMerge")},
    }.items()
    for name in names.split()
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent": "alternate"}
_VALUES = tuple(f"{{{ns}}}val" for ns in _WORD)
_WIDEST = 1_024  # columns; Word itself stops at 63

Block = Table | Paragraph
Atom = tuple[str, Any]  # text, and the element that says it (None: it joins two of them)


def read_word(package: ZipFile, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks and notes of a .docx. Headers, footers, comments and tracked deletions are left out; text boxes follow
    the paragraph they hang on; pictures and footnotes are noted. Text of a cell: its paragraphs joined by a line feed; `Piece.start`
    counts characters of that text, white space around it included.

    Errors: AuditError.
    """
    try:
        root = parse_xml(part(package, main_part(package)))
    except KeyError:
        raise damaged() from None
    body = _child(root, "body")
    if body is None:
        raise damaged()
    reader = Reader(limits)
    blocks = tuple(reader.blocks(body))
    if not blocks:
        if reader.pictures:
            raise AuditError(
                "文档里只有图片、没有文字：请提供可编辑的文本或先做文字识别（OCR）",
                "the document holds pictures and no text: give the editable file, or recognise the text (OCR) first",
            )
        raise AuditError("文档里没有内容", "the document is empty")
    unread = ((reader.pictures, "张图片或嵌入对象"), (reader.footnotes, "条脚注或尾注"))
    return blocks, tuple(f"{count} {what}未读" for count, what in unread if count)


def main_part(package: Any) -> str:
    """Name of the part that holds the body."""
    for relation in parse_xml(part(package, "_rels/.rels")):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


class Reader:
    """Walks one body; counts what has a number of its own. `sources`, when it is a dict, is filled with the element of
    every cell and paragraph and the atoms of its text, white space around it included."""

    def __init__(self, limits: Limits, sources: dict[Place, tuple[Any, list[Atom]]] | None = None) -> None:
        self.limits, self.sources = limits, sources
        self.tables = self.paragraphs = self.cells = self.pictures = self.footnotes = 0
        self.boxes: list[Any] = []
        self.deep: list[Any] = []  # tables inside a cell, to be read after its row

    def blocks(self, parent: Any) -> Iterator[Block]:
        for element in parent:
            match _ROLES.get(element.tag):
                case "paragraph":
                    yield from self.paragraph(element)
                case "table":
                    yield from self.table(element)
                case "layer":
                    yield from self.blocks(element)
                case "alternate":
                    yield from self.blocks(_choice(element))

    def paragraph(self, element: Any) -> Iterator[Block]:
        place = Place(paragraph=self.paragraphs)
        self.paragraphs += 1
        if self.paragraphs > self.limits.cells:
            raise too_many_cells(self.limits)
        text = self.text(element, self.line(element), place)
        if text:
            yield Paragraph(text)
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            yield from self.blocks(box)

    def table(self, element: Any) -> Iterator[Block]:
        rows = [tr for tr in _inside(element, "row") if _child(_child(tr, "trPr"), "del") is None]
        frame = list(_cells(rows[0])) if len(rows) == 1 else []
        if len(frame) == 1 and next(_inside(frame[0][0], "table"), None) is not None:
            yield from self.blocks(frame[0][0])  # a frame around the real table
            return
        index, self.tables = self.tables, self.tables + 1
        built: list[list[list[Any]]] = []
        hanging: dict[int, list[Any]] = {}  # grid column -> the cell that a vertical merge continues
        inside: list[tuple[int, list[Any]]] = []  # tables in the cells of a row, and the row below it
        for row, tr in enumerate(rows):
            line: list[list[Any]] = []
            built.append(line)
            for tc, column, width, down, across in _cells(tr):
                if across == "continue" and line:
                    line[-1][4] += width
                    continue
                above = hanging.get(column)
                if down == "continue" and above is not None:
                    above[3] += 1
                    continue
                self.cells += width
                if self.cells > self.limits.cells:
                    raise too_many_cells(self.limits)
                place = Place(None, None, None, index, row, column)
                cell = [self.text(tc, self.inner(tc), place), row, column, 1, width]
                line.append(cell)
                if hanging:
                    for covered in range(column, column + width):
                        hanging.pop(covered, None)
                if down:
                    hanging[column] = cell
            if self.deep:
                inside.append((row + 1, self.deep))
                self.deep = []
        begin = 0
        for stop, tables in [*inside, (len(built), [])]:
            some = built[begin:stop]
            if any(cell[0].raw for line in some for cell in line):
                yield Table(tuple(tuple(Cell(*cell) for cell in line) for line in some), spans_known=True)
            for deeper in tables:
                yield from self.table(deeper)
            begin = stop
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            yield from self.blocks(box)

    def text(self, element: Any, atoms: list[Atom], place: Place) -> Text:
        if self.sources is not None:
            self.sources[place] = element, atoms
        raw = "".join([text for text, _ in atoms])
        return Text(raw.strip(), (Piece(0, len(raw) - len(raw.lstrip()), place),))

    def inner(self, cell: Any) -> list[Atom]:
        """The text of a cell: a line a paragraph; a small table inside it a line a row, its cells set off by tabs. A
        larger one is put aside in `deep`."""
        lines: list[list[Atom]] = []
        for element in cell:
            match _ROLES.get(element.tag):
                case "paragraph":
                    lines.append(self.line(element))
                case "table" if _large(element):
                    self.deep.append(element)
                case "table":
                    lines += (
                        _joined("\t", [self.inner(tc) for tc, *_ in _cells(tr)]) for tr in _inside(element, "row")
                    )
                case "layer":
                    lines.append(self.inner(element))
        return _joined("\n", lines)

    def line(self, element: Any) -> list[Atom]:
        out: list[Atom] = []
        self.gather(element, out)
        return out

    def gather(self, parent: Any, out: list[Atom]) -> None:
        for element in parent:
            match _ROLES.get(element.tag):
                case "layer":
                    self.gather(element, out)
                case "text":
                    out.append((element.text or "", element))
                case "tab":
                    out.append(("\t", element))
                case "line":
                    # page and column breaks are layout
                    if not any(str(key).endswith("}type") for key in element.attrib):
                        out.append(("\n", element))
                case "hyphen":
                    out.append(("-", element))
                case "drawing":
                    self.draw(element)
                case "footnote":
                    self.footnotes += 1
                case "alternate":
                    self.gather(_choice(element), out)

    def draw(self, element: Any) -> None:
        boxes = list(_outermost(element, "box"))
        self.boxes += boxes
        self.pictures += not boxes


def _cells(row: Any) -> Iterator[tuple[Any, int, int, str, str]]:
    """(w:tc, grid column, columns, vertical merge, horizontal merge) of every cell element of a row; a merge is "",
    "restart" or "continue"."""
    before = _child(_child(row, "trPr"), "gridBefore")
    column = 0 if before is None else _count(before, 0)
    for tc in _inside(row, "cell"):
        width, down, across = 1, "", ""
        properties = _child(tc, "tcPr")
        for said in () if properties is None else properties:
            match _ROLES.get(said.tag):
                case "gridSpan":
                    width = _count(said, 1)
                case "vMerge":
                    down = _value(said) or "continue"
                case "hMerge":
                    across = _value(said) or "continue"
        yield tc, column, width, down, across
        column = min(column + width, _WIDEST)


def _large(table: Any) -> bool:
    """Is a table inside a cell one of its own, not the lines of a text?"""
    rows = list(_inside(table, "row"))
    return len(rows) > 1 and max(sum(1 for _ in _inside(tr, "cell")) for tr in rows) > 3


def _joined(between: str, parts: list[list[Atom]]) -> list[Atom]:
    out: list[Atom] = []
    for number, atoms in enumerate(parts):
        if number:
            out.append((between, None))
        out += atoms
    return out


def _choice(alternate: Any) -> Any:
    """The first branch: the others say the same for older programs."""
    return next(iter(alternate), alternate)


def _inside(parent: Any, role: str) -> Iterator[Any]:
    """Child elements of a role, also where a content control or a tracked change wraps them."""
    for element in parent:
        found = _ROLES.get(element.tag)
        if found == role:
            yield element
        elif found == "layer":
            yield from _inside(element, role)


def _outermost(parent: Any, role: str) -> Iterator[Any]:
    for element in parent:
        if _ROLES.get(element.tag) == role:
            yield element
        else:
            yield from _outermost(element if _ROLES.get(element.tag) != "alternate" else _choice(element), role)


def _child(parent: Any, role: str) -> Any:
    if parent is not None:
        for element in parent:
            if _ROLES.get(element.tag) == role:
                return element
    return None


def _value(element: Any) -> str:
    return element.get(_VALUES[0]) or element.get(_VALUES[1]) or ""


def _count(element: Any, least: int) -> int:
    """The number in w:val, kept to what a table can have."""
    value = _value(element)
    return min(max(int(value), least), _WIDEST) if value.isascii() and value.isdigit() and len(value) < 9 else least
