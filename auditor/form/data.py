"""2 (data rows): cells under the heads of a region -> indicators, tasks, amounts, goals and results."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.form.draft import FURNITURE, SECTION, part, plain
from auditor.form.heads import Column, Region
from auditor.form.lines import one_a_line
from auditor.form.state import AMONG, AMOUNT, POINTS, State
from auditor.layout import Vocabulary, key, title_key
from auditor.model import Cell, Field, Indicator, Piece, Role, Task, Text

Placed = dict[str, tuple[Cell, Column]]

VALUES: tuple[str, ...] = ("initial", "target", "result", "weight", "score", "reason")
ASIDE = {
    "criteria": "criteria", "other": "other_column", "rate": "other_column", "coefficient": "other_column",
    "previous": "other_column",
}  # fmt: skip
_SIGNS = {"≧": "≥", "≦": "≤", "═": "=", ">=": "≥", "<=": "≤", "==": "="}
_YEAR = re.compile(r"20\d\d")
_NUMBERED = re.compile(r"\s*(\d{1,2})[.、)]")
_STROKE = re.compile(r"[/\\—–-]+")  # a cell that names nothing
_TEMPLATE = re.compile(r"指标\d*:?|\d+[.、]?|[.…]+")  # a row of the template that was left blank
_INLINE = re.compile(
    r"((?:其中:?)?\s*[^:\d]{2,16}(?:\([^()]{1,6}\))?)\s*:\s*(-?\d[\d,]*(?:\.\d+)?\s*(?:万元|元|亿元|%)?)"
)


def placed(state: State, region: Region, cells: Sequence[Cell], exact: bool) -> tuple[Placed, list[Cell]]:
    """Cells by the role of their column, and those under no head. Columns that claim no result are put aside."""
    taken = frozenset(c.column for c in cells if c.text)
    by_role: Placed = {}
    stray: list[Cell] = []
    aside: list[tuple[Cell, Column]] = []
    for cell in cells:
        column = region.column(cell, taken, exact)
        if column is None:
            stray += [cell] if cell.text else []
        elif column.role in ASIDE:
            aside.append((cell, column))
        elif column.role not in by_role or (not by_role[column.role][0].text and cell.text):
            by_role[column.role] = (cell, column)
        elif cell.text:
            stray.append(cell)
    unit = plain(by_role["unit"][0].text) if "unit" in by_role else ""
    sign = _sign(state.words, by_role["operator"][0].text.clean) if "operator" in by_role else ""
    state.rate = None
    for cell, column in aside:
        if column.role == "rate" and region.kind in SECTION:
            state.rate = state.draft.strayed(cell.text, ASIDE["rate"], (column.head,), column.unit, "", SECTION[region.kind])
            continue
        told = ("", "")
        if region.kind in ("indicators", "tasks"):  # 年初指标值 beside 调整指标值: the row's unit and sign are its own too
            told = (unit or column.unit, sign) if column.head.endswith("值") else (column.unit, "")
        state.draft.strayed(cell.text, ASIDE[column.role], (column.head,), *told)
    return by_role, stray


# --- indicators ---------------------------------------------------------------------------------------------------


def indicator_row(state: State, region: Region, cells: Sequence[Cell], exact: bool) -> None:
    """A row of an indicator table, or of a task table: the task, then its indicators."""
    draft = state.draft
    by_role, stray = placed(state, region, cells, exact)
    for cell in stray:
        _stray(state, region, cell)
    if region.kind == "tasks":
        _task_row(state, by_role)
    for role in ("level1", "level2"):
        if role in by_role and by_role[role][0].text:
            if _STROKE.fullmatch(flat(by_role[role][0])):  # 预算执行率 | / | /: no name below this one
                draft.label(by_role[role][0].text)
            else:
                _level(state, role, by_role[role][0].text)
    for role in ("serial", "operator", "unit", "level"):
        if role in by_role:
            draft.label(by_role[role][0].text)
    rows = one_a_line(by_role)
    if len(rows) > 1:
        state.rate = None  # of which of them?
    for row in rows:
        _named_row(state, region, row, cells, exact)


def _named_row(state: State, region: Region, by_role: Placed, cells: Sequence[Cell], exact: bool) -> None:
    draft = state.draft
    values = {r: by_role[r] for r in VALUES if r in by_role}
    named = "indicator" in by_role and bool(by_role["indicator"][0].text)
    if named and sum(bool(c.text) for c in cells) == 1 and title_key(by_role["indicator"][0].text.raw) in state.words.level1 | state.words.level2:
        _level(state, "level2", by_role["indicator"][0].text)  # 数量, alone in its row: what stands below is of it
        return
    if named and _TEMPLATE.fullmatch(flat(by_role["indicator"][0])) and not any(c.text for c, _ in values.values()):
        draft.label(by_role["indicator"][0].text)
    elif named or any(values[r][0].text for r in ("target", "result") if r in values):
        _add(state, region, by_role, values, cells, exact)
    else:
        for role, (cell, column) in values.items():
            if role == "reason" and region.kind == "tasks" and cell.text and not _STROKE.fullmatch(flat(cell)):
                task = draft.tasks[-1:] if state.task is not None else []
                heads = (*(plain(t.name.text) for t in task), column.head)
                draft.prose.append(Field(cell.text, "prose", "result", heads))  # beside a task without indicators
            elif role == "reason" and region.kind == "tasks":
                draft.label(cell.text)
            else:
                draft.strayed(cell.text, "unread", (column.head,))


def _add(state: State, region: Region, by_role: Placed, values: Placed, cells: Sequence[Cell], exact: bool) -> None:
    draft = state.draft
    section = SECTION[region.kind]
    points: Text | None = None
    levels = tuple(plain(f.text) for f in (state.level1, state.level2) if f)
    if "indicator" in by_role and by_role["indicator"][0].text and not _STROKE.fullmatch(flat(by_role["indicator"][0])):
        text, points = _pointed(region, by_role["indicator"][0].text)
        name = Field(text, section, "target", levels, state.words.unit(text.raw))
    elif state.last_name is not None and "indicator" not in by_role:
        name = state.last_name  # one name merged over several rows
    else:
        name = state.level2 or state.level1 or Field(_end(cells), section, "target", levels)
        if "indicator" in by_role and by_role["indicator"][0].text:
            draft.label(by_role["indicator"][0].text)
    state.last_name = name
    label = plain(name.text)
    told = Field(points, section, "plan", (*levels, label), "分") if points else None
    heads = (*levels, label) if label and label not in levels else levels
    sign = _sign(state.words, by_role["operator"][0].text.clean) if "operator" in by_role else ""
    unit = plain(by_role["unit"][0].text) if "unit" in by_role else ""

    def value(role: str) -> Field | None:
        if role not in values:
            if exact or not _cut(region, role, cells):
                return None
            return Field(_end(cells, role, region), section, _role(role), heads)
        cell, column = values[role]
        if role in ("initial", "target", "result"):
            scale = unit or column.unit or name.unit
            return Field(cell.text, section, _role(role), heads, scale, sign if role != "result" else "")
        return Field(cell.text, section, _role(role), heads, "" if role == "reason" else "分")

    among = AMONG.match(name.text.clean) is not None
    index = len(draft.rows)
    draft.rows.append(
        Indicator(
            index, name, value("target"), value("result"), told or value("weight"), value("score"), value("reason"),
            state.level1, state.level2, section, state.parent if among else None,
            state.task if section == "tasks" else None, rate=state.rate,
            initial=value("initial") if "initial" in values else None,
        )
    )  # fmt: skip
    if not among:
        state.parent = index


def _pointed(region: Region, text: Text) -> tuple[Text, Text | None]:
    """The name of an indicator, and the points that its name ends with, 培训期数(8分), where no column holds them."""
    found = POINTS.search(text.clean)
    if found is None or found.end() < len(text.clean.rstrip()) or not found.start() or "score" not in region.roles:
        return text, None
    if "weight" in region.roles or "分" not in found[0]:
        return text, None
    return part(text, 0, found.start()), part(text, found.start(), found.end())


def _role(role: str) -> Role:
    return "plan" if role == "weight" else "target" if role in ("initial", "target") else "result"


def _sign(words: Vocabulary, text: str) -> str:
    flat = "".join(text.split())
    return _SIGNS.get(flat) or words.signs.get(flat) or (flat if flat in ("≥", "≤", "=", ">", "<", "≈") else "")


def _cut(region: Region, role: str, cells: Sequence[Cell]) -> bool:
    """Does the row stop before the column? Then its cell is blank, not covered by another."""
    last = cells[-1].column + cells[-1].colspan
    return any(c.role == role and c.start >= last for c in region.columns)


def _end(cells: Sequence[Cell], role: str = "", region: Region | None = None) -> Text:
    """The blank text that stands for a cell after the end of its row."""
    last = cells[-1].text
    piece = last.pieces[-1]
    column = next((c.start for c in region.columns if c.role == role), None) if region else None
    place = piece.place if column is None else piece.place._replace(column=column)
    return Text("", (Piece(0, piece.start + len(last.raw) - piece.at, place),))


def _level(state: State, role: str, text: Text) -> None:
    heads = () if role == "level1" or state.level1 is None else (plain(state.level1.text),)
    new = Field(text, "indicators", "plan", heads)
    if role == "level1":
        state.level1, state.level2 = new, None
    else:
        state.level2 = new
    state.last_name = None
    state.draft.levels.append(text)


def _stray(state: State, region: Region, cell: Cell) -> None:
    """A text under no head: a section label beside the table, a level, or unread."""
    word = title_key(cell.text.raw)
    if word in state.words.sections or FURNITURE.fullmatch(cell.text.clean):
        state.draft.label(cell.text)
    elif word in state.words.level1 or (
        cell.column < region.left and "level1" not in region.roles and region.kind == "indicators"
    ):
        _level(state, "level1", cell.text)
    else:
        state.draft.strayed(cell.text, "unread")


# --- tasks --------------------------------------------------------------------------------------------------------


def _task_row(state: State, by_role: Placed) -> None:
    """A name opens a task. Its funds: the column that says so, else what was spent on it, else its budget; the other
    figures are amounts in the row of its name."""
    draft, words = state.draft, state.words
    money = [r for r in by_role if r in words.money or r in words.share]
    named = "task" in by_role and bool(by_role["task"][0].text)
    if not named:
        for role in ("task", "goal", "goal_result", "funds", *money):
            if role in by_role:
                draft.strayed(by_role[role][0].text, "unread", (by_role[role][1].head,))
        return
    name = Field(by_role["task"][0].text, "tasks", "target")
    label = plain(name.text)
    state.task = len(draft.tasks)
    state.parent = state.last_name = None
    funds = next((r for r in ("funds", "spent", "year_budget", "initial_budget") if r in by_role), "")
    for role in money:
        cell, column = by_role[role]
        if role != funds and cell.text:
            draft.amount(role, key(label), label, cell.text, (label, column.head), column.unit)

    def value(role: str) -> Field | None:
        if role not in by_role:
            return None
        cell, column = by_role[role]
        if role == funds:
            return Field(cell.text, "tasks", "budget", (label, column.head), column.unit or draft.block_unit or draft.unit)
        return Field(cell.text, "tasks", "target" if role == "goal" else "result", (label,))

    draft.tasks.append(Task(state.task, name, value("goal"), value("goal_result"), value(funds)))


def tasks_total(state: State, region: Region, cells: Sequence[Cell], label: str, exact: bool) -> None:
    """合计 of a task table: amounts in the row "tasks". A row whose blanks were lost (a rate under money, a figure under
    words) is not read."""
    by_role, stray = placed(state, region, cells, exact)
    if not exact and any(_astray(state, role, cell.text.clean) for role, (cell, _) in by_role.items()):
        for cell in cells:
            if cell.text:
                state.draft.strayed(cell.text, "flattened", (label,))
        return
    for cell in stray:
        state.draft.strayed(cell.text, "unread", (label,))
    for role, (cell, column) in by_role.items():
        if role in ("funds", *state.words.money, *state.words.share) and AMOUNT.fullmatch(cell.text.clean):
            if cell.text:
                state.draft.amount(role, "tasks", label, cell.text, (label, column.head), column.unit)
        elif role in state.words.points and cell.text:
            state.draft.strayed(cell.text, "unread", (label, column.head))
        else:
            state.draft.label(cell.text)


def _astray(state: State, role: str, text: str) -> bool:
    if role in ("task", "goal", "goal_result", "indicator", "target", "result", "criteria"):
        return AMOUNT.fullmatch(text) is not None and any(c.isdigit() for c in text)
    return (role == "funds" or role in state.words.money) and text.endswith("%")


# --- funds --------------------------------------------------------------------------------------------------------


_LABEL = 40  # characters: a longer text beside figures says something


_SAYS = re.compile(r"\d[^\n]*[,;][^\n]{4}|[,;][^\n]*\d[^\n]{4}")  # a sentence with a figure, not a label


def funds_row(state: State, region: Region, cells: Sequence[Cell], exact: bool) -> None:
    """A row of the funds block: labels, then figures under their heads."""
    draft, words = state.draft, state.words
    draft.table = region.number
    first = next((i for i, c in enumerate(cells) if c.text and AMOUNT.fullmatch(flat(c))), len(cells))
    said = [c for c in cells if c.text and _SAYS.search(c.text.clean)] if first == len(cells) else []
    if len(said) == 1 and said[0] is not cells[0]:  # 调整说明 | 年中追加布展经费150万元，全年预算由…
        others = [c for c in cells if c.text and c is not said[0]]
        for c in others:
            draft.label(c.text)
        draft.told("remarks", said[0].text, tuple(plain(c.text) for c in others[:1]))
        draft.table = 0
        return
    labels = [c for c in cells[:first] if c.text and c.column <= region.left and len(flat(c)) <= _LABEL]
    figures = [c for c in cells if c not in labels]
    inline = [c for c in labels if told_inline(state, c.text)]
    labels = [c for c in labels if c not in inline]
    for c in labels[:-1]:
        draft.block_unit = words.unit(c.text.raw) or draft.block_unit
    for c in labels:
        draft.label(c.text)
    by_role, stray = placed(state, region, figures, exact)
    label = plain(labels[-1].text) if labels else ""
    row = row_name(state, label) if label else "total"
    if row == "total" and labels and words.unit(labels[-1].text.raw).endswith("元"):
        draft.block_unit = words.unit(labels[-1].text.raw)
    for c in stray:
        draft.strayed(c.text, "unread", (label,) if label else ())
    for role, (cell, column) in by_role.items():
        heads = (label, column.head) if label else (column.head,)
        if role == "reason":
            if cell.text:
                draft.prose.append(Field(cell.text, "prose", "result", heads))
        elif cell.text and FURNITURE.fullmatch(cell.text.clean):
            draft.label(cell.text)
        elif cell.text or (row == "total" and not inline and role in words.money | words.share):
            draft.amount(role, row, label, cell.text, heads, column.unit)
    draft.table = 0


def flat(cell: Cell) -> str:
    """What the cell says, half width and without white space."""
    return "".join(cell.text.clean.split())


def row_name(state: State, label: str) -> str:
    """The canonical name of a row of the funds block; its own words where it has none."""
    words = state.words
    word = key(AMONG.sub("", label))
    if word in words.rows:
        return words.rows[word]
    if "funds" in words.sections.get(word, ()):
        return "total"  # 年度预算申请 | 2805 | 3024: the label of the block in its first row
    return words.rows.get(title_key(label), word)  # 一、基本支出


def told_inline(state: State, text: Text) -> bool:
    """A label and its figure in one text, 其中:基本支出:900.47."""
    found = _INLINE.fullmatch(text.clean.strip())
    if not found:
        return False
    words, draft = state.words, state.draft
    label = found[1].strip(" :")
    word = key(AMONG.sub("", label))
    at = text.clean.index(found[0]) + found.start(2)
    value, unit = part(text, at, len(text.raw)), words.unit(label)
    if word in words.terms:
        draft.amount(words.terms[word], "total", label, value, (label,), unit)
    elif word in words.rows:
        row = words.rows[word]
        side = "expenditure" if row in words.expenditure_rows else "income"
        draft.amount(side if side in draft.terms else "year_budget", row, label, value, (label,), unit)
    else:
        return False
    draft.label(part(text, 0, at))
    return True


# --- goals and results --------------------------------------------------------------------------------------------


def told_line(state: State, text: Text) -> bool:
    """A numbered line on its own below the heads of goals and results: the lines of a cell came apart when the table
    was copied as text. Before the first row they are goals; then the numbering that they carry on tells."""
    draft, region = state.draft, state.region
    number = _NUMBERED.match(text.clean)
    if number is None or region is None or region.kind != "narrative":
        return False
    head = {c.role: c.head for c in region.columns}
    if "goal_result" not in head or "goal" not in head:
        return False
    if not draft.results and not region.rows_read:
        draft.told("goals", text, (head["goal"],))
        return True
    if not draft.results or not draft.goals:
        return False
    last = [m and int(m[1]) for m in (_NUMBERED.match(told[-1].text.clean) for told in (draft.results, draft.goals))]
    if last[0] == int(number[1]) - 1 and (last[1] != last[0] or len(draft.results) > region.rows_read):
        draft.told("results", text, (head["goal_result"],))
        return True
    return False


def unlabelled(region: Region, cells: Sequence[Cell], exact: bool) -> Sequence[Cell]:
    """The cells of a row that begins where the label of the block stands: a merged label is not said again, and the
    goals and results stand one to the left. Only long texts, as many as there are heads."""
    full = [c for c in cells if c.text]
    fits = not exact and full and len(full) == len(region.columns) and full[0].column < region.left
    if not fits or any(len(c.text.raw) < _LABEL for c in full):
        return cells
    by = region.left - full[0].column
    return [c._replace(column=c.column + by) for c in full]


_NAME = 20  # characters of the name of a goal


def named_row(region: Region, full: Sequence[Cell]) -> bool:
    """参保扩面 | 参保率95%以上 | 参保38.62万人…: a short name under a head of its own, and then one text for every other head."""
    if len(full) != len(region.columns) + 1 or not full[0].column < region.left:
        return False
    name = full[0].text.clean.strip()
    starts = {c.start for c in region.columns}
    beside = {c.column for c in full[1:]} == starts and {c.role for c in region.columns} == {"goal", "goal_result"}
    return beside and len(name) <= _NAME and not any(ch.isdigit() or ch in ",。;:" for ch in name)


def narrative_row(state: State, region: Region, cells: Sequence[Cell], exact: bool) -> None:
    """Texts under the heads of goals and results; a blank one beside a text has its place too."""
    draft = state.draft
    cells = unlabelled(region, cells, exact)
    taken = frozenset(c.column for c in cells if c.text)
    if (period := next((c for c in cells if (at := region.column(c, taken, exact)) and at.role == "period"), None)) is not None:
        draft.label(period.text)
        cells = [c for c in cells if c is not period]
        told_of = _YEAR.search(period.text.clean)
        if told_of and draft.year is not None and int(told_of[0]) != draft.year:
            for c in cells:
                draft.strayed(c.text, "other_column", (plain(period.text),))
            return
    full = [c for c in cells if c.text]
    if named_row(region, full):
        draft.label(full[0].text)
        cells = [c for c in cells if c is not full[0]]
    blank: Placed = {}
    told: set[str] = set()
    for cell in cells:
        column = region.column(cell, taken, exact)
        known = state.words.known(title_key(cell.text.raw))
        name = {"goal": "goals", "goal_result": "results"}.get(column.role if column else "", "")
        if not cell.text:
            if column and name:
                blank[name] = (cell, column)
        elif column and name and not known:
            draft.told(name, cell.text, (column.head,))
            told.add(name)
        elif known or (column and column.role == "serial"):
            draft.label(cell.text)
        else:
            draft.strayed(cell.text, "unread")
    for name, (cell, column) in blank.items():
        if name not in told and (told or region.rows_read == 0):
            draft.told(name, cell.text, (column.head,))
