"""Text -> quantities: every figure with its unit, comparator and interval, and why a number is none.

A grammar over characters, run before any segmentation (jieba splits 万|m|²). One scanner meets masks and figures from
left to right (auditor/grammar.py); here a figure gets its unit, its qualifiers and its kind. Linear time, any text.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from re import Match
from typing import NamedTuple

from auditor import grammar as g
from auditor.interval import agree, contains, exact, interval_of_sum, ratio_interval
from auditor.model import Comparator, Quantity, narrow
from auditor.numeral import FORMAL_WORDS, figure, han, spread
from auditor.unit import ONE, Unit, resolve, scaled, scales, squeeze, table, words

__all__ = [
    "agree", "contains", "exact", "interval_of_sum", "masked", "periods", "quantities", "ratio_interval",
]  # fmt: skip

HALF = Decimal("0.5")
LONGEST_FIGURE = 24  # characters: what is longer is a code


class Masked(NamedTuple):
    """Digits that are no quantity, and why: list_marker, ordinal, document_number, period, code, phone, …"""

    start: int
    end: int
    reason: str


def quantities(text: str, *, unit: str = "") -> tuple[Quantity, ...]:
    """All quantities of a raw text, in order, without overlap; offsets count its characters.

    unit: printed elsewhere (单位：万元, 数量（万元）, a 度量单位 column); it goes to bare numbers only.
    """
    return tuple(found for found in _read(text, unit) if type(found) is Quantity)


def masked(text: str, *, unit: str = "") -> tuple[Masked, ...]:
    """The digits of a raw text that are no quantity, with the reason, in order."""
    return tuple(found for found in _read(text, unit) if type(found) is Masked)


def periods(text: str) -> tuple[tuple[int, int, str], ...]:
    """Years and periods as printed: (start, end, "2021年底"), also 上年, 本年, 二季度, 十四五."""
    return tuple((m.start(), m.end(), text[m.start() : m.end()]) for m in g.PERIOD.finditer(narrow(text)))


# --- words around a figure ----------------------------------------------------------------------------------------

_DATA = table()
_HAN = _DATA["han"]
_ONE_AFTER = tuple(_HAN["one_after"].split())
_ONE_UNITS = frozenset(_HAN["one_units"].split())
_ONE_STOP_BEFORE = frozenset(_HAN["one_not_after"])
_TWO_UNITS = frozenset(_HAN["two_units"].split())
_ORDINAL_UNITS = frozenset(_HAN["ordinal_units"].split())
_HAN_NEVER = frozenset(_HAN["never"].split())
_ORDINAL_AFTER = frozenset(_HAN["ordinal_after"])
_HAN_UNITS = frozenset(_HAN["units"].split())
_SLOGAN_GE = tuple(_HAN["slogan_after_ge"].split())
_SLOGAN = tuple(_HAN["slogan_after_other"].split())
_GROWTH = tuple(_DATA["form"]["growth"])
_GAPS = tuple(sorted(_DATA["form"]["growth_gap"], key=len, reverse=True))
_FILLERS = tuple(sorted(_DATA["comparator"]["fillers"], key=len, reverse=True))
_SIGNS = frozenset("≥≧⩾≤≦⩽<>=═≈")
_LONE = frozenset("百千万")
_LONE_BEFORE = frozenset(_DATA["comparator"]["lone"])
_LOOSE = frozenset("近近將将接")
_QUOTES = {"“": "”", '"': '"', "「": "」", "‘": "’"}
# A bare number in running text ends here: what follows directly is a word whose measure nobody can know.
_ENDS = frozenset(" \t\r\n,，。；;)）]】|!！?？>＞<”\"'’")
_SPACE = " \t\r\n|"


def _by_last(phrases: dict[str, list[str]]) -> dict[str, list[tuple[str, str, str]]]:
    """Last character -> (phrase, sign, characters that may not stand before it), longest phrase first."""
    stops: dict[str, str] = _DATA["comparator"]["not_after"]
    found: dict[str, list[tuple[str, str, str]]] = {}
    for sign, words in phrases.items():
        for word in words:
            found.setdefault(word[-1], []).append((word, sign, stops.get(word, "")))
    for entry in found.values():
        entry.sort(key=lambda item: -len(item[0]))
    return found


_BEFORE = _by_last(_DATA["comparator"]["before"])
_FILLER_LAST = frozenset(word[-1] for word in _FILLERS)
_MAY_END = frozenset(_BEFORE) | _FILLER_LAST | frozenset(" |\t")
_FORM_LAST = frozenset(word[-1] for word in (*_GROWTH, *_GAPS, "各"))


def _qualifier(t: str, at: int, floor: int) -> tuple[str, int, str]:
    """The qualifier that ends at `at` (a blank or a bar may stand between): (sign, where it starts, phrase) or ("", at, "")."""
    end = at
    while end > floor and at - end < 3 and t[end - 1] in " |\t":
        end -= 1
    if end <= floor:
        return "", at, ""
    for word, sign, stop in _BEFORE.get(t[end - 1], ()):
        begin = end - len(word)
        if begin >= floor and t.startswith(word, begin):
            if begin and t[begin - 1] in stop:
                continue
            if word[0] in "<>" and (t[begin - 1 : begin].isalnum() or t[begin - 1 : begin] in ("/", '"', "-")) and begin:
                continue  # the end of an HTML tag
            if word == "=" and begin and t[begin - 1] in "<>≥≤":
                continue
            return sign, begin, word
    return "", at, ""


def _comparator(here: _Text, at: int, floor: int) -> tuple[str, int, str]:
    """Up to two qualifiers before a figure (不低于|约, 超过|了): the outer one decides unless it only says 达到."""
    if at <= floor:
        return "", at, ""
    t = here.t
    last = t[at - 1]
    if last not in _MAY_END:
        return _far(t, at, floor) if here.far else ("", at, "")
    sign, begin, word = _qualifier(t, at, floor)
    inner = begin
    if last in _FILLER_LAST and (not sign or sign == "="):
        for filler in _FILLERS:
            if t.endswith(filler, floor, at):
                outer, start, phrase = _qualifier(t, at - len(filler), floor)
                if outer and outer != "=":
                    return outer, start, phrase
                break
    if sign:
        outer, start, phrase = _qualifier(t, inner, floor)
        if outer and outer not in ("=",) and t[start:inner].strip() and (sign in "=≈" or outer == sign):
            return outer, start, phrase
        return (sign, inner, word)
    return _far(t, at, floor) if here.far else ("", at, "")


def _far(t: str, at: int, floor: int) -> tuple[str, int, str]:
    """至少|全年完成|2次: the bound stands a few characters before."""
    window = t[max(floor, at - 8) : at]
    found = window.rfind("至少")
    if found >= 0 and window[found + 2 :].isalpha() and not window[found + 2 :].isascii():
        return "≥", max(floor, at - 8) + found, "至少"
    return "", at, ""


# --- one figure ---------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A figure with what follows it: value in `unit`, where it starts and ends, and how loosely it is said."""

    value: Decimal
    step: Decimal
    unit: str
    loose: bool
    start: int
    end: int
    digits: int
    pair: tuple[Decimal, Decimal] | None = None


