"""2 (heads over two or three rows): 受助学生 over 小学 and 中学, each over 人数 and 金额 -> the heads of every column."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model import Cell

_DEEPEST = 3
Row = Sequence[Cell]
Heads = dict[int, tuple[Cell, ...]]  # by column: its heads from the top


def stacked(rows: Sequence[Row], at: int) -> tuple[int, Heads]:
    """How many rows of heads begin at a row, and the heads of every column; 0 where the row stands alone. Merged or not, a
    head goes on over the blanks at its right, within the one above it."""
    first = [c for c in rows[at] if c.text]
    depth = _blank_below(rows, at, first)
    if not 1 < depth <= _DEEPEST or at + depth >= len(rows):
        return 0, {}
    block = [[c for c in row if c.text] for row in rows[at : at + depth]]
    width = max(c.column + c.colspan for row in rows[at : at + depth + 1] for c in row)
    over: list[tuple[Cell, ...]] = [()] * width
    for row in block:
        above = list(over)
        for cell, after in zip(row, [*row[1:], None], strict=True):
            for column in range(cell.column, after.column if after else width):
                if above[column][-1:] != above[cell.column][-1:]:
                    break
                over[column] = (*above[column], cell)
    heads = {column: path for column, path in enumerate(over) if path and path[-1].column == column}
    divided = any(len(path) > 1 and path[0].column < column for column, path in heads.items())
    return (depth, heads) if divided and all(block) else (0, {})


def _blank_below(rows: Sequence[Row], at: int, first: Row) -> int:
    """Rows below that begin with a blank and hold no figure belong to the heads above them."""
    depth = 1
    while first and depth < _DEEPEST and at + depth < len(rows):
        full = [c for c in rows[at + depth] if c.text]
        if len(full) < 2 or full[0].column <= first[0].column or any(ch.isdigit() for c in full for ch in c.text.raw):
            break
        depth += 1
    return depth
