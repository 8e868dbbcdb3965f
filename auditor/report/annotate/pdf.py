"""PDF: a highlight with a note on exactly the figure. What is added is appended: the original's bytes stay in front.

The reader hands over texts and no coordinates, so the figures are found again: the cells of a page by their text and
their order on it, the characters of a cell in the order of its lines.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from auditor.model import SEVERITIES, Place, Severity, Table, Text
from auditor.read import USUAL
from auditor.read.grid import Box, Grid, Line, items_of
from auditor.read.guard import damaged
from auditor.report.annotate import Note, Spot

COLOUR: dict[Severity, tuple[float, float, float]] = {
    "major": (1.0, 0.72, 0.68), "moderate": (1.0, 0.87, 0.55), "minor": (0.72, 0.87, 0.97), "info": (0.86, 0.89, 0.92),
}  # fmt: skip
_PRINT = 4  # the flag of an annotation that is printed too

Rect = tuple[float, float, float, float]  # x0, top, x1, bottom: points from the top left of the page as it is seen


def mark(data: bytes, notes: Sequence[Note], author: str) -> bytes:
    """The file with an annotation for every figure, which holds all that is said of it."""
    from auditor.read.pages import open_pages
    from auditor.read.pdf import read_pdf

    if not notes:
        return data
    blocks, _ = read_pdf(data, USUAL)
    texts = [t for b in blocks for t in ([c.text for row in b.rows for c in row] if isinstance(b, Table) else [b.text])]
    said: dict[int, dict[Spot, list[Note]]] = {}
    for note in notes:
        for spot in note.spots:
            said.setdefault(spot.place.page or 1, {}).setdefault(spot, []).append(note)
    made = []
    for page in open_pages(data, USUAL):
        if here := said.get(page.page_number):
            finder = _Finder(page, texts)
            for spot, about in here.items():
                quads = [_quad(page, rect) for rect in finder.find(spot)]
                made.append((page.page_number - 1, quads, about))
    return _written(data, made, author)


# --- where on the page --------------------------------------------------------------------------------------------


class _Finder:
    """Finds the characters of a page."""

    def __init__(self, page: Any, texts: Iterable[Text]) -> None:
        self.page = page
        self.items = items_of(page, [])
        self.chars = [c for c in page.chars if c["upright"]]
        self.parts = {place: part for text in texts for place, part in _parts(text) if place.page == page.page_number}
        self.boxes = self._boxes()

    def _boxes(self) -> dict[Place, Box]:
        """The box of every cell with text. Cells of the same text are told apart by their order; the first of too many
        boxes are those of a head that the page repeats."""
        places: dict[str, list[Place]] = defaultdict(list)
        for place, part in self.parts.items():
            if place.table is not None and part.strip():
                places[_squeeze(part)].append(place)
        boxes: dict[str, list[Box]] = defaultdict(list)
        for grid in (item for item in self.items if isinstance(item, Grid)):
            for box in sorted(grid.boxes, key=lambda b: (b.row, b.x0)):
                boxes[_squeeze(box.joined())].append(box)
        return {
            place: box
            for text, some in places.items()
            for place, box in zip(some, boxes[text][max(len(boxes[text]) - len(some), 0) :], strict=False)
        }

    def find(self, spot: Spot) -> list[Rect]:
        """The rectangles of the characters, one a line; the cell of a blank; the top of the page, when all fails."""
        part = self.parts.get(spot.place, "")
        found = self._letters(spot.place) if part.strip() else []
        if found:
            begin, stop = (len(_squeeze(part[:at])) for at in (spot.start, spot.end))
            return list(_merged(found[begin:stop] or found))
        blank = self._blank(spot.place)
        return [
            blank or (self.page.bbox[0] + 20, self.page.bbox[1] + 12, self.page.bbox[0] + 120, self.page.bbox[1] + 26)
        ]

    def _letters(self, place: Place) -> list[Rect]:
        """The rectangle of every character of a cell or paragraph, blanks left out; [] when it is not found."""
        if place.table is not None:
            box = self.boxes.get(place)
            return [rect for line in box.lines for rect, _ in self._of(line)] if box else []
        loose = [found for item in self.items if isinstance(item, Line) for found in self._of(item)]
        flat = "".join(char for _, char in loose)
        at = 0
        for other, part in self.parts.items():  # paragraphs in their order
            if other.table is None and (text := _squeeze(part)):
                at = flat.find(text, at)
                if at < 0:
                    return []
                if other == place:
                    return [rect for rect, _ in loose[at : at + len(text)]]
                at += len(text)
        return []

    def _of(self, line: Line) -> Iterator[tuple[Rect, str]]:
        """(rectangle, character) of the characters of a line, blanks left out."""
        here = [
            c for c in self.chars
            if line.top <= (c["top"] + c["bottom"]) / 2 <= line.bottom
            and line.x0 <= (c["x0"] + c["x1"]) / 2 <= line.x1
        ]  # fmt: skip
        left = iter(sorted(here, key=lambda c: c["x0"]))
        text = _squeeze(line.text)
        at = 0
        for c in left:
            drawn = "\ufffd" if c["text"].startswith("(cid:") else _squeeze(c["text"])
            if drawn and text.startswith(drawn, at):
                for char in drawn:
                    yield (c["x0"], c["top"], c["x1"], c["bottom"]), char
                at += len(drawn)

    def _blank(self, place: Place) -> Rect | None:
        """Where a blank cell is: in the row of its neighbours, under those of its column."""
        row = [b for p, b in self.boxes.items() if (p.table, p.row) == (place.table, place.row)]
        column = [b for p, b in self.boxes.items() if (p.table, p.column) == (place.table, place.column)]
        if not row:
            return None
        low = min(row, key=lambda b: b.bottom - b.top)
        if not column:
            return low.x0, low.top, low.x1, low.bottom
        slim = min(column, key=lambda b: b.x1 - b.x0)
        return slim.x0 + 2, low.top + 2, slim.x1 - 2, low.bottom - 2


def _parts(text: Text) -> Iterator[tuple[Place, str]]:
    """(place, text) of every piece: what stands of a cell on one page."""
    ends = [piece.at for piece in text.pieces[1:]] + [len(text.raw)]
    for piece, end in zip(text.pieces, ends, strict=True):
        yield piece.place, text.raw[piece.at : end]


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _merged(letters: Sequence[Rect]) -> Iterator[Rect]:
    """The rectangles of letters as one a line."""
    lines: list[list[Rect]] = []
    for rect in letters:
        if lines and rect[0] >= lines[-1][-1][0] and abs(rect[3] - lines[-1][-1][3]) < (rect[3] - rect[1]) * 0.6:
            lines[-1].append(rect)
        else:
            lines.append([rect])
    for line in lines:
        x0, top, x1, bottom = zip(*line, strict=True)
        yield min(x0), min(top), max(x1), max(bottom)


def _quad(page: Any, rect: Rect) -> list[tuple[float, float]]:
    """The corners of a rectangle in the page's own space: top left, top right, bottom left, bottom right as seen."""
    x0, top, x1, bottom = rect
    left, above = page.mediabox[:2]
    low_x, low_y, high_x, high_y = page.page_obj.mediabox
    corners = []
    for x, y in ((x0, top), (x1, top), (x0, bottom), (x1, bottom)):
        across, up = x - left, page.height - (y - above)
        corners.append({
            90: (high_x - up, across + low_y),
            180: (high_x - across, high_y - up),
            270: (up + low_x, high_y - across),
        }.get(page.rotation, (across + low_x, up + low_y)))  # fmt: skip
    return corners