def _unit_at(t: str, at: int) -> tuple[str, int]:
    """The unit at `at`, glued, after a blank, after a bar (95 | %) or in brackets: (as printed, squeezed; its end)."""
    size = len(t)
    if at >= size:
        return "", at
    first = t[at]
    begin = at
    if first in " |":
        while begin < size and begin - at < 3 and t[begin] in " |":
            begin += 1
        if begin < size and t[begin] == "(":
            first = "("
        else:
            m = g.UNIT.match(t, begin)
            if m is None:
                scale = g.SCALES.match(t, begin)
                m = g.UNIT.match(t, scale.end()) if scale else None
                if m is None:
                    return "", at
            word = m[0]
            if "|" in t[at:begin] and word not in ("%", "百分比"):
                return "", at
            after = t[m.end()] if m.end() < size else ""
            stop = g.AFTER_BLANK.get(word)
            if after and after not in _ENDS and not _closes(t, m.end()) and (after in stop if stop is not None else len(word) == 1):
                return "", at
            return _per(t, begin, m.end())
    if first == "(":
        inside = t.index("(", at) + 1
        scale = g.SCALES.match(t, inside)
        m = g.UNIT.match(t, scale.end() if scale else inside)
        if m is None:
            return "", at
        unit, end = _per(t, inside, m.end())
        while end < size and t[end] == " ":
            end += 1
        return (unit, end + 1) if end < size and t[end] == ")" else ("", at)
    m = g.UNIT.match(t, at)
    if m is None:
        return "", at
    if t.startswith("(次)", m.end()) and m[0] + "次" in words():
        return m[0] + "次", m.end() + 3  # 1200家(次)
    return _per(t, at, m.end())


