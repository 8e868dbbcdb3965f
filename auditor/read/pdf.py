"""PDF with a text layer: what stands on its pages joined over them to tables and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from auditor.model import AuditError, Cell, Paragraph, Piece, Place, Table, Text
from auditor.read.grid import APART, NEAR, Box, Grid, Line, cuts, full, glue, index, items_of
from auditor.read.guard import Limits, damaged, too_many_cells
from auditor.read.rows import FRESH, MARKER
from auditor.read.text import FURNITURE

_STOPS = "。！？.!?"
_FINAL = _STOPS + "；;"
_LABEL = 12  # characters: a longer text in a merged cell is no label
_DIGITS = re.compile(r"\d+")

Block = Table | Paragraph


_Pair = tuple[Box | None, Box]  # a cell on top of a page, and the one above it on the page before


def read_pdf(data: bytes, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Blocks and notes of a .pdf. A table that goes on at the top of the next page between the same outer lines is one
    table, its repeated head is dropped, and its first row is stitched to the row above when every text in it certainly
    continues (see `_cut`): such a text has one piece a page. Page numbers and running heads are left out.
    Line ends inside a cell or paragraph are kept only where the line could have gone on.

    Errors: AuditError.
    """
    try:
        from auditor.read.pages import level, open_pages
    except ImportError:
        raise AuditError(
            "读 PDF 需要另装组件：pip install 'gouji[pdf]'", "reading PDF needs more: pip install 'gouji[pdf]'"
        ) from None

    notes: list[str] = []
    pages: list[list[Line | Grid]] = []
    cells, width = 0, 0.0
    for page in open_pages(data, limits):
        number = page.page_number
        try:
            page = level(page)
            items = items_of(page, notes)
        except AuditError:
            raise
        except Exception as error:  # pdfminer and pdfplumber trip over broken fonts and contents in many ways
            raise damaged(type(error).__name__) from None
        if not items:
            notes.append(f"第 {number} 页没有文字层（扫描页或空白页），未读")
        cells += sum(len(item.boxes) for item in items if isinstance(item, Grid))
        if cells > limits.cells:
            raise too_many_cells(limits)
        pages.append(items)
        width = max(width, float(page.width))
    if not any(pages):
        raise AuditError(
            "PDF 没有文字层（扫描件）：请提供可编辑的文件或先做文字识别（OCR）",
            "the PDF has no text layer (a scan): give the editable file, or recognise the text (OCR) first",
        )
    _drop_furniture(pages)
    blocks = tuple(_blocks(pages, width))
    if not blocks:
        raise AuditError("PDF 里没有内容", "the PDF is empty")
    return blocks, tuple(notes)


# --- over pages ---------------------------------------------------------------------------------------------------


def _drop_furniture(pages: list[list[Line | Grid]]) -> None:
    """Page numbers, and lines that stand first or last on most pages."""
    edges: Counter[str] = Counter()
    for items in pages:
        edges.update({_DIGITS.sub("0", i.text) for i in (items[:1] + items[-1:]) if isinstance(i, Line)})
    running = {text for text, n in edges.items() if n >= 3 and n * 2 > len(pages)}
    for items in pages:
        for end in (0, -1):
            while items and isinstance(item := items[end], Line):
                bare = item.text.strip()
                number = bool(FURNITURE.fullmatch(bare)) or (len(bare) <= 3 and bare.isdigit())
                if not number and _DIGITS.sub("0", item.text) not in running:
                    break
                del items[end]


def _blocks(pages: list[list[Line | Grid]], width: float) -> Iterator[Block]:
    every = [item for items in pages for item in items]
    left, right = min((item.x0 for item in every), default=0.0), max((item.x1 for item in every), default=0.0)
    if right - left < width / 2:  # only short lines: none of them is wrapped
        right = width
    runs: list[Grid | list[tuple[Line, int]]] = []
    for number, items in enumerate(pages, 1):
        for place, item in enumerate(items):
            last = runs[-1] if runs else None
            if isinstance(item, Line):
                if not isinstance(last, list):
                    runs.append(last := [])
                last.append((item, number))
            elif place == 0 and isinstance(last, Grid) and abs(last.x0 - item.x0) + abs(last.x1 - item.x1) < 2 * NEAR:
                _append(last, item)
            else:
                runs.append(item)
    tables = paragraphs = 0
    for run in runs:
        if isinstance(run, Grid):
            yield _table(run, tables)
            tables += 1
        else:
            for text in _paragraphs(run, left, right, paragraphs):
                paragraphs += 1
                yield Paragraph(text)


def _append(grid: Grid, below: Grid) -> None:
    """Let `grid` go on with `below`, the same table on the next page."""
    head = _repeated(grid, below)
    boxes = [box for box in below.boxes if box.row >= head]
    first = [box for box in boxes if box.row == head]
    last = {round(box.x0 / NEAR): box for box in grid.boxes if box.row + box.down == grid.rows}
    pairs = [(_over(last, box), box) for box in first]
    stitch = _cut(pairs)
    lead = len(pairs) if stitch else _leading(pairs)
    shift = grid.rows - head - stitch
    for above, box in pairs[:lead]:
        if above is not None:
            if box.lines:
                above.parts.append((box.joined(), box.page))
            above.down += box.down - stitch
            boxes.remove(box)
    for box in boxes:
        box.row += shift
    grid.boxes += boxes
    grid.rows += below.rows - head - stitch


