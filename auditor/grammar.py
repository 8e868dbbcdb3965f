"""The patterns of quantity.py, compiled once from rules/units.toml: one scanner that meets, from left to right, what is
no quantity (titles, document numbers, dates, list markers, codes, …) and what may be one.

All patterns run on narrowed text (model.narrow) and are linear: bounded repeats or possessive ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.numeral import DIGITS, HAN, POINTS
from auditor.unit import scales, table, words

_DATA = table()
_MASK = _DATA["mask"]
_GLUED: dict[str, str] = _DATA["not_before"]["glued"]
_SPACED: dict[str, str] = _DATA["not_before"]["spaced"]


def alternatives(items: Iterable[str]) -> str:
    """Longest first, escaped."""
    return "|".join(re.escape(item) for item in sorted(set(items), key=lambda item: (-len(item), item)))


def _unit(word: str) -> str:
    """One unit word with what may not follow it."""
    if word[-1:].isascii() and word[-1:].isalnum():
        return re.escape(word) + r"(?![A-Za-z0-9²³]| ?[²³])"
    if word[-1:] in "²³":
        return re.escape(word[:-1]) + " ?" + word[-1]
    stop = _GLUED.get(word, "")
    if stop and not set("(|") & set(stop):
        stop = f"[{stop}]"
    return re.escape(word) + (f"(?!{stop})" if stop else "")


def _grouped(found: Iterable[str]) -> str:
    """The alternation by first character: the scanner then compares one character per group."""
    groups: dict[str, list[str]] = {}
    for word in sorted(found, key=lambda word: (-len(word), word)):
        groups.setdefault(word[0], []).append(_unit(word))
    common = "元%个次人项家份场名件户批万亩"  # most figures end at the first few groups
    order = sorted(groups, key=lambda first: (common.find(first) % 99, first))
    return "|".join("|".join(groups[first]) for first in order)


_SCALE = "".join(set(scales()) - set("百佰千仟"))
_SCALES = rf"(?:[{_SCALE}]|[百佰](?!分[点點比之])|[千仟](?![瓦克米伏]))"  # 百|分点 and 千|瓦 are units, no scales

NUMBER = r"(?>\d{1,3}+(?:,\d{3})++(?!\d)(?:\.\d++)?|\d++(?:\.\d++)?)"
DASH = r"(?:[-~〜∼—–―‐‑]{1,2}|[至到])"
HEDGE = "余餘多几幾来"
UNIT = re.compile(_grouped(words()))
DENOMINATOR = re.compile("生|学生|学期|学年|床日|月|年|次|平方|标准车|人年|人月|L|升")
SCALES = re.compile(f"{_SCALES}{{1,3}}+")
AFTER_BLANK = _SPACED

_AFTER = _DATA["comparator"]
_STOPS: dict[str, str] = _AFTER["not_before"]
AFTER: dict[str, str] = {phrase: sign for sign, phrases in _AFTER["after"].items() for phrase in phrases}
WITHIN: str = _AFTER["within"]
_SUFFIXES = "|".join(
    re.escape(phrase) + (f"(?![{_STOPS[phrase[-2:]]}])" if phrase[-2:] in _STOPS else "")
    for phrase in sorted(AFTER, key=len, reverse=True)
)
SUFFIX = re.compile(rf" ?(?P<suffix>{_SUFFIXES}|{WITHIN}(?![资部外销需容涵脏])|多(?![功种样次元处项个层数方]))")
_YEAR = r"(?:19|20)\d\d"

# 25万6千, 4亿3200万, 2万5000
_CHAIN = r"(?P<chain>(?:[万萬亿億千仟百佰]零?\d{1,4}+(?![\d.]))*+)"
# A figure up to its unit: 20|多|万, 3|万|余, 25|万6千
FIGURE = re.compile(
    rf"(?P<a>{NUMBER}){_CHAIN}(?P<scale>(?: ?{_SCALES}{{1,3}}+)?)(?P<hedge>[{HEDGE}]?)(?P<more>{_SCALES}{{0,2}}+)"
)
HAN_FIGURE = re.compile(
    rf"(?P<a>[{HAN}]{{1,40}}+(?:[{POINTS}][{DIGITS}]{{1,8}}+)?)(?P<hedge>[{HEDGE}]?)(?P<more>[{_SCALE}百千]{{0,2}}+)"
)
RANGE = re.compile(rf" ?{DASH} ?(?=\d)")
HAN_RANGE = re.compile(rf"{DASH}(?=[{HAN}])")
FRACTION = re.compile(
    rf"(?P<den>[{HAN}]{{1,6}}+|\d{{1,4}}+)分之(?P<num>{NUMBER}|[{HAN}]{{1,10}}+(?:[{POINTS}][{DIGITS}]{{1,8}}+)?)(?!几)"
)
DOUBLE = re.compile(rf"翻了?(?P<times>[{DIGITS}\d半])番")
# --- what is no quantity, by reason ---------------------------------------------------------------------------------

_DAY = rf"(?: ?\d{{1,2}} ?(?:{DASH} ?\d{{1,2}} ?)?[日号])"
_MONTH = rf"\d{{1,2}} ?(?:{DASH} ?\d{{1,2}} ?)?月(?![龄亮饼均])份?(?:{_DAY}| ?[底末初](?!心)| ?[上中下]旬)?"
_BEFORE = r"(?: ?(?:之前|以前|前(?!往|来|去|期|后|夕|列|台|景)))?"
DATE = (
    rf"{_YEAR} ?年?(?: ?{DASH} ?{_YEAR})(?!\d|\.\d)(?: ?学?年度?)?"
    rf"|{_YEAR} ?年(?:度|底|末|初|内)?(?: ?{_MONTH})?{_BEFORE}"
    rf"|{_YEAR}[-./]\d{{1,2}}[-./]\d{{1,2}}(?![\d.]) ?日?{_BEFORE}"
    rf"|{_YEAR}-\d{{1,2}}(?![\d-])"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d|\.\d| ?[万亿元])日?"
    rf"|\d{{2}}年(?:底|末|初)"
    rf"|{_MONTH}{_BEFORE}"
    rf"|(?:[12]?\d|3[01]) ?日(?! ?(?:以?内|之内|以上|以下|左右|常|均))(?:之前|前)?"
    r"|(?<![比例])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
    r"|\d{1,2}时(?:\d{1,2}分|整|许|至)?|\d{1,2}点(?:\d{1,2}分|钟|整|半)"
)
_LEFT = r"(?<![^\s。；;：:>，,）)、|”\"!?！？])"  # start of a text or of a clause
_SIDE = rf"{NUMBER} ?(?:mm|cm|m|米|厘米|毫米)?"
_LATIN = alternatives(word for word in words() if word[:1].isascii() and word[:1].isalpha())


# At a figure in digits. Most figures need none of these: see DOUBTFUL.
_AT_DIGIT = {
    "document_number": rf"{_YEAR}[\]\)]?\d{{1,4}} ?号",
    "phone": (
        r"1[3-9]\d{9}(?!\d)|0\d{2,3}-\d{7,8}(?!\d)|400-?\d{3}-?\d{4}(?!\d)"
        rf"|(?:1[12]\d|12\d{{3}})(?=[”\"]?(?:{alternatives(_MASK['phone_after'])}))"
    ),
    "list_marker": rf"{_LEFT}(?:\d{{1,2}} ?\)|\d{{1,2}} ?、|\d{{1,2}}\.(?!\d)|\d{{1,2}}\.(?={_YEAR} ?年))",
    "period": DATE,
    "name": rf"{NUMBER} ?(?:{DASH} ?{NUMBER} ?)?(?:周岁|岁|月龄)(?:{_SUFFIXES})?",
    "event": r"\d{1,2}·\d{1,2}",
    "ratio": r"\d++(?:\.\d++)?(?: ?:\d++(?:\.\d++)?)++",
    "glued": r"\d++\.\d++\.\d[\d.]*+%?\d*+",
    "page": (
        r"(?<=[-—–])\d{1,4} ?[-—–](?!\S)|(?<=[-—–] )\d{1,4} ?[-—–](?!\S)"
        r"|(?<=共)\d{1,4} ?页|\d{1,4} ?/ ?\d{1,4} ?页"
    ),
    "template": r"\d{2,4} ?个?字(?: ?(?:以内|之内|以下|以上|左右|内))?",
    "model": (
        rf"{_SIDE} ?[×xX*] ?{_SIDE}(?: ?[×xX*] ?{_SIDE})?(?![\d.,]|[A-Za-z]| ?[=元万])"
        r"|(?<=\()\d++(?:\.\d++)? ?[kKM][wWvV](?=\))"
        rf"|\d++(?:\.\d++)?+(?!(?:{_LATIN})(?![A-Za-z0-9]))[A-Za-z][A-Za-z0-9]*+(?:[-./][A-Za-z0-9]+)*+(?![²³])"
    ),
    "formula": (rf"(?:(?<=[×*÷])|(?<=[×*÷] )){NUMBER} ?%?(?!\d)(?! ?[元万=个人])|{NUMBER} ?分? ?[*×÷](?! ?\d)"),
    "ordinal": r"\d{1,5} ?(?:号|楼|號|年级|级|届(?=[一-鿿]{0,2}全会)|路(?=公交|车))",
    "code": r"\d++(?:-\d++){2,}+|0\d++(?!\.)|\d{9,}+(?!\.\d|,)",
}
# At another character.
_AT_OTHER = {
    "title": r"《[^《》\n]{0,80}》",
    "url": r"https?://[^\s一-鿿]{1,400}+|www\.[^\s一-鿿]{1,400}+",
    "document_number": (
        rf"\[ ?(?:19|20)[\dxX×*]{{2}}(?: ?年)?\]? ?(?:第 ?)?\d{{0,6}} ?号?(?! ?[万亿元个])"
        rf"|\({_YEAR}\) ?(?:第 ?)?\d{{1,5}} ?号"
    ),
    "letters": r"[A-Za-z]{2,}(?=\d{1,4}[个台套块部项次场份条家人名])",
    "code": r"[A-Za-zΑ-Ωα-ωФ№#_@][A-Za-z0-9Α-Ωα-ωФ_@]*+(?:[-.+/#][A-Za-z0-9_]++)*+",
    "ordinal": rf"第 ?(?:\d{{1,6}}|[{HAN}]{{1,8}})(?: ?{DASH} ?第?(?:\d{{1,4}}|[{HAN}]{{1,6}}))?",
    "list_marker": rf"{_LEFT}\( ?(?:\d{{1,2}}|[{HAN}]{{1,4}}) ?\)|[①-⑳]",
    "score": r"\( ?\d{1,3}(?:\.\d+)? ?分 ?\)",
    "double": rf"翻了?[{DIGITS}\d半]番",
}


def _named(group: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{reason}>{pattern})" for reason, pattern in group.items()))


AT_DIGIT, AT_OTHER = _named(_AT_DIGIT), _named(_AT_OTHER)
REASONS = {"url": "code", "letters": "", "event": "name"}
LEAD = re.compile(rf"[0-9A-Za-zΑ-Ωα-ωФ№#_@《\[(第①-⑳翻{HAN}]")
HAN_RUN = re.compile(rf"[{HAN}]++")
HAN_START = frozenset(HAN)
# What may stand next to a figure in digits (a blank skipped) when it may be masked.
DOUBTFUL_NEXT = frozenset(
    "年月日号時时点分·:.-~〜∼—–―‐‑至到/])、字岁周楼號级届路页×*÷"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + "".join(word[0] for word in _MASK["phone_after"])
)
DOUBTFUL_BEFORE = frozenset("×*÷-—–共")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-.]*+")
LABELLED = {
    "serial": re.compile(r"\d{1,3}(?:[-.]\d{1,2})?(?!\d)(?= ?[:、)]|\.(?!\d)|-(?!\d)|\s|$)"),
    "serial_always": re.compile(r"\d{1,3}(?:[-.]\d{1,2})?(?!\d|[个张份])"),
    "code": _CODE,
    "phone": _CODE,
}


def by_last(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Last character -> words that end with it, for a look backwards from a figure."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[-1], []).append(word)
    return {last: tuple(sorted(entry, key=len, reverse=True)) for last, entry in found.items()}


LABELS = {
    "serial": by_last(_MASK["serial"]),
    "serial_always": by_last(_MASK["serial_always"]),
    "code": by_last(_MASK["code"] + _MASK["furniture"]),
    "phone": by_last(_MASK["phone"]),
}
SERIALS = tuple(word for word in _MASK["serial"] if len(word) > 1)  # not 例: 比例1:2
LABEL_LAST = frozenset(last for entry in LABELS.values() for last in entry)
LABEL_GAP = frozenset(': 为是“"\t')

PERIOD = re.compile(
    r"(?=[\d截至到自从上下去本今当次全第一二三四五六七八九十])(?:"  # how any of them begins: most letters are passed by
    rf"(?:截至|截止|至|到|自|从)?(?:{DATE})"
    r"|(?:上|去|本|今|当|次|全)年度?(?!级|轻)|(?:上|下)半年|第?[一二三四1-4]季度|[一二三四五六七八九十]{1,2}月份?(?!龄)"
    r"|十[一二三四五六]五(?:[”\"]?(?:期间|时期|末))?)"
)
OF_PERIOD = re.compile(r"[\d年季月五]")  # every period has one of these
# What may stand directly after a Chinese numeral that is a figure.
HAN_NEXT = frozenset({word[0] for word in words()} | set(scales()) | set(HEDGE) | set(POINTS) | set("-~〜∼—–―至到分"))
LABEL_UNIT = re.compile(r"\((?:单位:?)?(?P<unit>[^()\d\s]{1,6})\) ?:? ?$")  # 金额(万元):350
OPERATOR = re.compile(r" ?([×xX*✕=]) ?(?=\d)")
DATE_PARTS = re.compile(
    rf"(?:(?P<y>{_YEAR})年?)?(?P<m>\d{{1,2}})(?:{DASH}(?P<to>\d{{1,2}}))?月份?(?:(?P<d>\d{{1,2}})[日号]|(?P<part>[底末初中])|[上中下]旬)?(?:之前|以前|前)?"
    rf"|(?P<y2>{_YEAR})[-./](?P<m2>\d{{1,2}})[-./](?P<d2>\d{{1,2}})日?(?:之前|以前|前)?"
    rf"|(?P<y3>{_YEAR})(?P<m3>\d\d)(?P<d3>\d\d)日?"
)
# First characters, so that most figures are passed by with one look.
DASH_START = frozenset(" -~〜∼—–―‐‑至到")
OPERATOR_START = frozenset(" ×xX*✕")
SUFFIX_START = frozenset([" ", "多", WITHIN, *(phrase[0] for phrase in AFTER)])
LABEL_END = LABEL_LAST | LABEL_GAP
