"""How far a figure is from another one that is only named: 共68公里，超目标3公里; 执行率91.44%，低于项目支出执行率1.83个百分点.

The other stands in another chapter, among the targets or the rates of that name. A lead holds wherever one of them
gives it. It is told wrong where only one can be meant, or where a slip of the pen makes one give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.check import HELD, Case, Option, found, held, plain
from auditor.check.prose import sentences, side
from auditor.misprint import telling
from auditor.model import Finding, Pass, Quantity, Rule
from auditor.sentence import Said, adds, alike, aside, base, compared, of_one

OPTIONS: dict[str, Option] = {"held": HELD}
FACTS = frozenset({"name", "value", "right", "sum"})
_MOST = 100  # figures of other chapters that a lead is held against
_NEAR = 40  # characters from the figure to its lead

_NAMED = r"(?:年度|年初|原定?|既定|预期)*(?:目标|计划|任务)(?:数|值|任务|要求)?"
_PLAN = re.compile(
    rf"(?:(?P<more>超(?:额|出|过)?|多于)|少于|差)(?:完成)?{_NAMED}(?:完成)?了?$"
    rf"|[较比]{_NAMED}(?:(?P<up>超|多|增加|超出)|少|减少)(?:完成|新建|改造|建设)?了?$"
)
_RATE = re.compile(r"(?:(?P<up>高于|超过|优于)|低于)(?P<name>[^\W\d]{2,16}?率)约?$")

Told = tuple[Said, Quantity]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    judged = {
        (id(e.span.text), e.span.begin)
        for f in case.memo.get("told", ())
        if isinstance(f, Finding | Pass) and f.rule.category == rule.category
        for e in f.evidence[:3]
    }
    for said in sentences(case):
        for step in said.figures:
            if not step.value or step.comparator != "=" or (id(said.field.text), step.start) in judged:
                continue
            label = said.label(step)
            if step.dimension == "points":
                if match := _RATE.search(label):
                    yield from _over_rate(rule, case, said, step, match)
            elif match := _PLAN.search(label):
                yield from _over_plan(rule, case, said, step, bool(match["more"] or match["up"]))


def _over_plan(rule: Rule, case: Case, said: Said, step: Quantity, more: bool) -> Iterator[Finding | Pass]:
    """共68公里，超目标3公里: of the targets in the unit of the figure, those that tell of the same thing."""
    begin = said.begin(step.start)
    begin = max(begin, said.text.rfind(";", begin, step.start))
    among = said.text.find("其中", begin, step.start)  # 12个，其中原创5个、引进7个，比计划多2个
    like = [
        q
        for q in said.within(begin, among if among > 0 else step.start)
        if q.unit == step.unit and adds(q) and not (compared(said, q) or of_one(said, q) or aside(said, q, begin, step.start))
    ]
    if not like or like[-1].comparator != "=" or (among < 0 and step.start - like[-1].end > _NEAR):
        return
    now = like[-1]
    line = said.text.rfind("\n", 0, now.start) + 1
    words = (said.field.heads or ("",))[-1] + said.text[max(line, now.start - 60) : now.start]
    targets = [t for t in _targets(case) if t[1].unit == now.unit]
    mine = [t for t in targets if alike(t[0].label(t[1]), words)]
    sign = 1 if more else -1
    due = base(now) - sign * base(step)
    fit = next((t for t in (*mine, *targets) if base(t[1]) == due), None)
    goal = fit or (mine[0] if len({base(t[1]) for t in mine}) == 1 else None)
    if goal is None:
        return
    right = sign * (base(now) - base(goal[1])) / step.factor
    pair = ((said, now), goal) if more else (goal, (said, now))
    yield _verdict(rule, said, step, pair, f"{plain(right)}{step.unit}", ok=fit is not None)


def _targets(case: Case) -> list[Told]:
    known: list[Told] | None = case.memo.get("targets")
    if known is None:
        next_ = f"{(case.form.year or 0) + 1}年"
        known = case.memo["targets"] = [
            (s, q)
            for s in sentences(case)
            if s.field.role == "target"
            or (s.field.role == "plan" and s.field.section == "prose" and next_ not in "".join((*s.field.heads, s.text)))
            for q in s.figures
            if q.value and q.unit and q.dimension not in ("rate", "points") and not aside(s, q, s.begin(q.start), s.end(q.end))
        ][:_MOST]
    return known


def _over_rate(
    rule: Rule, case: Case, said: Said, step: Quantity, match: re.Match[str]
) -> Iterator[Finding | Pass]:
    """低于项目支出执行率1.83个百分点: of the rates of that kind in any chapter."""
    rates = [q for q in said.within(said.begin(step.start), step.start) if q.dimension == "rate" and q.value]
    if not rates or step.start - rates[-1].end > _NEAR:
        return
    rate, kind = rates[-1], match["name"][-3:]
    others = [
        (s, q)
        for s in sentences(case)
        for q in s.figures
        if q.dimension == "rate" and q.value and kind in s.text[max(0, q.start - 8) : q.start] and q is not rate
    ][:_MOST]
    stem = re.sub("^[总部]|[的之]$", "", match["name"][:-3])
    others = [t for t in others if len(stem) > 1 and stem in _part(*t)] or others
    assert rate.value is not None
    assert step.value is not None
    sign = 1 if match["up"] else -1
    gaps = [(t, sign * (rate.value - t[1].value)) for t in others if t[1].value is not None]
    loose = (rate.step + step.step) / 2
    fits = [(t, gap) for t, gap in gaps if abs(gap - step.value) <= max(loose, (t[1].step + step.step) / 2)]
    tries = len({gap for _, gap in gaps})
    slips = {gap: t for t, gap in gaps if gap > 0 and telling(step.value, gap.quantize(step.step), tries)}
    told = fits[:1] or ([(t, gap) for gap, t in slips.items()] if len(slips) == 1 else [])
    for other, gap in told:
        pair = ((said, rate), other) if sign > 0 else (other, (said, rate))
        yield _verdict(rule, said, step, pair, f"{plain(gap)}{step.unit}", ok=bool(fits))


def _part(said: Said, figure: Quantity) -> str:
    """The part of the sentence before the figure."""
    begin = said.begin(figure.start)
    return said.text[max(begin, said.text.rfind(";", begin, figure.start)) : figure.start]


def _verdict(
    rule: Rule, said: Said, step: Quantity, pair: tuple[Told, Told], right: str, ok: bool
) -> Finding | Pass:
    """`pair`: the greater and the lesser by what is told; `right` is their difference."""
    terms = " − ".join(f"{plain(q.value)}{q.unit}" for _, q in pair if q.value is not None)
    value = f"{plain(step.value)}{step.unit}" if step.value is not None else ""
    facts = {"name": said.name(step), "value": value, "right": right, "sum": terms}
    sides = (side(said, step), *(side(s, q) for s, q in pair))
    if ok:
        return held(rule, facts, f"{terms} = {right}", sides)
    return found(rule, facts, f"{terms} = {right} ≠ {value}", sides)
