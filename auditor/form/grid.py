"""2 (tables): rows of cells -> a draft form. Heads open a region; cells take the role of the column above them.

A region lasts from its heads to the next heads, section label or footer. Blank leading cells inherit from above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from auditor.form.data import ASIDE, flat, funds_row, indicator_row, named_row, narrative_row, unlabelled
from auditor.form.draft import FURNITURE, Draft
from auditor.form.front import kind_of_head
from auditor.form.heads import Region, below_heads, columns_of, combined, divided, head_roles, kind_of
from auditor.form.pairs import block, label_kind, labels_a_sentence, pairs, told_under, total_row
from auditor.form.plain import is_caption
from auditor.form.state import AMOUNT, FIGURE, State
from auditor.layout import Vocabulary, key, title_key
from auditor.model import Cell, Document, Table, Text

Row = tuple[Cell, ...]
_CLOSERS = frozenset(("issues", "improvements", "remarks", "results"))
_COLUMN_ONLY = frozenset(
    ("serial", "level1", "level2", "indicator", "target", "result", "weight", "score", "reason", "criteria")
)
_NAMES = frozenset(("level1", "level2", "indicator", "task"))
_LABELLED = frozenset(("indicator", "target", "result"))
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_VALUES = frozenset(("target", "result", "weight", "score", "reason"))
_OPTIONAL = frozenset(("reason", "criteria", "other", "previous", "rate", "coefficient", "weight", "score"))


def _nobody(text: Text) -> bool:
    return False


class Grid:
    """Reads the rows of tables into a draft. trial: rows are judged, not read."""

    def __init__(self, draft: Draft, trial: bool = False) -> None:
        self.state = State(draft)
        self.trial = trial
        self._number = 0
        self._headed = -2
        self._upper: list[Cell] = []  # the last row of heads

    def row(
        self,
        cells: Sequence[Cell],
        exact: bool,
        alone: Callable[[Text], bool] = _nobody,
        under: Callable[[tuple[str, ...], Text], None] | None = None,
    ) -> str:
        """Read one row and say what it was: "heads", "data" or ""; on trial also "odd" (its cells do not fit their
        heads) and "orphan" (heads that open nothing). exact: the file says which columns a cell covers. alone: takes a
        text that has no label (a title, a year). under: takes a text below titles. (Kept by nobody: a reader that its
        own grid points back to would be garbage only the collector finds.)"""
        self._number += 1
        state, draft = self.state, self.state.draft
        full = [c for c in cells if c.text]
        if not full:
            return ""
        if all(FURNITURE.fullmatch(c.text.clean) for c in full):
            for c in full:
                draft.label(c.text)
            return ""
        if self._heads(full, exact):
            # heads, and behind them the label of the row that follows: the lines of this table are not its rows
            return "orphan" if state.words.rows.get(key(full[-1].text.raw)) == "total" else "heads"
        if total_row(state, cells, exact):
            return ""
        if len(full) <= 2 and draft.told_both(full[-1].text):
            state.region = None
            for c in full[:-1]:
                draft.label(c.text)
            return ""
        region = state.region
        if region and not self._leaves(region, full, exact):
            odd = self.trial and _odd(state, region, cells, exact)
            if not self.trial:
                read = {"funds": funds_row, "narrative": narrative_row}.get(region.kind, indicator_row)
                read(state, region, cells, exact)
            region.rows_read += 1
            return "odd" if odd else "data"
        state.region = None
        if len(full) == 1 and is_caption(state.words, full[0].text) and (unit := state.words.unit(full[0].text.raw)):
            if unit.endswith("元"):
                draft.block_unit = unit
            draft.label(full[0].text)
            return ""
        if self.trial:
            return "orphan" if _orphan(state.words, full) else ""
        pairs(state, cells, alone, under)
        return ""

    def _heads(self, full: list[Cell], exact: bool) -> bool:
        """Open a region if the row is a row of heads."""
        state, words = self.state, self.state.words
        keys = [key(c.text.raw) for c in full]
        roles = head_roles(words, keys)
        if roles is None:
            return self._divides(full, exact)
        open_kind = state.region.kind if state.region else ""
        kind = kind_of(words, keys, roles, open_kind)
        if self._headed == self._number - 1 and open_kind and not kind and below_heads(words, keys, roles):
            kind = open_kind
        if not kind or (open_kind and kind != open_kind and self._headed == self._number - 1):
            if self._divides(full, exact):
                return True
            if not kind:
                return False
        columns = columns_of(words, kind, full, keys, roles)
        if state.region and state.region.kind == kind and self._headed == self._number - 1:
            columns = combined(state.region.columns, columns, exact)
        before = state.region
        again = before is not None and before.kind == kind and (self._headed == self._number - 1 or before.roles == {c.role for c in columns})
        state.tables += kind == "funds" and not again
        state.region = region = Region(kind, columns, state.tables)
        self._headed, self._upper = self._number, full
        state.section = ""
        state.draft.sections.add(kind)
        for cell in full:
            state.draft.label(cell.text)
            column = region.by_start.get(cell.column)
            if column is None or (kind == "funds" and column.role == "score"):  # 得分(10分): the points of the row below
                block(state, cell.text, kind == "funds", "weight" in region.roles)
        if before is not None and before.kind == kind and before.roles == region.roles:
            return True  # the heads again, on another page
        if kind in ("indicators", "tasks"):
            state.draft.columns |= {r for r in region.roles if r not in words.money | words.share}
            state.level1 = state.level2 = state.last_name = state.parent = None
        if kind == "tasks":
            state.task = None
        return True

    def _divides(self, full: list[Cell], exact: bool) -> bool:
        """A second row of heads that only divides some of the first."""
        state, region = self.state, self.state.region
        if region is None or region.rows_read or self._headed != self._number - 1 or region.kind == "narrative":
            return False
        if not all(len(c.text.raw) <= 16 and not any(ch.isdigit() or ch in ":,。;" for ch in c.text.clean) for c in full):
            return False
        columns = divided(state.words, region.kind, region.columns, self._upper, full, exact)
        if not columns:
            return False
        state.region = Region(region.kind, columns, region.number)
        for cell in full:
            state.draft.label(cell.text)
        if region.kind in ("indicators", "tasks"):
            state.draft.columns |= {r for r in state.region.roles if r not in state.words.money | state.words.share}
        return True

    def _leaves(self, region: Region, full: list[Cell], exact: bool) -> bool:
        """Does the first text of a row end the open region?"""
        words, cell = self.state.words, full[0]
        word = title_key(cell.text.raw)
        if len(full) == 1 and region.kind in ("narrative", "funds") and word not in words.rows and is_caption(words, cell.text):
            return True  # of the table that follows
        column = region.column(cell, frozenset(), exact)
        role = column.role if column else ""
        sections = set(words.sections.get(word, ()))
        if not sections and len(full) <= 2 and (like := words.like(word)) and len(cell.text.raw) <= 40:
            sections = {like}
        footer = word in words.labels or (":" in cell.text.clean and label_in(words, cell.text))
        if region.kind in ("indicators", "tasks"):
            if role in ("indicator", "task") and cell.column > 0:
                return False
            if footer and all(":" in c.text.clean for c in full) and label_in(words, full[0].text):
                return True
            if word in words.grade_labels and len(full) <= 2:
                return True
            beside = len(full) == 2 and cell.column < region.left and len(full[1].text.raw) > 20
            if beside and (told_under(words, word) or labels_a_sentence(self.state, full)):
                return True
            return bool(_CLOSERS & sections) or (word in words.labels and word not in words.level1 and role == "")
        if region.kind == "narrative":
            if role in ("goal", "goal_result"):
                return False
            if len(full) == 2 and not words.known(word) and len(word) <= 20 and cell.column < region.left:
                return column is None and bool(label_kind(self.state, cell, 2)[0])
            return (bool(sections) and not {"goals", "results"} & sections) or footer
        if "funds" in sections and len(full) > 2 and all(AMOUNT.fullmatch(flat(c)) for c in full[1:]):
            return False  # the label of the block, with the figures of all of it
        if any(label_kind(self.state, c)[0] in ("row", "term") for c in full[1:]):
            self.state.section, self.state.terms_above = "funds", {}  # two breakdowns side by side
            return True
        return (bool(sections) or footer) and word not in words.rows and word not in words.terms


def label_in(words: Vocabulary, text: Text) -> bool:
    """Does the text begin with a label of the form's head, 填报人：…?"""
    return key(text.clean.split(":", 1)[0]) in words.labels


