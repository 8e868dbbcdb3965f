"""2 (tables): rows of cells -> a draft form. Row by row: heads open a region, cells take the role of the column above.

A region lasts from its heads to the next heads, section label or footer. Blank leading cells inherit from above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from auditor.form.draft import FURNITURE, Draft, part, plain
from auditor.form.heads import Column, Region, columns_of, combined, head_roles, kind_of
from auditor.layout import Vocabulary, key, title_key
from auditor.model import Cell, Field, Indicator, Piece, Role, Section, Task, Text

_AMONG = re.compile(r"^[★☆*·\s]*其中[:：]?")
_SIGNS = {"≧": "≥", "≦": "≤", "═": "=", "＝": "=", ">=": "≥", "<=": "≤", "＞": ">", "＜": "<", "==": "="}
_SIGN_WORDS = {
    "大于等于": "≥", "不低于": "≥", "不少于": "≥", "大于": ">", "小于等于": "≤", "不高于": "≤", "不超过": "≤", "小于": "<", "等于": "=",
    "定性": "", "正向": "≥", "反向": "≤", "正向指标": "≥", "反向指标": "≤", "逆向": "≤", "逆向指标": "≤", "约等于": "≈",
}  # fmt: skip
_NUMBER = re.compile(r"[≥≤=><]?\d[\d,]*(?:\.\d+)?\s*(?:分|%)?")
_AMOUNT = re.compile(r"[-—–－/\\*＊()（）无]{0,3}|约?-?\d[\d,]*(?:\.\d+)?(?:%|分|万元|元|亿元)?|[优良中差]")
_FIGURE = re.compile(r"[≥≤=><≧≦═＝]?\d[\d,]*(?:\.\d+)?(?:%|\D{0,2})|[≥≤=><≧≦═＝]+")
_COLUMN_ONLY = frozenset(("serial", "level1", "level2", "indicator", "target", "result", "weight", "score", "reason", "criteria"))
_RESULT = frozenset(("target", "result", "weight", "score", "reason"))
_INLINE = re.compile(r"((?:其中[:：]?)?\s*[^:\d]{2,16}(?:\([^()]{1,6}\))?)\s*:\s*(-?\d[\d,]*(?:\.\d+)?\s*(?:万元|元|亿元|%)?)")
_POINTS = re.compile(r"\(\d+(?:\.\d+)?\s*分\)")
VALUES: tuple[str, ...] = ("target", "result", "weight", "score", "reason")
ASIDE = {"criteria": "criteria", "other": "other_column", "rate": "other_column", "coefficient": "other_column"}  # columns that claim no result: why unread
CLOSERS = frozenset(("issues", "improvements", "remarks", "results"))


@dataclass
class Grid:
    """Reads the rows of tables into a draft; what is open stays open over page breaks and tables."""

    draft: Draft
    region: Region | None = None
    section: str = ""
    section_label: str = ""
    level1: Field | None = None
    level2: Field | None = None
    last_name: Field | None = None
    task: int | None = None
    parent: int | None = None
    headed: int = -2
    row_number: int = 0
    terms_above: dict[int, tuple[str, str]] = field(default_factory=dict)
    alone: Callable[[Text], bool] = lambda text: False  # takes a text without a label: a title, a year
    inline: Callable[[Text], bool] = lambda text: False  # takes a text with its label: 填报人：某某

    @property
    def words(self) -> Vocabulary:
        return self.draft.words

    # --- one row ------------------------------------------------------------------------------------------------

    def row(self, cells: Sequence[Cell], exact: bool) -> str:
        """Read one row and say what it was: "heads", "data", "odd" (its cells do not fit their heads), "orphan" (heads
        that open nothing), "" else. exact: the file says which columns a cell covers."""
        self.row_number += 1
        full = [c for c in cells if c.text]
        if not full:
            return ""
        if all(FURNITURE.fullmatch(c.text.clean) for c in full):
            for c in full:
                self.draft.label(c.text)
            return ""
        if self._heads(full, exact):
            return "heads"
        if all(":" in c.text.clean for c in full) and all(self.inline(c.text) for c in full):
            self.region = None
            return ""
        first = title_key(full[0].text.raw)
        if self._total(cells, full):
            return ""
        if self.region and not self._leaves(full[0], first, exact):
            odd = self._odd(cells, exact)
            if self.region.kind in ("indicators", "tasks"):
                self._indicator_row(cells, exact)
            elif self.region.kind == "funds":
                self._funds_row(cells, exact)
            else:
                self._narrative_row(cells, exact)
            self.region.rows_read += 1
            return "odd" if odd else "data"
        self.region = None
        orphan = self._orphan(full)
        self._pairs(cells, full)
        return "orphan" if orphan else ""

    def _odd(self, cells: Sequence[Cell], exact: bool) -> bool:
        """Do the texts of a data row not fit the heads that they stand under?"""
        assert self.region is not None
        region, words = self.region, self.words
        taken = frozenset(c.column for c in cells if c.text)
        if region.kind == "narrative":
            said = [c.role for cell in cells if cell.text and (c := region.column(cell, taken, exact))]
            if said.count("goal") > 1 and "goal_result" not in said:
                return True
        for cell in cells:
            if not cell.text:
                continue
            column = region.column(cell, taken, exact)
            flat = "".join(cell.text.clean.split())
            if column is None:
                known = words.known(title_key(cell.text.raw))
                if cell.column >= region.left or (region.kind == "narrative" and not known):
                    return True
                if region.kind == "funds" and _FIGURE.fullmatch(flat):
                    return True
            elif column.role in ("weight", "score") or column.role in words.money | words.share:
                if not _AMOUNT.fullmatch(flat):
                    return True
            elif column.role in ("level1", "level2", "indicator", "task") and (
                _FIGURE.fullmatch(flat) or _RESULT & set(words.heads.get(key(flat), ()))
            ):
                return True
        return False

    def _orphan(self, full: list[Cell]) -> bool:
        keys = [key(c.text.raw) for c in full]
        held = [set(self.words.heads.get(k, ())) for k in keys]
        if not all(h or k in self.words.sections for h, k in zip(held, keys, strict=True)):
            return False
        return any(h & _COLUMN_ONLY and not (k in self.words.sections or k in self.words.labels) for h, k in zip(held, keys, strict=True))

    def _leaves(self, cell: Cell, word: str, exact: bool) -> bool:
        """Does the first text of a row end the open region?"""
        assert self.region is not None
        words = self.words
        column = self.region.column(cell, frozenset(), exact)
        role = column.role if column else ""
        sections = words.sections.get(word, ())
        if self.region.kind in ("indicators", "tasks"):
            if role in ("indicator", "task") and cell.column > 0:
                return False
            return bool(CLOSERS & set(sections)) or (word in words.labels and word not in words.level1 and role == "")
        if self.region.kind == "narrative":
            if role in ("goal", "goal_result"):
                return False
            return (bool(sections) and not {"goals", "results"} & set(sections)) or word in words.labels
        return (bool(sections) or word in words.labels) and word not in words.rows and word not in words.terms

    # --- heads --------------------------------------------------------------------------------------------------

    def _heads(self, full: list[Cell], exact: bool) -> bool:
        """Open a region if the row is a row of heads."""
        words = self.words
        keys = [key(c.text.raw) for c in full]
        roles = head_roles(words, keys)
        if roles is None:
            return False
        kind = kind_of(words, keys, roles, self.region.kind if self.region else "")
        if not kind:
            return False
        columns = columns_of(words, kind, full, keys, roles)
        if self.region and self.region.kind == kind and self.headed == self.row_number - 1:
            columns = combined(self.region.columns, columns, exact)
        self.region = Region(kind, columns)
        self.headed = self.row_number
        for c in full:
            self.draft.label(c.text)
        self._opened(kind, full, keys)
        return True

    def _opened(self, kind: str, full: list[Cell], keys: list[str]) -> None:
        draft, words = self.draft, self.words
        assert self.region is not None
        draft.sections.add(kind)
        if kind in ("indicators", "tasks"):
            draft.columns |= self.region.roles
            self.level1 = self.level2 = self.last_name = None
            self.parent = None
        if kind == "tasks":
            self.task = None
        if kind == "funds":
            for cell, k in zip(full, keys, strict=True):
                if cell.column not in self.region.by_start:
                    draft.block_unit = words.unit(cell.text.raw) or draft.block_unit
                    self._block_weight(cell)
        elif kind == "narrative":
            section = [plain(c.text) for c, k in zip(full, keys, strict=True) if "goals" in words.sections.get(k, ())]
            self.section_label = section[0] if section else ""
        self.section = ""

    def _block_weight(self, cell: Cell) -> None:
        """预算执行情况(20分): the weight of the execution score stands in the label."""
        if found := _POINTS.search(cell.text.clean):
            text = part(cell.text, found.start(), found.end())
            self.draft.unlabel(cell.text, found.start(), found.end())
            self.draft.amount("weight", "total", plain(cell.text), text, (plain(cell.text),))

    # --- data rows ----------------------------------------------------------------------------------------------

    def _placed(self, cells: Sequence[Cell], exact: bool) -> tuple[dict[str, tuple[Cell, Column]], list[Cell]]:
        """Cells by the role of their column, and those under no head."""
        assert self.region is not None
        taken = frozenset(c.column for c in cells if c.text)
        placed: dict[str, tuple[Cell, Column]] = {}
        stray: list[Cell] = []
        for cell in cells:
            column = self.region.column(cell, taken, exact)
            if column is None:
                if cell.text:
                    stray.append(cell)
            elif column.role in ASIDE:
                self.draft.strayed(cell.text, ASIDE[column.role], (column.head,))
            elif column.role not in placed or (not placed[column.role][0].text and cell.text):
                placed[column.role] = (cell, column)
            elif cell.text:
                stray.append(cell)
        return placed, stray

    def _indicator_row(self, cells: Sequence[Cell], exact: bool) -> None:
        assert self.region is not None
        draft, region = self.draft, self.region
        placed, stray = self._placed(cells, exact)
        section: Section = "tasks" if region.kind == "tasks" else "indicators"
        for cell in stray:
            self._stray(cell)
        if region.kind == "tasks":
            self._task_row(placed)
        for role in ("level1", "level2"):
            if role in placed and placed[role][0].text:
                self._level(role, placed[role][0].text)
        for role in ("serial", "operator", "unit"):
            if role in placed:
                draft.label(placed[role][0].text)
        values = {r: placed[r] for r in VALUES if r in placed}
        named = "indicator" in placed and bool(placed["indicator"][0].text)
        if not named and not any(cell.text for cell, _ in values.values()):
            return
        if not named and not any(r in values and values[r][0].text for r in ("target", "result")):
            for cell, column in values.values():
                draft.strayed(cell.text, "no_name", (column.head,))
            return
        self._add(placed, values, section, cells, exact)

    def _add(
        self,
        placed: dict[str, tuple[Cell, Column]],
        values: dict[str, tuple[Cell, Column]],
        section: Section,
        cells: Sequence[Cell],
        exact: bool,
    ) -> None:
        draft, region = self.draft, self.region
        assert region is not None
        levels = tuple(plain(f.text) for f in (self.level1, self.level2) if f)
        if "indicator" in placed and placed["indicator"][0].text:
            text = placed["indicator"][0].text
            name = Field(text, section, "target", levels, self.words.unit(text.raw))
        elif self.last_name is not None and "indicator" not in placed:
            name = self.last_name  # one name merged over several rows
        else:
            name = self.level2 or self.level1 or Field(_end(cells), section, "target", levels)
        self.last_name = name
        label = plain(name.text)
        heads = (*levels, label) if label else levels
        sign = _sign(placed["operator"][0].text.clean) if "operator" in placed else ""
        unit = plain(placed["unit"][0].text) if "unit" in placed else ""

        def value(role: str) -> Field | None:
            if role not in values:
                if exact or not self._short(role, cells):
                    return None
                return Field(_end(cells, role, region), section, _value_role(role), heads)
            cell, column = values[role]
            text = cell.text
            if role == "target":
                return Field(text, section, "target", heads, unit or column.unit or name.unit, sign)
            if role == "result":
                return Field(text, section, "result", heads, unit or column.unit or name.unit)
            return Field(text, section, _value_role(role), heads, "分" if role != "reason" else "")

        among = bool(_AMONG.match(name.text.clean))
        index = len(draft.rows)
        draft.rows.append(
            Indicator(
                index, name, value("target"), value("result"), value("weight"), value("score"), value("reason"),
                self.level1, self.level2, section, self.parent if among else None,
                self.task if section == "tasks" else None,
            )
        )  # fmt: skip
        if not among:
            self.parent = index

    def _short(self, role: str, cells: Sequence[Cell]) -> bool:
        """Is the row cut before the column, so that its cell is blank, not covered?"""
        assert self.region is not None
        last = cells[-1].column + cells[-1].colspan
        return any(c.role == role and c.start >= last for c in self.region.columns)

    def _task_row(self, placed: dict[str, tuple[Cell, Column]]) -> None:
        draft = self.draft
        texts = {r: placed[r] for r in ("task", "goal", "goal_result", "funds") if r in placed}
        if "task" in texts and texts["task"][0].text:
            name = Field(texts["task"][0].text, "tasks", "target")
            heads = (plain(name.text),)
            self.task = len(draft.tasks)
            self.parent = self.last_name = None

            def value(role: str) -> Field | None:
                if role not in texts:
                    return None
                cell, column = texts[role]
                if role == "funds":
                    unit = column.unit or draft.unit
                    return Field(cell.text, "tasks", "budget", (*heads, column.head), unit)
                return Field(cell.text, "tasks", "target" if role == "goal" else "result", heads)

            draft.tasks.append(Task(self.task, name, value("goal"), value("goal_result"), value("funds")))
            return
        for cell, column in texts.values():
            draft.strayed(cell.text, "no_task", (column.head,))

    def _level(self, role: str, text: Text) -> None:
        heads = () if role == "level1" or self.level1 is None else (plain(self.level1.text),)
        new = Field(text, "indicators", "plan", heads)
        if role == "level1":
            self.level1, self.level2 = new, None
        else:
            self.level2 = new
        self.last_name = None
        self.draft.levels.append(text)

    def _stray(self, cell: Cell) -> None:
        """A text under no head: a section label beside the table, a level, or unread."""
        assert self.region is not None
        word = title_key(cell.text.raw)
        if word in self.words.sections or FURNITURE.fullmatch(cell.text.clean):
            self.draft.label(cell.text)
        elif (cell.column < self.region.left and "level1" not in self.region.roles and self.region.kind == "indicators") or word in self.words.level1:
            self._level("level1", cell.text)
        else:
            self.draft.strayed(cell.text, "no_head")

    def _funds_row(self, cells: Sequence[Cell], exact: bool) -> None:
        assert self.region is not None
        draft, words, region = self.draft, self.words, self.region
        placed, stray = self._placed(cells, exact)
        labels = [c for c in stray if c.column < region.left]
        for c in stray:
            if self._told_inline(c.text):
                labels = [other for other in labels if other is not c]
            elif c in labels:
                draft.label(c.text)
            else:
                draft.strayed(c.text, "no_head")
        for c in labels[:-1]:
            if words.sections.get(key(c.text.raw)):
                draft.block_unit = words.unit(c.text.raw) or draft.block_unit
        label = plain(labels[-1].text) if labels else ""
        row = self._row_name(label) if label else "total"
        for role, (cell, column) in placed.items():
            if role == "reason":
                if cell.text:
                    draft.prose.append(Field(cell.text, "prose", "result", (label, column.head)))
            elif cell.text and FURNITURE.fullmatch(cell.text.clean):
                draft.label(cell.text)
            elif cell.text or row == "total":
                heads = (label, column.head) if label else (column.head,)
                draft.amount(role, row, label, cell.text, heads, column.unit)

    def _told_inline(self, text: Text) -> bool:
        """A label and its figure in one cell, 其中:基本支出:900.47."""
        found = _INLINE.fullmatch(text.clean.strip())
        if not found or not (words := self.words):
            return False
        label = found[1].strip(" :")
        word = key(_AMONG.sub("", label))
        unit = words.unit(label)
        value = part(text, text.clean.index(found[0]) + found.start(2), len(text.raw))
        if word in words.terms:
            self.draft.amount(words.terms[word], "total", label, value, (label,), unit)
        elif word in words.rows:
            row = words.rows[word]
            sides = {a.term for a in self.draft.amounts}
            side = "expenditure" if row in words.expenditure_rows else "income"
            self.draft.amount(side if side in sides else "year_budget", row, label, value, (label,), unit)
        else:
            return False
        self.draft.label(part(text, 0, text.clean.index(found[0]) + found.start(2)))
        return True

    def _row_name(self, label: str) -> str:
        word = key(_AMONG.sub("", label))
        return self.words.rows.get(word, word)

    def _narrative_row(self, cells: Sequence[Cell], exact: bool) -> None:
        assert self.region is not None
        draft, region = self.draft, self.region
        taken = frozenset(c.column for c in cells if c.text)
        blank: dict[str, tuple[Cell, Column]] = {}
        told: set[str] = set()
        for cell in cells:
            column = region.column(cell, taken, exact)
            word = title_key(cell.text.raw)
            name = {"goal": "goals", "goal_result": "results"}.get(column.role if column else "", "")
            if not cell.text:
                if column and name:
                    blank[name] = (cell, column)
            elif column and name and not self.words.known(word):
                draft.told(name, cell.text, (column.head,))
                told.add(name)
            elif self.words.known(word):
                draft.label(cell.text)
            else:
                draft.strayed(cell.text, "no_head")
        for name, (cell, column) in blank.items():
            if name not in told and (told or region.rows_read == 0):
                draft.told(name, cell.text, (column.head,))

    # --- totals, labels and values ------------------------------------------------------------------------------

    def _total(self, cells: Sequence[Cell], full: list[Cell]) -> bool:
        """总分 | 100 | 96 | 优: two numbers are weight and score, one is the score unless it stands under the weight."""
        words, draft, region = self.words, self.draft, self.region
        at = next((i for i, c in enumerate(full[:4]) if key(c.text.raw) in words.totals), None)
        if at is None or (region and region.kind in ("funds", "narrative")) or not (draft.rows or region):
            return False
        rest = full[at + 1 :]
        numbers = [c for c in rest if _NUMBER.fullmatch(c.text.clean)]
        grades = [c for c in rest if key(c.text.raw) in words.grades]
        others = [c for c in rest if c not in numbers and c not in grades]
        if any(not words.known(key(c.text.raw)) and not FURNITURE.fullmatch(c.text.clean) for c in others):
            return False
        if (not numbers and not grades) or len(numbers) > 2:
            return False
        label = plain(full[at].text)
        for c in (*full[: at + 1], *others):
            if at and c in full[:at] and not words.known(key(c.text.raw)):
                draft.prose.append(Field(c.text, "prose", "result", (plain(full[0].text),)))
            else:
                draft.label(c.text)
        under = {c.column: region.by_start[c.column].role for c in numbers if region and c.column in region.by_start}
        for i, c in enumerate(numbers):
            role = under.get(c.column, "")
            weight = role == "weight" if role in ("weight", "score") else len(numbers) == 2 and i == 0
            value = Field(c.text, "indicators", "plan" if weight else "result", (label,), "分")
            if weight:
                draft.total_weight = value
            else:
                draft.total_score = value
        if grades:
            draft.grade = Field(grades[0].text, "indicators", "result", (label,))
        return True

    def _pairs(self, cells: Sequence[Cell], full: list[Cell]) -> None:
        """Labels and values in turn, 部门名称 | 某局 | 填报日期 | … A label without a value has a blank one."""
        waiting: tuple[str, str, Cell] | None = None
        answered = False
        unnamed = self._unnamed(full)
        blank: Text | None = None
        for cell in cells:
            if not cell.text:
                blank = blank or cell.text
                continue
            kind, name = self._label_kind(cell)
            if not kind and answered and cell in unnamed:
                kind, name = "label", "other"
            if kind:
                if waiting and not answered:
                    self._value(waiting, blank)
                waiting, answered, blank = (kind, name, cell), False, None
                self.draft.label(cell.text)
                if kind == "section":
                    self._section(name, cell)
            elif waiting:
                self._value(waiting, cell.text)
                answered = True
            elif self.section:
                self.draft.told(self.section, cell.text, (self.section_label,))
            elif not self.alone(cell.text) and not (self.draft.amounts and self._told_inline(cell.text)):
                self.draft.strayed(cell.text, "no_head")
        if waiting and not answered:
            self._value(waiting, blank)

    def _unnamed(self, full: list[Cell]) -> list[Cell]:
        """Labels that are in no list: label and value take turns, and the other labels are known."""
        kinds = [self._label_kind(c)[0] for c in full]
        if len(full) % 2 or kinds[0] not in ("label", "term") or any(kinds[1::2]):
            return []
        rest = [c for c, k in zip(full[::2], kinds[::2], strict=True) if not k]
        fits = all(len(c.text.raw) <= 16 and not any(ch.isdigit() for ch in c.text.raw) for c in rest)
        return rest if fits else []

    def _label_kind(self, cell: Cell) -> tuple[str, str]:
        words = self.words
        if len(cell.text.raw) > 40:
            return "", ""
        word = title_key(cell.text.raw)
        if word in words.sections:
            return "section", words.sections[word][0]
        if word in words.terms:
            return "term", words.terms[word]
        if word in words.grade_labels:
            return "grade", word
        if word in words.totals and word not in words.rows:
            return "total", word
        if word in words.labels:
            return "label", words.labels[word]
        among = _AMONG.match(cell.text.clean)
        row = words.rows.get(key(_AMONG.sub("", cell.text.clean)))
        if row and (among or self.section == "funds"):
            return "row", row
        return "", ""

    def _section(self, name: str, cell: Cell) -> None:
        self.section, self.section_label = name, plain(cell.text)
        self.draft.sections.add(name)
        if name == "funds":
            self.draft.block_unit = self.words.unit(cell.text.raw) or self.draft.block_unit
            self._block_weight(cell)
            self.terms_above = {}

    def _value(self, waiting: tuple[str, str, Cell], text: Text | None) -> None:
        kind, name, cell = waiting
        label, draft = plain(cell.text), self.draft
        unit = self.words.unit(cell.text.raw)
        if kind == "section":
            if name in ("goals", "results", "issues", "improvements", "remarks") and text is not None:
                draft.told(name, text, (label,))
            elif text:
                draft.strayed(text, "no_head", (label,))
        elif kind == "term":
            self.terms_above[cell.column] = (name, label)
            if text is not None:
                draft.amount(name, "total", label, text, (label,), unit)
        elif kind == "row":
            term, above = self.terms_above.get(cell.column, ("year_budget", ""))
            if text:
                draft.amount(term, name, label, text, (above, label) if above else (label,), unit)
        elif kind == "total":
            if text and _NUMBER.fullmatch(text.clean):
                draft.total_score = Field(text, "indicators", "result", (label,), "分")
            elif text:
                draft.strayed(text, "no_head", (label,))
        elif kind == "grade":
            if text:
                draft.grade = Field(text, "header", "result", (label,))
        elif text:
            draft.name(name, label, text)



def _value_role(role: str) -> Role:
    return "plan" if role == "weight" else "target" if role == "target" else "result"


def _sign(text: str) -> str:
    flat = "".join(text.split())
    return _SIGNS.get(flat, _SIGN_WORDS.get(flat, flat if flat in ("≥", "≤", "=", ">", "<", "≈") else ""))


def _end(cells: Sequence[Cell], role: str = "", region: Region | None = None) -> Text:
    """A blank text at the end of a row that is cut before its last columns."""
    last = cells[-1].text
    piece = last.pieces[-1]
    at = piece.start + len(last.raw) - piece.at
    column = next((c.start for c in region.columns if c.role == role), None) if region else None
    place = replace(piece.place, column=column) if column is not None else piece.place
    return Text("", (Piece(0, at, place),))
