"""2 (heads over two lines): 年度指 | 实际完 over 标值 | 成值, as text exports cut a narrow head -> one row of heads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from auditor.form.draft import joined
from auditor.form.heads import roles_of
from auditor.layout import Vocabulary, key
from auditor.model import Cell, Table, Text

_LONGEST = 12  # characters of half a head
_FEWEST = 3  # heads that come out whole


def whole_heads(table: Table, words: Vocabulary) -> Table:
    """The table with every row of heads whose halves stand in two rows as one row. Only where each column that has two
    halves has a known head then, and more heads are known than in either row."""
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        made = () if table.spans_known or not rows else _whole(words, rows[-1], row)
        if made:
            rows[-1] = made
        else:
            rows.append(row)
    return table if len(rows) == len(table.rows) else Table(tuple(rows), table.spans_known)


def _whole(words: Vocabulary, above: Sequence[Cell], below: Sequence[Cell]) -> tuple[Cell, ...]:
    if any(len(c.text.raw) > _LONGEST for c in (*above, *below)):
        return ()
    made: list[Cell] = []
    known = halves = 0
    for upper, lower in zip_longest(above, below):
        if upper is None or lower is None:
            made.append(upper or lower)
            continue
        if not upper.text or not lower.text:
            if any(ch.isdigit() for ch in upper.text.raw + lower.text.raw):
                return ()
            made.append(upper if upper.text else lower._replace(row=upper.row))
        else:
            text: Text = joined(upper.text, lower.text)
            if not _known(words, text):
                return ()
            halves += 1
            made.append(upper._replace(text=text))
        known += _known(words, made[-1].text)
    either = max(sum(_known(words, c.text) for c in row) for row in (above, below))
    return tuple(made) if halves and known >= _FEWEST and known > either else ()


def _known(words: Vocabulary, text: Text) -> bool:
    return bool(text) and (bool(roles_of(words, key(text.raw))) or key(text.raw) in words.sections)
