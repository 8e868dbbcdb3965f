"""One page of a PDF: lines of text, and ruled grids with the lines in their cells."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

NEAR = 3.0  # points within which two ruled lines are one
APART = "  "  # what sets off the columns of a table without rules
_APART = 1.3  # characters wide: a wide blank is one
_RULES = 6_000  # line ends on a page, and
_PAIRS = 400_000  # pairs that might cross, and
_CROSSINGS = 2_500  # that do: more is a drawing, not a table
_NOT_FIRST = "，。；：！？、）》】”’%％℃,.;:!?)]}"  # cannot begin a line: goes with the character before it


@dataclass
class Line:
    """A line of text: its characters, and where it stands (points from the top left)."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    first: float  # width of what cannot be broken at its beginning


@dataclass
class Box:
    """A cell of a ruled grid."""

    x0: float
    top: float
    x1: float
    bottom: float
    page: int
    lines: list[Line] = field(default_factory=list)
    row: int = 0
    down: int = 1
    parts: list[tuple[str, int]] = field(default_factory=list)  # text and page of every part of a stitched cell

    def joined(self) -> str:
        return join(self.lines, self.x0, self.x1)


@dataclass
class Grid:
    """A ruled table, or what of it stands on one page; grows over pages."""

    boxes: list[Box]
    rows: int

    @property
    def x0(self) -> float:
        return min(box.x0 for box in self.boxes)

    @property
    def x1(self) -> float:
        return max(box.x1 for box in self.boxes)


