"""Columns of one table that make each other up, row by row, and the rows that its total adds up.

sum: 总额 | 财政拨款 | 其他资金, 预算数 | 支出数 | 结余. rate: 检查数 | 发现问题 | 检出率. share: 金额 | 占比. total: rows and 合计.
No head says so: the relation must hold in the other rows (or columns), in figures that can hardly meet by chance, and fail
in exactly one. Where it fails in several, nothing is said. Rows of indicators are other kinds'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from auditor.check import HELD, Case, Option, fixed, found, held, plain
from auditor.layout import is_total, key, vocabulary
from auditor.misprint import figures as digits
from auditor.misprint import misprint
from auditor.model import Cell, Evidence, Field, Finding, Pass, Rule, Span

OPTIONS: dict[str, Option] = {
    "over": Option(str, required=True, allowed=("sum", "rate", "share", "total")),
    "whole": Option(list, default=[]),  # rows that hold all of it besides 合计 (全年, 小计)
    "apart": Option(str, default="(?!)"),  # heads of columns that are not looked at, a regular expression
    "held": HELD,
}
FACTS = frozenset({"row", "column", "stated", "right", "parts"})
FIGURE = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([^\d\s,。;、:()]{0,6})")
_PERCENT = re.compile(r"率?[(（]%[)）]$|率%$")
_AMONG = re.compile(r"其中[:、]?")
_MOST_ROWS, _MOST_COLUMNS, _MOST_PARTS = 60, 14, 5
_TELLING = 6  # digits in all by which figures that meet can hardly do so by chance
_MANY = 4  # rows that make the one that differs wrong, also where no slip of the pen explains it


class Figure(NamedTuple):
    value: Decimal
    unit: str
    field: Field
    begin: int
    stop: int

    @property
    def step(self) -> Decimal:
        return Decimal(1).scaleb(min(0, int(self.value.as_tuple().exponent)))

    @property
    def quote(self) -> str:
        return self.field.text.raw[self.begin : self.stop]


class Row(NamedTuple):
    name: str
    total: bool
    cells: dict[int, Figure]


@dataclass(frozen=True)
class Block:
    """Rows of figures that stand under one row of heads."""

    rows: tuple[Row, ...]
    heads: dict[int, str]
    columns: tuple[int, ...]  # with figures of one unit in most rows, from left to right


class Held(NamedTuple):
    """One figure against what the others make it: `gap` 0 where they agree; `tells`: digits that speak for it."""

    row: str
    column: str
    stated: Figure
    right: Decimal
    parts: tuple[tuple[str, Figure], ...]
    arithmetic: str
    gap: Decimal
    tells: int
    total: bool = False


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Block], Iterator[list[Held]]]] = {
        "sum": _sums, "rate": _rates, "share": _shares, "total": _totals,
    }  # fmt: skip
    for block in _blocks(case, frozenset(rule.options["whole"])):
        seen: set[int] = set()
        for relation in ways[rule.options["over"]](rule, block):
            if id(relation[0].stated.field) not in seen:  # the same column by other parts
                seen.add(id(relation[0].stated.field))
                yield from _judged(rule, case, relation)


def _judged(rule: Rule, case: Case, relation: list[Held]) -> Iterator[Finding | Pass]:
    wrong = [one for one in relation if one.gap]
    judged = {
        id(e.span.text) for f in case.memo.get("told", ()) for e in f.evidence
        if isinstance(f, Finding) or f.rule.category == rule.category
    }  # fmt: skip
    for one in relation:
        sides = [_side(one.stated, one.row), *(_side(f, n) for n, f in one.parts)]
        facts = {
            "row": one.row, "column": one.column, "stated": one.stated.quote, "right": plain(one.right),
            "parts": "、".join(n for n, _ in one.parts),
        }  # fmt: skip
        told = id(one.stated.field.text) in judged
        if not one.gap:
            if one.tells and not told:
                yield held(rule, facts, one.arithmetic, sides)
        elif not told and one is wrong[0] and not any(id(f.field.text) in judged for _, f in one.parts[:_MOST_PARTS]):
            yield found(rule, facts, f"{one.arithmetic} ≠ {one.stated.quote}", sides)


def _side(figure: Figure, label: str) -> Evidence:
    span = Span(figure.field.text, figure.begin, figure.stop, figure.field.section)
    return Evidence(span, figure.field.role, label, f"{figure.value:f}", figure.unit or figure.field.unit)


def _meant(relation: list[Held], least: int = 3) -> bool:
    """Whether it holds by more than chance, and fails in one place at most, which is no rounding or other exception. least: places in which it holds."""
    wrong = [one for one in relation if one.gap]
    good = [one for one in relation if not one.gap and one.tells]
    values = {one.stated.value: one.tells for one in good}
    if len(wrong) > 1 or len(values) < 2 or sum(values.values()) < _TELLING:
        return False
    if len(relation) - len(wrong) < least or not wrong:
        return len(relation) >= least and not wrong
    one = wrong[0]
    if one.stated.unit == "%":
        return bool(misprint(one.stated.value, one.right))
    if one.total or len(values) >= _MANY or any(g.total for g in good):
        return True
    gaps = ((one.stated, one.right), *((f, f.value + one.gap) for _, f in one.parts))
    return any(misprint(f.value, right) for f, right in gaps)


# --- tables -------------------------------------------------------------------------------------------------------


def _blocks(case: Case, whole: frozenset[str]) -> list[Block]:
    known: dict[frozenset[str], list[Block]] = case.memo.setdefault("figure_blocks", {})
    if whole not in known:
        fields = {id(f.text): f for f in case.form.said}
        known[whole] = [
            block for table in case.form.document.blocks if hasattr(table, "rows")
            for block in _cut(table.rows, fields, whole)
        ]  # fmt: skip
    return known[whole]


def _cut(rows: Sequence[Sequence[Cell]], fields: dict[int, Field], whole: frozenset[str]) -> Iterator[Block]:
    heads: dict[int, str] = {}
    run: list[Row] = []
    for cells in rows:
        row = _row(cells, fields, whole)
        if row is None:
            if block := _block(run, heads):
                yield block
            if run:
                heads = {}
            run = []
            heads.update({c.column: c.text.raw for c in cells if c.text})
        else:
            run.append(row)
    if block := _block(run, heads):
        yield block


def _row(cells: Sequence[Cell], fields: dict[int, Field], whole: frozenset[str]) -> Row | None:
    """A row with figures, none of an indicator; its name is the first short text before them."""
    told = [fields.get(id(c.text)) for c in cells]
    if "indicators" in [f.section for f in told if f is not None]:
        return None
    figures: dict[int, Figure] = {}
    name = ""
    for cell, field in zip(cells, told, strict=True):
        text = cell.text.clean
        bare = text.strip()
        if field is not None and (figure := FIGURE.fullmatch(bare)):
            lead = len(text) - len(text.lstrip())
            figures[cell.column] = Figure(Decimal(figure[1].replace(",", "")), figure[2], field, lead, lead + len(bare))
        elif bare and not figures and not name and len(text) <= 30 and not bare.isdigit():
            name = "".join(cell.text.raw.split())
    word = key(name)
    return Row(name, is_total(vocabulary(), word) or word in whole, figures) if figures else None


def _block(rows: list[Row], heads: dict[int, str]) -> Block | None:
    if not 3 <= len(rows) <= _MOST_ROWS:
        return None
    columns = []
    for column, head in heads.items():
        if _PERCENT.search(head):  # 完成率(%): the figures have no sign of their own
            for row in rows:
                if column in row.cells and not row.cells[column].unit:
                    row.cells[column] = row.cells[column]._replace(unit="%")
    for column in sorted({c for row in rows for c in row.cells}):
        cells = [row.cells[column] for row in rows if column in row.cells]
        if len(cells) * 3 >= len(rows) * 2 and len({c.unit for c in cells}) == 1:
            columns.append(column)
    if not 2 <= len(columns) <= _MOST_COLUMNS:
        return None
    return Block(tuple(rows), {c: "".join(head.split()) for c, head in heads.items()}, tuple(columns))


def _rate(block: Block, column: int) -> bool:
    return next(r.cells[column].unit for r in block.rows if column in r.cells) == "%"


def _looked_at(rule: Rule, block: Block, rates: bool) -> list[int]:
    apart = re.compile(rule.options["apart"])
    return [c for c in block.columns if _rate(block, c) == rates and not apart.search(block.heads.get(c, ""))]


def _head(block: Block, column: int) -> str:
    return block.heads.get(column, "")


# --- a column that others add up to ---------------------------------------------------------------------------------


def _gap(total: Figure, parts: Sequence[Figure]) -> Decimal:
    """What the total lacks; 0 where half a digit of each explains it."""
    gap = total.value - sum((p.value for p in parts), Decimal(0))
    finest = min(f.step for f in (total, *parts))
    slack = finest * (len(parts) + 1) / 2 if finest < 1 else Decimal(0)
    return Decimal(0) if abs(gap) < slack else gap


def _added(name: str, column: str, total: Figure, parts: list[tuple[str, Figure]], whole: bool) -> Held:
    figures = [f for _, f in parts]
    made = sum((f.value for f in figures), Decimal(0))
    gap = _gap(total, figures)
    tells = digits(total.value) if sum(bool(f.value) for f in figures) > 1 else 0
    arithmetic = f"{' + '.join(plain(f.value) for f in figures)} = {plain(made)}"
    return Held(name, column, total, made, tuple(parts), arithmetic, gap, tells, whole)


def _sums(rule: Rule, block: Block) -> Iterator[list[Held]]:
    """Columns side by side that make up the one before or behind them."""
    columns = _looked_at(rule, block, rates=False)
    units = {c: next(r.cells[c].unit for r in block.rows if c in r.cells) for c in columns}
    for at, column in enumerate(columns):
        best: list[Held] = []
        for size in range(2, _MOST_PARTS + 1):
            for begin in (at + 1, at - size):
                parts = columns[begin : begin + size] if begin >= 0 else []
                if (
                    len(parts) < size
                    or any(units[c] != units[column] for c in parts)
                    or not _together(block, [column, *parts])
                ):
                    continue
                relation = [
                    _added(r.name, _head(block, column), r.cells[column], [(_head(block, c), r.cells[c]) for c in parts], r.total)
                    for r in block.rows if all(c in r.cells for c in (column, *parts))
                ]  # fmt: skip
                if _meant(relation) and sum(not h.gap for h in relation) > sum(not h.gap for h in best):
                    best = relation
        if best:
            yield best


def _together(block: Block, columns: list[int]) -> bool:
    """No other column of figures stands between them."""
    between = [c for c in block.columns if min(columns) < c < max(columns)]
    return set(between) <= set(columns)


# --- rates and shares -----------------------------------------------------------------------------------------------


def _quotient(
    row: Row, column: str, rate: Figure, parts: list[tuple[str, Figure]], part: Decimal, whole: Decimal, shown: str
) -> Held:
    share = part / whole * 100
    places = -int(rate.step.adjusted())
    exact = share.quantize(rate.step)
    near = abs(share - rate.value) <= rate.step * Decimal("0.51") or (0 <= share - rate.value < rate.step)
    gap = Decimal(0) if near else rate.value - exact
    tells = max(0, digits(rate.value) - 1) if rate.value not in (0, 100) else 0
    return Held(row.name, column, rate, exact, tuple(parts), f"{shown} = {fixed(share, places + 1)}%", gap, tells)


def _rates(rule: Rule, block: Block) -> Iterator[list[Held]]:
    """A column of rates that is one column over another, or two side by side over another."""
    amounts = _looked_at(rule, block, rates=False)
    tops = [*((c,) for c in amounts), *pairwise(amounts)]
    for column in _looked_at(rule, block, rates=True):
        best: list[Held] = []
        for top in tops:
            for bottom in reversed(amounts):  # what stands next to the rate comes first
                if bottom in top:
                    continue
                relation = list(_quotients(block, column, top, bottom))
                if _meant(relation) and sum(not h.gap for h in relation) > sum(not h.gap for h in best):
                    best = relation
        if best:
            yield best


def _quotients(block: Block, column: int, top: tuple[int, ...], bottom: int) -> Iterator[Held]:
    for row in block.rows:
        if any(c not in row.cells for c in (column, *top, bottom)):
            continue
        rate, over, under = row.cells[column], [row.cells[c] for c in top], row.cells[bottom]
        made = sum((f.value for f in over), Decimal(0))
        if under.value <= 0 or (rate.value == 100 and made > under.value):  # what is reached may be called 100%
            continue
        parts = [(_head(block, c), row.cells[c]) for c in (*top, bottom)]
        shown = " + ".join(plain(f.value) for f in over)
        shown = f"{f'({shown})' if len(over) > 1 else shown} / {plain(under.value)}"
        yield _quotient(row, _head(block, column), rate, parts, made, under.value, shown)


def _shares(rule: Rule, block: Block) -> Iterator[list[Held]]:
    """A column of shares of the total of another column."""
    for column in _looked_at(rule, block, rates=True):
        for amount in _looked_at(rule, block, rates=False):
            rows = [r for r in block.rows if not r.total and column in r.cells and amount in r.cells]
            totals = [r.cells[amount] for r in block.rows if r.total and amount in r.cells]
            if len(totals) != 1 or totals[0].value <= 0:
                continue
            whole = totals[0]
            relation = [
                _quotient(
                    r, _head(block, column), r.cells[column], [(r.name, r.cells[amount]), ("合计", whole)],
                    r.cells[amount].value, whole.value, f"{plain(r.cells[amount].value)} / {plain(whole.value)}",
                )
                for r in rows
            ]  # fmt: skip
            if _meant(relation) and all(abs(h.gap) > 5 * h.stated.step for h in relation if h.gap):
                yield relation  # the last share may be rounded so that they make 100%
                break


# --- rows and their total -------------------------------------------------------------------------------------------


def _totals(rule: Rule, block: Block) -> Iterator[list[Held]]:
    """The columns of the rows above a total: they hold in two columns at least and fail in one."""
    begin = 0
    for at, row in enumerate(block.rows):
        if not row.total:
            continue
        rows, begin = block.rows[begin:at], at + 1
        if len(rows) < 2 or any(_AMONG.match(r.name) for r in rows):
            continue
        relation: list[Held] = []
        for column in _looked_at(rule, block, rates=False):
            parts = [(r.name, r.cells[column]) for r in rows if column in r.cells]
            if column in row.cells and len(parts) > 1:
                one = _added(row.name, _head(block, column), row.cells[column], parts, whole=False)
                mean = one.stated.value <= max(f.value for _, f in parts)
                relation.append(one._replace(total=bool(one.gap) and not mean))
        if _meant(relation, least=2):
            yield relation
