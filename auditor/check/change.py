"""Percentages inside a sentence, held against the figures beside them.

growth: 增加189.25万元，增长31.39%; 792万元较上年603万元增长31.3%. share: 其中A 120万元，占60%. rate: 合格率
beside its two figures (执行率 and the like are the ratio kind's).
A conflict is told only where one pair of figures can be meant; wherever any pair fits, it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from auditor.check import HELD, Case, Option, found, held, plain
from auditor.check.prose import sentences, side
from auditor.clause import bracket_end
from auditor.misprint import telling
from auditor.model import Finding, Pass, Quantity, Rule
from auditor.sentence import Said, adds, around, aside, base, compared, listed, of_one

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("growth", "share", "rate")),
    "rate": Option(list, default=[]),
    "narrow": Option(list, default=[]),  # rate: words by which it is the rate of some, not of all
    "held": HELD,
}
FACTS = frozenset({"rate", "right", "part", "whole", "name", "text"})
Interval = tuple[Decimal, Decimal]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Said], Iterator[Finding | Pass]]] = {
        "growth": _growth, "share": _share, "rate": _rate,
    }  # fmt: skip
    known: tuple[Said, ...] | None = case.memo.get("change")
    if known is None:
        rated = (s for s in sentences(case) if any(q.dimension == "rate" for q in s.figures))
        known = case.memo["change"] = tuple(rated)
    for said in known:
        yield from checks[rule.options["what"]](rule, said)


# --- rates of two figures -----------------------------------------------------------------------------------------


def interval(quantity: Quantity) -> Interval:
    """What the figure may be before rounding, in base units."""
    assert quantity.value is not None
    half = Decimal(0) if quantity.dimension.startswith("count") and quantity.factor == 1 else quantity.step / 2
    return (quantity.value - half) * quantity.factor, (quantity.value + half) * quantity.factor


def _percent(quantity: Quantity) -> Interval:
    assert quantity.value is not None
    half = quantity.step / 2
    return (quantity.value - half) / 100, (quantity.value + half) / 100


def fits(part: Interval, whole: Interval, rate: Quantity) -> bool:
    """Whether the rate is part ÷ whole at its printed digit."""
    low, high = _percent(rate)
    return whole[0] > 0 and part[0] / whole[1] <= high and part[1] / whole[0] >= low


def _said(
    rule: Rule, said: Said, rate: Quantity, part: Quantity, whole: Quantity, right: Decimal, how: str, ok: bool
) -> Finding | Pass:
    return verdict(rule, said, rate, (said, part), (said, whole), right, how, ok)


def verdict(
    rule: Rule, said: Said, rate: Quantity, part: tuple[Said, Quantity], whole: tuple[Said, Quantity],
    right: Decimal, how: str, ok: bool,
) -> Finding | Pass:  # fmt: skip
    """The rate, with the figures that give it; `how` is their quotient, `right` what it comes to."""
    assert rate.value is not None
    places = max(1, -int(rate.step.as_tuple().exponent))
    shown = f"{right * 100:.{places}f}%"
    facts = {
        "rate": f"{plain(rate.value)}%", "right": shown, "name": said.name(rate),
        "text": said.text[rate.start : rate.end],
        "part": f"{part[0].label(part[1])}{_text(part[1])}", "whole": f"{whole[0].label(whole[1])}{_text(whole[1])}",
    }  # fmt: skip
    sides = (side(said, rate), side(*part), side(*whole))
    if ok:
        return held(rule, facts, f"{how} = {shown}", sides)
    return found(rule, facts, f"{how} = {shown} ≠ {plain(rate.value)}%", sides)


def _text(quantity: Quantity) -> str:
    return f"{plain(quantity.value)}{quantity.unit}" if quantity.value is not None else ""


def rates(said: Said) -> Iterator[tuple[Quantity, int]]:
    """Every percentage with the start of its sentence."""
    for figure in said.figures:
        if figure.dimension == "rate" and figure.unit == "%" and figure.value is not None and figure.comparator in "=≈":
            yield figure, said.begin(figure.start)


# --- growth -------------------------------------------------------------------------------------------------------

_UP = re.compile(
    r"(?:增长|增加|净增|增幅|上升|提高|上涨|增收|增速|多)(?:率|额|数|幅度)?(?:了|约|为|达|达到)?$|[较比][^,。;]{1,8}多[^\W\d]{1,4}$"
)
_DOWN = re.compile(
    r"(?:减少|净减|下降|降低|降幅|压减|下滑|回落|减幅|节约|节省|少)(?:率|额|数|幅度)?(?:了|约|为|达|达到)?$|[较比][^,。;]{1,8}少[^\W\d]{1,4}$"
)
_PAST = re.compile(r"上年|去年|上一年|前一年|年初|往年|同期|由|从|原|前|较|比")


def direction(said: Said, quantity: Quantity) -> int:
    """1 up, -1 down, 0 no change, by the word before the figure or at the head of its own span."""
    before = said.text[max(0, quantity.start - 12) : quantity.figure_start]
    return 1 if _UP.search(before) else -1 if _DOWN.search(before) else 0


def _growth(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    for rate, begin in rates(said):
        way = direction(said, rate)
        if not way:
            continue
        if past := _in_brackets(said, rate):
            like = [
                q for q in said.within(begin, rate.start)
                if q.dimension == past.dimension and q.value and not direction(said, q)
            ]  # fmt: skip
            if like:
                yield _risen(rule, said, rate, like[-1], past, way)
                continue
        if pair := _told_after(said, rate):
            yield _risen(rule, said, rate, pair[1], pair[0], way)
            continue
        change = next(reversed(said.within(begin, rate.start)), None)
        if change is not None and change.value and direction(said, change) == way and _near(said, change, rate):
            yield from _by_change(rule, said, rate, change, way, begin)
        else:
            yield from _by_levels(rule, said, rate, way, begin)


_FALLEN = re.compile(r"[,(](?:由|从)[^,。;:\d]{0,10}")
_TO = re.compile(r"[^,。;:\d]{0,6}[至到为][^,。;:\d]{0,8}")


def _told_after(said: Said, rate: Quantity) -> tuple[Quantity, Quantity] | None:
    """(before, after) right behind the rate: 同比下降16.67%，由30起降至25起."""
    two = said.within(rate.end, rate.end + 40)[:2]
    if len(two) < 2 or two[0].dimension != two[1].dimension or two[0].dimension == "rate":
        return None
    levels = all(q.value and q.comparator == "=" for q in two)
    led = _FALLEN.fullmatch(said.text, rate.end, two[0].figure_start) and _TO.fullmatch(said.text, two[0].end, two[1].figure_start)
    return (two[0], two[1]) if levels and led else None


def _in_brackets(said: Said, rate: Quantity) -> Quantity | None:
    """The figure of the year before in brackets after the rate: 同比增长20.8%（上年15.4万人次）."""
    if said.text[rate.end : rate.end + 1] != "(":
        return None
    close = bracket_end(said.text, rate.end) or rate.end
    inside = said.within(rate.end, min(close, rate.end + 40))
    named = len(inside) == 1 and inside[0].value and re.search(r"上年|去年|同期|20\d\d年", said.label(inside[0]))
    return inside[0] if named else None


def _near(said: Said, one: Quantity, other: Quantity) -> bool:
    between = said.text[one.end : other.start]
    return len(between) <= 10 and not re.search(r"[。;!?\n]", between)


def _levels(said: Said, like: Quantity, begin: int, stop: int) -> list[Quantity]:
    return [
        q for q in said.within(begin, stop)
        if q.dimension == like.dimension and q.value and q.comparator in "=≈" and not direction(said, q)
    ]  # fmt: skip


def _by_change(
    rule: Rule, said: Said, rate: Quantity, change: Quantity, way: int, begin: int
) -> Iterator[Finding | Pass]:
    """The change over what it was before: 792万元，增加189万元，增长31.39%."""
    levels = _levels(said, change, begin, change.start) or _subject(said, change, begin)
    part = interval(change)
    for level in reversed(levels):
        low, high = interval(level)
        before = (low - way * part[way > 0], high - way * part[way < 0])
        past = _past(said, level, change)
        whole, how = ((low, high), "") if past else (before, "−" if way > 0 else "+")
        if whole[0] > 0 and fits(part, whole, rate):
            yield _said(rule, said, rate, change, level, *_grown(change, level, how), ok=True)
            return
    near = levels[-1] if levels else None
    named = near is not None and _past(said, near, change)  # 较2021年的2610名
    if near is not None and (len(levels) == 1 or named) and said.text.rfind(";", begin, change.start) < near.start:
        right, text = _grown(change, near, "" if named else "−" if way > 0 else "+")
        if right > 0:
            yield _said(rule, said, rate, change, near, right, text, ok=False)
    elif moved := _moved(levels, change, way):
        yield _risen(rule, said, rate, *moved, way)


def _subject(said: Said, change: Quantity, begin: int) -> list[Quantity]:
    """学生41260人，其中…。较上年减少812人，下降1.93%: what the sentence before counts, where this one only says how it moved."""
    if not re.fullmatch(r"[\s。!?]*(?:同比|[较比](?:上年|去年)(?:同期)?)", said.text[begin : change.start].split("减")[0].split("增")[0]):
        return []
    line = said.text.rfind("\n", 0, begin) + 1
    before = max(line, said.begin(max(line, begin - 1)))
    like = [q for q in _levels(said, change, before, begin) if q.unit == change.unit and adds(q)]
    total = next(iter(like), None)
    return [total] if total and all(base(q) <= base(total) for q in like) else []


def _moved(levels: list[Quantity], change: Quantity, way: int) -> tuple[Quantity, Quantity] | None:
    """(now, past): the last two levels, where the change is their difference (预算42万元，支出36.75万元，节约5.25万元)."""
    if len(levels) < 2 or abs(base(levels[-2]) - base(levels[-1])) != base(change):
        return None
    low, high = sorted(levels[-2:], key=base)
    return (high, low) if way > 0 else (low, high)


def _past(said: Said, level: Quantity, change: Quantity) -> bool:
    """Whether the level is that of the year before: 较2021年的2610名, 2022年支出986万元，本年增加118万元."""
    label = said.label(level)
    dated = re.search(r"20\d\d年", label) and re.search("[本今当]年", said.text[level.end : change.start])
    compared = said.text.startswith(("相比", "比较"), level.end)  # 与2022年的1150万元相比，增加136万元
    return bool(dated or compared or _PAST.search(label))


def _grown(change: Quantity, level: Quantity, how: str) -> tuple[Decimal, str]:
    assert change.value is not None
    assert level.value is not None
    part, whole = change.value * change.factor, level.value * level.factor
    base = whole - part if how == "−" else whole + part if how == "+" else whole
    unit = level.factor
    text = f"({plain(whole / unit)} {how} {plain(part / unit)})" if how else plain(whole / unit)
    return (part / base if base else Decimal(0)), f"{plain(part / unit)} / {text}"


def _by_levels(rule: Rule, said: Said, rate: Quantity, way: int, begin: int) -> Iterator[Finding | Pass]:
    """Two levels: 792万元，较上年603万元增长31.3%; 由603万元增至792万元，增长31.3%."""
    aside = [m.span() for m in _GOAL.finditer(said.text, begin, rate.start)]
    before = [
        q
        for q in said.within(begin, rate.start)
        if q.value and q.comparator in "=≈" and not any(b <= q.start < e for b, e in aside)
    ]
    if before and before[-1].dimension != "rate":
        before = [q for q in before if q.dimension != "rate"]  # 支出228万元，为预算的96%，比上年的204万元增长12%
    match = _SUBJECT.match(said.label(before[-1])) if before else None
    if match and rate.start - before[-1].end <= 12 and (len(before) == 1 or before[-1].dimension != before[-2].dimension):
        yield from _by_name(rule, said, rate, before[-1], match[1], way)
        return
    if len(before) < 2 or before[-1].dimension != before[-2].dimension or before[-1].dimension == "rate":
        return
    one, two = before[-2], before[-1]
    between, after = _GOAL.sub("", said.text[one.end : two.start]), said.text[two.end : rate.start]
    if re.search(r"[。;!?\n]", between + after) or len(after) > 12 or len(between) > 24:
        return
    if (compared := re.search(r"较|比|上年|去年|同期", between)) and not direction(said, two):
        subject = re.sub(r"[^\w]|同|^(?:其中|均)", "", re.split(r"[,、:]", between[: compared.start()])[-1])
        now, past = one, two
        if len(subject) > 1 and subject not in said.label(one):
            yield from _by_name(rule, said, rate, two, subject, way)
            return
    elif re.search(r"由|从", said.text[max(begin, one.start - 8) : one.start]) and re.search(r"至|到|为", between):
        now, past = two, one
    else:
        return
    said_of = _risen(rule, said, rate, now, past, way)
    if isinstance(said_of, Finding) and now is one and (total := listed(said, now)) is not None:
        said_of = _risen(rule, said, rate, total, past, way)  # 接待86.4万人次，其中…17.5万人次，比上年72万人次增长20%
        if isinstance(said_of, Finding) and len(said.like(now, total.end, now.start)) < 1:
            return  # a single part: either may be meant
    yield said_of


# 完成312公里|，为年度任务300公里的104%|，较上年的274公里增长13.9%
_GOAL = re.compile(r",?(?P<lead>为|是|达到?了?|相当于|完成)(?P<whole>[^,。;:\d]{0,12}\d[\d,.]*[^\W\d]{1,4}的)\d[\d.]*%")


def _by_name(
    rule: Rule, said: Said, rate: Quantity, past: Quantity, subject: str, way: int
) -> Iterator[Finding | Pass]:
    """The clause names what has grown (火灾起数较上年的243起下降6.2%): the figure of that name, where there is one."""
    name, bare = _COUNTED.sub("", subject), _SPENT.sub("", subject)
    like = [q for q in said.within(max(0, past.start - 300), past.start) if q.dimension == past.dimension and q.value]
    named = [q for q in like if len(name) > 1 and said.label(q).endswith((name, subject))]
    named = named or [q for q in like if len(bare) > 2 and said.label(q) == bare and not direction(said, q)]
    ready = [_risen(rule, said, rate, now, past, way) for now in named]
    if kept := [r for r in ready if isinstance(r, Pass)]:
        yield kept[-1]
    elif len({base(q) for q in named}) == 1:
        yield ready[-1]


_SUBJECT = re.compile(r"([^\W\d]{2,12}?)(?:较|比)(?:上年|去年|上一年|20\d\d年)")
_SPENT = re.compile(r"(?:支出|金额|资金|经费|费用|投入|总额)$")  # 供养支出较上年… of 供养1208.3万元
_COUNTED = re.compile(r"(?:起|件|人|户|次)?(?:数|数量|总数|总量|人次)$")


def _risen(rule: Rule, said: Said, rate: Quantity, now: Quantity, past: Quantity, way: int) -> Finding | Pass:
    """The rate, held against the two levels."""
    (low, high), (bottom, top) = interval(now), interval(past)
    part = (low - top, high - bottom) if way > 0 else (bottom - high, top - low)
    assert now.value is not None
    assert past.value is not None
    right = way * (now.value * now.factor - past.value * past.factor) / (past.value * past.factor)
    a, b = plain(now.value * now.factor / past.factor), plain(past.value)
    how = f"({a} − {b}) / {b}" if way > 0 else f"({b} − {a}) / {b}"
    return _said(rule, said, rate, now, past, right, how, ok=fits(part, (bottom, top), rate))


# --- shares -------------------------------------------------------------------------------------------------------

_GENERAL = re.compile(r"总额|总数|总量|总体|全部|全年|年度|当年|比例|比重|比|其|的|总|为|约|达|到|合计|共|数|了|本|,")


def _share(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    for goal in _GOAL.finditer(said.text):
        yield from _share_of_goal(rule, said, goal)
    for rate, begin in rates(said):
        at = said.text.rfind("占", begin, rate.start)
        between = said.text[at : rate.start] if at >= 0 else ""
        if not between or between.count(",") + between.count(";") > 1 or "%" in between:
            continue
        before = [q for q in said.within(begin, at) if adds(q) and not aside(said, q, begin, at)]
        inside = [q for q in said.within(at, rate.start) if adds(q)]
        subject = re.split(r"[,;:、。]", said.text[begin:at])[-1]
        if said.text.startswith("占比", at) and len(subject) > 2 and not any(subject in said.label(q) for q in before):
            continue  # 研发投入占比3.42%: a rate with a name of its own
        if not before:
            yield from _share_of_named(rule, said, rate, begin, at)
            continue
        part = before[-1]
        wholes = [q for q in (inside or before[:-1]) if q.dimension == part.dimension]
        if not wholes or len(said.text[part.end : at]) > 12:
            continue
        fit = next((w for w in reversed(wholes) if fits(interval(part), interval(w), rate)), None)
        named = said.text[at + 1 : rate.figure_start]
        whole = fit or wholes[0]
        noun = _GENERAL.sub("", named)
        shared = re.match(r"[,(]\s?占", said.text[whole.end : whole.end + 3])  # 其中A 892万元（占70%），B 255万元（占20%）
        general = bool(inside) or (noun in said.label(whole) and (noun or not shared))
        if fit or (len(wholes) == 1 and general and ";" not in said.text[whole.end : at]):
            yield _said(rule, said, rate, part, whole, *over(part, whole), ok=bool(fit))


def _share_of_goal(rule: Rule, said: Said, goal: re.Match[str]) -> Iterator[Finding | Pass]:
    """完成312公里，为年度任务300公里的104%: of the figures of the sentence before it in the unit of the whole, the one that
    fits; where there is only one, and right before, it must."""
    inside = said.within(goal.start(), goal.end())
    if len(inside) != 2 or inside[1].dimension != "rate" or inside[1].value is None:
        return
    whole, rate = inside
    if not (adds(whole) and base(whole) and whole.comparator == rate.comparator == "="):
        return
    before = [q for q in said.like(whole, said.begin(goal.start()), goal.start()) if adds(q) and q.comparator == "="]
    fit = next((q for q in reversed(before) if fits(interval(q), interval(whole), rate)), None)
    part = fit or (before[0] if len(before) == 1 else None)
    if part and (fit or re.fullmatch(r"[^;,:。\d]{0,8}", said.text[part.end : goal.start()])):
        yield _said(rule, said, rate, part, whole, *over(part, whole), ok=bool(fit))


def _share_of_named(rule: Rule, said: Said, rate: Quantity, begin: int, at: int) -> Iterator[Finding | Pass]:
    """火灾占接处警总量的53.5%, with 接处警642起 and 火灾228起 in an earlier sentence: by their names, each once."""
    name = said.text[begin:at].strip("。!?\n ,;其中")
    noun = _GENERAL.sub("", said.text[at + 1 : rate.figure_start])
    if not 2 <= len(name) <= 8 or len(noun) < 2:
        return
    earlier = [q for q in said.within(max(0, begin - 600), begin) if adds(q)]
    parts = [q for q in earlier if said.label(q).endswith(name)]
    wholes = [q for q in earlier if said.label(q).endswith(noun)]
    if len(parts) == 1 and len(wholes) == 1 and parts[0].dimension == wholes[0].dimension and base(wholes[0]):
        part, whole = parts[0], wholes[0]
        ok = fits(interval(part), interval(whole), rate)
        yield _said(rule, said, rate, part, whole, *over(part, whole), ok=ok)


def over(part: Quantity, whole: Quantity) -> tuple[Decimal, str]:
    """part ÷ whole, and how it is written."""
    assert part.value is not None
    assert whole.value is not None
    return (
        part.value * part.factor / (whole.value * whole.factor),
        f"{plain(part.value * part.factor / whole.factor)} / {plain(whole.value)}",
    )


# --- named rates --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


_STEM = re.compile(r"([^\W\d]{2,8})率$")


def _rate(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    """抽检400批次，合格386批次，合格率96.5%: the part is what the rate's own word is said of.

    The word may be any (阳性52批次，阳性率0.61%); of the names of the rule its last two letters do.
    """
    names = _any(tuple(rule.options["rate"]))
    for rate, begin in rates(said):
        name = re.sub(r"(?:为|达|达到|约|是|:|均)+$", "", said.label(rate))
        match = names.search(name)
        stem = _STEM.search(name)
        if match and match.end() == len(name):
            root, modifier = match[0][:-1][-2:], name[: match.start()]
        elif stem and not direction(said, rate):
            root, modifier = stem[1], ""
        else:
            continue
        figures = [q for q in said.within(begin, rate.start) if adds(q) and q.value and not of_one(said, q)]
        if due := _due(said, rate, figures):
            yield _said(rule, said, rate, *due, *over(*due), ok=fits(interval(due[0]), interval(due[1]), rate))
            continue
        if not any(root in around(said, q) for q in figures):  # 满意度96.3%，满意户数154户
            after = said.within(rate.end, min(said.end(rate.end), rate.end + 16))
            figures += [q for q in after if adds(q) and q.value and not of_one(said, q)]
        told = [(q, words) for q in figures if not re.search(f"[不未]{root}", words := around(said, q))]
        narrowed = [n for n in rule.options["narrow"] if n in modifier]
        if any(n not in words for n in narrowed for _, words in told):
            continue  # 重点人群签约率 has a whole of its own
        if not (match and match.end() == len(name)) and any(q.dimension == "money" for q in figures):
            continue  # 执行率 and the like are the ratio and proportion kinds'
        parts = [q for q, words in told if root in words]
        wholes = [q for q, words in told if root not in words]
        pairs = [(p, w) for p in parts for w in wholes if p.unit == w.unit or p.dimension == w.dimension]
        fit = next((pair for pair in reversed(pairs) if fits(interval(pair[0]), interval(pair[1]), rate)), None)
        here = pairs if fit else _of_clause(said, rate, pairs)
        figures = [q for q in figures if any(q in pair for pair in here)] if here != pairs else figures
        pair = fit or _meant(said, here)
        if fit or (pair and not _several(said, pair, figures)):
            assert pair is not None
            yield _said(rule, said, rate, *pair, *over(*pair), ok=bool(fit))
        elif not parts and (pair := _before(said, rate, figures)):
            ok = fits(interval(pair[0]), interval(pair[1]), rate)
            if ok or _slipped(rate, *pair):
                yield _said(rule, said, rate, *pair, *over(*pair), ok=ok)
        elif slipped := [p for p in pairs if p[1].start < p[0].start and _slipped(rate, *p, tries=len(pairs))]:
            yield _said(rule, said, rate, *slipped[0], *over(*slipped[0]), ok=False)


_DUE = re.compile(r"(?:应|计划|目标|任务)[^\W\d]{0,6}$")
_DID = re.compile(r"(?:实际?|已|完成)[^\W\d]{0,6}$")
_DONE = re.compile(r"完成(?:率|比例)[为达到]*$")


def _due(said: Said, rate: Quantity, figures: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    """(part, whole) where one of two figures is called what was due: 应种359420剂次，实种353310剂次，接种率98.3%; 参保33215人，参保率
    95.63%（应参保34733人）."""
    near = [q for q in figures[-1:] if rate.start - q.end <= 16 and not re.search(r"[;。]", said.text[q.end : rate.start])]
    if not near or (part := near[0]).comparator != "=" or direction(said, part) or compared(said, part):
        return None
    if said.text[rate.end : rate.end + 1] == "(":
        close = bracket_end(said.text, rate.end) or rate.end
        inside = said.within(rate.end, min(close, rate.end + 30))
        named = [q for q in inside if _DUE.search(said.label(q)) and q.unit == part.unit and q.comparator == "=" and q.value]
        return (part, named[0]) if len(inside) == len(named) == 1 else None
    whole = next((q for q in figures[-2:-1] if q.unit == part.unit and q.comparator == "="), None)
    if whole is None or re.search(r"[;。]", said.text[whole.end : part.start]):
        return None
    due, done = _DUE.search(said.label(whole)), _DID.search(said.label(part))
    alike_ = due and done and (due[0][-1] == done[0][-1] or _DONE.search(said.label(rate)))
    return (part, whole) if alike_ and len(said.text[whole.end : part.start]) <= 12 else None


def _of_clause(said: Said, rate: Quantity, pairs: list[tuple[Quantity, Quantity]]) -> list[tuple[Quantity, Quantity]]:
    """甲类31220人，管理23416人，管理率75%；乙类12110人，管理8964人，管理率74%: the pair of its own part, where the part before
    has a rate of that name."""
    at = said.text.rfind(";", said.begin(rate.start), rate.start)
    name = said.label(rate)
    twin = at > 0 and any(q.dimension == "rate" and said.label(q) == name for q in said.within(said.begin(at), at))
    return [p for p in pairs if min(p[0].start, p[1].start) > at] if twin else pairs


def _before(said: Said, rate: Quantity, figures: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    """(part, whole): the two figures right before the rate, the part the last, whatever they are called."""
    two = [q for q in figures if q.start < rate.start][-2:]
    if len(two) < 2 or two[0].unit != two[1].unit or base(two[1]) > base(two[0]):
        return None
    near = rate.start - two[1].end <= 16 and not re.search(r"[;。]", said.text[two[0].end : rate.start])
    return (two[1], two[0]) if near else None


def _slipped(rate: Quantity, part: Quantity, whole: Quantity, tries: int = 1) -> bool:
    """Whether the rate is the right one but for a slip of the pen."""
    if not base(whole) or rate.value is None:
        return False
    right = (100 * base(part) / base(whole)).quantize(rate.step)
    return 0 < right <= 100 and telling(rate.value, right, tries)


_FUNNEL = re.compile(r"收回|回收|有效|实到|实际|参加|参检|其中")


def _meant(said: Said, pairs: list[tuple[Quantity, Quantity]]) -> tuple[Quantity, Quantity] | None:
    """The one pair that can be meant: the whole stands before its part; of several wholes the last, where each is what
    was left of the one before (发放600份，收回有效588份)."""
    pairs = [(p, w) for p, w in pairs if w.start < p.start and ";" not in said.text[w.end : p.start]]
    pairs = [p for n, p in enumerate(pairs) if base(p[1]) not in {base(q[1]) for q in pairs[:n]}]
    if len({id(p) for p, _ in pairs}) != 1 or len({w.unit for _, w in pairs}) != 1:
        return None
    if all(_FUNNEL.search(said.label(w)) for _, w in pairs[1:]):
        return pairs[-1]
    return None


def _several(said: Said, pair: tuple[Quantity, Quantity], figures: list[Quantity]) -> bool:
    """Whether other figures of the kind stand between: then another pair may be meant."""
    return any(q not in pair and q.dimension == pair[0].dimension and q.start > pair[1].start for q in figures)
