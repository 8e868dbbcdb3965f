"""2 (tables of their own): any table with a row of heads and figures below, 建设内容 | 数量 | 投资(万元), also behind the
tables of a form, where a caption (附：分片区情况), a text between or a first head like 街道 tells that another begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.form.draft import FURNITURE, Draft, plain
from auditor.form.front import kind_of_head
from auditor.form.heads import head_roles, kind_of
from auditor.form.pairs import label_kind
from auditor.form.prose import role_of
from auditor.form.stacked import Heads, stacked
from auditor.form.state import State
from auditor.layout import Vocabulary, is_total, key, title_key
from auditor.model import Cell, Field, Role, Table, Text

_DIGIT = re.compile(r"\d")
_BOUND = re.compile(r"\s*(?:[≥≤≧≦><]|不少于|不低于|不高于|不超过)")
_VALUE = re.compile(r"约?-?\d[\d,]*(?:\.\d+)?\s*[^\d\s,。;]{0,8}|[-—–/]+")
_BARE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"20\d\d年?")
_TOLD = re.compile(r"[。;:!?]")
_LONGEST = 20  # characters of a head
_MOST = 40  # characters of a caption
Row = Sequence[Cell]


class Part(NamedTuple):
    """Rows of a table: as a form has them ("rows"), the "caption" of what follows, or a table of its own ("plain")."""

    kind: str
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 1  # how many of the rows are heads, where it is "plain"


def parts(table: Table, state: State, announced: bool) -> Iterator[Part]:
    """The rows of a table, in order. announced: a text stands between the table and the one before."""
    rows = table.rows
    full = [[c for c in row if c.text] for row in rows]
    begin = at = 0
    while at < len(rows):
        told = at == 0 and (announced or state.region is None)
        caption = _captioned(state, full, at)
        told = told or (at > 0 and _captioned(state, full, at - 1))
        depth, stop = 1, _own(state, full, at, told)
        if not stop and not caption and len(full[at]) > 1:
            depth, heads = stacked(rows, at)
            stop = _own(state, full, at, told, depth, heads) if depth else 0
        if stop or caption:
            if begin < at:
                yield Part("rows", rows[begin:at])
            stop = max(stop, at + 1)
            yield Part("caption" if caption else "plain", rows[at:stop], depth)
            begin = at = stop
        else:
            at += 1
    if begin < len(rows):
        yield Part("rows", rows[begin:])


def is_caption(words: Vocabulary, text: Text) -> bool:
    """经费使用明细（万元）, 附：分片区情况: a text that stands over a table of its own, by its words."""
    return 4 <= len(text.raw) <= _MOST and words.captions["text"].fullmatch(text.clean.strip()) is not None


def _captioned(state: State, full: Sequence[Row], at: int) -> bool:
    """A short text alone in its row, above a row of heads: no label or level that a form has."""
    if at + 1 >= len(full) or len(full[at]) != 1 or len(full[at + 1]) < 3:
        return False
    text, words = full[at][0].text, state.words
    word = title_key(text.raw)
    if not 3 <= len(text.raw) <= _MOST or _TOLD.search(text.clean) or kind_of_head(words, text):
        return False
    if words.known(word) or words.like(word) or word in words.level1 | words.level2 or _VALUE.fullmatch(text.clean):
        return False
    return _known(state, full[at + 1]) or bool(_own(state, full, at + 1, True))


# --- where one stands ---------------------------------------------------------------------------------------------


def _own(
    state: State, full: Sequence[Row], at: int, announced: bool, depth: int = 1, over: Heads | None = None
) -> int:
    """Where the table of its own that begins with the heads of a row, or of `depth` rows, ends; 0 where none begins there.
    over: the heads of every column where they are stacked."""
    heads = full[at]
    if (len(heads) < 3 and not over) or not (announced or key(heads[0].text.raw) in state.words.lists):
        return 0
    if not all(_names(state, row, over is not None) for row in full[at : at + depth]):
        return 0
    columns = {c.column for c in heads} if over is None else set(over)
    stop, figures, said = at + depth, 0, 0
    while stop < len(full) and (told := _fits(state, full[stop], columns)):
        said += told > 0
        figures += told > 1
        stop += 1
    if figures < 2 or figures * 5 < said * 4:
        return 0
    if any(_BOUND.match(c.text.clean) for row in full[at + depth : stop] for c in row[1:]):
        return 0
    return stop


def _names(state: State, row: Row, stacked: bool) -> bool:
    """Nothing but short words: heads, and of no table that a form has."""
    if not all(len(c.text.raw) <= _LONGEST and not _TOLD.search(_head(c)) and not _DIGIT.search(_head(c)) for c in row):
        return False
    if _known(state, row) or (not stacked and len({"".join(c.text.clean.split()) for c in row}) < len(row)):
        return False
    labels = [c for c in row[:-1:2] if label_kind(state, c)[0] in ("label", "section")]
    return all(c is row[0] and key(c.text.raw) in state.words.lists for c in labels)


def _head(cell: Cell) -> str:
    return _YEAR.sub("", "".join(cell.text.clean.split())).removeprefix("其中:")


def _fits(state: State, row: Row, columns: set[int]) -> int:
    """May the row stand below the heads (1), with a figure (2)? -1 for one that says nothing."""
    if row and all(FURNITURE.fullmatch(c.text.clean) for c in row):
        return -1
    if len(row) < 2 or len(row) > len(columns) or any(c.column not in columns for c in row) or _known(state, row):
        return 0
    valued = any(_VALUE.fullmatch(c.text.clean.strip()) for c in row[1:])
    kind = label_kind(state, row[0])[0]
    if not valued and (kind in ("label", "section") or state.words.like(title_key(row[0].text.raw))):
        return 0
    if ":" in row[0].text.clean and key(row[0].text.clean.split(":", 1)[0]) in state.words.labels:
        return 0
    return 2 if valued or any(_DIGIT.search(c.text.clean) for c in row[1:]) else 1


def _known(state: State, row: Row) -> bool:
    keys = [key(c.text.raw) for c in row]
    roles = head_roles(state.words, keys)
    return roles is not None and bool(kind_of(state.words, keys, roles))


# --- reading it ---------------------------------------------------------------------------------------------------


def read_plain(state: State, part: Part, unit: str) -> None:
    """Every figure is a claim of the text, under its row and column. unit: of the caption."""
    rows = part.rows
    draft, words = state.draft, state.words
    state.region, state.section = None, ""
    full = [[c for c in row if c.text] for row in rows]
    inside = {id(c) for row in full for c in row}
    for cell in (c for row in rows for c in row):
        if cell.text and id(cell) not in inside:
            draft.label(cell.text)
    heads: Heads = {c.column: (c,) for c in full[0]}
    if part.heads > 1:
        _, heads = stacked(rows, 0)
    for cell in (c for row in full[: part.heads] for c in row):
        draft.label(cell.text)
    for row in full[part.heads :]:
        if all(FURNITURE.fullmatch(c.text.clean) for c in row):
            for cell in row:
                draft.label(cell.text)
            continue
        names = _labels(words, heads, row)
        for cell in row[:names]:
            draft.label(cell.text)
        label = plain(row[names - 1].text) if names else ""
        for cell in row[names:]:
            _tell(draft, heads.get(cell.column, ()), cell.text, label, unit)


def _tell(draft: Draft, heads: Row, text: Text, label: str, unit: str) -> None:
    if FURNITURE.fullmatch(text.clean):
        draft.label(text)
        return
    name = "".join(plain(head.text) for head in heads)
    own = next((unit_of for head in reversed(heads) if (unit_of := draft.words.unit(head.text.raw))), "")
    if not own and _BARE.fullmatch(text.clean.strip()) and not _apart_from(draft.words, key(name), unit):
        own = unit
    said = tuple([part for part in (label, name) if part])
    draft.prose.append(Field(text, "prose", _role(draft.words, name), said, own))


def _apart_from(words: Vocabulary, head: str, unit: str) -> bool:
    """Figures that the unit of the caption does not count: shares, and numbers of things beside money."""
    return bool(
        words.captions["shares"].search(head) or (unit.endswith("元") and words.captions["counts"].search(head))
    )


def _role(words: Vocabulary, head: str) -> Role:
    """What the head of a column says of its figures: 计划 | 已完工."""
    word = key(head)
    if word.startswith(words.ahead):
        return "plan"
    if any(p in head for p in words.like_heads["result"]):
        return "result"
    planned = words.terms.get(word) in ("initial_budget", "year_budget") or word.endswith("预算")
    return "plan" if planned else role_of(words, head) or "result"


def _labels(words: Vocabulary, heads: Heads, row: Row) -> int:
    """How many cells name the row: its number and its name; none where the name's cell is blank and a figure follows."""
    if row[0].column > min(heads) and _VALUE.fullmatch(row[0].text.clean.strip()):
        return 0
    return 2 if len(row) > 1 and _serial(words, heads.get(row[0].column, ()), row[0]) else 1


def _serial(words: Vocabulary, heads: Row, cell: Cell) -> bool:
    if is_total(words, key(cell.text.raw)):
        return False
    named = any("serial" in words.heads.get(key(head.text.raw), ()) for head in heads)
    return named or _BARE.fullmatch(cell.text.clean.strip()) is not None
