"""2 (tables of a report): any table with a row of heads and figures below, 建设内容 | 数量 | 投资(万元)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.form.draft import FURNITURE, Draft, plain
from auditor.form.heads import head_roles, kind_of
from auditor.form.pairs import label_kind
from auditor.form.state import State
from auditor.layout import key
from auditor.model import Cell, Field, Table

_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"20\d\d年?")


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


def _heads(state: State, row: Sequence[Cell]) -> bool:
    if len(row) < 3 or any(label_kind(state, c)[0] in ("label", "section") for c in row[:-1:2]):
        return False
    return all(not _FIGURE.search(_YEAR.sub("", c.text.clean)) and len(c.text.raw) <= 30 for c in row)


def _known(state: State, row: Sequence[Cell]) -> bool:
    keys = [key(c.text.raw) for c in row]
    roles = head_roles(state.words, keys)
    return roles is not None and bool(kind_of(state.words, keys, roles))


def _read(draft: Draft, table: Table, full: Sequence[Sequence[Cell]]) -> None:
    heads = {c.column: c for c in full[0]}
    inside = {id(c) for row in full for c in row}
    for cell in (c for row in table.rows for c in row):
        if cell.text and id(cell) not in inside:
            draft.label(cell.text)
    for cell in full[0]:
        draft.label(cell.text)
    for row in full[1:]:
        draft.label(row[0].text)
        label = plain(row[0].text)
        for cell in row[1:]:
            head = heads.get(cell.column)
            names = (label, plain(head.text)) if head else (label,)
            unit = draft.words.unit(head.text.raw) if head else ""
            draft.prose.append(Field(cell.text, "prose", "result", names, unit))
