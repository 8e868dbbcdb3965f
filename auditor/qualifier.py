"""The words around a figure: which bound they set, which kind of expression they make, and the interval that follows.

Phrases are data (rules/units.toml, [comparator] and [form]). One look backwards by the last character, one pattern
after.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from auditor import grammar as g
from auditor.figure import Here, Part, last_place
from auditor.model import Comparator, Quantity
from auditor.unit import ONE, Unit, resolve, table

HALF = Decimal("0.5")
_WORDS = table()["comparator"]
_NEAR_WORDS = frozenset(_WORDS["near"])
_NEAR = Decimal(table()["width"]["near_share"])
_TIMES = frozenset(("time", "months", "workday"))
_FORM = table()["form"]
_GROWTH = tuple(_FORM["growth"])
_GAPS = tuple(sorted(_FORM["growth_gap"], key=len, reverse=True))
_FILLERS = tuple(sorted(_WORDS["fillers"], key=len, reverse=True))
_BLANKS = frozenset(" |\t")
_TAG_ENDS = frozenset('/"-')

Qualifier = tuple[str, int, str]  # (sign, where it begins, the phrase); sign "" if there is none


def _by_last() -> dict[str, list[tuple[str, str, str]]]:
    """Last character -> (phrase, sign, characters that may not stand before it), longest phrase first."""
    stops: dict[str, str] = _WORDS["not_after"]
    found: dict[str, list[tuple[str, str, str]]] = {}
    for sign, phrases in _WORDS["before"].items():
        for phrase in phrases:
            found.setdefault(phrase[-1], []).append((phrase, sign, stops.get(phrase, "")))
    for entry in found.values():
        entry.sort(key=lambda item: -len(item[0]))
    return found


_BEFORE = _by_last()
_FILLER_LAST = frozenset(word[-1] for word in _FILLERS)
QUALIFIER_END = frozenset(_BEFORE) | _FILLER_LAST | _BLANKS  # last characters before a figure
_FORM_LAST = frozenset(word[-1] for word in (*_GROWTH, *_GAPS, _FORM["each"]))


def _qualifier(t: str, at: int, floor: int) -> Qualifier:
    """The one that ends at `at`, a blank or a bar between allowed."""
    end = at
    while end > floor and at - end < 3 and t[end - 1] in _BLANKS:
        end -= 1
    if end <= floor:
        return "", at, ""
    for phrase, sign, stop in _BEFORE.get(t[end - 1], ()):
        begin = end - len(phrase)
        if begin < floor or not t.startswith(phrase, begin):
            continue
        before = t[begin - 1] if begin else ""
        if before and (before in stop or (phrase == "=" and before in "<>≥≤")):
            continue
        if phrase[0] in "<>" and before and ((before.isascii() and before.isalnum()) or before in _TAG_ENDS):
            continue  # the end of an HTML tag
        return sign, begin, phrase
    return "", at, ""


def comparator(here: Here, at: int, floor: int) -> Qualifier:
    """Up to two qualifiers before a figure (不低于|约, 超过|了): the outer one decides unless it only says 达到."""
    if at <= floor:
        return "", at, ""
    t = here.t
    last = t[at - 1]
    if last not in QUALIFIER_END:
        return _far(t, at, floor) if here.far else ("", at, "")
    sign, begin, phrase = _qualifier(t, at, floor)
    if last in _FILLER_LAST and sign in ("", "="):
        for filler in _FILLERS:
            if t.endswith(filler, floor, at):
                outer = _qualifier(t, at - len(filler), floor)
                if outer[0] not in ("", "="):
                    return outer
                break
    if not sign:
        return _far(t, at, floor) if here.far else ("", at, "")
    outer = _qualifier(t, begin, floor)
    if outer[0] not in ("", "=") and t[outer[1] : begin].strip() and (sign in "=≈" or outer[0] == sign):
        return outer
    return sign, begin, phrase


def _far(t: str, at: int, floor: int) -> Qualifier:
    """至少|全年完成|2次: the bound stands a few characters before."""
    begin = max(floor, at - 8)
    found = t.rfind("至少", begin, at)
    between = t[found + 2 : at]
    if found >= 0 and between.isalpha() and not any(c.isascii() for c in between):
        return "≥", found, "至少"
    return "", at, ""


def suffix(t: str, end: int, unit: str, limited: bool) -> tuple[str, int]:
    """以上, 左右, 内 after a figure: (phrase, end of the quantity). 内 closes times and limited figures only."""
    m = g.SUFFIX.match(t, end)
    if m is None:
        return "", end
    phrase = m["suffix"]
    if phrase == g.WITHIN and not limited and resolve(unit).dimension not in _TIMES:
        return "", end
    if phrase == "多" and resolve(unit).dimension not in (*_TIMES, "length", "mass"):
        return "", end
    return phrase, m.end()


def form(t: str, begin: int, floor: int) -> str:
    """each (各3个), growth (同比增长38.8%, 增加约3万元) or plain, by what stands before the quantity."""
    if begin <= floor or t[begin - 1] not in _FORM_LAST:
        return "plain"
    if t[begin - 1] == _FORM["each"]:
        return "each"
    at = begin
    for _ in range(2):
        gap = next((word for word in _GAPS if t.endswith(word, floor, at)), "")
        if not gap:
            break
        at -= len(gap)
    return "growth" if t.endswith(_GROWTH, floor, at) else "plain"


def quantity(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, sign: str, unit: str, known: Unit,
    step: Decimal, span: tuple[int, int], digits: tuple[int, int], kind: str = "plain",
) -> Quantity:  # fmt: skip
    """A Quantity of a unit whose meaning is known."""
    return Quantity(
        value, low, high, cast(Comparator, sign or "="), unit, known.dimension, known.factor, step,
        span[0], span[1], digits[0], digits[1], kind,
    )  # fmt: skip


def settle(low: Part, high: Part | None, before: Qualifier, after: str, end: int, kind: str) -> Quantity:
    """One figure, or a range of two, with its qualifiers: the interval that the words allow."""
    sign, begin, phrase = before
    span = (begin, end)
    if after:
        last = "≤" if after == g.WITHIN else ">" if after == "多" else g.AFTER[after]
        if not (sign and last == "≈"):
            sign = last
    known = resolve(low.unit)
    if high is not None:
        step = min(low.step, high.step)
        return quantity(
            None, low.value, high.value, sign, low.unit, known, step, span, (low.start, high.digits), "range"
        )
    digits = (low.start, low.digits)
    if low.pair is not None:
        return quantity(None, *low.pair, sign, low.unit, known, low.step, span, digits, "range")
    value = low.value
    if low.loose and sign in ("", "="):
        sign = ">"
    bounds: tuple[Decimal | None, Decimal | None]
    if sign in ("≥", ">"):
        # 30余 < 40, 500多 < 600; but 超30余 and 30余以上 have no ceiling
        ceiling = (low.loose and not before[0] and not after) or after == "多" or (low.loose and before[0] == "=")
        bounds = value, value + last_place(value) if ceiling else None
    elif sign in ("≤", "<"):
        bounds = None, value
    elif low.loose:
        bounds = value, value + last_place(value)
    elif phrase in _NEAR_WORDS:
        bounds = value - value * _NEAR, value
    elif sign == "≈" or not known.exact or (not low.unit and low.step != ONE):
        half = low.step * HALF
        bounds = value - half, value + half
    else:
        bounds = value, value
    least, most = bounds
    return quantity(value, least, most, sign, low.unit, known, low.step, span, digits, kind)
