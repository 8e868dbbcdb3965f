"""2 (tables on their side): heads down the first column, 指标名称 | 甲 | 乙 over 目标值 | 3公里 | 5座 -> rows below heads."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.form.data import flat
from auditor.form.heads import roles_of
from auditor.form.state import AMOUNT
from auditor.layout import Vocabulary, is_total, key
from auditor.model import Cell, Table

Row = tuple[Cell, ...]
_OF_INDICATOR = frozenset(("target", "result", "weight", "score", "reason", "unit", "operator", "level1", "level2"))
_FEWEST = 3  # rows of a block, its names included


def upright(table: Table, words: Vocabulary) -> Table:
    """The table with every block that stands on its side set upright; the same table where there is none."""
    out: list[Row] = []
    at, found = 0, False
    while at < len(table.rows):
        block = _block(words, table.rows, at)
        if block:
            found = True
            out += block
            at += len(block[0])  # a head for every row
        else:
            out.append(table.rows[at])
            at += 1
    return Table(tuple(out), table.spans_known) if found else table


def _block(words: Vocabulary, rows: Sequence[Row], at: int) -> list[Row]:
    """The rows of the block that begins at a row, as they stand upright; none where no block does.

    Its first row names the things: indicators, below 指标名称; or the sources and uses of money, above amounts.
    """
    if at + 1 >= len(rows):
        return []
    second = [c for c in rows[at + 1] if c.text]
    if len(second) < 2 or not roles_of(words, key(second[0].text.raw)):
        return []
    left, columns = second[0].column, {c.column for c in rows[at] if c.text and c.column > second[0].column}
    first = next((c for c in rows[at] if c.column == left), None)
    names = [c for c in rows[at] if c.column in columns]
    if first is None or len(names) + bool(first.text) < sum(bool(c.text) for c in rows[at]):
        return []
    if any(words.known(key(c.text.raw)) and key(c.text.raw) not in words.rows for c in names):
        return []
    of_indicators = "indicator" in words.heads.get(key(first.text.raw), ())
    if not of_indicators and not _of_money(words, names):
        return []
    fits = _indicator_line if of_indicators else _money_line
    stop = at + 1
    while stop < len(rows) and fits(words, rows[stop], left, columns):
        stop += 1
    told = {r for row in rows[at + 1 : stop] for c in row if c.column == left for r in roles_of(words, key(c.text.raw))}
    enough = {"target", "result"} <= told if of_indicators else len(told & (words.money | words.share)) > 1
    if stop - at < _FEWEST or not enough:
        return []
    return _turned(rows[at:stop], left, names)


def _of_money(words: Vocabulary, names: Sequence[Cell]) -> bool:
    """人员经费 | 公用经费 | 项目经费 | 合计: no figure among them, and a row of the funds block."""
    keys = [key(c.text.raw) for c in names]
    plain = all(len(k) <= 16 and not any(ch.isdigit() for ch in k) for k in keys)
    return len(keys) > 1 and plain and any(k in words.rows or is_total(words, k) for k in keys)


def _indicator_line(words: Vocabulary, row: Row, left: int, columns: set[int]) -> bool:
    full = [c for c in row if c.text]
    if not full or full[0].column != left or not _OF_INDICATOR & set(words.heads.get(key(full[0].text.raw), ())):
        return False
    return all(c.column in columns and not words.known(key(c.text.raw)) for c in full[1:])


def _money_line(words: Vocabulary, row: Row, left: int, columns: set[int]) -> bool:
    full = [c for c in row if c.text]
    if len(full) < 2 or full[0].column != left or key(full[0].text.raw) not in words.terms:
        return False
    return all(c.column in columns and AMOUNT.fullmatch(flat(c)) for c in full[1:])


def _turned(rows: Sequence[Row], left: int, names: Sequence[Cell]) -> list[Row]:
    by_column = [{c.column: c for c in row} for row in rows]
    out = []
    for r, column in enumerate((left, *(c.column for c in names))):
        cells = (cells.get(column) for cells in by_column)
        out.append(tuple(Cell(c.text, r, i) for i, c in enumerate(cells) if c is not None))
    return out
