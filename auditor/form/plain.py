"""2 (tables of a report): any table with a row of heads and figures below, 建设内容 | 数量 | 投资(万元); and such tables
below a caption of their own between the tables of a form (附：分片区情况), whose rows are no rows of those."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.form.draft import FURNITURE, Draft, plain
from auditor.form.heads import head_roles, kind_of
from auditor.form.pairs import label_kind
from auditor.form.prose import role_of
from auditor.form.state import State
from auditor.layout import Vocabulary, key
from auditor.model import Cell, Field, Table, Text

_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"20\d\d年?")
_BARE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
Row = tuple[Cell, ...]


def plain_table(table: Table, state: State) -> bool:
    """Read a table whose heads are of no form: every figure is a claim of the text, under its row and column. False
    where the table is no such thing."""
    full = [[c for c in row if c.text] for row in table.rows]
    full = [row for row in full if row and not all(FURNITURE.fullmatch(c.text.clean) for c in row)]
    if len(full) < 2 or state.region is not None or not _heads(state, full[0]):
        return False
    body = full[1:]
    figures = sum(any(_FIGURE.search(c.text.raw) for c in row[1:]) for row in body)
    if figures * 5 < len(body) * 4 or any(len(row) > len(full[0]) for row in body):
        return False
    if any(_known(state, row) for row in full):
        return False
    _read(state.draft, table, full)
    return True


def is_caption(words: Vocabulary, text: Text) -> bool:
    """经费使用明细（万元）, 附：分片区情况: a text that stands over a table of its own."""
    return 4 <= len(text.raw) <= 40 and words.captions["text"].fullmatch(text.clean.strip()) is not None


def asides(table: Table, state: State, above: Text | None) -> Iterator[tuple[Sequence[Row], Text | None]]:
    """The rows of a table in runs: those of the form, and with their caption those of a table of its own, which a row of
    one text announces, or the paragraph above the table (`above`)."""
    begin, at = 0, 0
    while at < len(table.rows):
        full = [c for c in table.rows[at] if c.text]
        before = [c for c in table.rows[at - 1] if c.text] if at else []
        caption = above if not at else before[0].text if len(before) == 1 else None
        if caption is None or not is_caption(state.words, caption) or not _opens(state, full):
            at += 1
            continue
        stop = at + 1
        while stop < len(table.rows) and _below(state, table.rows[stop], full):
            stop += 1
        if stop < at + 3:
            at += 1
            continue
        if at:
            state.draft.label(caption)
        if table.rows[begin : at - bool(at)]:
            yield table.rows[begin : at - bool(at)], None
        yield table.rows[at:stop], caption
        begin = at = stop
    if table.rows[begin:]:
        yield table.rows[begin:], None


def _opens(state: State, row: Sequence[Cell]) -> bool:
    """Is it a row of heads that no table of a form has? None of them is a level of the indicators."""
    words = state.words
    levels = any(key(c.text.raw) in words.level1 | words.level2 for c in row[:2])
    return not levels and _heads(state, row) and not _known(state, row)


def _below(state: State, row: Row, heads: Sequence[Cell]) -> bool:
    """A row of figures under these heads; not a footer."""
    full = [c for c in row if c.text]
    if not full:
        return True
    if len(full) > len(heads) or full[0].column != heads[0].column or ":" in full[0].text.clean:
        return False
    return any(_FIGURE.search(c.text.raw) for c in full[1:]) and label_kind(state, full[0])[0] not in ("label", "section")


def read_aside(state: State, rows: Sequence[Row], caption: Text) -> None:
    """A table of its own: its figures are claims of the text."""
    state.region, state.section = None, ""
    full = [f for row in rows if (f := [c for c in row if c.text])]
    _read(state.draft, Table(tuple(rows)), full, state.words.unit(caption.raw))


def _heads(state: State, row: Sequence[Cell]) -> bool:
    if len(row) < 3 or any(label_kind(state, c)[0] in ("label", "section") for c in row[:-1:2]):
        return False
    return all(not _FIGURE.search(_YEAR.sub("", c.text.clean)) and len(c.text.raw) <= 30 for c in row)


def _known(state: State, row: Sequence[Cell]) -> bool:
    keys = [key(c.text.raw) for c in row]
    roles = head_roles(state.words, keys)
    return roles is not None and bool(kind_of(state.words, keys, roles))


def _read(draft: Draft, table: Table, full: Sequence[Sequence[Cell]], unit: str = "") -> None:
    """unit: what the caption gives for bare figures under heads without one."""
    heads = {c.column: c for c in full[0]}
    inside = {id(c) for row in full for c in row}
    numbered = "serial" in draft.words.heads.get(key(full[0][0].text.raw), ())
    for cell in (c for row in table.rows for c in row):
        if cell.text and id(cell) not in inside:
            draft.label(cell.text)
    for cell in full[0]:
        draft.label(cell.text)
    for row in full[1:]:
        names = [c for c in row if c.column <= full[0][numbered].column] or row[:1]
        for cell in names:
            draft.label(cell.text)
        label = plain(names[-1].text)
        for cell in row[len(names) :]:
            head = heads.get(cell.column)
            over = plain(head.text) if head else ""
            own = draft.words.unit(head.text.raw) if head else ""
            if not own and unit and not draft.words.captions["shares"].search(over) and _BARE.fullmatch(cell.text.clean.strip()):
                own = unit
            role = role_of(draft.words, over) or "result"
            draft.prose.append(Field(cell.text, "prose", role, (label, over) if over else (label,), own))