def _over(last: dict[int, Box], box: Box) -> Box | None:
    key = round(box.x0 / NEAR)
    for near in (key, key - 1, key + 1):
        above = last.get(near)
        if above and abs(above.x0 - box.x0) < NEAR and abs(above.x1 - box.x1) < NEAR:
            return above
    return None


def _repeated(grid: Grid, below: Grid) -> int:
    """How many head rows of the table stand again on top of the next page."""
    for head in (3, 2, 1):
        mine, again = ([b for b in g.boxes if b.row < head] for g in (grid, below))
        if below.rows > head and len(mine) == len(again) > 1 and all(b.row + b.down <= head for b in again):
            texts = [(a.joined(), b.joined()) for a, b in zip(mine, again, strict=True)]
            if all(a == b for a, b in texts) and sum(1 for a, _ in texts if a) > 1:
                return head
    return 0


def _cut(pairs: list[_Pair]) -> bool:
    """Is the first row of a page the rest of the last row above? Only when every cell stands under one of the same
    width and every text in it continues one. Beside a text of the same row that surely continues, and under a complete
    row head, another may follow a full stop."""
    texts = [(above, box) for above, box in pairs if box.lines]
    whole = sum(1 for above, _ in pairs if above is not None and above.lines)
    sure = [above.down == box.down == 1 for above, box in texts if above is not None and _continues(above, box)]
    if not sure or any(above is None for above, _ in pairs):
        return False
    if len(sure) == len(texts):
        return len(sure) > 1 or len(sure) < whole
    headed = bool(pairs[0][1].lines)
    return any(sure) and not headed and len(texts) < whole and all(_continues(a, b, _FINAL) for a, b in texts)


def _leading(pairs: list[_Pair]) -> int:
    """How many cells on the left go on though the row is a new one: those of merged cells that span the page break.

    They are blank under a text, or long texts that continue; the first text of the new row ends them. Two one-line
    texts say so where the new row's own cells stand under blank ones.
    """
    if not pairs or any(above is None for above, _ in pairs):
        return 0
    first, below = pairs[0]
    started = first is not None and bool(first.lines) and not below.lines
    fresh = any(above is not None and box.lines and not above.lines for above, box in pairs)
    several = sum(_continues(above, box, least=1) for above, box in pairs) > 1
    least = 1 if started and fresh and several else 2
    for i, (above, box) in enumerate(pairs):
        if above is None or not above.lines:
            return i
        tall = above.down > 1 or box.down > 1
        rest = [(a, _continues(a, b, least=least)) for a, b in pairs[i:] if b.lines]
        again = any(a is not None and a.lines and not on for a, on in rest)
        if box.lines:
            long = tall and len(above.joined()) > _LABEL
            if not (rest[0][1] and (long or (started and not again))):
                return i
        elif not tall and (again or not any(on for _, on in rest)):
            return i
    return len(pairs)


def _continues(above: Box | None, box: Box, stops: str = "", least: int = 2) -> bool:
    """Does the text of `box`, on top of a page, go on with that of the cell above? Only when that one has `least`
    lines (a single one may be full by chance), fills the last and its cell to the bottom and ends in no full stop, and
    this one does not look like a beginning. A text that ends in one of `stops` may break off anywhere in its line."""
    if above is None or len(above.lines) < least or not box.lines:
        return False
    last, first = above.lines[-1], box.lines[0]
    if above.bottom - last.bottom > 2 * last.size or first.top - box.top > 2 * first.size:
        return False
    return last.text[-1] in stops or (
        last.text[-1] not in _STOPS
        and not FRESH.match(first.text)
        and full(last, first, above.lines, above.x0, above.x1)
    )


def _table(grid: Grid, table: int) -> Table:
    xs = cuts([b.x0 for b in grid.boxes] + [b.x1 for b in grid.boxes])
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for box in grid.boxes:
        column = index(xs, box.x0)
        raw, pieces = "", list[Piece]()
        for part, page in [(box.joined(), box.page), *box.parts]:
            raw += glue(raw, part) if pieces else ""
            pieces.append(Piece(len(raw), 0, Place(page=page, table=table, row=box.row, column=column)))
            raw += part
        across = max(index(xs, box.x1) - column, 1)
        rows[box.row].append(Cell(Text(raw, tuple(pieces)), box.row, column, box.down, across))
    return Table(tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in rows), spans_known=True)


def _paragraphs(run: list[tuple[Line, int]], left: float, right: float, first: int) -> Iterator[Text]:
    """Lines joined where one is full and the next begins at the margin. Where first lines are not indented, a full
    line that ends a sentence may end the paragraph too: then it does."""
    indented = any(1.5 < (line.x0 - left) / line.size < 2.5 for line, _ in run)
    raw, pieces, before = "", list[Piece](), None
    for line, page in run:
        wrapped = (
            before is not None
            and line.first > right - before.x1 - before.size * 0.3
            and line.x0 - left < line.size
            and abs(line.size - before.size) < 1
            and APART not in before.text + line.text
            and not (before.text[-1] in _FINAL and (MARKER.match(line.text) or not indented))
        )
        if wrapped:
            raw += glue(raw, line.text)
            if page != pieces[-1].place.page:
                pieces.append(Piece(len(raw), 0, Place(page=page, paragraph=first)))
        else:
            if raw:
                yield Text(raw, tuple(pieces))
                first += 1
            raw, pieces = "", [Piece(0, 0, Place(page=page, paragraph=first))]
        raw += line.text
        before = line
    if raw:
        yield Text(raw, tuple(pieces))