def _closes(t: str, at: int) -> bool:
    """Whether a unit's word ends at `at` although no punctuation follows: 12 亩以上, 5 元/亩."""
    return t[at] in "/、:" or t[at].isdigit() or g.SUFFIX.match(t, at) is not None


def _per(t: str, begin: int, end: int) -> tuple[str, int]:
    """A unit with what it is per: 元|/亩, 元|/生.年."""
    unit = t[begin:end]
    if t[end : end + 1] in ("/", "每") and end < len(t):
        at = end + 1
        joiner = "/"
        while True:
            while t[at : at + 1] in ("每", " ") and at < len(t):
                at += 1
            m = max(g.DENOMINATOR.match(t, at), g.UNIT.match(t, at), key=lambda m: m.end() if m else 0)
            if m is None:
                break
            unit, end = unit + joiner + m[0], m.end()
            joiner = t[end : end + 1]
            if joiner not in ("/", ".", "·") or end >= len(t):
                break
            at = end + 1
    return squeeze(unit) if " " in unit else unit, end


_MONTHS = {"个多月": "个月", "个余月": "个月"}


def _part(t: str, at: int, m: Match[str] | None = None) -> _Part | None:
    """The figure in digits at `at` with its scale, 余 and unit: 500|多|人次, 3|万|余元, 20|多|万人次."""
    m = m or g.FIGURE.match(t, at)
    if m is None:
        return None
    printed, chain, scale, hedge, more = m.groups()
    if len(printed) > LONGEST_FIGURE:
        return None
    end = m.end()
    unit, stop = _unit_at(t, end)
    if hedge and not unit and not more and not scale:
        # 10|多功能: 多 belongs to what follows; 300余|企业 does not
        if hedge not in "余餘":
            end, hedge = m.end("scale"), ""
    elif hedge and hedge in "来" and not unit:
        end, hedge = m.end("scale"), ""
    if not unit and t.startswith(("个多月", "个余月"), stop):
        unit, stop, hedge = "个月", stop + 3, "多"
    scale = scale.strip()
    if chain:
        value = han(printed + chain + scale)
        if value is None:
            return None
        step = ONE.scaleb(int(value.normalize().as_tuple().exponent))
        return _Part(value, step, unit, bool(hedge), at, stop if unit else end, m.end("scale"))
    value, step = figure(printed)
    if unit:
        end = stop
    return _Part(value, step, scale + more + unit, bool(hedge), at, end, m.end("a"))


@cache
def _two(one: str, other: str) -> bool:
    return not one or not other or resolve(one).dimension == resolve(other).dimension


def _upper(value: Decimal) -> Decimal:
    """What 余 and 多 stay below: 30余 < 40, 500多 < 600, 十几 < 20."""
    exponent = value.normalize().as_tuple().exponent
    return value + Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _quantity(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, sign: str, unit: str, known: Unit,
    step: Decimal, span: tuple[int, int], digits: tuple[int, int], form: str = "plain",
) -> Quantity:  # fmt: skip
    comparator: Comparator = sign or "="  # type: ignore[assignment]
    return Quantity(
        value, low, high, comparator, unit, known.dimension, known.factor, step, span[0], span[1], digits[0], digits[1], form
    )


def _settle(t: str, part: _Part, other: _Part | None, sign: str, word: str, suffix: str, begin: int, end: int, form: str) -> Quantity:
    """One figure, or a range of two, with its qualifiers -> Quantity."""
    unit, value, step = part.unit, part.value, part.step
    known = resolve(unit)
    if suffix:
        last = "≤" if suffix == g.WITHIN else ">" if suffix == "多" else g.AFTER[suffix]
        if not (sign and last == "≈"):
            sign = last
    low: Decimal | None
    high: Decimal | None
    if other is not None or part.pair is not None:
        if other is not None:
            low, high = value, other.value
            step = min(step, other.step)
            digits = (part.start, other.digits)
        else:
            assert part.pair is not None
            low, high = part.pair
            digits = (part.start, part.digits)
        return _quantity(None, low, high, sign, unit, known, step, (begin, end), digits, "range")
    if sign in ("≥", ">"):
        low, high = value, (_upper(value) if suffix == "多" else None)
    elif sign in ("≤", "<"):
        low, high = None, value
    elif part.loose and sign in ("", "=", "≈"):
        low, high, sign = value, _upper(value), sign if sign == "≈" else ">"
    elif word in ("近", "将近", "將近", "接近"):
        low, high = value - value * _NEAR, value
    elif sign == "≈" or not (known.exact and (unit or step == ONE)):
        half = step * HALF
        low, high = value - half, value + half
    else:
        low = high = value
    if part.loose and sign in ("≥", ">") and high is None and suffix != "多":
        high = None
    return _quantity(value, low, high, sign, unit, known, step, (begin, end), (part.start, part.digits), form)


