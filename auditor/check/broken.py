"""Texts that stop in the middle: at an open bracket, after 和 or 其中, at a verb without its object, in half a word.

open: what can be told from the last characters alone. half: the cell ends in a character that only begins words.
A text whose rest stands at the head of another cell was cut by a page, not by its author.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from auditor.check import Case, Option, any_of, found, place
from auditor.clause import clauses
from auditor.model import Field, Finding, Pass, Rule
from auditor.segment import words as cut

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("open", "half")),
    "shortest": Option(int, default=12),  # characters that a text must have to be told
    "after": Option(int, default=30),  # open: a bracket that is opened longer before the end was only forgotten
}
FACTS = frozenset({"text", "word", "why", "why_en"})
_HAN = re.compile(r"[\u4e00-\u9fff]")
# 12个、示范街道3: the list goes on with a unit; 1, is half of a figure
_FIGURE = re.compile(r"\d[个家名人处所座场次件条户项台辆]、[\u4e00-\u9fff]{2,8}(\d+)$|[\u4e00-\u9fff](\d{1,3},)$")
_PAIRS = {"(": ")", "[": "]", "《": "》", "“": "”"}


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case, str], tuple[str, str, str] | None]] = {"open": _open, "half": _half}
    stated = [(f, text.rstrip()) for f, text in case.stated() if f.section != "prose"]
    heads: dict[tuple[str, str], set[str]] = {}
    for field, text in stated:
        heads.setdefault((field.section, field.role), set()).add(text.lstrip()[:6])
    told: set[str] = set()  # a target copied as its result breaks off once
    for field, text in stated:
        if len(text) < rule.options["shortest"] or text in told or _furniture(field):
            continue
        broken = checks[rule.options["what"]](rule, case, text)
        if broken is None or (rule.options["what"] == "half" and _goes_on(text[-1], heads[field.section, field.role])):
            continue
        told.add(text)
        word, why, why_en = broken
        begin = max(0, len(text) - 24)
        facts = {"text": field.text.raw[begin : len(text)], "word": word, "why": why, "why_en": why_en}
        yield found(rule, facts, "", (place(field, field.heads[-1] if field.heads else "", (begin, len(text))),))


def _goes_on(last: str, heads: set[str]) -> bool:
    """Whether another cell begins with the rest of the word: cut by a page."""
    return any(_HAN.match(head) and cut(last + head)[0] != last for head in heads)


def _furniture(field: Field) -> bool:
    """Heads and names of rows: short forms are the rule there."""
    return field.role == "target" and not field.heads


@lru_cache(maxsize=8)
def _endings(dangling: tuple[str, ...]) -> frozenset[str]:
    return frozenset(dangling)


def _open(rule: Rule, case: Case, text: str) -> tuple[str, str, str] | None:
    known = case.words["text"]
    if text[-1] in "、([《“" and len(text) > 1:
        return text[-1], f"停在“{text[-1]}”上", f"it stops at {text[-1]}"
    for left, right in _PAIRS.items():
        at = text.rfind(left)
        if at >= 0 and text.count(left) == text.count(right) + 1 and right not in text[at:]:
            inside = text[at + 1 :]
            if len(inside) <= rule.options["after"] and not re.search(r"[。;\n]", inside) and _HAN.search(inside):
                return left, f"“{left}”没有闭合", f"{left} is never closed"
    if cut_off := _FIGURE.search(text):
        return (stop := cut_off[1] or cut_off[2]), f"停在“{stop}”上", f"it stops at {stop}"
    if not _HAN.match(text[-1]):
        return None
    last = cut(text[-8:])[-1]
    if last in _endings(tuple(known["dangling"])):
        return last, f"停在“{last}”之后", f"it stops after {last}"
    parts = clauses(text)
    for clause in parts[-1:] if len(parts) > 1 else ():
        if clause.stop - clause.begin == 1:
            return text[-1], "最后一句只有一个字", "its last clause is one character"
        said = re.sub(any_of(known["adverbs"]), "", text[clause.begin : clause.stop])
        if said in known["wanting"] and not clause.mark:
            return said, f"“{said}”后面没有内容", f"nothing follows {said}"
    return None


def _half(rule: Rule, case: Case, text: str) -> tuple[str, str, str] | None:
    """The last character, after a whole word, is one that only begins words."""
    if text[-1] not in case.words["text"]["begins_cell"]:
        return None
    parts = cut(text[-12:])
    if len(parts) < 2 or len(parts[-1]) > 1 or len(parts[-2]) < 2 or not all(map(_HAN.match, parts[-2])):
        return None
    return parts[-1], f"“{parts[-1]}”只是半个词", f"{parts[-1]} is half a word"