# --- the annotations ----------------------------------------------------------------------------------------------

_Made = tuple[int, list[list[tuple[float, float]]], list[Note]]  # page from 0, corners of every line, what is said


def _written(data: bytes, made: Sequence[_Made], author: str) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a form's malformed corners are nobody's concern here
    for incremental in (True, False):  # an encrypted or broken file cannot be appended to: it is written anew
        try:
            if incremental:
                writer = PdfWriter(BytesIO(data), incremental=True)
            else:
                writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
            for number, (page, quads, notes) in enumerate(made):
                _annotate(writer, page, quads, notes, author, number)
            out = BytesIO()
            writer.write(out)
            return out.getvalue()
        except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, NotImplementedError) as error:
            failed = error
    raise damaged(type(failed).__name__)


def _annotate(
    writer: Any, page: int, quads: list[list[tuple[float, float]]], notes: Sequence[Note], author: str, number: int
) -> None:
    """A highlight of its own appearance: viewers that draw none themselves, and printers, show it alike."""
    from pypdf.generic import (
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        FloatObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )  # fmt: skip

    def numbers(values: Iterable[float]) -> ArrayObject:
        return ArrayObject(FloatObject(round(value, 2)) for value in values)

    worst = min((note.severity for note in notes), key=SEVERITIES.index)
    xs, ys = zip(*(corner for quad in quads for corner in quad), strict=True)
    box = (min(xs), min(ys), max(xs), max(ys))
    red, green, blue = COLOUR[worst]
    drawn = [f"/G gs {red} {green} {blue} rg"]
    for a, b, c, d in quads:
        drawn.append(
            " ".join(f"{x:.2f} {y:.2f} {step}" for (x, y), step in zip((a, b, d, c), "mlll", strict=True)) + " f"
        )
    look = DecodedStreamObject()
    look.set_data("\n".join(drawn).encode())
    multiply = DictionaryObject({NameObject("/BM"): NameObject("/Multiply")})
    look.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): numbers(box),
        NameObject("/Resources"): DictionaryObject(
            {NameObject("/ExtGState"): DictionaryObject({NameObject("/G"): multiply})}
        ),
        NameObject("/Group"): DictionaryObject({NameObject("/S"): NameObject("/Transparency")}),
    })  # fmt: skip
    annotation = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Highlight"),
        NameObject("/Rect"): numbers(box),
        NameObject("/QuadPoints"): numbers(v for quad in quads for corner in quad for v in corner),
        NameObject("/C"): numbers(COLOUR[worst]), NameObject("/F"): NumberObject(_PRINT),
        NameObject("/T"): TextStringObject(author), NameObject("/NM"): TextStringObject(f"gouji-{number}"),
        NameObject("/Contents"): TextStringObject("\n\n".join("\n".join(lines) for lines, _ in groupby(
            note.lines for note in notes))),
        NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
    })  # fmt: skip
    writer.add_annotation(page, annotation)