_NEAR = Decimal(_DATA["width"]["near_share"])


def _form(t: str, begin: int, floor: int) -> str:
    """each (各3个), growth (同比增长38.8%, 增加约3万元) or plain, by what stands before the quantity."""
    if begin <= floor or t[begin - 1] not in _FORM_LAST:
        return "plain"
    if t[begin - 1] == "各":
        return "each"
    at = begin
    for _ in range(2):
        for gap in _GAPS:
            if t.endswith(gap, floor, at):
                at -= len(gap)
                break
        else:
            break
    return "growth" if t.endswith(_GROWTH, floor, at) else "plain"


# --- the scan -----------------------------------------------------------------------------------------------------


class _Text(NamedTuple):
    """A narrowed text, where its content begins and ends, and the unit that stands elsewhere."""

    t: str
    first: int
    last: int
    unit: str
    far: bool  # 至少 stands somewhere

    def whole(self, begin: int, end: int) -> bool:
        return begin <= self.first and end >= self.last


def _read(text: str, unit: str) -> list[Quantity | Masked]:
    t = narrow(text)
    found: list[Quantity | Masked] = []
    lead, at, floor = g.LEAD.search, 0, 0
    if lead(t) is None:
        return found
    stripped = t.strip()
    first = 0 if stripped[0] == t[0] else t.index(stripped[0])
    here = _Text(t, first, first + len(stripped), _outer(unit) if unit else "", "至少" in t)
    result: Quantity | Masked | None
    while (m := lead(t, at)) is not None:
        start = m.start()
        first_char = t[start]
        if first_char in _ARABIC:
            result = _digits(here, start, floor)
            found.append(result)
            floor = at = result.end
        elif first_char in g.HAN_START:
            run = g.HAN_RUN.match(t, start)
            assert run is not None
            at = run.end()
            result = _han(here, start, at, floor)
            if result is not None:
                found.append(result)
                floor = at = result.end
        else:
            other = g.AT_OTHER.match(t, start)
            if other is None:
                at = start + 1
                continue
            at, reason = other.end(), other.lastgroup or ""
            if reason == "double":
                result = _double(t, start, at)
                found.append(result)
                floor = at
                continue
            reason = g.REASONS.get(reason, reason)
            if not reason:
                continue
            if reason != "title" or not here.whole(start, at):
                floor = at
            if any(c in _ARABIC for c in other[0]):
                found.append(Masked(start, at, reason))
    return found


_ARABIC = frozenset("0123456789")


@cache
def _outer(unit: str) -> str:
    return squeeze(narrow(unit))


def _label(t: str, start: int, floor: int) -> Masked | None:
    """A figure that a word before it makes a serial, a code or a phone number: 指标1, 编码：906017, 热线12345."""
    at = start
    while at > floor and start - at < 3 and t[at - 1] in g.LABEL_GAP:
        at -= 1
    if at <= floor or t[at - 1] not in g.LABEL_LAST:
        return None
    last = t[at - 1]
    for kind, labels in g.LABELS.items():
        if kind.startswith("serial") and at != start:
            continue
        if any(t.endswith(word, floor, at) for word in labels.get(last, ())):
            m = g.LABELLED[kind].match(t, start)
            if m is not None and (kind != "phone" or m.end() - start > 2):
                return Masked(start, m.end(), kind.removesuffix("_always"))
    return None


