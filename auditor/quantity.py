"""Text -> quantities: every figure with its unit, comparator and interval, and why a number is none.

A grammar over characters, run before any segmentation (jieba splits 万|m|²): grammar.py has the patterns, figure.py a
figure with its unit, qualifier.py the words around it, refuse.py why it is none, expression.py dates, shares and
products. Linear time, any text.
"""

from __future__ import annotations

from functools import lru_cache

from auditor import grammar as g
from auditor.expression import date, double, fraction, product
from auditor.figure import LONGEST, Here, Part, compound, han_part, joined, part
from auditor.interval import agree, contains, exact, interval_of_sum, ratio_interval
from auditor.model import Quantity, narrow
from auditor.qualifier import QUALIFIER_END, comparator, form, settle, suffix
from auditor.refuse import LONE, LONE_BEFORE, Masked, counts, labelled, numbered, refused, starts
from auditor.unit import resolve, scaled, split, squeeze, table, words

__all__ = [
    "Masked", "agree", "contains", "exact", "figures", "interval_of_sum", "masked", "periods", "quantities", "ratio_interval",
]  # fmt: skip

_ARABIC = frozenset("0123456789")
_PERCENT = frozenset("%‰")
_LABEL_END = frozenset(":)")
_MINUS = frozenset("-−")
_NEGATIVE = frozenset("负負")
_BURDEN = frozenset("减減担擔抱肩背胜勝")  # 减负2000元 is no negative figure
_SIGNS = _MINUS | _NEGATIVE
_MORE = _ARABIC | g.HAN_START  # a lower unit may follow: 3元|5角
_BEFORE_MINUS = frozenset(" \t\n(:=为|,、达率额数到是至≥≤>")
_CELL = 24  # characters of a text that may be a mere figure
_HAN_UNITS = frozenset(table()["han"]["units"].split())
_HAN_NEVER = frozenset(table()["han"]["never"].split())


def quantities(text: str, *, unit: str = "") -> tuple[Quantity, ...]:
    """All quantities of a raw text, in order, without overlap; offsets count its characters.

    unit: printed elsewhere (单位：万元, 数量（万元）, a 度量单位 column); it goes to bare numbers only.
    """
    return tuple([found for found in _read(text, unit) if type(found) is Quantity])


def figures(text: str, *, unit: str = "") -> tuple[tuple[Quantity, ...], tuple[Masked, ...]]:
    """Both in one reading: the quantities, and the digits that are none."""
    return _figures(text, unit) if len(text) <= _CELL else _figures.__wrapped__(text, unit)


@lru_cache(maxsize=1 << 12)  # 10, 100%, ≥95%: forms say the same again and again
def _figures(text: str, unit: str) -> tuple[tuple[Quantity, ...], tuple[Masked, ...]]:
    found = _read(text, unit)
    return tuple([f for f in found if type(f) is Quantity]), tuple([f for f in found if type(f) is Masked])


def masked(text: str, *, unit: str = "") -> tuple[Masked, ...]:
    """The digits of a raw text that are no quantity, with the reason, in order."""
    return tuple([found for found in _read(text, unit) if type(found) is Masked])


def periods(text: str) -> tuple[tuple[int, int, str], ...]:
    """Years and periods as printed: (start, end, "2021年底"), also 上年, 本年, 二季度, 十四五."""
    t = narrow(text)
    if g.OF_PERIOD.search(t) is None:
        return ()
    return tuple([(m.start(), m.end(), text[m.start() : m.end()]) for m in g.PERIOD.finditer(t)])


@lru_cache(maxsize=1 << 14)
def _outer(unit: str) -> str:
    return squeeze(narrow(unit))


def _read(text: str, unit: str) -> list[Quantity | Masked]:
    """Quantities and masked digits, from left to right. `floor`: where the last one ended; nothing looks behind it."""
    t = narrow(text)
    found: list[Quantity | Masked] = []
    lead, at, floor = g.LEAD.search, 0, 0
    if lead(t) is None:
        return found
    content = t.strip()
    first = 0 if content[0] == t[0] else t.index(content[0])
    here = Here(t, first, first + len(content), _outer(unit) if unit else "", "至少" in t)
    result: Quantity | Masked | None
    while (m := lead(t, at)) is not None:
        start = m.start()
        if t[start] in _ARABIC:
            result = _digits(here, start, floor)
        elif t[start] in g.HAN_START:
            run = g.HAN_RUN.match(t, start)
            assert run is not None
            at = run.end()
            result = _han(here, start, at, floor)
        else:
            at, floor, result = _other(here, start, floor)
        if result is not None:
            found.append(result)
            floor = at = result.end
    return found


def _other(here: Here, start: int, floor: int) -> tuple[int, int, Quantity | Masked | None]:
    """At a letter, a bracket or 第: (where to go on, the new floor, what is masked)."""
    m = g.AT_OTHER.match(here.t, start)
    if m is None:
        return start + 1, floor, None
    end, kind = m.end(), m.lastgroup or ""
    if kind == "double":
        return end, end, double(here.t, start, end)
    reason = g.REASONS.get(kind, kind)
    if not reason:
        return end, floor, None
    return end, end, Masked(start, end, reason) if not _ARABIC.isdisjoint(m[0]) else None


