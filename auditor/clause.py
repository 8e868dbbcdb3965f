"""3a (text): where sentences, clauses and lists begin and end.

All functions take half-width text with markup blanked (`readable`) and give offsets into it.
All are linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.model import Text

_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,30}>")
_END = re.compile(r"[。;!?\n\r\t]|,(?!\d{3}(?!\d))|:(?!\d)")
_OPEN = {"(": ")", "[": "]", "《": "》", "“": "”", "「": "」", "‘": "’", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
ORDINAL = re.compile(  # what numbers a clause: 1.  (二)  三、  ④  五是  目标6:
    r"\s*(?:[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.](?!\d)"
    r"|[①-⑳]|[一二三四五六七八九十]是(?!否)|[一-鿿]{2}(?:[一二三四五六七八九十]{1,2}|\d{1,2})[:.](?!\d))\s*"
)
# Where it has its number: first, or behind a bracket or two letters. Most clauses have none, and need no match.
_THIRD = frozenset("0123456789一二三四五六七八九十")
_FIRST = _THIRD | frozenset("(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}


def readable(text: Text) -> str:
    """The text in half width with markup blanked out, character for character."""
    clean = text.clean
    return _blanked(clean) if "<" in clean else clean


@lru_cache(maxsize=1 << 10)
def _blanked(clean: str) -> str:
    return _MARKUP.sub(lambda m: " " * len(m[0]), clean)


class Clause(NamedTuple):
    """Text [begin, stop) without blanks and list marks at its ends; `mark` is the character that ends it ("" at the
    end of the text). sentence counts 。!?; and line ends, paragraph all of these but ;"""

    begin: int
    stop: int
    mark: str
    sentence: int
    paragraph: int


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text`, in order, none of them blank."""
    found: list[Clause] = []
    at = sentence = paragraph = 0
    for end in (*_END.finditer(text), None):
        begin, stop = at, end.start() if end else len(text)
        mark = end[0] if end else ""
        piece = text[begin:stop]
        begin += len(piece) - len(piece.lstrip())
        numbered = text[begin : begin + 1] in _FIRST or text[begin + 2 : begin + 3] in _THIRD
        if numbered and (ordinal := ORDINAL.match(text[begin:stop])):
            begin += ordinal.end()
        stop -= len(piece) - len(piece.rstrip())
        if begin < stop:
            found.append(Clause(begin, stop, mark, sentence, paragraph))
        sentence += mark not in (",", ":", "")
        paragraph += mark not in (",", ":", ";", "")
        at = end.end() if end else len(text)
    return tuple(found)


def pieces(text: str, marks: str, begin: int = 0, stop: int | None = None) -> tuple[tuple[int, int], ...]:
    """[begin, stop) cut at `marks` outside brackets, quotes and titles; blanks trimmed, blank pieces kept."""
    return tuple(each_piece(text, marks, begin, len(text) if stop is None else stop))


def each_piece(text: str, marks: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """The same one by one, for a reader that may stop."""
    closing: list[str] = []
    at = begin
    for match in _edges(marks).finditer(text, begin, stop):
        i, char = match.start(), match[0]
        if closing and char == closing[-1]:
            closing.pop()
        elif char in _OPEN and len(closing) < 8:
            closing.append(_OPEN[char])
        elif not closing and char in marks and not (char == "," and text[i - 1 : i + 4 : 2].isdigit()):
            yield _trim(text, at, i)
            at = i + 1
    yield _trim(text, at, stop)


@lru_cache(maxsize=32)
def _edges(marks: str) -> re.Pattern[str]:
    return re.compile("[" + re.escape(marks + "".join(_OPEN) + "".join(_CLOSE)) + "]")


def _trim(text: str, begin: int, stop: int) -> tuple[int, int]:
    while begin < stop and text[begin].isspace():
        begin += 1
    while begin < stop and text[stop - 1].isspace():
        stop -= 1
    return begin, stop


def outside_brackets(text: str, begin: int, stop: int) -> str:
    """[begin, stop) with everything inside brackets, quotes and titles blanked, same length."""
    kept: list[str] = []
    closing: list[str] = []
    for char in text[begin:stop]:
        if closing and char == closing[-1]:
            closing.pop()
            kept.append(" ")
        elif char in _OPEN and len(closing) < 8:
            closing.append(_OPEN[char])
            kept.append(" ")
        else:
            kept.append(" " if closing else char)
    return "".join(kept)


def bracket_end(text: str, at: int) -> int | None:
    """Offset of the bracket that closes the one at `at`; None if it never closes."""
    depth, opening = 0, text[at]
    closing = _OPEN[opening]
    for i in range(at, min(len(text), at + 2000)):
        if text[i] == opening:
            depth += 1
        elif text[i] == closing:
            depth -= 1
            if not depth:
                return i
    return None


def numeral(text: str) -> int | None:
    """三 → 3, 十二 → 12, 二十 → 20, "12" → 12; None for what is no small whole number."""
    if text.isdigit() and text.isascii():
        return int(text) if len(text) < 6 else None
    if text in _DIGITS:
        return _DIGITS[text]
    tens, ten, ones = text.partition("十")
    if not ten or any(part and part not in _DIGITS for part in (tens, ones)):
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