def _digits(here: _Text, start: int, floor: int) -> Quantity | Masked:
    """A figure in digits: the quantity, or the reason why it is none."""
    t = here.t
    m = g.FIGURE.match(t, start)
    assert m is not None
    edge, printed = m.end("a"), m["a"]
    before = t[start - 1 : start]
    if edge - start > LONGEST_FIGURE:
        return Masked(start, edge, "code")
    following = t[edge : edge + 1]
    if following == " ":
        following = t[edge + 1 : edge + 2]
    if (
        following in g.DOUBTFUL_NEXT or before in g.DOUBTFUL_BEFORE or edge - start > 7
        or (printed[0] == "0" and edge - start > 1 and printed[1] != ".") or before == " " and t[start - 2 : start - 1] in g.DOUBTFUL_BEFORE
    ):  # fmt: skip
        masked = g.AT_DIGIT.match(t, start)
        if masked is not None:
            if masked.lastgroup == "period":
                return _date(here, start, masked.end(), floor)
            return Masked(start, masked.end(), g.REASONS.get(masked.lastgroup or "", masked.lastgroup or ""))
        if following == "分" and t.startswith("分之", edge):
            return _fraction(here, start, floor)
    if before in _PERCENT and before:
        return Masked(start, edge, "glued")
    if start > floor:
        labelled = _label(t, start, floor)
        if labelled is not None:
            return labelled
    part = _part(t, start, m)
    if part is None:
        return Masked(start, m.end(), "code")
    dot = printed.find(".")
    if 0 < dot < 3 and part.unit and _numbered(here, start, printed, dot, part):
        return Masked(start, start + dot + 1, "list_marker")
    operator = g.OPERATOR.match(t, part.end) if t[part.end : part.end + 1] in _OPERATORS else None
    if operator is not None and operator[1] != "=":
        product = _product(here, start)
        if product is not None:
            return product
    other: _Part | None = None
    dash = g.RANGE.match(t, part.end)
    if dash is not None:
        other = _part(t, dash.end())
        joined = None if other is None else _range(t, part, other)
        if joined is None:
            if other is not None and not part.unit and t[part.end] not in " 至到":
                return Masked(start, other.end, "code")  # 219-001, 3-2
            other = None
        else:
            part, other = joined
    end = other.end if other else part.end
    sign, begin, word = _comparator(here, start, floor)
    begin, value = _negative(t, start, begin, part)
    if value is not part:
        part = value
    suffix, end = _suffix(t, end, part.unit, bool(sign))
    reason = _refused(here, part, other, sign, begin, end, floor)
    if reason:
        return Masked(start, end, reason)
    if not part.unit and begin > floor and before in _LABEL_END:
        label = g.LABEL_UNIT.search(t, max(floor, start - 16), start)
        if label is not None and resolve(squeeze(label["unit"])).dimension[6:] != squeeze(label["unit"]) or label and label["unit"] in words():
            part = part._replace(unit=squeeze(label["unit"]))
    if here.unit and (not part.unit or resolve(part.unit).dimension == ""):
        outer = scaled(part.unit, here.unit) if part.unit else here.unit
        part = part._replace(unit=outer)
    form = "plain" if other else _form(t, begin, floor)
    return _settle(t, part, other, sign, word, suffix, begin, end, form)


def _numbered(here: _Text, start: int, printed: str, dot: int, part: _Part) -> bool:
    """2.|10个项目 at the head of a clause: a count has no two decimals, and after item 1. comes item 2."""
    known = resolve(part.unit)
    t = here.t
    suffix = g.SUFFIX.match(t, part.end)
    if not known.exact or known.dimension == "score" or here.whole(start, suffix.end() if suffix else part.end):
        return False
    if start > here.first and t[start - 1] not in "。;；:\n \t":
        return False
    if len(printed) - dot > 2:
        return True
    item = int(printed[:dot]) - 1
    return item > 0 and any(here.t.find(f"{item}{point}", 0, start) >= 0 for point in ".、")


def _range(t: str, part: _Part, other: _Part) -> tuple[_Part, _Part] | None:
    """Both ends in the unit of the last: 1-2天, 5%-10%, 8000-1万元; None if this is no range."""
    if t[other.end : other.end + 1] in ("年", "月") or not _two(part.unit, other.unit):
        return None
    if not other.unit and part.unit:
        return None
    low = part.value
    if part.unit and part.unit != other.unit:
        by_scale = scales()
        bare = other.unit.lstrip("".join(by_scale))
        unit = part.unit if resolve(part.unit).dimension else part.unit + bare
        low = low * resolve(unit).factor / resolve(other.unit).factor
    elif not part.unit and low >= other.value:
        low = low * ONE / resolve(other.unit).factor * resolve(other.unit.lstrip("".join(scales()))).factor  # 8000-1万元
    if low >= other.value:
        return None
    return part._replace(value=low, unit=other.unit), other