def _digits(here: Here, start: int, floor: int) -> Quantity | Masked:
    """A figure in digits: the quantity, or the reason why it is none."""
    t = here.t
    m = g.FIGURE.match(t, start)
    assert m is not None
    before, edge = t[start - 1 : start], m.end("a")
    if edge - start > LONGEST:
        return Masked(start, edge, "code")
    if _doubtful(t, start, edge, before):
        mask = g.AT_DIGIT.match(t, start)
        if mask is not None:
            kind = mask.lastgroup or ""
            if t[edge : edge + 1] == ":" and t.endswith(g.SERIALS, floor, start):
                return Masked(start, edge, "serial")  # 目标2：268名
            return (
                date(here, start, mask.end(), floor)
                if kind == "period"
                else Masked(start, mask.end(), g.REASONS.get(kind, kind))
            )
        if t.startswith("分之", edge):
            return fraction(here, start, floor)
    if before in _PERCENT:
        return Masked(start, edge, "glued")
    if before in g.LABEL_END and (label := labelled(t, start, floor)) is not None:
        return label
    low = part(t, start, m)
    if low is None:
        return Masked(start, m.end(), "code")
    dot = m["a"].find(".")
    if 0 < dot < 3 and low.unit and numbered(here, m["a"], dot, low):
        return Masked(start, start + dot + 1, "list_marker")
    if (
        t[low.end : low.end + 1] in g.OPERATOR_START
        and (operator := g.OPERATOR.match(t, low.end))
        and operator[1] != "="
    ):
        formula = product(here, start)
        if formula is not None:
            return formula
    high: Part | None = None
    following = t[low.end : low.end + 1]
    if following in g.DASH_START and (dash := g.RANGE.match(t, low.end)) is not None:
        high = part(t, dash.end())
        both = joined(t, low, high) if high else None
        if both is not None:
            low, high = both
        elif high is not None and not low.unit and t[low.end] not in " 至到":
            return Masked(start, high.end, "code")  # 219-001, 3-2
        else:
            high = None
    elif following in _MORE and low.unit:
        low = compound(t, low)
    qualifier = comparator(here, start, floor) if before in QUALIFIER_END or here.far else ("", start, "")
    if before in _SIGNS and not qualifier[0] and _negative(t, start, floor):
        low, qualifier = low._replace(value=-low.value), ("", start - 1, "")
    sign, begin, _ = qualifier
    end = high.end if high else low.end
    after = ""
    if t[end : end + 1] in g.SUFFIX_START:
        after, end = suffix(t, end, low.unit, bool(sign))
    reason = refused(here, low, high, sign, begin, end, floor)
    if reason:
        return Masked(start, end, reason)
    if not low.unit and before in _LABEL_END:
        low = low._replace(unit=_label_unit(t, start, floor))
    if here.unit and (not low.unit or resolve(low.unit).dimension == ""):
        low = low._replace(unit=scaled(low.unit, here.unit) if low.unit else here.unit)
    return settle(low, high, qualifier, after, end, "plain" if high else form(t, begin, floor))


def _doubtful(t: str, start: int, edge: int, before: str) -> bool:
    """Whether a mask may apply; most figures are followed by a measure word and need no look."""
    after = t[edge : edge + 1]
    if after == " ":
        after = t[edge + 1 : edge + 2]
    return (
        after in g.DOUBTFUL_NEXT
        or before in g.DOUBTFUL_BEFORE
        or edge - start > 7
        or (edge - start > 1 and t[start] == "0" and t[start + 1] != ".")
        or (before == " " and t[max(0, start - 2) : start - 1] in g.DOUBTFUL_BEFORE)
    )


def _negative(t: str, start: int, floor: int) -> bool:
    """A sign before the figure, where it cannot be a dash: (-3.5%), 为-17.53, 负3.9%."""
    if start <= floor:
        return False
    if t[start - 1] in _NEGATIVE:
        return start < 2 or t[start - 2] not in _BURDEN
    return t[start - 1] in _MINUS and (start == 1 or t[start - 2] in _BEFORE_MINUS)


def _label_unit(t: str, start: int, floor: int) -> str:
    """The unit in a label before the figure: 金额（万元）：350."""
    m = g.LABEL_UNIT.search(t, max(floor, start - 16), start)
    if m is None:
        return ""
    unit = squeeze(m["unit"])
    return unit if split(unit)[1] in words() or resolve(unit).dimension else ""


def _han(here: Here, start: int, end: int, floor: int) -> Quantity | None:
    """A Chinese numeral, only where a measure word makes it a figure (六个卡口, 三十余家)."""
    t = here.t
    if end >= len(t) or t[end] not in g.HAN_NEXT or not starts(t, start, floor):
        return None
    if t.startswith("分之", end):
        share = fraction(here, start, floor)
        return share if isinstance(share, Quantity) else None
    low = han_part(t, start)
    if low is None:
        return None
    high: Part | None = None
    if (dash := g.HAN_RANGE.match(t, low.end)) is not None:
        high = han_part(t, dash.end())
        both = joined(t, low, high) if high and high.unit else None
        if both is not None:
            low, high = both
        else:
            high = None
    if not low.unit:
        return None
    number = t[start:end]
    measure = split(low.unit.split("/")[0])[1]
    if measure not in _HAN_UNITS and (len(number) == 1 or measure in _HAN_NEVER or measure not in words()):
        return None
    qualifier = comparator(here, start, floor)
    if not qualifier[0] and number in LONE and start > floor and t[start - 1] in LONE_BEFORE:
        qualifier = (">", start - 1, t[start - 1])  # 上百家
    sign, begin, _ = qualifier
    if high is None:
        low = compound(t, low)
    end = high.end if high else low.end
    if not counts(t, number, low, high, measure, sign, begin, end):
        return None
    after, end = suffix(t, end, low.unit, bool(sign))
    return settle(low, high, qualifier, after, end, "plain" if high else form(t, begin, floor))