def _odd(state: State, region: Region, cells: Sequence[Cell], exact: bool) -> bool:
    """Do the texts of a data row not fit the heads that they stand under?"""
    words = state.words
    if region.kind == "narrative":
        cells = unlabelled(region, cells, exact)
    full = [c for c in cells if c.text]
    taken = frozenset(c.column for c in full)
    under = [region.column(c, taken, exact) for c in full]
    roles = [c.role if c else "" for c in under]
    if region.kind == "narrative":
        if named_row(region, full):
            return False
        stray = any(c is None and not words.known(title_key(x.text.raw)) for c, x in zip(under, full, strict=True))
        return stray or (roles.count("goal") > 1 and "goal_result" not in roles)
    if region.kind == "funds":
        first = next((i for i, c in enumerate(full) if AMOUNT.fullmatch(flat(c))), len(full))
        if full[0].column >= region.left and first and len(full) > 1 and not _labelled(region, full, first):
            return True
        return any(
            (c is None and x.column >= region.left)
            or (c is None and FIGURE.fullmatch(flat(x)))
            or (c is not None and c.role not in (*ASIDE, "reason") and not AMOUNT.fullmatch(flat(x)))
            or (c is not None and c.role in words.points | words.money and flat(x).endswith("%"))
            for c, x in zip(under[first:], full[first:], strict=True)
        )
    for column, cell in zip(under, full, strict=True):
        text = flat(cell)
        if column is None:
            beside = region.kind == "tasks" and "task" in region.roles and not words.known(title_key(cell.text.raw))
            if cell.column >= region.left or beside:
                return True
        elif column.role in ("weight", "score") or column.role in words.money | words.share:
            if not AMOUNT.fullmatch(text) or (column.role not in words.share and text.endswith("%")):
                return True
        elif _unfit(words, column.role, text):
            return True
    return False