def _negative(t: str, start: int, begin: int, part: _Part) -> tuple[int, _Part]:
    """A sign before the figure, where it cannot be a dash: (-3.5%), 为-17.53, 负3.9%."""
    if start and t[start - 1] in "-−负負" and begin == start:
        before = t[start - 2] if start > 1 else ""
        if t[start - 1] in "负負" or not before or before in " \t\n(:：=为|,，、达率额数到是至≥≤>":
            return start - 1, part._replace(value=-part.value)
    return begin, part


def _suffix(t: str, end: int, unit: str, limited: bool) -> tuple[str, int]:
    """以上, 左右, 内 after the figure: (phrase, end of the quantity)."""
    m = g.SUFFIX.match(t, end)
    if m is None:
        return "", end
    word = m["suffix"]
    if word in (g.WITHIN, "多"):
        dimension = resolve(unit).dimension
        timed = dimension in ("time", "months", "workday")
        if not timed and not (word == g.WITHIN and limited) and not (word == "多" and dimension in ("length", "mass")):
            return "", end
    return word, m.end()


def _refused(here: _Text, part: _Part, other: _Part | None, sign: str, begin: int, end: int, floor: int) -> str:
    """Why a well-formed figure is no quantity, "" if it is one."""
    t, start = here.t, part.start
    before = t[begin - 1] if begin else ""
    after = t[end] if end < len(t) else ""
    unit = other.unit if other else part.unit
    if before in _QUOTES and begin > 0:
        closing = t.find(_QUOTES[before], end, end + 10)
        if closing > end or (closing == end and not unit and not sign and not here.whole(begin - 1, end + 1)):
            return "name"  # “3个一批”, “0-6”
    if begin > floor and before.isascii() and (before.isalnum() or before in "._/#@") and not (
        before.isalpha() and unit and resolve(unit).exact
    ):
        return "code"
    if unit:
        if after.isdigit() and (unit[-1] in "%‰" or unit[-1].isascii()):
            return "glued"
        if before and before in g.RANK_BEFORE and t[begin - 2 : begin - 1] not in g.NOT_RANK and unit in ("名", "位", "个", "家", "季度", "个季度", "个月", "天"):
            return "ordinal"
        if unit == "年" and t.startswith("一遇", end):
            return "name"
        if unit in ("个", "项", "类", "种") and after == "一" and t[end + 1 : end + 2] not in ("般", "级", "次", "线", "体"):
            return "name"  # 3个一批
        if unit in ("个", "项") and t.startswith(_SLOGAN_GE[:1], end):
            return "name"
        if unit == "年" and part.value >= 1900 and part.step == ONE and not other:
            return "period"
        return ""
    if other is not None:
        return "" if here.unit or sign else "code"
    if sign or part.loose:
        return "" if not after or not after.isascii() or after in _ENDS else "code"
    whole = here.whole(begin, end)
    printed = t[start : part.digits]
    if part.step == ONE and len(printed) == 4 and 1949 <= part.value <= 2049 and part.value != 2000 and not (whole and here.unit):
        return "period"
    if begin == floor and floor and before not in _SPACE and before not in "，。；,;:：(、":
        return "glued"
    if whole:
        return ""
    if before == "(" and after == ")" and part.step == ONE and len(printed) < 3:
        return "list_marker"
    if after == "、":
        return "list_marker"
    if after == "”" or (after == "·" or before == "·"):
        return "name"
    if after and after not in _ENDS:
        return "glued" if after in "≥≤>＜" else "no_unit"
    if before in ("-", "—", "–", "~") and before:
        return "code"
    if before in g.RANK_BEFORE and before:
        return "ordinal"
    return ""


def _han(here: _Text, start: int, end: int, floor: int) -> Quantity | None:
    """A Chinese numeral, only where a measure word makes it a figure (六个卡口, 三十余家)."""
    t = here.t
    if end >= len(t):
        return None
    if t[end] == "分" and t.startswith("分之", end):
        fraction = _fraction(here, start, floor)
        return fraction if isinstance(fraction, Quantity) else None
    if t[end] not in g.HAN_NEXT:
        return None
    before = t[start - 1] if start else ""
    if start > floor and (before in _QUOTES or (before in g.NOT_AFTER and not (before in _LONE_BEFORE and t[start] in _LONE))):
        return None
    m = g.HAN_FIGURE.match(t, start)
    if m is None:
        return None
    number, hedge, more = m["a"], m["hedge"], m["more"]
    part = _han_part(t, start)
    if part is None:
        return None
    other: _Part | None = None
    dash = g.HAN_RANGE.match(t, part.end)
    if dash is not None:
        other = _han_part(t, dash.end())
        joined = None if other is None or not other.unit else _range(t, part, other)
        if joined is None:
            if not part.unit:
                return None
            other = None
        else:
            part, other = joined
    unit = part.unit
    base = unit.lstrip("".join(scales())).split("/")[0]
    if base not in _HAN_UNITS and (len(number) == 1 or base in _HAN_NEVER or resolve(unit).dimension[6:] == base not in words()):
        return None
    end = other.end if other else part.end
    sign, begin, word = _comparator(here, start, floor)
    if not sign and number in _LONE and before in _LONE_BEFORE and before:
        sign, begin, word = ">", start - 1, before
    if not _counts(t, number, hedge + more, part, other, base, sign, word, begin, end):
        return None
    suffix, end = _suffix(t, end, unit, bool(sign))
    return _settle(t, part, other, sign, word, suffix, begin, end, "plain" if other else _form(t, begin, floor))


