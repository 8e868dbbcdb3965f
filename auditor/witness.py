"""What the answers of a form say for each of its figures: who else states it, what sum, rate or bound it stands in.

This is the criterion by which a change can be seen in principle. It reads the labels and the plain text and nothing that the
audit finds, so that the program is not asked only for what it can do. A change of a figure can be seen when, with the new
figure in its place,

- *equal*: another place of the same fact says something else (same step: another figure; otherwise: further apart than
  half a unit of the coarser one), or a bound that it shares a fact with no longer holds;
- *sum*, *rate*, *product*: a labelled agreement that came out before no longer does, at the printed precision;
- *reach*: the row's own target, met before, is missed now, or one that was under 130 % is over it, with no reason beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, permutations

from auditor.corpus import Gold

Place = tuple[int, int]

_SCALE = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_SAME = {
    "公顷": ("亩", Decimal(15)), "平方公里": ("亩", Decimal(1500)), "m²": ("平方米", Decimal(1)), "㎡": ("平方米", Decimal(1)),
    "吨": ("公斤", Decimal(1000)), "千米": ("米", Decimal(1000)), "公里": ("米", Decimal(1000)), "km": ("米", Decimal(1000)),
    "名": ("人", Decimal(1)), "位": ("人", Decimal(1)), "场次": ("场", Decimal(1)), "个百分点": ("%", Decimal(1)),
    "百分点": ("%", Decimal(1)), "‰": ("%", Decimal("0.1")),
}  # fmt: skip
_MEASURED = frozenset("% 元 亩 米 公斤 平方米 立方米 分 km 倍 天 小时 分钟 个工作日 年 月 岁".split())
_BOUNDS = frozenset("≥>≤<")
OVER = Decimal("1.3")


@dataclass(frozen=True)
class Figure:
    """One printed figure in a base unit. half: what rounding may hide on each side; a plain count hides nothing."""

    value: Decimal
    step: Decimal
    unit: str
    sign: str
    half: Decimal

    @classmethod
    def of(cls, value: str, unit: str, sign: str) -> Figure:
        factor, base = Decimal(1), unit.split("/")[0]
        if base not in _SAME and base[:1] in _SCALE and len(base) > 1:
            factor, base = _SCALE[base[0]], base[1:]
        if base in _SAME:
            base, more = _SAME[base]
            factor *= more
        number = Decimal(value.replace(",", ""))
        step = Decimal(1).scaleb(int(number.as_tuple().exponent)) * factor
        exact = step == 1 and factor == 1 and base not in _MEASURED and sign == "="
        return cls(number * factor, step, base, sign, Decimal(0) if exact else step / 2)

    @property
    def low(self) -> Decimal:
        return self.value - self.half

    @property
    def high(self) -> Decimal:
        return self.value + self.half


# --- relations: do these figures, in this order, come out? -----------------------------------------------------------


def same(a: Figure, b: Figure) -> bool:
    """Two statements of one fact."""
    if a.unit != b.unit and a.unit and b.unit:
        return True  # the labels say that it is one fact; what the other unit makes of the figure they do not say
    one, two = a.sign in _BOUNDS, b.sign in _BOUNDS
    if one != two:
        bound, figure = (a, b) if one else (b, a)
        return reached(bound, figure)
    return a.value == b.value if a.step == b.step else abs(a.value - b.value) <= max(a.step, b.step) / 2


def reached(target: Figure, result: Figure) -> bool:
    """A result that meets its target; one without a sign is a floor."""
    if target.sign in "≤<":
        return result.low <= target.high
    return result.high >= target.low


def _sum(total: Figure, *parts: Figure) -> bool:
    if len({f.unit for f in (total, *parts) if f.unit}) > 1:
        return False
    return abs(total.value - sum(p.value for p in parts)) <= total.half + sum(p.half for p in parts)


def _plain(f: Figure, edge: Decimal) -> Decimal:
    return edge / 100 if f.unit == "%" else edge


def _product(whole: Figure, a: Figure, b: Figure) -> bool:
    """whole = a × b, where per cents are parts of one: rates, unit prices and scores all look like this."""
    low = _plain(a, a.low) * _plain(b, b.low)
    high = _plain(a, a.high) * _plain(b, b.high)
    return low <= _plain(whole, whole.high) and _plain(whole, whole.low) <= high


def _growth(rate: Figure, new: Figure, old: Figure) -> bool:
    if rate.unit != "%" or not old.low:
        return False
    low, high = (abs(n / o - 1) * 100 for n, o in ((new.low, old.high), (new.high, old.low)))
    return min(low, high) <= rate.high and rate.low <= max(low, high)


def _scored(score: Figure, part: Figure, whole: Figure, weight: Figure) -> bool:
    """score = part ÷ whole × weight"""
    if not whole.low:
        return False
    return (
        part.low / whole.high * weight.low <= score.high
        and score.low <= part.high / max(whole.low, Decimal("1e-9")) * weight.high
    )


Relation = tuple[str, Callable[..., bool]]
_OF: dict[int, tuple[Relation, ...]] = {
    3: (("product", _product), ("rate", _growth)),
    4: (("product", _scored),),
}


@dataclass(frozen=True)
class Statement:
    """Sides that come out together: `holds` takes one figure a side, in this order."""

    kind: str  # equal sum product rate reach
    sides: tuple[tuple[Place, ...], ...]
    holds: Callable[..., bool]


def relation(sides: Sequence[tuple[Place, ...]], figures: Sequence[Figure]) -> Statement | None:
    """What makes an agreement of these sides come out, or None where it is nothing we can do again."""

    def ordered(kind: str, holds: Callable[..., bool], order: Sequence[int]) -> Statement | None:
        return Statement(kind, tuple(sides[i] for i in order), holds) if holds(*(figures[i] for i in order)) else None

    if all(same(a, b) and a.unit == b.unit for a, b in combinations(figures, 2)):
        return Statement("equal", tuple(sides), lambda *f: all(same(a, b) for a, b in combinations(f, 2)))
    every = range(len(figures))
    if len(figures) >= 3:
        for total in sorted(every, key=lambda i: -figures[i].value):
            rest = [i for i in every if i != total]
            if found := ordered("sum", _sum, [total, *rest]):
                return found
    for kind, holds in _OF.get(len(figures), ()):
        for order in permutations(every):
            if found := ordered(kind, holds, order):
                return found
    return None


# --- the rows of the form, read plainly ------------------------------------------------------------------------------

HEADS = {
    "target": (
        "年度指标值 年度目标值 预期目标值 指标值 预期实现值 预期指标值 年初目标值 目标值 年初设定目标值 年初指标值 调整指标值 计划指标值 绩效目标值"
    ),
    "result": (
        "实际完成值 指标完成情况 完成值 全年完成值 实际完成情况 全年完成情况 全年实际值 实际值 全年实际完成值 完成情况 目标完成情况 实际完成指标值"
    ),
    "weight": "分值 权重 指标分值 指标权重 标准分 权重分",
    "score": "得分 自评得分 指标得分 评分",
    "sign": "指标性质",
}  # fmt: skip
_ROLE = {head: role for role, heads in HEADS.items() for head in heads.split()}
_REASON = ("原因", "备注", "说明", "措施")
_TOTALS = ("总分", "合计", "总计", "得分合计")


@dataclass(frozen=True)
class Cell:
    """A cell of a line of text, with its offset in the file."""

    text: str
    start: int

    @property
    def place(self) -> Place:
        return self.start, self.start + len(self.text)


@dataclass(frozen=True)
class Row:
    """A line under heads that name a target or a result: its cells by role, the cells before them (name last)."""

    cells: tuple[Cell, ...]
    roles: tuple[tuple[str, int], ...]

    def get(self, role: str) -> Cell | None:
        """The cell of the role; of several targets the last one, which is the adjusted one."""
        found = [self.cells[i] for r, i in self.roles if r == role]
        return found[-1] if found else None

    @property
    def place(self) -> Place:
        return self.cells[0].start, self.cells[-1].place[1]

    @property
    def heading(self) -> tuple[Cell, ...]:
        return self.cells[: min(i for r, i in self.roles if r != "reason")]

    @property
    def name(self) -> str:
        return next((c.text.strip() for c in reversed(self.heading) if c.text.strip()), "")

    @property
    def total(self) -> bool:
        return _head(self.cells[0].text) in _TOTALS


def _head(text: str) -> str:
    return re.sub(r"\s|[（(].*?[）)]|[：:]$", "", text)


def rows(source: str) -> list[Row]:
    """Every line that has as many cells as the heads above it. Lines that a page has cut are left out."""
    found: list[Row] = []
    roles: tuple[tuple[str, int], ...] = ()
    width = at = 0
    for line in source.split("\n"):
        cells: list[Cell] = []
        start = at
        for part in re.split(r"(\t| \| |^\||\|$)", line):
            if part in ("\t", " | "):
                start += len(part)
                continue
            cells.append(Cell(part, start))
            start += len(part)
        at += len(line) + 1
        heads = [(_ROLE[h], i) for i, c in enumerate(cells) if (h := _head(c.text)) in _ROLE]
        named = {r for r, _ in heads}
        if len(named) >= 2 and named & {"target", "result"}:
            reasons = [
                ("reason", i) for i, c in enumerate(cells) if any(w in c.text for w in _REASON) and len(c.text) < 24
            ]
            roles, width = (*heads, *(r for r in reasons if r[1] not in {i for _, i in heads})), len(cells)
        elif any(_head(c.text) in ("主要任务", "主要任务名称", "全年执行数", "执行率") for c in cells):
            roles = ()
        elif roles and len(cells) == width:
            found.append(Row(tuple(cells), roles))
    return found


# --- the witness ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witness:
    """All that the answers say for the figures of one form."""

    gold: Gold
    source: str

    @cached_property
    def figures(self) -> dict[Place, Figure]:
        return {(s, e): Figure.of(v, u, c) for s, e, v, u, c in self.gold.quantities if ".." not in v}

    @cached_property
    def rows(self) -> list[Row]:
        return rows(self.source)

    def within(self, cell: Cell | None) -> list[Place]:
        """Labelled figures in a cell."""
        return [p for p in self.figures if cell and cell.start <= p[0] and p[1] <= cell.place[1]]

    @cached_property
    def goals(self) -> frozenset[Place]:
        """Figures that are targets: the labels say so, or the head of their column does."""
        told = {p for fact, role in self.gold.facts if role == "target" for p in fact}
        return frozenset(told | {p for row in self.rows for p in self.within(row.get("target"))})

    @cached_property
    def statements(self) -> list[Statement]:
        found = list(self._reaches())
        for fact, _ in self.gold.facts:
            self._add(found, [(p,) for p in sorted(fact)])
        for answer in self.gold.of("agreement"):
            self._add(found, answer.sides if len(answer.sides) > 1 else [(p,) for p in answer.sides[0]], agreed=True)
        return found

    def _add(self, found: list[Statement], sides: Sequence[tuple[Place, ...]], agreed: bool = False) -> None:
        known = [side for side in (tuple(p for p in side if p in self.figures) for side in sides) if side]
        if len(known) < 2:
            return
        figures = [self.figures[side[0]] for side in known]
        if agreed and len(known) == 2:  # a target and its result are no two statements of one fact
            goal = [side[0] in self.goals or f.sign in _BOUNDS for side, f in zip(known, figures, strict=True)]
            if goal[0] != goal[1]:
                order = (0, 1) if goal[0] else (1, 0)
                one, two = (figures[i] for i in order)
                if _floor(one) and one.unit == two.unit and _met(one, two):
                    found.append(Statement("reach", (known[order[0]], known[order[1]]), _met))
                return
        if (statement := relation(known, figures)) and statement not in found:
            found.append(statement)

    def _reaches(self) -> Iterable[Statement]:
        for row in self.rows:
            target, result, reason = (row.get(r) for r in ("target", "result", "reason"))
            goal, got = self.within(target), self.within(result)
            if len(goal) == len(got) == 1 and not (reason and reason.text.strip()):
                one, two = self.figures[goal[0]], self.figures[got[0]]
                if _floor(one) and one.unit == two.unit and _met(one, two):
                    yield Statement("reach", (tuple(goal), tuple(got)), _met)

    @cached_property
    def _at(self) -> dict[Place, list[Statement]]:
        found: dict[Place, list[Statement]] = {}
        for statement in self.statements:
            for place in {p for side in statement.sides for p in side}:
                found.setdefault(place, []).append(statement)
        return found

    def kinds(self, place: Place) -> frozenset[str]:
        return frozenset(s.kind for s in self._at.get(place, ()))

    def about(self, place: Place, kind: str) -> list[Statement]:
        return [s for s in self._at.get(place, ()) if s.kind == kind]

    def broken(self, place: Place, new: Figure) -> str:
        """The kind of statement that no longer comes out with the new figure in its place; "" when none."""
        told = ""
        for statement in self._at.get(place, ()):
            every = [p for side in statement.sides for p in side]
            if statement.kind == "equal" or len(every) > len(statement.sides):
                others = [p for side in statement.sides if place in side for p in side if p != place]
                others += [p for p in every if statement.kind == "equal" and p != place]
                if any(not same(new, self.figures[p]) for p in others):
                    return "equal"
            figures = [new if place in side else self.figures[side[0]] for side in statement.sides]
            if statement.kind != "equal" and not statement.holds(*figures):
                if statement.kind != "reach":
                    return statement.kind
                told = "reach"
        return told


def _floor(target: Figure) -> bool:
    """Is it plain which side of the target is good? Of bare days, money and shares it is not, but for 100 %."""
    full = target.unit == "%" and target.value == 100
    return target.sign != "≈" and (target.sign in _BOUNDS or target.unit not in _MEASURED or full)


def _met(target: Figure, result: Figure) -> bool:
    """Met, and not by 130 % of a count without a word of why."""
    if not reached(target, result):
        return False
    counted = target.unit not in _MEASURED and target.sign not in "≤<"
    return not counted or not target.value or result.value / target.value < OVER