def items_of(page: Any, notes: list[str]) -> list[Line | Grid]:
    """Lines of text outside tables, and grids, from top to bottom."""
    upright = [c for c in page.chars if c["upright"]]
    if len(upright) < len(page.chars):
        notes.append(f"第 {page.page_number} 页有旋转的文字（水印？），未读")
    if any(c["text"].startswith("(cid:") for c in upright):
        notes.append(f"第 {page.page_number} 页有无法识别的字形")
    chars = _once(upright)
    loose: list[Any] = []
    grids = _grids(page, notes)
    slots = [(grid, *_slots(grid)) for grid in grids]
    held: dict[int, list[Any]] = {}
    for c in chars:
        x, y = (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2
        for _, xs, ys, at in slots:
            box = at.get((bisect_right(xs, x) - 1, bisect_right(ys, y) - 1))
            if box is not None:
                held.setdefault(id(box), []).append(c)
                break
        else:
            loose.append(c)
    for grid in grids:
        for box in grid.boxes:
            box.lines = _lines(held.get(id(box), []))
    items: list[Line | Grid] = [*_lines(loose), *(g for g in grids if any(b.lines for b in g.boxes))]
    return sorted(items, key=_top)


def _once(chars: list[Any]) -> list[Any]:
    """Without characters drawn again in the same place, which is how some programs print bold."""
    seen: set[tuple[str, int, int]] = set()
    out = []
    for c in chars:
        x, y = round(c["x0"]), round(c["top"])
        if any((c["text"], x + i, y + j) in seen for i in (0, 1, -1) for j in (0, 1, -1)):
            continue
        seen.add((c["text"], x, y))
        out.append(c)
    return out


def _top(item: Line | Grid) -> float:
    return item.top if isinstance(item, Line) else min(box.top for box in item.boxes)


def _grids(page: Any, notes: list[str]) -> list[Grid]:
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges
    from pdfplumber.utils.geometry import filter_edges, line_to_edge, rect_to_edges

    edges = [line_to_edge(line) for line in page.lines]
    for rect in page.rects:
        if rect["stroke"] or min(rect["width"], rect["height"]) <= NEAR:  # else a background, not a frame
            edges += rect_to_edges(rect)
    edges += page.curve_edges
    if len(edges) > _RULES:
        notes.append(f"第 {page.page_number} 页线条过多，按无表格读取")
        return []
    edges = filter_edges(merge_edges(edges, NEAR, NEAR, NEAR, NEAR), min_length=NEAR)
    upright = sum(edge["orientation"] == "v" for edge in edges)
    crossings = edges_to_intersections(edges, NEAR, NEAR) if upright * (len(edges) - upright) < _PAIRS else None
    if crossings is None or len(crossings) > _CROSSINGS:
        notes.append(f"第 {page.page_number} 页线条过多，按无表格读取")
        return []
    found = []
    for cells in cells_to_tables(intersections_to_cells(crossings)):
        boxes = [Box(*cell, page=page.page_number) for cell in cells]
        ys = cuts([b.top for b in boxes] + [b.bottom for b in boxes])
        for box in boxes:
            box.row = index(ys, box.top)
            box.down = index(ys, box.bottom) - box.row
        boxes = [box for box in boxes if box.down > 0]
        if boxes:
            found.append(Grid(sorted(boxes, key=lambda b: (b.row, b.x0)), len(ys) - 1))
    return sorted(found, key=lambda g: (g.x1 - g.x0) * g.rows)  # a table inside another's cell comes first


def _slots(grid: Grid) -> tuple[list[float], list[float], dict[tuple[int, int], Box]]:
    xs = sorted({x for b in grid.boxes for x in (b.x0, b.x1)})
    ys = sorted({y for b in grid.boxes for y in (b.top, b.bottom)})
    column, row = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    return (
        xs,
        ys,
        {
            (i, j): b
            for b in grid.boxes
            for i in range(column[b.x0], column[b.x1])
            for j in range(row[b.top], row[b.bottom])
        },
    )


def cuts(values: list[float]) -> list[float]:
    """The distinct lines among coordinates, those nearer than `NEAR` being one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def index(cuts: list[float], value: float) -> int:
    """The row or column, from 0, that a coordinate (points) falls in; `cuts` are their edges, in order."""
    return bisect_right(cuts, value + 0.01) - 1


def _lines(chars: list[Any]) -> list[Line]:
    rows: list[list[Any]] = []
    for c in sorted(chars, key=lambda c: (c["top"] + c["bottom"], c["x0"])):
        middle = (c["top"] + c["bottom"]) / 2
        if rows and abs(middle - (rows[-1][0]["top"] + rows[-1][0]["bottom"]) / 2) < max(c["size"], 4) * 0.45:
            rows[-1].append(c)
        else:
            rows.append([c])
    found = (_line(sorted(row, key=lambda c: c["x0"])) for row in rows)
    return [line for line in found if line]


def _line(row: list[Any]) -> Line | None:
    while row and row[0]["text"].isspace():
        row = row[1:]
    while row and row[-1]["text"].isspace():
        row = row[:-1]
    if not row:
        return None
    parts = [row[0]["text"]]
    for a, b in pairwise(row):
        gap, tight = b["x0"] - a["x1"], a["text"].isascii() and b["text"].isascii()
        size = max(a["size"], b["size"])
        if gap > size * (0.3 if tight else 0.8) and not parts[-1].isspace():
            parts.append(APART if gap > size * _APART else " ")
        parts.append("\ufffd" if b["text"].startswith("(cid:") else b["text"])
    end = 1
    word = row[0]["text"].isascii()
    while end < len(row) and (
        row[end]["text"] in _NOT_FIRST or (word and row[end]["text"].isascii() and not row[end]["text"].isspace())
    ):
        end += 1
    return Line(
        "".join(parts), row[0]["x0"], row[-1]["x1"], min(c["top"] for c in row), max(c["bottom"] for c in row),
        max(c["size"] for c in row), row[end - 1]["x1"] - row[0]["x0"],
    )  # fmt: skip


def join(lines: list[Line], x0: float, x1: float) -> str:
    """The text of lines in a box from x0 to x1."""
    out = ""
    for i, line in enumerate(lines):
        if i:
            out += glue(out, line.text) if full(lines[i - 1], line, lines, x0, x1) else "\n"
        out += line.text
    return out


def full(line: Line, after: Line, lines: list[Line], x0: float, x1: float) -> bool:
    """Could what begins the next line not have stood on this one?"""
    padding = min(max(min(other.x0 for other in lines) - x0, 0.0), line.size * 0.7)
    return after.first > x1 - padding - line.x1 - line.size * 0.3


def glue(before: str, after: str) -> str:
    """Between two parts of a line that was wrapped: words of Latin letters had a blank there, Chinese had none."""
    a, b = before[-1:], after[:1]
    return " " if a.isascii() and b.isascii() and b.isalpha() and (a.isalpha() or a in ",.;:") else ""
