"""Differences told in running text: what remains, what was added, by how much a level has moved.

equation: 年初预算286万元，年中调减16万元，调整后预算270万元. rest: 到位1750万元 … 支付1528.5万元 … 尚未支付221.5万元.
moved: 由83.1%提升到86.4%，提高3.3个百分点. ahead: 满意度89.2%，高于目标4.2个百分点.
A difference holds wherever two figures give it. It is told wrong where its sentence has no other figures that may be
meant, or where one slip of the pen in one figure makes it right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from auditor.check import HELD, Case, Option, found, held, plain
from auditor.check.change import fits, interval
from auditor.check.prose import sentences, side
from auditor.misprint import misprint, telling
from auditor.model import Finding, Pass, Quantity, Rule
from auditor.sentence import Said, adds, around, aside, base, is_plain, listed, makes_up, of_one

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("equation", "rest", "moved", "ahead")),
    # regular expressions on the words of a figure. equation: total = plus + plus … − minus …
    "total": Option(list, default=[]),
    "plus": Option(list, default=[]),
    "minus": Option(list, default=[]),
    # rest: what it is said to be, and of what it can be the rest
    "rest": Option(list, default=[]),
    "whole": Option(list, default=[]),
    "done": Option(list, default=[]),
    "held": HELD,
}
FACTS = frozenset({"value", "right", "name", "whole", "part", "sum"})
_REACH = 400  # characters before a remainder where its figures may stand
_TARGETS = 100  # rates among the targets that a lead is held against
_MOST = 12  # figures that are tried

Told = tuple[Said, Quantity]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "equation": _equation, "rest": _rest, "moved": _moved, "ahead": _ahead,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


@lru_cache(maxsize=64)
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns) or "(?!)")


def _shown(quantity: Quantity) -> str:
    return f"{plain(quantity.value or Decimal(0))}{quantity.unit}"


def _verdict(rule: Rule, whole: list[tuple[int, Told]], told: Told, right: Decimal, ok: bool) -> Finding | Pass:
    """The figures of `whole` with their signs make `right`, in base units; `told` says what they make."""
    said, figure = told
    same = len({q.unit for _, (_, q) in whole} | {figure.unit}) == 1
    terms = " ".join(
        ("" if n == 0 and sign > 0 else "+ " if sign > 0 else "− ")
        + (plain(q.value or Decimal(0)) if same else _shown(q))
        for n, (sign, (_, q)) in enumerate(whole)
    )
    computed = plain(right / figure.factor)
    facts = {
        "value": _shown(figure), "right": f"{computed}{figure.unit}", "name": said.name(figure), "sum": terms,
        "whole": f"{whole[0][1][0].label(whole[0][1][1])}{_shown(whole[0][1][1])}",
        "part": f"{whole[-1][1][0].label(whole[-1][1][1])}{_shown(whole[-1][1][1])}",
    }  # fmt: skip
    sides = [side(said, figure), *(side(s, q) for _, (s, q) in whole)]
    if ok:
        return held(rule, facts, f"{terms} = {computed}", sides)
    return found(rule, facts, f"{terms} = {computed} ≠ {plain(figure.value or Decimal(0))}", sides)


def _slipped(total: Quantity, parts: list[Quantity], tries: int) -> bool:
    """Whether one slip of the pen explains why the parts do not make the total."""
    gap = base(total) - sum(map(base, parts), Decimal(0))
    pairs = ((total, -gap), *((p, gap) for p in parts))
    return any(telling(q.value or Decimal(0), (base(q) + wanted) / q.factor, tries) for q, wanted in pairs)


# --- equations of named figures -----------------------------------------------------------------------------------


def _equation(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Each named figure once in the sentence, or in the cells of a row (年初9448万元，追加400万元 | 全年预算9848万元)."""
    total = _any(tuple(pattern.rstrip("$") for pattern in rule.options["total"]))
    rows: dict[tuple[int | None, int | None], list[Said]] = {}
    for said in sentences(case):
        place = said.field.text.place
        if len(said.text) <= _SHORT and (place.row is not None and place.column is not None):
            rows.setdefault((place.table, place.row), []).append(said)
        if total.search(said.text):
            for begin, stop in said.sentences():
                yield from _equated(rule, [(said, q) for q in said.within(begin, stop)])
    for cells in rows.values():
        if len(cells) > 1 and any(total.search(said.text) for said in cells):
            yield from _equated(rule, [(said, q) for said in cells for q in said.figures], apart=True)


