"""Every number expression of a text, as general-purpose extractors read it: the permissive sibling of quantity.py.

Ordinals, ages, bare Chinese numerals, fractions, powers and colloquial money count here; quantity.py decides what an
auditor may take for a claim. Used to hold the numerals against other projects' own test cases (tests/test_peers.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation, localcontext
from functools import cache

from auditor.bound import HEDGE, HEDGED, bounded, joined
from auditor.grammar import NUMBER, alternatives
from auditor.model import Quantity, narrow
from auditor.numeral import DIGITS, FORMAL_WORDS, HAN, PLACES, POINTS, SECTIONS, han, spread
from auditor.unit import ONE, Unit, resolve, table, words

_DATA = table()["permissive"]
_S = " {0,4}"
_CORE = rf"(?:{NUMBER}|(?<![.\d])\.\d++|(?<=\.\.\.)\d++)"
_H = rf"[{HAN}]"
_SCALE = f"[{PLACES}{SECTIONS}]"
_RUN = rf"(?:{_CORE}(?={_S}{_SCALE})|{_H})(?:{_S}{_H}|(?<=[{HAN}])\d++)*+"
_DECIMAL = rf"(?:{_S}[{POINTS}]{_S}[{DIGITS}\d](?:{_S}[{DIGITS}\d])*+)"
_NUM = rf"(?:{_RUN}{_DECIMAL}?|{_CORE}[kKMG]?(?![A-Za-z])|{_CORE})"
_OVER = rf"{_S}分{_S}之{_S}"
_NEGATIVE = "-负負−"
_EXPRESSION = re.compile(
    rf"(?P<skip>https?://\S++|(?<![A-Za-z])[A-Za-z]++\d{{6,}}\w*+|{alternatives(_DATA['words'])})"
    rf"|第{_S}(?P<ordinal>{_RUN}|\d++)"
    rf"|(?P<base>{_CORE})\^(?P<sign>[+-]*+)(?P<power>\d{{1,4}}+)"
    rf"|(?P<mantissa>{_CORE})[eE](?P<exponent>[+-]?\d{{1,3}}+)(?![A-Za-z])"
    rf"|(?P<per>(?:百|佰|千|仟|[万萬]{{1,2}}|百[万萬])){_OVER}(?P<minus>[{_NEGATIVE}]?)(?P<share>{_NUM})"
    rf"|(?:(?P<whole>{_NUM}){_S}又{_S})?(?P<den>{_NUM})(?:{_OVER}|份)(?P<flip>[{_NEGATIVE}]?)(?P<num>{_NUM})"
    rf"|(?P<parts>[{DIGITS[4:]}十])分(?P<of>[{DIGITS[4:]}])(?=半?公?[升斤克米里]|[湯汤茶]匙|加[仑侖]|磅|[个個]|小[时時])"
    rf"|(?:(?P<mixed>\d++) +|(?P<also>{_NUM}){_S}又{_S})?(?P<upper>\d++)/(?P<lower>\d++)(?![/\d])"
    rf"|(?P<halves>一半半?|半)"
    rf"|(?<![一-鿿])(?P<omitted>[個个分米])(?P<rest>[半{DIGITS[4:]}])"
    rf"|(?P<discount>(?<=打)[对對]折|(?:{_RUN}{_DECIMAL}?|{_CORE})(?: \d)?{_S}折)"
    rf"|(?P<plain>{_NUM})"
)
_PERCENT = re.compile(
    rf"{_S}(?:%|[个個]?{_S}百{_S}分{_S}[点點比](?!之)|(?P<tenth>成)(?:{_S}(?P<more>[{DIGITS[4:]}半])(?![{HAN}个個]))?)"
)
_PREFIX: dict[str, str] = _DATA["prefixes"]
_PREFIXED = re.compile(rf"(?P<unit>{alternatives(_PREFIX)}|(?:华氏|華氏|摄氏|攝氏)(?:温度|溫度)?) ?$")
_MINUS = re.compile(r"(?:(?P<word>(?<![减減担擔抱肩背胜勝])[负負]|零下) ?|[-−]|^[-−] )$")


def numbers(text: str) -> tuple[Quantity, ...]:
    """All number expressions of a raw text in order; offsets count its characters.

    `start`, `end` span qualifiers and unit, `figure_start`, `figure_end` the numeral. form is "ordinal" for 第三.
    """
    t = narrow(text)
    return tuple(bounded(t, joined(t, list(_compounds(t, list(_found(t)))))))


@cache
def _units() -> tuple[re.Pattern[str], dict[str, Unit]]:
    known = dict(words())
    for dimension, entry in _DATA["units"].items():
        known.update((word, Unit(dimension, Decimal(factor), False)) for word, factor in entry.items())
    latin = alternatives(word for word in known if word.isascii() and word.isalpha())
    other = alternatives(word for word in known if not (word.isascii() and word.isalpha()))
    return re.compile(rf"(?P<w>{other}|(?:{latin})(?![A-Za-z]))"), known


def _value(printed: str) -> Decimal | None:
    """A numeral with blanks, separators or a k, M, G."""
    bare = printed.replace(" ", "").replace(",", "")
    scale = Decimal(_DATA["scales"].get(bare[-1:], "1"))
    if scale != ONE:
        bare = bare[:-1]
    try:
        return Decimal(bare) * scale
    except InvalidOperation:
        return _mixed(bare)


def _mixed(bare: str) -> Decimal | None:
    """1.2万, 4.78万亿: a decimal before scales; else a Chinese numeral."""
    m = re.match(rf"(\d+\.\d+)([{PLACES}{SECTIONS}]+)$", bare)
    if m is None:
        return han(bare)
    scale = han("一" + m[2])
    return None if scale is None else Decimal(m[1]) * scale


def _cut(t: str, start: int, end: int) -> int:
    """Where a run of numerals ends to be one number: 五十|千, 三十|两, 两百点|两."""
    run = t[start:end]
    if len(run) > 1 and run[-1] in "两兩" and run[-2] in HAN and not any(c in POINTS for c in run):
        return start + len(run) - 1
    if len(run) > 2 and run[-1] in "两兩" and run[-2] in POINTS:
        return start + len(run) - 2
    if run[-1] == "兆" and t[end : end + 1] in ("赫", "字", "比"):
        return end - 1
    place = 0
    for offset, c in enumerate(run):
        if c in PLACES:
            size = "十百千".find({"拾": "十", "佰": "百", "仟": "千"}.get(c, c)) + 1
            if place and size >= place and run[offset - 1] in PLACES:
                return start + offset
            place = size
        elif c in SECTIONS:
            place = 0
    return end


def _found(t: str) -> Iterator[Quantity]:
    at, last = 0, -1
    while (m := _EXPRESSION.search(t, at)) is not None:
        start, end = m.span()
        at = max(end, start + 1)
        if m["skip"]:
            continue
        result = _read(t, m, last == start)
        if result is None:
            if m["plain"] is None:
                at = start + 1
            continue
        value, end, unit, form, figure = result
        if value is None:
            at = max(end, start + 1)
            continue
        begin, figure_start = start, figure[0]
        minus = _MINUS.search(t, max(0, start - 3), start)
        if minus is not None and (
            minus["word"] or (minus.start() != last and (minus.start() == 0 or t[minus.start() - 1] not in _WORD))
        ):
            value, begin = -value, minus.start()
            figure_start = begin if figure_start == start else figure_start
        prefix = _PREFIXED.search(t, max(0, last, begin - 6), begin)
        known = resolve(unit) if unit == "%" else _units()[1].get(unit, ONE_UNIT)
        if form == "number" and unit:
            form = "plain"
        elif form == "number":
            form, (unit, known, end, value) = "plain", _measured(t, end, value, prefix)
        if prefix is not None and unit:
            begin = prefix.start()
        elif prefix is not None and prefix["unit"] in _PREFIX and form == "plain":
            begin, unit, known = prefix.start(), prefix["unit"], Unit(_PREFIX[prefix["unit"]], ONE, False)
        low, high = value, value
        pair = spread(t[figure[0] : figure[1]]) if form == "plain" else None
        if pair is not None:
            low, high = pair
        last = end
        yield Quantity(
            None if pair else value, low, high, "=", unit, known.dimension, known.factor, ONE, begin, end,
            figure_start, figure[1],
            "range" if pair else form,
        )  # fmt: skip
        at = max(end, start + 1)


ONE_UNIT = Unit("", ONE, True)
_WORD = frozenset("0123456789.)年月")
_Result = tuple[Decimal | None, int, str, str, tuple[int, int]]


def _read(t: str, m: re.Match[str], adjoins: bool) -> _Result | None:
    """(value, end, unit, form, figure span); value None: pass on from `end`."""
    start, end = m.span()
    with localcontext() as context:
        context.prec = 40
        if m["ordinal"]:
            return _value(m["ordinal"]), end, "", "ordinal", (start, end)
        if m["base"]:
            value = Decimal(m["base"]) ** int(m["power"])
            return (1 / value if m["sign"] == "-" and value else value), end, "", "number", (start, end)
        if m["mantissa"]:
            return Decimal(m["mantissa"]).scaleb(int(m["exponent"])), end, "", "number", (start, end)
        if m["share"]:
            end = _cut(t, m.start("share"), end)
            value_or = _share(t[m.start("share") : end])
            below = han("一" + m["per"]) if m["per"] not in ("万万", "萬萬") else Decimal(10**8)
            if value_or is None or not below:
                return None
            return (-value_or if m["minus"] else value_or) * 100 / below, end, "%", "percent", (m.start("share"), end)
        if m["den"]:
            below, above = _value(m["den"]), _value(m["num"])
            whole = _value(m["whole"]) if m["whole"] else Decimal(0)
            if not below or above is None or whole is None:
                return None
            return whole + above / (-below if m["flip"] else below), end, "", "number", (start, end)
        if m["parts"]:
            below, above = han(m["parts"]), han(m["of"])
            return (above / below if below and above and above < below else None), end, "", "number", (start, end)
        if m["lower"]:
            if not int(m["lower"]):
                return None
            also = (_value(m["also"]) if m["also"] else None) or Decimal(0)
            return (
                also + Decimal(int(m["mixed"] or 0)) + Decimal(m["upper"]) / Decimal(m["lower"]),
                end,
                "",
                "number",
                (start, end),
            )
    if m["halves"]:
        return _half(t, m)
    if m["omitted"]:
        if m["omitted"] != "個" and t[end : end + 1] and t[end] in HAN:
            return None
        rest = Decimal("0.5") if m["rest"] == "半" else (han(m["rest"]) or Decimal(0)) / 10
        return ONE + rest, end, m["omitted"] if m["omitted"] in "分米" else "", "number", (start, end)
    if m["discount"]:
        return _discount(m)
    return _plain(t, start, end, adjoins)


def _share(printed: str) -> Decimal | None:
    return Decimal(100) if printed.strip() in ("百", "佰") else _value(printed)


def _half(t: str, m: re.Match[str]) -> _Result | None:
    start, end = m.span()
    if m["halves"] == "半" and not _units()[0].match(t, end) and not _PERCENT.match(t, end):
        return None
    percent = _PERCENT.match(t, end)
    if percent and percent["tenth"]:
        return Decimal(5), percent.end(), "%", "percent", (start, end)
    return Decimal("0.5"), end, "", "number", (start, end)


def _discount(m: re.Match[str]) -> _Result | None:
    """三点一折 is 31%, 五五折 55%; 十折 is no discount."""
    start, end = m.span()
    printed = m["discount"][:-1].replace(" ", "")
    if printed in ("对", "對"):
        return Decimal(50), end, "%", "percent", (start, end)
    value = _value(printed)
    if value is None or value == 10:
        return None, end, "", "", (start, end)
    return (value if value > 10 else value * 10), end, "%", "percent", (start, end)


def _plain(t: str, start: int, end: int, adjoins: bool) -> _Result | None:
    end = _cut(t, start, end)
    printed = t[start:end]
    if len(printed) == 1 and printed in SECTIONS + "百佰千仟":
        return None
    if (
        not adjoins
        and len(printed) == 1
        and printed in FORMAL_WORDS + "零"
        and any(_is_word(c) for c in (t[start - 1 : start], t[end : end + 1]))
    ):
        return None
    value = _value(printed)
    if value is None:
        return None
    hedged = HEDGED.match(t, end)
    if hedged is not None:
        scaled = han("一" + hedged["scale"])
        if scaled is not None:
            value, end = value * scaled, hedged.end()
    if t[end : end + 1] == "打":
        value, end = value * 12, end + 1
        if t[end : end + 1] == "半":
            value, end = value + 6, end + 1
    percent = _PERCENT.match(t, end)
    if percent is not None:
        if percent["tenth"]:
            more = percent["more"]
            value = value * 10 + (Decimal(5) if more == "半" else han(more) or Decimal(0)) if more else value * 10
        if spread(printed) is not None:
            return None, percent.end(), "", "", (start, end)
        return value, percent.end(), "%", "percent", (start, end)
    return value, end, "", "number", (start, end)


def _is_word(c: str) -> bool:
    return "一" <= c <= "鿿" and c not in HAN


def _measured(t: str, end: int, value: Decimal, prefix: re.Match[str] | None) -> tuple[str, Unit, int, Decimal]:
    """The unit after a numeral, with 半 after it: 两米半, 一個半小時."""
    pattern, known = _units()
    at = end
    if t.startswith(("個半", "个半"), at) and (m := pattern.match(t, at + 2)):
        return m["w"], known[m["w"]], m.end(), value + Decimal("0.5")
    while at < len(t) and t[at] == " " and at - end < 2:
        at += 1
    m = pattern.match(t, at + 1 if HEDGE.match(t, at) else at)
    if m is None:
        return "", ONE_UNIT, end, value
    unit, end = m["w"], m.end()
    if t[end : end + 1] == "半" and not pattern.match(t, end + 1):
        value, end = value + Decimal("0.5"), end + 1
    if prefix is not None and prefix["unit"][0] in "华華" and unit in ("度", "°"):
        return unit, Unit("temperature:华氏", ONE, False), end, value
    if known[unit].dimension == "money" and t.startswith(("人民币", "人民幣"), end):
        end += 3
    return unit, known[unit], end, value


def _compounds(t: str, found: list[Quantity]) -> Iterator[Quantity]:
    """五元三毛 = 5.3元, 3斤5两, 一小時零三十分鐘, 一块二."""
    pending: Quantity | None = None
    for q in found:
        if pending is not None and _adjoins(t, pending, q):
            pending = _added(pending, q)
            continue
        if pending is not None:
            yield pending
        pending = q
    if pending is not None:
        yield pending


def _adjoins(t: str, a: Quantity, b: Quantity) -> bool:
    if t[a.end : b.start] not in ("", "零") or a.value is None or b.value is None or not a.unit or a.form != "plain":
        return False
    if a.unit in ("年", "月"):
        return False
    if not b.unit and a.unit == "米":
        return (t[a.end : b.end].isdigit() and b.end - a.end < 3) or (b.value < 10 and b.end == a.end + 1)
    if not b.unit:
        return a.dimension == "money" and b.value < 10 and b.form == "plain" and b.end - b.start <= 2
    if a.unit in ("分", "鐘", "分鐘") and b.dimension == "time" and a.dimension != b.dimension:
        return True
    return a.dimension == b.dimension and b.factor < a.factor


def _added(a: Quantity, b: Quantity) -> Quantity:
    assert a.value is not None
    assert b.value is not None
    factor, dimension = a.factor, a.dimension
    if dimension != b.dimension and b.unit:
        factor, dimension = Decimal(60), "time"
    share = (
        b.value * b.factor / factor
        if b.unit
        else b.value * (Decimal("0.01") if b.start > a.end or b.end - b.start == 2 else Decimal("0.1"))
    )
    if not b.unit and a.unit == "米":
        share = b.value.scaleb(a.end - b.end)
    elif (
        not b.unit and a.figure_end - a.figure_start and b.end - b.start == 1 and a.value != a.value.to_integral_value()
    ):
        share = b.value / 100
    value = a.value + share
    return Quantity(
        value, value, value, "=", a.unit, dimension, factor, ONE, a.start, b.end, a.figure_start, b.figure_end, "plain"
    )
