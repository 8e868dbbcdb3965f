"""Twins: a long sentence that stands in two places, the same to the letter but for one figure or one year.

Words alone decide, so that figures are seen which no claim counts (2021年…年鉴). Only results are compared, and figures
only between sections: rows of one table may answer in one phrase.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check import Case, Option, evidence, found, place
from auditor.clause import ORDINAL, readable
from auditor.model import Claim, Evidence, Field, Finding, Pass, Rule
from auditor.quantity import agree

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("figure", "year")),
    "letters": Option(int, default=14),  # Chinese characters from which a sentence is no common phrase
}
FACTS = frozenset({"text", "one", "other"})
_SENTENCE = re.compile(r"[^。;!?\n\r\t]+")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MARKS = re.compile(r"[^\w#%]+")
_YEAR = re.compile(r"20[0-4]\d")


@dataclass(frozen=True)
class _Told:
    field: Field
    begin: int
    stop: int
    figures: tuple[tuple[int, int], ...]

    def printed(self) -> list[str]:
        return [self.field.text.clean[slice(*at)].replace(",", "") for at in self.figures]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    rivals = {
        frozenset((a.index, b.index)) for m in case.matches if m.kind == "rival" for a in m.claims for b in m.claims
    }
    for places in _told(case, rule.options["letters"]).values():
        first = places[0]
        for other in places[1:]:
            apart = [i for i, (a, b) in enumerate(zip(first.printed(), other.printed(), strict=True)) if a != b]
            if len(apart) != 1 or other.field is first.field:
                continue
            (at,) = apart
            sides = _years if rule.options["what"] == "year" else _figures
            pair = sides(case, first, other, at, rivals)
            if pair:
                one, two = first.printed()[at], other.printed()[at]
                text = first.field.text.raw[first.begin : first.stop].strip()
                yield found(rule, {"text": text, "one": one, "other": two}, f"{one} ≠ {two}", pair)


def _told(case: Case, letters: int) -> dict[str, list[_Told]]:
    """Long sentences with figures, by what is left when the figures are taken out."""
    memo = f"twins of {letters}"
    if memo not in case.memo:
        found: dict[str, list[_Told]] = defaultdict(list)
        for field in case.form.said:
            if field.role != "result" or len(field.text.raw) <= letters:
                continue
            text = readable(field.text)
            for m in _SENTENCE.finditer(text):
                mark = ORDINAL.match(m[0])
                begin = m.start() + (mark.end() if mark else 0)
                figures = tuple(f.span() for f in _FIGURE.finditer(text, begin, m.end()))
                if figures and m.end() - begin > letters:
                    bare = _MARKS.sub("", _FIGURE.sub("#", text[begin : m.end()]))
                    if sum("一" <= c <= "鿿" for c in bare) >= letters:
                        found[bare].append(_Told(field, begin, m.end(), figures))
        case.memo[memo] = {k: v for k, v in found.items() if len(v) > 1}
    twins: dict[str, list[_Told]] = case.memo[memo]
    return twins


def _years(case: Case, one: _Told, two: _Told, at: int, rivals: set[frozenset[int]]) -> list[Evidence]:
    sides = []
    for told in (one, two):
        begin, stop = told.figures[at]
        text = told.field.text.clean
        if not _YEAR.fullmatch(text, begin, stop) or text[stop : stop + 1] != "年":
            return []
        sides.append((place(told.field, "", (begin, stop + 1)), int(text[begin:stop])))
    return [side for side, _ in sides] if case.form.year in (sides[0][1], sides[1][1]) else []


def _figures(case: Case, one: _Told, two: _Told, at: int, rivals: set[frozenset[int]]) -> list[Evidence]:
    claims = [_claim(case, told, at) for told in (one, two)]
    a, b = claims
    if a is None or b is None or a.section == b.section or frozenset((a.index, b.index)) in rivals:
        return []
    if a.quantity.step != b.quantity.step and agree(a.quantity, b.quantity):  # one of them is rounded
        return []
    return [evidence(a), evidence(b)]


def _claim(case: Case, told: _Told, at: int) -> Claim | None:
    begin, stop = told.figures[at]
    return next((c for c in case.of(told.field) if c.span.begin <= begin and stop <= c.span.stop), None)