_SHORT = 40  # characters of a cell that belongs to its row


def _equated(rule: Rule, told: list[Told], apart: bool = False) -> Iterator[Finding | Pass]:
    kinds = {key: _any(tuple(rule.options[key])) for key in ("total", "plus", "minus")}
    named: dict[str, list[Told]] = {key: [] for key in kinds}
    for said, q in told:
        if not (adds(q) or (q.form == "growth" and q.value is not None)) or q.comparator != "=":
            continue
        key = next((k for k in kinds if kinds[k].search(said.label(q))), None)
        if key:
            named[key].append((said, q))
    terms = named["plus"] + named["minus"]
    if len(named["total"]) != 1 or not named["plus"] or len(terms) < 2:
        return
    total = named["total"][0]
    if apart and all(said is total[0] for said, _ in terms):
        return  # a sentence of its own
    mine = [t for t in terms if t[1].dimension == total[1].dimension]
    labels = {p for said, q in mine for p in _which(rule, said.label(q))}
    first = terms[0][0].label(terms[0][1])
    if len(mine) != len(terms) or len(labels) != len(terms) or _which(rule, first) != {0}:
        return
    whole = [(1 if t in named["plus"] else -1, t) for t in mine]
    right = sum((sign * base(q) for sign, (_, q) in whole), Decimal(0))
    loose = sum((q.step * q.factor for _, q in (*mine, total)), Decimal(0)) / 2
    yield _verdict(rule, whole, total, right, abs(right - base(total[1])) < loose or right == base(total[1]))


def _which(rule: Rule, label: str) -> set[int]:
    """The number of the pattern among plus and minus that names the figure."""
    for n, pattern in enumerate((*rule.options["plus"], *rule.options["minus"])):
        if re.search(pattern, label):
            return {n}
    return set()


# --- what remains -------------------------------------------------------------------------------------------------