def _unfit(words: Vocabulary, role: str, text: str) -> bool:
    """A figure or a head as a name, a bare number where a goal is told, the label of the block as a name or value."""
    if role in ("goal", "goal_result"):
        return _NUMBER.fullmatch(text) is not None
    word = key(text)
    if role in _NAMES and (FIGURE.fullmatch(text) or _VALUES & set(words.heads.get(word, ()))):
        return role == "task" or word not in words.level1 | words.level2  # 绩效目标 is a level of some forms
    return role in _LABELLED and not text[-1].isdigit() and "indicators" in words.sections.get(word, ())


def _labelled(region: Region, full: list[Cell], first: int) -> bool:
    """年度预算数 | 年初预算 | 调整后预算数 | …, below it 总额 | 526 | 560: the first head is the label of the rows."""
    return first == 1 and full[0].column == region.left and len(full) > 2 and full[1].column > region.left


def _orphan(words: Vocabulary, full: list[Cell]) -> bool:
    """A row of nothing but heads, at least one of which can only be the head of a column."""
    keys = [key(c.text.raw) for c in full]
    held = [set(words.heads.get(k, ())) for k in keys]
    if not all(h or k in words.sections for h, k in zip(held, keys, strict=True)):
        return False
    return any(
        h & _COLUMN_ONLY and k not in words.sections and k not in words.labels for h, k in zip(held, keys, strict=True)
    )


def segments(table: Table, words: Vocabulary, state: State) -> Iterator[tuple[list[Row], str]]:
    """The rows of a table by the heads they stand under, and how they lost their columns. "ragged": read once on trial,
    the cells of some rows do not fit their heads, heads open nothing, or no row keeps its blanks. "odd": few rows of a
    text do not fit, each of which may be a part of a row or several."""
    trial = Grid(Draft(Document("", "", "text", ()), words), trial=True)
    trial.state.region = Region(state.region.kind, state.region.columns) if state.region else None
    said: list[str] = []
    short: list[bool] = []
    for row in table.rows:
        full = [c for c in row if c.text]
        if len(full) == 1 and trial.state.region and kind_of_head(words, full[0].text) == "form":
            trial.state.region = None  # the title of the next form, in a row of the same sheet
        said.append(trial.row(row, table.spans_known))
        short.append(said[-1] in ("data", "odd") and not table.spans_known and _short(trial.state, row))
    begin = 0
    for i in range(1, len(said) + 1):
        opens = i < len(said) and said[i] in ("heads", "orphan") and said[i - 1] not in ("heads", "orphan")
        if i < len(said) and not opens:
            continue
        some = said[begin:i]
        odd = some.count("odd")
        every = some.count("data") + odd
        if "orphan" in some or odd * 6 > every or _shifted(table.rows[begin:i], some, sum(short[begin:i]) * 3 > every):
            yield list(table.rows[begin:i]), "ragged"
        elif odd and not table.spans_known:
            yield from _apart(table.rows[begin:i], some, short[begin:i])
        else:
            yield list(table.rows[begin:i]), ""
        begin = i


def _short(state: State, row: Row) -> bool:
    """Does a row of a table that names indicators end before the last head that every row answers?"""
    region = state.region
    if region is None or region.kind not in ("indicators", "tasks"):
        return False
    last = max((c.start for c in region.columns if c.role not in _OPTIONAL), default=0)
    return max((c.column for c in row if c.text), default=0) < last


def _shifted(rows: Sequence[Row], said: Sequence[str], short: bool) -> bool:
    """Were the blanks before the texts dropped? Many rows are too short, and yet none begins with a blank."""
    data = [row for row, s in zip(rows, said, strict=True) if s in ("data", "odd")]
    return short and len(data) > 2 and all(row and row[0].text for row in data)


def _apart(rows: Sequence[Row], said: Sequence[str], short: Sequence[bool]) -> Iterator[tuple[list[Row], str]]:
    """Rows that do not fit, and short rows beside them, whose rest they may be; the others as they are."""
    odd = [s == "odd" or (short[i] and "odd" in said[max(i - 1, 0) : i + 2]) for i, s in enumerate(said)]
    for lost, some in groupby(zip(rows, odd, strict=True), key=lambda pair: pair[1]):
        yield [row for row, _ in some], "odd" if lost else ""