def _han_part(t: str, at: int) -> _Part | None:
    m = g.HAN_FIGURE.match(t, at)
    if m is None:
        return None
    number, hedge, more = m.groups()
    unit, end = _unit_at(t, m.end())
    digits = m.end("a")
    scale = ""
    if number[-1] in "万亿萬億" and len(number) > 1 and unit:
        number, scale = number[:-1], number[-1]  # 二百|万元
        digits -= 1
    pair = spread(number)
    value = pair[0] if pair else han(number)
    if value is None and len(number) == 1:
        value = scales().get(number)  # 近|百|家, 千|余|亩
    if value is None:
        return None
    return _Part(value, ONE, scale + more + unit, bool(hedge), at, end if unit else m.end(), digits, pair)


def _counts(
    t: str, number: str, loose: str, part: _Part, other: _Part | None, base: str, sign: str, word: str, begin: int, end: int
) -> bool:
    """Whether a Chinese numeral before a measure word counts things, or belongs to a word, a rank or a slogan."""
    before = t[begin - 1] if begin else ""
    after = t[end] if end < len(t) else ""
    if before and before in g.RANK_BEFORE and t[begin - 2 : begin - 1] not in g.NOT_RANK:
        return False
    if before and (before in _QUOTES or (before in g.NOT_AFTER and not sign)):
        return False
    if after and after in g.NUMERAL_START:
        return False  # 三支一扶, 一户一策, 四议两公开
    if base == "个" and t.startswith(_SLOGAN_GE, end) or t.startswith(_SLOGAN, end):
        return False
    if other is not None or part.pair is not None:
        return True
    if len(number) == 1:
        if number in "百千万亿十" and number != "十" and not loose and not (sign and word not in ("=",)):
            return False  # 百日, 万名, 千亩方
        if number == "一":
            if base not in _ONE_UNITS or after in g.ONE_STOP:
                return False
            closing = (not after or after in _ENDS) and bool(before) and before not in _ONE_STOP_BEFORE and not before.isspace()
            return closing or sign not in ("", "=") or t.endswith(_ONE_AFTER, 0, begin)
        if number in "二贰" and base not in _TWO_UNITS:
            return t.endswith(("共", "了", "计"), 0, begin)
        if base in _ORDINAL_UNITS and number != "两" and not sign:
            return before in _ORDINAL_AFTER or t.endswith(_ONE_AFTER, 0, begin)
        if number in FORMAL_WORDS:
            return False
    return True


def _date(here: _Text, start: int, end: int, floor: int) -> Quantity | Masked:
    """A date that fills its cell, or a deadline (9月前, 12月底之前), is a quantity; any other is a period.

    Its value is YYYYMM.DD, or MM.DD where no year is printed: ordered, and as close to print as a number can be.
    """
    t = here.t
    sign, begin, word = _comparator(here, start, floor)
    printed = t[start:end].replace(" ", "")
    deadline = printed.endswith("前")
    if not (deadline or here.whole(begin, end)) or here.unit:
        return Masked(start, end, "period")
    bounds = _dates(printed)
    if bounds is None:
        return Masked(start, end, "period")
    low, high = bounds
    known = Unit("date", ONE, True)
    if deadline:
        return _quantity(high if low == high else None, None, high, "≤", "日期", known, DAY, (begin, end), (start, end), "date")
    comparator = sign or "="
    value = low if low == high else None
    if comparator in ("≤", "<"):
        return _quantity(value, None, high, comparator, "日期", known, DAY, (begin, end), (start, end), "date")
    return _quantity(value, low, high, comparator, "日期", known, DAY, (begin, end), (start, end), "date")


