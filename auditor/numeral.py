"""Numerals as Chinese writes them -> Decimal: 三百二十一, 肆佰陸拾, 1千零1, 25万6千, 四百五 (450), 两千三点一.

`figure` reads digits with thousands separators; `han` reads Chinese and mixed numerals; both are linear in their text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

ZEROS = "零〇○Ｏ"
_DIGITS = {
    **dict.fromkeys(ZEROS, 0),
    **{
        c: n
        for n, cs in enumerate("一壹弌,二两兩贰貳弍,三叁參参,四肆,五伍,六陆陸,七柒,八捌,九玖".split(","), 1)
        for c in cs
    },
}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SECTIONS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
POINTS = "点點"

DIGITS = "".join(_DIGITS)
PLACES = "".join(_PLACES)
SECTIONS = "".join(_SECTIONS)
HAN = DIGITS + "".join(_TENS) + PLACES + SECTIONS
FORMAL_WORDS = "陆陸肆伍拾参參"  # common words of their own: 陆地, 放肆, 队伍, 收拾, 参加

LONGEST = 64  # characters; what is longer is no numeral (and would cost quadratic time)

_TOKEN = re.compile(r"\d+|[^\d\s]")
_PAIR = re.compile(rf"([{DIGITS[len(ZEROS) :]}])([{DIGITS[len(ZEROS) :]}])")


@lru_cache(maxsize=4096)
def figure(text: str) -> tuple[Decimal, Decimal]:
    """(value, one unit of the last printed digit) of `1,234.50`: (1234.50, 0.01)."""
    value = Decimal(text.replace(",", "").replace(" ", ""))
    point = text.find(".")
    return value, _STEPS[len(text) - point - 1] if 0 <= point < len(text) - 1 else _STEPS[0]


class _Steps(dict[int, Decimal]):
    def __missing__(self, places: int) -> Decimal:
        self[places] = step = Decimal(1).scaleb(-places)
        return step


_STEPS = _Steps()


def han(text: str) -> Decimal | None:
    """Value of a Chinese or mixed numeral, None if it is none (万 alone, 点五). Blanks inside do not count.

    A last digit right after a place is one place lower: 四百五 = 450, 九万四 = 94000; 四百零五 = 405.
    """
    if len(text) > LONGEST:
        return None
    body, fraction = text, ""
    for point in POINTS:
        if point in text:
            body, _, fraction = text.partition(point)
            break
    whole = _whole(body)
    if whole is None or not fraction:
        return None if whole is None or text.rstrip().endswith(tuple(POINTS)) else whole
    tail = "".join(str(_DIGITS[c]) if c in _DIGITS else c for c in fraction if not c.isspace())
    if not tail.isdecimal():
        return None
    return whole + Decimal(int(tail)).scaleb(-len(tail))


def _whole(text: str) -> Decimal | None:
    total = section = 0
    number: int | None = None
    last = 0  # the place or section just read: what a lone digit after it is a tenth of
    lowest = 0  # the lowest section read so far
    digits = 0  # how many digits `number` has been given one by one (二〇二一)
    for token in _TOKEN.findall(text):
        if token in _DIGITS:
            digit = _DIGITS[token]
            number = number * 10 + digit if number is not None and digits else digit
            digits += 1
            if digit == 0 and digits == 1:
                number, last, digits = None, 0, 0
            continue
        if token.isdecimal():
            number, digits = int(token), len(token) == 1
            last = last if digits else 0  # 1万5 is 15000, 2万5000 is 25000
            continue
        if token in _TENS:
            section, last, number, digits = section + _TENS[token], 10, None, 0
        elif token in _PLACES:
            place = _PLACES[token]
            section, last, number, digits = section + (1 if number is None else number) * place, place, None, 0
        elif token in _SECTIONS:
            scale = _SECTIONS[token]
            section += _low(number, last if last <= 1000 else 0, digits)
            if not section and not total:
                return None
            if lowest and (scale > lowest or not section):
                total = (total + section) * scale  # 四万|亿, 四千五百六十九万八千三百一十一|亿
            else:
                total += section * scale
            section, last, lowest, number, digits = 0, scale, scale, None, 0
        else:
            return None
    if number is not None:
        section += _low(number, last, digits)
    elif not total and not section and not any(c in ZEROS for c in text):
        return None
    return Decimal(total + section)


def _low(number: int | None, last: int, digits: int) -> int:
    """A lone digit after a place is one place lower: 四百|五, 百|二万."""
    if number is None:
        return 0
    return number * last // 10 if last > 10 and digits == 1 else number


def spread(text: str) -> tuple[Decimal, Decimal] | None:
    """(low, high) of two neighbouring digits in one numeral: 三五 (3, 5), 七八百 (700, 800), 二三十 (20, 30)."""
    if any(point in text for point in POINTS):
        return None
    pairs = [m for m in _PAIR.finditer(text) if _DIGITS[m[2]] - _DIGITS[m[1]] in (1, 2)]
    if len(pairs) != 1 or (len(text) > 2 and not set(text) & set(PLACES + SECTIONS)):
        return None
    pair = pairs[0]
    if _DIGITS[pair[2]] - _DIGITS[pair[1]] == 2 and pair[1] != "三":
        return None
    low = han(text[: pair.start()] + pair[1] + text[pair.end() :])
    high = han(text[: pair.start()] + pair[2] + text[pair.end() :])
    return (low, high) if low is not None and high is not None and low < high else None
