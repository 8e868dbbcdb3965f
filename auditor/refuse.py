"""Why a well-formed number is no quantity: labels before it, ranks, slogans, years, numbers glued to others.

Precision first: a figure in running text without a unit must at least end where a word may end.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from auditor import grammar as g
from auditor.figure import ENDS, Here, Part
from auditor.numeral import FORMAL_WORDS
from auditor.unit import ONE, resolve, table


class Masked(NamedTuple):
    """Digits that are no quantity, and why: list_marker, ordinal, document_number, period, code, phone, …"""

    start: int
    end: int
    reason: str


_HAN = table()["han"]
_AFTER_VERB = tuple(_HAN["one_after"].split())
_SUMMED = tuple(_HAN["two_after"].split())
_ONE_UNITS, _TWO_UNITS, _ORDINAL_UNITS = (
    frozenset(_HAN[key].split()) for key in ("one_units", "two_units", "ordinal_units")
)  # fmt: skip
_ONE_STOP, _ONE_STOP_BEFORE, _ORDINAL_AFTER = (
    frozenset(_HAN[key]) for key in ("one_not_before", "one_not_after", "ordinal_after")
)  # fmt: skip
_SLOGAN_GE = tuple(_HAN["slogan_after_ge"].split())
_SLOGAN = tuple(_HAN["slogan_after_other"].split())
_NOT_AFTER, _RANK_BEFORE, _NOT_RANK = (frozenset(_HAN[key]) for key in ("not_after", "rank_before", "not_rank"))
_RANKED = frozenset(_HAN["ranked"].split())
_NUMERALS = frozenset("一二两三四五六七八九十")
LONE = frozenset("百千万")
LONE_BEFORE = frozenset(table()["comparator"]["lone"])
QUOTES = {"“": "”", '"': '"', "「": "」", "‘": "’"}
_CODE_BEFORE = frozenset("._/#@")
_GLUE_ALLOWED = frozenset(" \t\r\n|，。；,;:：(、")
_CLOSES = (ENDS | {"、"}) - frozenset(QUOTES.values())
_DASHES = frozenset("-—–~")
_LISTED = re.compile(r"(?:^|[。;:\n ])([12]?\d)$")
_PARTED = frozenset(" .,")
_TAIL = re.compile(r"(\d)( {0,8})([.,]?)( {0,8})$")
_REST = re.compile(r" {1,8}(?:[.,] {0,8})?\d|, {1,8}\d{3}(?![\d,.])")
_GROUP = re.compile(r"\d{3}(?![\d,.])")
TORN = re.compile(r"\d {1,8}(?:[.,] {0,8})?\d|\d, {1,8}\d{3}(?![\d,.])")


def torn(text: str) -> bool:
    """Whether blanks stand within what may be one figure of a narrowed text."""
    return TORN.search(text) is not None

_PROMPT = re.compile("的[,，]?(?:需|须|应|请)")
_HEAD = frozenset("。;；:\n \t")


def labelled(t: str, start: int, floor: int) -> Masked | None:
    """A figure that a word before it makes a serial, a code or a phone number: 指标1, 编码：906017, 热线12345."""
    at = start
    while at > floor and start - at < 3 and t[at - 1] in g.LABEL_GAP:
        at -= 1
    if at <= floor or t[at - 1] not in g.LABEL_LAST:
        return None
    last = t[at - 1]
    for kind, labels in g.LABELS.items():
        if at != start and kind.startswith("serial"):
            continue
        if any(t.endswith(word, floor, at) for word in labels.get(last, ())):
            m = g.LABELLED[kind].match(t, start)
            if m is not None and (kind != "phone" or m.end() - start > 2):
                return Masked(start, m.end(), kind.removesuffix("_always"))
    return None


def numbered(here: Here, printed: str, dot: int, found: Part) -> bool:
    """2.|10个项目 at the head of a clause: a count has no two decimals, and after item 1. comes item 2."""
    known, t, start = resolve(found.unit), here.t, found.start
    after = g.SUFFIX.match(t, found.end)
    if not known.exact or known.dimension == "score" or here.whole(start, after.end() if after else found.end):
        return False
    if start > here.first and t[start - 1] not in _HEAD:
        return False
    if len(printed) - dot > 2:
        return True
    item = int(printed[:dot]) - 1
    return item > 0 and any(t.find(f"{item}{point}", 0, start) >= 0 for point in ".、")


def _ranks(t: str, begin: int) -> bool:
    """前3名, 后两位; not 目前3名, 提前5天."""
    return begin > 0 and t[begin - 1] in _RANK_BEFORE and t[max(0, begin - 2) : begin - 1] not in _NOT_RANK


def refused(here: Here, low: Part, high: Part | None, sign: str, begin: int, end: int, floor: int) -> str:
    """Why a figure in digits is no quantity, "" if it is one."""
    t, unit = here.t, (high or low).unit
    before, after = t[begin - 1 : begin], t[end : end + 1]
    if before in QUOTES:
        closing = t.find(QUOTES[before], end, end + 10)
        if closing > end or (closing == end and not unit and not sign and not here.whole(begin - 1, end + 1)):
            return "name"  # “3个一批”, “0-6”
    if _torn(t, begin, low.digits if end == low.digits and high is None else end):
        return "torn"
    if begin > floor and _codes(before) and not (before.isalpha() and unit and resolve(unit).exact):
        return "code"  # APP3个 counts, A3 does not
    if unit:
        return _refused_with_unit(t, low, high, unit, begin, end, after)
    if high is not None:
        return "" if here.unit or sign else "code"
    if sign or low.loose:
        return "" if not after or not after.isascii() or after in ENDS else "code"
    return _refused_bare(here, low, begin, end, floor)


def _torn(t: str, begin: int, end: int) -> bool:
    """Whether blanks part it from digits or a point that may be of one figure with it: 1 |286.4万元, 95 .|2%, |95 .2%."""
    before = _TAIL.search(t, max(0, begin - 12), begin) if t[begin - 1 : begin] in _PARTED else None
    if before and (before[2] or before[4]):
        if before[3] == ",":
            return _GROUP.match(t, begin) is not None  # 38, 412人次
        listed = _LISTED.search(t, max(0, begin - 12), before.end(1)) if before[3] and not before[2] else None
        if not listed or not (t[: listed.start(1)].strip() or t[end:].strip()):
            return True  # 1. 5个项目 is a list mark
    return t[end - 1 : end].isdigit() and _REST.match(t, end) is not None


def _codes(before: str) -> bool:
    return before.isascii() and (before.isalnum() or before in _CODE_BEFORE)


def _refused_with_unit(t: str, low: Part, high: Part | None, unit: str, begin: int, end: int, after: str) -> str:
    if after == "的" and _PROMPT.match(t, end):
        return "template"  # 未达到90%的需说明
    if after.isdigit() and (unit[-1] in "%‰" or unit[-1].isascii()):
        return "glued"
    if unit in _RANKED and _ranks(t, begin):
        return "ordinal"
    if unit == "年":
        if t.startswith("一遇", end):
            return "name"
        if low.value >= 1900 and low.step == ONE and high is None:
            return "period"
    if after == "一" and unit in ("个", "项", "类", "种"):
        return "name"  # 3个一批
    return ""


def _refused_bare(here: Here, low: Part, begin: int, end: int, floor: int) -> str:
    """A bare number: all of its text, or between marks in running text, and not a year."""
    t = here.t
    before, after = t[begin - 1 : begin], t[end : end + 1]
    whole, size = here.whole(begin, end), low.digits - low.start
    integer = low.step == ONE
    if integer and size == 4 and 1949 <= low.value <= 2049 and low.value != 2000 and not (whole and here.unit):
        return "period"
    if begin == floor and floor and before not in _GLUE_ALLOWED:
        return "glued"
    if whole:
        return ""
    if after == "、" or (before == "(" and after == ")" and integer and size < 3):
        return "list_marker"
    if after == "”" or after == "·" or before == "·":
        return "name"
    if after and after not in ENDS:
        return "glued" if after in "≥≤>＜" else "no_unit"
    if before in _DASHES:
        return "code"
    return "ordinal" if before in _RANK_BEFORE else ""


def starts(t: str, start: int, floor: int) -> bool:
    """Whether a Chinese numeral may begin at `start`: not within 统一, 第一, “三个一批”."""
    if start <= floor:
        return True
    before = t[start - 1]
    if before in QUOTES:
        return False
    return before not in _NOT_AFTER or (before in LONE_BEFORE and t[start] in LONE)


def counts(t: str, number: str, low: Part, high: Part | None, unit: str, sign: str, begin: int, end: int) -> bool:
    """Whether a Chinese numeral before the measure word `unit` counts, or belongs to a word, a rank or a slogan."""
    before, after = t[begin - 1 : begin], t[end : end + 1]
    if _ranks(t, begin) or before in QUOTES or (before in _NOT_AFTER and not sign):
        return False
    if after in _NUMERALS:
        return False  # 三支一扶, 一户一策, 四议两公开
    if t.startswith(_SLOGAN, end) or (unit == "个" and t.startswith(_SLOGAN_GE, end)):
        return False
    if high is not None or low.pair is not None or len(number) > 1:
        return True
    if number in "百千万亿" and not low.loose and sign in ("", "="):
        return False  # 百日, 万名, 千亩方
    if number == "一":
        if unit not in _ONE_UNITS or after in _ONE_STOP:
            return False
        closes = (not after or after in _CLOSES) and bool(before.strip()) and before not in _ONE_STOP_BEFORE
        return closes or sign not in ("", "=") or t.endswith(_AFTER_VERB, 0, begin)
    if number in "二贰" and unit not in _TWO_UNITS:
        return t.endswith(_SUMMED, 0, begin)
    if unit in _ORDINAL_UNITS and number != "两" and not sign:
        return before in _ORDINAL_AFTER or t.endswith(_AFTER_VERB, 0, begin)
    return number not in FORMAL_WORDS