DAY = Decimal("0.01")


def _dates(printed: str) -> tuple[Decimal, Decimal] | None:
    """First and last day that a printed date allows, None for a plain year or a clock time."""
    m = g.DATE_PARTS.fullmatch(printed)
    if m is None:
        return None
    year = int(m["y"] or m["y2"] or m["y3"] or 0)
    month = int(m["m"] or m["m2"] or m["m3"])
    last_month = int(m["to"] or month)
    if not (1 <= month <= 12 and month <= last_month <= 12):
        return None
    day = m["d"] or m["d2"] or m["d3"]
    first, last = (int(day), int(day)) if day else {"底": (21, 31), "末": (21, 31), "初": (1, 10), "中": (11, 20)}.get(m["part"] or "", (1, 31))
    if not 1 <= first <= last <= 31:
        return None
    return (
        Decimal(year * 100 + month) + Decimal(first).scaleb(-2),
        Decimal(year * 100 + last_month) + Decimal(last).scaleb(-2),
    )


def _fraction(here: _Text, start: int, floor: int) -> Quantity | Masked:
    """三分之一, 百分之二十, 百分之三点五, 千分之二."""
    t = here.t
    m = g.FRACTION.match(t, start)
    if m is None:
        return Masked(start, start + 1, "no_unit")
    below = han(m["den"]) or scales().get(m["den"])
    above = han(m["num"]) if not m["num"][0].isdigit() else figure(m["num"])[0]
    if above is None and m["num"] in scales():
        above = scales()[m["num"]]  # 百分之百
    if not below or above is None or m.start() and t[start - 1] in g.NOT_AFTER:
        return Masked(start, m.end(), "name")
    sign, begin, word = _comparator(here, start, floor)
    unit = {"百": "%", "千": "‰"}.get(m["den"], "")
    if unit:
        step = figure(m["num"])[1] if m["num"][0].isdigit() else ONE.scaleb(int(above.as_tuple().exponent))
        part = _Part(above, step, unit, False, start, m.end(), m.end())
    else:
        part = _Part(above / below, Decimal("1E-12"), "倍", False, start, m.end(), m.end())
    suffix, end = _suffix(t, m.end(), unit or "%", bool(sign))
    found = _settle(t, part, None, sign, word, suffix, begin, end, _form(t, begin, floor))
    if unit:
        return found
    # a share is exact, and has no unit of its own
    return _quantity(
        found.value, found.low, found.high, found.comparator, "", Unit("rate", ONE, True), found.step,
        (found.start, found.end), (start, m.end()), found.form,
    )  # fmt: skip


def _double(t: str, start: int, end: int) -> Quantity | Masked:
    """翻一番 is twice, 翻两番 four times as much."""
    m = g.DOUBLE.match(t, start)
    times = han(m["times"]) if m else None
    if times is None or times > 9:
        return Masked(start, end, "name")
    value = Decimal(2) ** int(times)
    return _quantity(value, value, value, "=", "倍", resolve("倍"), ONE, (start, end), (start, end), "growth")


def _product(here: _Text, start: int) -> Quantity | Masked | None:
    """5次*5000=25000元: value is the printed result, low and high what the factors make. Sizes are no product."""
    t, at = here.t, start
    value, unit, terms = ONE, "", 0
    result: _Part | None = None
    while terms < 8 and (part := _part(t, at)) is not None:
        at, terms = part.end, terms + 1
        sign = g.OPERATOR.match(t, at)
        if result is not None or sign is None and terms == 1:
            break
        value *= part.value
        money = part.unit.split("/")[0]
        if resolve(money).dimension.startswith("money"):
            unit = money
        if sign is None:
            break
        if sign[1] == "=":
            result = _part(t, sign.end())
            at = result.end if result else at
            break
        at = sign.end()
    if terms < 2:
        return None
    if result is None:
        if not unit:
            return Masked(start, at, "formula")
        return _quantity(None, value, value, "=", unit, resolve(unit), ONE, (start, at), (start, at), "product")
    if unit and result.unit and _two(unit, result.unit):
        value = value * resolve(unit).factor / resolve(result.unit).factor
    unit = result.unit or unit
    known = resolve(unit)
    return _quantity(result.value, value, value, "=", unit, known, result.step, (start, at), (start, at), "product")


_LABEL_END = frozenset(":)")
_PERCENT = frozenset("%‰")
_OPERATORS = frozenset("×xX*✕ ")
