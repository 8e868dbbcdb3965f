"""Do the sums of a labelled form come out? Rates, sources, weights, scores, targets: each miss must be an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from labelled import Labelled, interval

Cell = tuple[str, int]  # text, offset


def rows(form: Labelled) -> Iterator[list[Cell]]:
    at = 0
    for line in form.text.split("\n"):
        cells, start = [], at
        for part in re.split(r"(\t| \| )", line):
            if part not in ("\t", " | "):
                cells.append((part, start))
            start += len(part)
        yield cells
        at += len(line) + 1


def number(cell: Cell) -> Decimal | None:
    text = cell[0].strip().rstrip("%")
    return Decimal(text.replace(",", "")) if re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", text) else None


def place(cell: Cell) -> tuple[int, int]:
    return cell[1], cell[1] + max(len(cell[0]), 1)


def prints(cell: Cell, exact: Decimal) -> bool:
    """Is `exact` what the cell says, at the precision that it prints?"""
    stated = number(cell)
    return stated is not None and abs(stated - exact) <= Decimal(1).scaleb(int(stated.as_tuple().exponent)) / 2


def held(form: Labelled, cell: Cell, exact: Decimal, what: str) -> Iterator[str]:
    if not prints(cell, exact) and not form.reported(place(cell)):
        yield f"line {form.line(cell[1])}: {cell[0]} but {what} = {exact:.4f}, and no finding says so"


def pairs(form: Labelled) -> dict[str, Cell]:
    """Label → the number cell to its right, for forms whose funds stand as label and value side by side."""
    found: dict[str, Cell] = {}
    for cells in rows(form):
        for left, right in pairwise(cells):
            if number(right) is not None and number(left) is None and left[0].strip():
                found.setdefault(left[0].strip().removeprefix("其中：").rstrip("：:"), right)
    return found


def guangdong(form: Labelled) -> Iterator[str]:
    """Rates, adjustment and sources of a form of label and value pairs."""
    found = pairs(form)
    values = [number(found[k]) for k in ("整体支出年度预算数", "整体支出年初预算数", "实际支出数") if k in found]
    if len(values) < 3:
        return
    budget, initial, spent = (v or Decimal(0) for v in values)
    change = budget - initial
    if "年度调整额" in found:
        cell = found["年度调整额"]
        signed = cell[0].strip().startswith("-")
        yield from held(form, cell, change if signed else abs(change), f"{budget} - {initial}")
    if "预算完成率" in found:
        yield from held(form, found["预算完成率"], spent / budget * 100, f"{spent}/{budget}")
    if "预算调整率" in found:
        cell = found["预算调整率"]
        signed = cell[0].strip().startswith("-")
        rate = (change if signed else abs(change)) / initial * 100
        yield from held(form, cell, rate, f"{change}/{initial}")
    sources = [number(cell) or Decimal(0) for label, cell in found.items() if label in SOURCES]
    if sources:
        yield from held(form, found["实际支出数"], sum(sources, Decimal(0)), "sum of the sources")


SOURCES = ("一般公共预算", "政府性基金", "政府性基金预算", "国有资本经营预算", "其他资金", "财政专户资金")
HEADS = {
    "target": [
        *("年度指标值", "年度目标值", "预期目标值", "指标值", "预期实现值", "预期指标值", "年初目标值", "目标值"),
        "年初设定目标值",
    ],
    "result": [
        *("实际完成值", "指标完成情况", "完成值", "全年完成值", "实际完成情况", "全年完成情况", "全年实际值"),
        "实际值",
    ],
    "weight": ["分值", "权重", "指标分值"],
    "score": ["得分", "自评得分"],
    "reason": ["原因", "备注", "说明"],  # parts of a head
}


def clean_head(text: str) -> str:
    return re.sub(r"\s|[（(].*?[）)]|[：:]$", "", text)


def is_head(text: str, names: list[str]) -> bool:
    head = clean_head(text)
    return head in names or (names is HEADS["reason"] and len(head) < 20 and any(name in head for name in names))


def tables(form: Labelled) -> Iterator[tuple[dict[str, int], list[Cell]]]:
    """Rows under a head that names target, result …: (column of each role, cells)."""
    columns: dict[str, int] = {}
    width = 0
    for cells in rows(form):
        heads = {role: i for role, names in HEADS.items() for i, c in enumerate(cells) if is_head(c[0], names)}
        if len(heads) >= 2 and ("target" in heads or "result" in heads):
            columns, width = heads, len(cells)
        elif any(clean_head(c[0]) in ("主要任务", "主要任务名称", "全年执行数") for c in cells):
            columns = {}
        elif columns and len(cells) == width:  # a row cut by a page is not read by position
            yield columns, cells


def execution(form: Labelled) -> Iterator[tuple[Cell, Cell, str]]:
    """(weight, score, problem or "") of the row of all funds under 分值 | 执行率 | 得分."""
    heads: dict[str, int] = {}
    for cells in rows(form):
        named = {clean_head(c[0]): i for i, c in enumerate(cells) if c[0].strip()}
        if "执行率" in named and "得分" in named:
            heads = named
        elif heads and clean_head(cells[0][0] or cells[min(1, len(cells) - 1)][0]) in ("年度资金总额", "部门整体支出"):
            get = {head: cells[i] for head, i in heads.items() if i < len(cells)}
            whole, part = (next(get[h] for h in names if h in get) for names in (WHOLE, PART))
            weight, score, rate = (get.get(h, ("", 0)) for h in ("分值", "得分", "执行率"))
            values = [number(c) for c in (whole, part, weight, score)]
            if None not in values:
                exact = (values[1] or 0) / (values[0] or Decimal(1)) * 100
                told = [*held(form, rate, exact, f"{part[0]}/{whole[0]}")]
                best = (min(exact, Decimal(100)) * (values[2] or 0) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
                told += held(form, score, best, "execution score")
                yield weight, score, "; ".join(told)
            heads = {}


WHOLE = ("全年预算数", "调整后预算数", "调整预算数", "预算数")
PART = ("全年执行数", "预算执行数", "执行数", "实际支出数")


def scores(form: Labelled) -> Iterator[str]:
    """Score within weight; weights and scores add to the totals printed; the execution score follows from the rate."""
    weights, points, total, whole = Decimal(0), Decimal(0), False, False
    for weight, score, problem in execution(form):
        whole = True
        weights, points = weights + (number(weight) or 0), points + (number(score) or 0)
        if problem:
            yield problem
    for columns, cells in tables(form):
        if "weight" not in columns or "score" not in columns:
            continue
        weight, score = cells[columns["weight"]], cells[columns["score"]]
        w, p = number(weight), number(score)
        if clean_head(cells[0][0]) in ("总分", "合计", "总计"):
            total = True
            if whole:  # else the points for execution stand somewhere that is not read here
                yield from held(form, weight, weights, "sum of the weights") if w is not None else ()
                yield from held(form, score, points, "sum of the scores") if p is not None else ()
        elif w is not None and p is not None:
            weights, points = weights + w, points + p
            if p > w and not form.reported(place(score)):
                yield f"line {form.line(score[1])}: score {p} over weight {w}"
    if whole and weights and not total and weights != 100:
        yield f"weights add to {weights}"


def reach(form: Labelled) -> Iterator[str]:
    """Rows with one quantity as target and one as result: missed, or 130 % and more without a reason, is a finding."""
    for columns, cells in tables(form):
        if "target" not in columns or "result" not in columns:
            continue
        goal, got = cells[columns["target"]], cells[columns["result"]]
        found = [[q for p, q in form.quantities.items() if c[1] <= p[0] < c[1] + len(c[0])] for c in (goal, got)]
        if len(found[0]) != 1 or len(found[1]) != 1:
            continue
        (target, result), where = (found[0][0], found[1][0]), (place(goal), place(got))
        low, high, unit = interval(*target[:2])
        low2, high2, unit2 = interval(*result[:2])
        if unit != unit2:
            if not form.reported(*where):
                yield f"line {form.line(goal[1])}: target in {unit or '(none)'}, result in {unit2 or '(none)'}"
            continue
        reason = cells[columns["reason"]][0].strip() if "reason" in columns and columns["reason"] < len(cells) else ""
        told = form.reported(*where)
        if set(target[2]) & set("≤<") or any(c[0].strip() in ("≤", "<") for c in cells):
            missed, over = low2 > high, False
        else:
            missed = high2 < low
            over = low > 0 and (low2 + high2) / (low + high) >= Decimal("1.3")
        if missed and not told and not reason:
            yield f"line {form.line(goal[1])}: target {goal[0]!r} missed with {got[0]!r}, and no finding says so"
        if over and not told and not reason:
            yield f"line {form.line(goal[1])}: {got[0]!r} is 130 % of {goal[0]!r} or more, and no finding says so"
