"""Numbering: lists that skip a number (一、三), or have all but the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from auditor.check import Case, Option, found, place
from auditor.clause import clauses, numeral, readable
from auditor.model import Field, Finding, Paragraph, Pass, Rule

OPTIONS: dict[str, Option] = {}
FACTS = frozenset({"missing", "found"})

_HAN = "一二三四五六七八九十"
_MARKS = {
    "han": re.compile(rf"(?:^|(?<=[。;:!?\n\t >]))([{_HAN}]{{1,2}})、(?![{_HAN}、])"),
    "han_bracket": re.compile(rf"(?:^|(?<=[。;:!?\n\t >]))[(]([{_HAN}]{{1,2}})[)]"),
    "han_is": re.compile(rf"(?:^|(?<=[。;:!?\n\t >,]))([{_HAN}])是(?!否|[{_HAN}])"),
    "digit": re.compile(r"(?:^|(?<=[。;:!?\n\t >]))(\d{1,2})(?:[.、](?!\d)|\.(?=\d{4}年))"),
    "digit_bracket": re.compile(r"(?:^|(?<=[。;:!?\n\t >]))[(](\d{1,2})[)]"),
    "circle": re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩])"),
}
_TRACE = re.compile(rf"[{_HAN}][、)是]|\d[.、)]|[①-⑩]")  # each of the marks has one
_CUT = re.compile(r"…|\[\.{3}|\.{3}\]|略")


def _ordinal(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text)
    if "①" <= text <= "⑩":
        return ord(text) - ord("①") + 1
    return numeral(text) or 0


def _written(number: int, style: str) -> str:
    if style.startswith("han"):
        return _HAN[number - 1] if number <= 10 else "十" + _HAN[number - 11] if number < 20 else str(number)
    return chr(ord("①") + number - 1) if style == "circle" and number <= 10 else str(number)


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    form = case.form
    yield from _headings(rule, case)
    counterpart = {id(f): g for f, g in zip(form.results, form.goals, strict=False)}
    later = {id(f) for f in (*form.goals[1:], *form.results[1:])}  # these go on with the numbers of the one before
    cells = [f for r in form.indicators for f in (r.name, r.target, r.result) if f]
    cells += [f for t in form.tasks for f in (t.name, t.goal, t.result) if f]
    for field in (*form.goals, *form.results, *cells, *form.issues, *form.improvements):
        text = readable(field.text)
        if len(_TRACE.findall(text)) < 2:
            continue
        for style, pattern in _MARKS.items():
            marks = [(_ordinal(m[1]), m.start(), m.end()) for m in pattern.finditer(text)]
            gap = _gap(text, marks, style, leading=id(field) not in later)
            if gap is None:
                continue
            missing, places = gap
            label = field.heads[-1] if field.heads else ""
            sides = [place(field, label, _clause_at(text, b, e)) for b, e in places]
            if other := counterpart.get(id(field)):
                clean = readable(other.text)
                first = next((m for m in pattern.finditer(clean) if _ordinal(m[1]) == missing), None)
                if first:
                    sides.append(place(other, quote=_clause_at(clean, *first.span())))
            seen = "、".join(_written(n, style) for n, _, _ in marks[:12])
            facts = {"missing": _written(missing, style), "found": seen}
            yield found(rule, facts, "", sides)
            break


_HEADING = re.compile(rf"\s*[(]([{_HAN}]{{1,2}})[)]")


def _headings(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """（一）（三）at the head of the paragraphs of one chapter."""
    last: tuple[int, Field] | None = None
    between: list[str] = []
    texts = [readable(f.text) for f in case.form.prose]
    if sum(_HEADING.match(text) is not None for text in texts) < 2:
        return
    written = _written_headings(case)
    for field, text in zip(case.form.prose, texts, strict=True):
        if last and last[1].heads[:1] != field.heads[:1]:
            last = None
        if match := _HEADING.match(text):
            number = _ordinal(match[1])
            inside = "".join(between)
            skips = last is not None and number == last[0] + 2 and written[number - 1] < written[number]
            if last and skips and not _CUT.search(inside) and not _elsewhere(inside, number - 1, "han_bracket"):
                seen = f"（{_written(last[0], 'han')}）、（{_written(number, 'han')}）"
                sides = [place(f, quote=_clause_at(readable(f.text), 0, 3)) for f in (last[1], field)]
                yield found(rule, {"missing": f"（{_written(number - 1, 'han')}）", "found": seen}, "", sides)
            last, between = (number, field), [text[match.end() :]]
        else:
            between.append(text)


def _written_headings(case: Case) -> Counter[int]:
    """How often the document has each number: some heads are no text of their own, some stand in other sections."""
    texts: list[str] = []
    for block in case.form.document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text.clean)
        else:
            texts += (cell.text.clean for row in block.rows for cell in row)
    return Counter(_ordinal(m[1]) for text in texts for line in text.splitlines() if (m := _HEADING.match(line)))


def _clause_at(text: str, begin: int, end: int) -> tuple[int, int]:
    stop = next((c.stop for c in clauses(text) if c.stop > end), len(text))
    return begin, min(stop, begin + 40)


def _gap(
    text: str, marks: list[tuple[int, int, int]], style: str, leading: bool
) -> tuple[int, list[tuple[int, int]]] | None:
    """The first number that the list skips, with the marks around the gap; None where the list is whole or unclear."""
    if len(marks) < 2:
        return None
    first, at, _ = marks[0]
    rising = all(b[0] == a[0] + 1 for a, b in pairwise(marks))
    if leading and style in ("han", "digit") and first == 2 and rising and len(re.findall(r"[\w]", text[:at])) >= 10:
        return (1, [(0, 1), *((b, e) for _, b, e in marks[:3])]) if not _elsewhere(text[:at], 1, style) else None
    for index, ((one, begin, end), (two, start, stop)) in enumerate(pairwise(marks)):
        if two in (one, one + 1, 1):
            continue
        if two != one + 2 or one < 1 or any(m[0] == one + 1 for m in marks[max(0, index - 2) : index]):
            return None  # more than one is missing, or the list runs backwards: not a list we understand
        between = text[end:start]
        if _CUT.search(between) or _elsewhere(between, one + 1, style):
            return None
        return one + 1, [(begin, end), (start, stop)]
    return None


def _elsewhere(text: str, number: int, style: str) -> bool:
    """Whether the missing number may stand in the text in another dress: 2, instead of 2. or a stray 二"""
    dress = _written(number, style)
    return bool(re.search(rf"(?:^|[\s。;:,!?>(]){dress}[\s.,:]|第{dress}|{dress}是(?!否)|{dress}[、)]", text)) or bool(
        re.search(rf"(?<!\d){number}[、.)](?!\d)", text)
    )
