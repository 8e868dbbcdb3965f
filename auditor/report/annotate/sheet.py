"""Excel: a comment and a light fill on the cell of every side of a finding. Values, formulas and formats stay.

The parts are added to directly: a library that loads and saves the workbook would lose the values its formulas last
had, its charts, shapes and controls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from auditor.model import SEVERITIES, Place, Severity
from auditor.read.formats import column_letters
from auditor.read.guard import damaged
from auditor.report.annotate import Note
from auditor.report.annotate.package import Package
from auditor.report.words import cell_name

FILL: dict[Severity, str] = {"major": "FFFBD5D0", "moderate": "FFFDEBC0", "minor": "FFDCECF7", "info": "FFE9EDF1"}
LONGEST = 30_000  # characters of a comment
WIDE, LINE = 380, 17  # pixels: a comment, a line of it

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AFTER = {  # what follows legacyDrawing in a sheet
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # would be read as a character


def mark(data: bytes, notes: Sequence[Note], author: str) -> bytes:
    """The workbook with one comment a cell, which holds all that is said of it."""
    if not notes:
        return data
    package = Package(data)
    main = package.main() or "xl/workbook.xml"
    sheets = package.linked(main, "worksheet")
    parts = {str(s.get("name")): sheets.get(_link(s), "") for s in package.look(main).iter("{*}sheet")}
    first = next(iter(parts.values()), "")
    said: dict[str, dict[tuple[int, int], list[Note]]] = {}
    for note in notes:
        for place in dict.fromkeys(spot.place for spot in note.spots):
            cells = said.setdefault(parts.get(place.sheet or "", first), {})
            here = cells.setdefault((place.row or 0, place.column or 0), [])
            if note not in here:
                here.append(note)
    styles = _Styles(package, main)
    for number, (part, cells) in enumerate(said.items(), 1):
        sheet = _Sheet(package, part)
        for (row, column), here in sorted(cells.items()):
            cell = sheet.cell(row, column)
            worst = min((note.severity for note in here), key=SEVERITIES.index)
            cell.set("s", styles.filled(int(cell.get("s", "0")), worst))
        sheet.comment(cells, author, number)
    return package.save()


def _link(sheet: Any) -> str:
    return next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")


class _Styles:
    """The cell formats of the workbook, and their twins with a fill."""

    def __init__(self, package: Package, main: str) -> None:
        part = next(iter(package.linked(main, "styles").values()), "")
        root = package.xml(part)
        fills, formats = root.find("{*}fills"), root.find("{*}cellXfs")
        if fills is None or formats is None:
            raise damaged()
        self.fills, self.formats = fills, formats
        self.known: dict[Severity, str] = {}
        self.twins: dict[tuple[int, Severity], str] = {}

    def filled(self, style: int, severity: Severity) -> str:
        """Index of the format that is `style` with the fill of a severity."""
        if (style, severity) not in self.twins:
            twin = deepcopy(self.formats[min(style, len(self.formats) - 1)])
            twin.set("fillId", self.fill(severity))
            twin.set("applyFill", "1")
            self.twins[style, severity] = _appended(self.formats, twin)
        return self.twins[style, severity]

    def fill(self, severity: Severity) -> str:
        if severity not in self.known:
            space = self.fills.tag.removesuffix("fills")
            fill = self.fills.makeelement(f"{space}fill")
            pattern = fill.makeelement(f"{space}patternFill", {"patternType": "solid"})
            pattern.append(fill.makeelement(f"{space}fgColor", {"rgb": FILL[severity]}))
            pattern.append(fill.makeelement(f"{space}bgColor", {"indexed": "64"}))
            fill.append(pattern)
            self.known[severity] = _appended(self.fills, fill)
        return self.known[severity]


def _appended(parent: Any, child: Any) -> str:
    parent.append(child)
    parent.set("count", str(len(parent)))
    return str(len(parent) - 1)


class _Sheet:
    """One worksheet that is being marked."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.root = package.xml(part)
        self.space = self.root.tag.removesuffix("worksheet")
        data = self.root.find(f"{self.space}sheetData")
        if data is None:
            raise damaged()
        self.data = data
        self.rows = {number: row for row, number in _numbered(data, "row")}
        self.cells: dict[int, dict[int, Any]] = {}

    def cell(self, row: int, column: int) -> Any:
        """The c element of a cell (0-based); made where the sheet has none."""
        if row not in self.rows:
            self.rows[row] = self._insert(self.data, "row", str(row + 1), sum(r < row for r in self.rows))
        if row not in self.cells:
            self.cells[row] = {number: cell for cell, number in _numbered(self.rows[row], "c")}
        cells = self.cells[row]
        if column not in cells:
            name = f"{column_letters(column)}{row + 1}"
            cells[column] = self._insert(self.rows[row], "c", name, sum(c < column for c in cells))
            style = self.rows[row].get("s")
            if style is not None:
                cells[column].set("s", style)
        return cells[column]

    def _insert(self, parent: Any, name: str, at: str, index: int) -> Any:
        parent.attrib.pop("spans", None)  # a hint that would no longer hold
        element = parent.makeelement(f"{self.space}{name}", {"r": at})
        parent.insert(index, element)
        return element

    # -- comments --------------------------------------------------------------------------------------------------

    def comment(self, cells: dict[tuple[int, int], list[Note]], author: str, number: int) -> None:
        """Write the comments of cells; what a cell already says stays above ours."""
        root = self._comments()
        authors, listed = root.find("{*}authors"), root.find("{*}commentList")
        if authors is None or listed is None:
            raise damaged()
        names = [name.text for name in authors]
        if author not in names:
            name = authors.makeelement(f"{self.space}author")
            name.text = author
            authors.append(name)
            names.append(author)
        known = {str(comment.get("ref")): comment for comment in listed}
        shapes = []
        for (row, column), notes in sorted(cells.items()):
            ref = cell_name(Place(row=row, column=column))
            runs = list(_runs(notes))
            if ref in known:
                text = known[ref].find(f"{self.space}text")
                runs.insert(0, ("", "\n\n"))
            else:
                made = listed.makeelement(f"{self.space}comment", {"ref": ref, "authorId": str(names.index(author))})
                listed.append(made)
                text = made.makeelement(f"{self.space}text")
                made.append(text)
                shapes.append((row, column, "".join(part for _, part in runs)))
            if text is not None:
                text.extend(self._run(style, part) for style, part in runs)
        self._draw(shapes, number)

    def _comments(self) -> Any:
        package = self.package
        for part in package.linked(self.part, "comments").values():
            return package.xml(part)
        part = package.new("xl/comments/gouji", ".xml")
        package.link(self.part, f"{_OFFICE}/comments", part)
        package.declare(_COMMENTS, name=part)
        empty = f'<comments xmlns="{self.space[1:-1]}"><authors/><commentList/></comments>'
        return package.xml(part, empty.encode())

    def _run(self, style: str, said: str) -> Any:
        space = self.space
        run = self.root.makeelement(f"{space}r")
        look = run.makeelement(f"{space}rPr")
        if style == "bold":
            look.append(run.makeelement(f"{space}b"))
        look.append(run.makeelement(f"{space}sz", {"val": "9"}))
        look.append(run.makeelement(f"{space}rFont", {"val": "Microsoft YaHei"}))
        text = run.makeelement(f"{space}t")
        text.text = _CODE.sub("_x005F_", said)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.extend([look, text])
        return run

    # -- the boxes that comments are shown in ----------------------------------------------------------------------

    def _draw(self, shapes: Sequence[tuple[int, int, str]], number: int) -> None:
        package = self.package
        part = next(iter(package.linked(self.part, "vmlDrawing").values()), "")
        legacy = self.root.find(f"{self.space}legacyDrawing")
        if legacy is None:
            part = package.new("xl/drawings/vmlGouji", ".vml")
            package.write(part, _DRAWING.format(number).encode())
            package.declare(_VML, suffix="vml")
            link = package.link(self.part, f"{_OFFICE}/vmlDrawing", part)
            legacy = self.root.makeelement(f"{self.space}legacyDrawing", {f"{{{_OFFICE}}}id": link})
            after = next((e for e in self.root if e.tag.removeprefix(self.space) in _AFTER), None)
            self.root.append(legacy) if after is None else after.addprevious(legacy)
        drawn = package.read(part).decode("utf-8", "replace")
        taken = [int(found) for found in re.findall(r"_x0000_s(\d{1,9})", drawn)]
        begin = max(taken, default=1024 * number) + 1
        made = "".join(self._shape(begin + i, *shape) for i, shape in enumerate(shapes))
        head = "" if "_x0000_t202" in drawn else _BOX
        at = drawn.rfind("</xml>")
        if at < 0:
            raise damaged()
        package.write(part, (drawn[:at] + head + made + drawn[at:]).encode())

    def _shape(self, number: int, row: int, column: int, text: str) -> str:
        """A hidden box beside the cell, as large as its text needs."""
        lines = sum(1 + sum(2 if ord(char) > 255 else 1 for char in line) // 52 for line in text.split("\n"))
        left, right = self._reach(column + 1, 12, WIDE, self._width)
        top, bottom = self._reach(max(row - 1, 0), 6, min(lines * LINE + 14, 600), self._height)
        anchor = ", ".join(map(str, (*left, *top, *right, *bottom)))
        return _SHAPE.format(number=number, anchor=anchor, row=row, column=column)

    def _reach(self, at: int, offset: int, size: int, of: Any) -> tuple[tuple[int, int], tuple[int, int]]:
        """(index, pixels into it) where a box begins and where it ends."""
        first = (at, offset)
        left = offset + size
        while left > of(at):
            left -= of(at)
            at += 1
        return first, (at, left)

    def _width(self, column: int) -> int:
        """Pixels of a column, at the usual font."""
        for told in self.root.iterfind(f"{self.space}cols/{self.space}col"):
            if int(told.get("min", "0")) <= column + 1 <= int(told.get("max", "0")):
                return max(0 if told.get("hidden") in ("1", "true") else int(float(told.get("width", "9")) * 7 + 5), 1)
        return 64

    def _height(self, row: int) -> int:
        told = self.rows[row].get("ht") if row in self.rows else None
        return max(int(float(told) * 4 / 3), 1) if told else 20


def _numbered(parent: Any, name: str) -> Iterator[tuple[Any, int]]:
    """(element, 0-based row or column) of the rows of a sheet or the cells of a row; some leave their place out."""
    number = -1
    for element in parent:
        if not str(element.tag).endswith(f"}}{name}"):
            continue
        told = element.get("r")
        if not told:
            number += 1
        elif name == "row":
            number = int(told) - 1
        else:
            number = 0
            for letter in told.rstrip("0123456789"):
                number = number * 26 + ord(letter.upper()) - 64
            number -= 1
        yield element, number


def _runs(notes: Sequence[Note]) -> Iterator[tuple[str, str]]:
    """(style, text) of what is said about one cell: each finding once, with every figure of the cell that it means."""
    left = LONGEST
    for count, title in enumerate(dict.fromkeys(note.title for note in notes)):
        alike = [note for note in notes if note.title == title]
        here = {spot.place for spot in alike[0].spots}
        whole = all(spot.end - spot.start == len(alike[0].text.raw) for spot in alike[0].spots)
        lines = [alike[0].check, *([] if whole else [note.here for note in alike])]
        lines += [line for place, line in alike[0].others if place not in here] + [alike[0].more]
        said = "".join(f"\n{line}" for line in lines if line)
        for style, text in (("bold", "\n\n" * (count > 0) + title), ("", said)):
            if text and left > 0:
                yield style, text[:left]
                left -= len(text)


_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)  # on every element of ours: programs name them differently
_DRAWING = f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{}}"/></o:shapelayout></xml>'
_BOX = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    f'<v:shape {_SPACES} id="_x0000_s{{number}}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
    'fillcolor="#fffdf0" strokecolor="#9aa5b1" o:insetmode="auto"><v:fill color2="#fffdf0"/>'
    '<v:shadow on="t" color="#c0c6cc" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