def _rest(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    rest, whole, done = (_any(tuple(rule.options[key])) for key in ("rest", "whole", "done"))
    stock = [(s, q) for s in sentences(case) for q in s.figures if _ready(q) and whole.search(s.label(q))]
    spent = [
        (s, q)
        for s in sentences(case)
        for q in s.figures
        if _ready(q) and done.search(s.label(q)) and not rest.search(around(s, q))
    ]
    for said in sentences(case):
        for figure in said.figures:
            if not _ready(figure) or not rest.search(around(said, figure)):
                continue
            line = said.text.rfind("\n", 0, figure.start) + 1
            local = [(said, q) for q in said.like(figure, max(line, figure.start - _REACH), figure.start)]
            if not figure.dimension.startswith("count"):
                known = [t for t in stock if t[1].dimension == figure.dimension][:_MOST]
            else:
                known = []
            if pair := _by_share(said, figure):
                right = base(pair[0]) - base(pair[1])
                ok = right == base(figure) or makes_up(pair[0], [pair[1], figure])
                if ok or misprint(figure.value or Decimal(0), right / figure.factor):
                    yield _verdict(rule, [(1, (said, pair[0])), (-1, (said, pair[1]))], (said, figure), right, ok)
                    continue
            yield from _remains(rule, said, figure, local[-_MOST:], known, spent, whole, done)


_OTHERS = re.compile(r"其余|余下|剩余")


def _by_share(said: Said, figure: Quantity) -> tuple[Quantity, Quantity] | None:
    """累计完成31座，占全县58座的53.4%，其余27座: (whole, part), which the share between them tells."""
    begin = max(said.begin(figure.start), said.text.rfind(";", 0, figure.start) + 1)
    inside = said.within(begin, figure.start)
    like = [q for q in inside if q.unit == figure.unit and _ready(q)][-2:]
    rates = [q for q in inside if q.dimension == "rate" and q.value]
    if not _OTHERS.match(said.label(figure)) or len(like) < 2 or not rates:
        return None
    part, whole = sorted(like, key=base)
    return (whole, part) if base(part) < base(whole) and fits(interval(part), interval(whole), rates[-1]) else None


def _ready(quantity: Quantity) -> bool:
    counted = adds(quantity) or (quantity.dimension == "time" and is_plain(quantity))
    return counted and quantity.comparator == "=" and bool(quantity.value)


def _remains(
    rule: Rule, said: Said, figure: Quantity, local: list[Told], stock: list[Told], spent: list[Told],
    whole: re.Pattern[str], done: re.Pattern[str],
) -> Iterator[Finding | Pass]:  # fmt: skip
    spent = [t for t in spent if t[1].dimension == figure.dimension][:_MOST]
    wholes = [*reversed(local), *(t for t in stock if t not in local)]
    parts = [*reversed(local), *(t for t in spent if t not in local)]
    for a in wholes:
        for b in parts:
            if a[1] is b[1] or figure in (a[1], b[1]) or b[1].dimension != figure.dimension or base(a[1]) <= base(b[1]):
                continue
            if makes_up(a[1], [b[1], figure]):
                yield _verdict(rule, [(1, a), (-1, b)], (said, figure), base(a[1]) - base(b[1]), ok=True)
                return
    used = [t for t in local if done.search(t[0].label(t[1]))]
    used += [
        t for t in spent if t[1].dimension == figure.dimension and t not in used and _OVERALL.search(t[0].label(t[1]))
    ]
    choices = [t for t in wholes if whole.search(t[0].label(t[1])) and t[1] is not figure]
    pairs = [(a, b) for a in choices for b in used if a[1] is not b[1] and base(a[1]) > base(b[1])]
    tries = len({(base(a[1]), base(b[1])) for a, b in pairs})
    meant = [(a, b) for a, b in pairs if _slipped(a[1], [b[1], figure], tries)][:1]
    begin, stop = said.begin(figure.start), said.end(figure.end)
    inside = [q for q in said.like(figure, begin, stop) if not of_one(said, q) and not aside(said, q, begin, stop)]
    if not meant and len(inside) == 3:  # nothing else in the sentence
        meant = [(a, b) for a, b in pairs if a[1] in inside and b[1] in inside][:1]
        one, two, three = inside
        left = three is figure and _LEFT.match(said.label(figure)) and done.search(said.label(two))
        if not meant and left and base(one) > base(two) and one.unit == two.unit == figure.unit:
            meant = [((said, one), (said, two))]  # 反映问题86个，已整改81个；其余5个正在整改
    for a, b in meant:
        yield _verdict(rule, [(1, a), (-1, b)], (said, figure), base(a[1]) - base(b[1]), ok=False)


_OVERALL = re.compile(r"累计|实际|全年|总|已|共|决算")
_LEFT = re.compile(r"(?:其余|剩余|余下|还剩|尚余|另外)的?$|(?:尚有|仍有|还有)$")


# --- levels that moved --------------------------------------------------------------------------------------------

_TO = re.compile(
    r"[^\d,。;:]{0,4}?(?P<up>增加|增长|提高|提升|上升|扩大|上涨|发展|升|增)?(?P<down>减少|下降|降低|压缩|压减|缩短|下调|降|减)?(?:到|至|为)了?[^\d,。;]{0,3}"
)
_STEP = re.compile(
    r"[,(]?(?:净|共|累计)?(?:增加|提高|提升|上升|新增|净增|增长|减少|下降|降低|压减|缩短|压缩)了?(?:约|近)?"
)
_FROM = re.compile(r"(?:由|从|上年|去年|年初|原)[^,。;]{0,14}$")


def _moved(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for said in sentences(case):
        if "较" in said.text or "比" in said.text:
            for past in said.figures:
                if past.dimension != "rate" and adds(past):
                    yield from _since(rule, said, past)
        for n, (one, two) in enumerate(zip(said.figures, said.figures[1:], strict=False)):
            if one.dimension != two.dimension or one.value is None or two.value is None or two.start - one.end > 12:
                continue
            if passed := _VERSUS.fullmatch(said.text, one.end, two.figure_start):
                yield from _versus(rule, said, one, two, passed)
                continue
            if one.dimension == "money" and _BECAME.fullmatch(said.text, one.end, two.figure_start):
                yield from _added_before(rule, said, one, two)
                continue
            to = _TO.fullmatch(said.text, one.end, two.figure_start)
            if not to or "=" not in one.comparator + two.comparator or not _FROM.search(said.label(one)):
                continue
            way = 1 if to["up"] else -1 if to["down"] else 0
            change = base(two) - base(one)
            if way and change and (change > 0) != (way > 0) and one.comparator == two.comparator == "=":
                facts = {
                    "name": said.name(one),
                    "value": _shown(two),
                    "right": "",
                    "whole": _shown(one),
                    "part": _shown(two),
                    "sum": "",
                }
                sign = "<" if way > 0 else ">"
                yield found(
                    rule, facts, f"{plain(two.value)} {sign} {plain(one.value)}", (side(said, two), side(said, one))
                )
                continue
            step = said.figures[n + 2] if n + 2 < len(said.figures) else None
            if step is None or step.value is None or not _STEP.fullmatch(said.text, two.end, step.figure_start):
                continue
            points = step.dimension == "points" and two.dimension == "rate"
            if not points and (step.dimension != two.dimension or two.dimension == "rate"):
                continue
            if points:
                gap, loose = abs(two.value - one.value), (one.step + two.step + step.step) / 2
                ok = abs(gap - step.value) < loose
                right = gap * step.factor
            else:
                right = abs(change)
                exact = step.dimension.startswith("count")
                ok = right == base(step) or (
                    not exact and abs(right - base(step)) < sum(q.step * q.factor for q in (one, two, step)) / 2
                )
            high, low = (two, one) if change > 0 else (one, two)
            yield _verdict(rule, [(1, (said, high)), (-1, (said, low))], (said, step), right, ok)


_VERSUS = re.compile(
    r",?[较比](?:上年|去年|上一年|前一年|20\d\d年)(?:年?[末底初]|同期)?的?|[,(]\s?(?:上年|去年)(?:同期)?[为是]?"
    r"|\((?:原?计划|目标|任务)[为是]?"
)
_A_GOAL = re.compile(r"(?:[低高优少多]于|超过?|超出|不足|未达到?)[^,。;]{0,10}$")
_MORE = re.compile(r",?\s?(?:同比|实际|较上年)?(?:(?P<up>净?增加|净增|增长|上升|提高|新增|多)|净?减少|净减|下降|降低|少)了?")


def _versus(rule: Rule, said: Said, now: Quantity, past: Quantity, words: re.Match[str]) -> Iterator[Finding | Pass]:
    """参保86.4万人，比上年末的84.7万人净增1.7万人: the three figures in one row."""
    step = next(iter(said.within(past.end, past.end + 24)), None)
    points = step is not None and step.dimension == "points" and now.dimension == "rate"
    if step is None or not step.value or (not points and (step.dimension != now.dimension or now.dimension == "rate")):
        return
    more = _MORE.fullmatch(said.text, past.end, step.figure_start)
    if not more or any(q.comparator != "=" for q in (now, past, step)):
        return
    if _A_GOAL.search(said.label(now)):  # 失业率3.1%，低于控制目标4.5%，较上年末的3.4%下降0.3个百分点
        earlier = [q for q in said.within(said.begin(now.start), now.start) if q.dimension == now.dimension and q.value is not None]
        if not earlier or earlier[-1].comparator != "=":
            return
        now = earlier[-1]
    total = None if points else listed(said, now)
    if points:
        now, past = (q._replace(factor=step.factor) for q in (now, past))
    for level in (now, total) if total is not None else (now,):
        change = base(level) - base(past)
        right, exact = abs(change), step.dimension.startswith("count") and {level.factor, past.factor, step.factor} == {1}
        loose = Decimal(0) if exact else sum((q.step * q.factor for q in (level, past, step)), Decimal(0)) / 2
        if ok := (change > 0) == bool(more["up"]) and (right == base(step) or abs(right - base(step)) < loose):
            break
    if not ok and level is total and not said.like(now, total.end, now.start):
        return  # a total and a single part: either may be meant
    high, low = (level, past) if more["up"] else (past, level)
    yield _verdict(rule, [(1, (said, high)), (-1, (said, low))], (said, step), base(high) - base(low), ok)


_BECAME = re.compile(r"[^\d,。;:]{0,2}?(?:调整|变更|调增|调减|追加|增加|减少)(?:为|到|至)")
_CHANGED = re.compile(r"追加|调增|增加|增拨|调减|核减|压减|追减|减少|收回")


def _added_before(rule: Rule, said: Said, past: Quantity, now: Quantity) -> Iterator[Finding | Pass]:
    """年中追加布展经费150万元，全年预算由7850万元调整为8000万元: one change before the two levels in their sentence."""
    if not re.search(r"[由从][^,。;]{0,4}$", said.label(past)):
        return
    begin = said.begin(past.start)
    before = [q for q in said.within(begin, past.start) if q.dimension == now.dimension and q.value]
    steps = [q for q in before if _CHANGED.search(said.label(q)) or q.form == "growth"]
    if len(steps) != 1 or len(before) != 1 or any(q.comparator != "=" for q in (past, now, steps[0])):
        return
    right = abs(base(now) - base(past))
    loose = sum((q.step * q.factor for q in (past, now, steps[0])), Decimal(0)) / 2
    ok = right == base(steps[0]) or abs(right - base(steps[0])) < loose
    high, low = (now, past) if base(now) > base(past) else (past, now)
    assert steps[0].value is not None
    if ok or misprint(steps[0].value, right / steps[0].factor) or _slipped(high, [low, steps[0]], 1):
        yield _verdict(rule, [(1, (said, high)), (-1, (said, low))], (said, steps[0]), right, ok)


_SINCE = re.compile(r"(?P<name>[^\W\d]{2,6}?)(?:人?数量?|总数|总量|规模)?[较比](?:上年|去年|上一年|前一年)(?:[末底]|同期)?的?$")


def _since(rule: Rule, said: Said, past: Quantity) -> Iterator[Finding | Pass]:
    """全县参保38.62万人，…。参保人数较上年38.95万人减少0.33万人: the level of this year stands before, under the same name."""
    match = _SINCE.search(said.label(past))
    step = next(iter(said.within(past.end, past.end + 16)), None)
    if match is None or step is None or step.dimension != past.dimension or not step.value or not past.value:
        return
    more = _MORE.fullmatch(said.text, past.end, step.figure_start)
    line = said.text.rfind("\n", 0, past.start) + 1
    like = said.like(past, max(line, past.start - _REACH), past.start)
    named = [q for q in like if q.unit == past.unit and said.label(q).endswith(match["name"])]
    if not more or len({base(q) for q in named}) != 1 or any(q.comparator != "=" for q in (past, step, named[-1])):
        return
    now = named[-1]
    high, low = (now, past) if more["up"] else (past, now)
    right = base(high) - base(low)
    ok = right == base(step) or abs(right - base(step)) < sum((q.step * q.factor for q in (now, past, step)), Decimal(0)) / 2
    if ok or (right > 0 and misprint(step.value, right / step.factor)):
        yield _verdict(rule, [(1, (said, high)), (-1, (said, low))], (said, step), right, ok)


_AHEAD = re.compile(
    r"(高于|超过|超出|超|优于|低于|未达)(?:年度|年初|预期|绩效|设定|既定|计划)*(?:目标|指标|任务)(?:值|要求)?(?:约)?"
)


def _ahead(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """So many points above the target: the target of that name stands in another chapter."""
    targets = [
        (s, q) for s in sentences(case) if s.field.role == "target" for q in s.figures
        if q.dimension == "rate" and q.value is not None
    ][:_TARGETS]  # fmt: skip
    for said in sentences(case):
        for step in said.figures:
            if step.dimension != "points" or step.value is None:
                continue
            match = _AHEAD.search(said.label(step))
            rate = next(
                (q for q in reversed(said.within(said.begin(step.start), step.start)) if q.dimension == "rate"), None
            )
            if not match or rate is None or rate.value is None or step.start - rate.end > 24:
                continue
            name = re.sub(r"[\s为达到了约:是]+$", "", said.label(rate))[-3:]
            mine = [(s, q) for s, q in targets if len(name) > 1 and name in re.sub(r"不[低少]于|大于", "", s.label(q))]
            sign = -1 if match[1] in ("低于", "未达") else 1
            fits = [
                t
                for t in mine
                if abs(sign * (rate.value - (t[1].value or 0)) - step.value) < (rate.step + step.step) / 2
            ]
            if not fits and len({t[1].value for t in mine}) != 1:
                continue
            goal = (fits or mine)[0]
            assert goal[1].value is not None
            right = sign * (rate.value - goal[1].value) * step.factor
            whole = [(1, (said, rate)), (-1, goal)] if sign > 0 else [(1, goal), (-1, (said, rate))]
            yield _verdict(rule, whole, (said, step), right, bool(fits))
