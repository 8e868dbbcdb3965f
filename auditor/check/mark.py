"""Scores told in the text, held against the table of scores and against each other.

whole: 综合得分88.45分 of the summary and of the conclusion, and the 合计 of the table. row: 效益…满分28分，得24分 and the row 效益 | 28 | 24.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from auditor.check import HELD, Case, Option, evidence, found, held, plain
from auditor.check.judged import label_of
from auditor.check.prose import sentences, side
from auditor.model import Claim, Evidence, Finding, Pass, Quantity, Rule
from auditor.sentence import Said, base, is_plain

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("whole", "row")),
    "apart": Option(list, default=[]),  # whole: words of a sentence by which its score is another one
    "several": Option(list, default=[]),  # whole: words of a report on several projects, each with its score
    "held": HELD,
}
FACTS = frozenset({"name", "value", "other"})
_WHOLE = re.compile(
    r"[^\W\d]{0,12}?(?:自评|评价|综合|最终|总体|整体)(?:自评|评价|综合)?(?:总)?(?:得分|总分|评分|分数)(?:情况)?[为是]?|(?:自评)?总(?:得)?分[为是]?"
)
_GOT = re.compile(r"(?:实?得分?|扣分后得)[为是]?$")
_LEAST = 50  # points: less is the score of a block


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {"whole": _whole, "row": _row}
    yield from checks[rule.options["what"]](rule, case)


def _points(case: Case, field: object) -> Claim | None:
    claim = case.figure(field) if field is not None else None  # type: ignore[arg-type]
    return claim if claim is not None and claim.quantity.value is not None else None


def _verdict(rule: Rule, name: str, one: tuple[Decimal, Evidence], other: tuple[Decimal, Evidence]) -> Finding | Pass:
    facts = {"name": name, "value": f"{plain(one[0])}分", "other": f"{plain(other[0])}分"}
    sides = (one[1], other[1])
    if one[0] == other[0]:
        return held(rule, facts, f"{plain(one[0])} = {plain(other[0])}", sides)
    return found(rule, facts, f"{plain(one[0])} ≠ {plain(other[0])}", sides)


# --- the whole score ----------------------------------------------------------------------------------------------


def _whole(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    apart, several = (re.compile("|".join(rule.options[key]) or "(?!)") for key in ("apart", "several"))
    told: list[tuple[Decimal, Evidence, str]] = []
    for said in sentences(case):
        if several.search(said.text):
            return
        for q in said.figures:
            if q.dimension != "score" or not is_plain(q) or q.comparator != "=" or not _LEAST <= base(q) <= 100:
                continue
            label = said.label(q)
            if _WHOLE.fullmatch(label) and not apart.search(said.text[said.begin(q.start) : q.end]):
                told.append((base(q), side(said, q), label))
    weight, claim = (_points(case, f) for f in (case.form.total_weight, case.form.total_score))
    hundred = weight is not None and weight.quantity.value == 100  # 合计 of indicators alone may be of 90
    if hundred and claim is not None and claim.quantity.value is not None:
        told.append((claim.quantity.value, evidence(claim, "总分"), "总分"))
    values = {value for value, _, _ in told}
    if len(told) < 2 or len(values) > 2:
        return
    first = told[0]
    other = next((t for t in told if t[0] != first[0]), told[1])
    yield _verdict(rule, first[2], first[:2], other[:2])


# --- the scores of blocks -----------------------------------------------------------------------------------------


def _row(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Of rows with a weight and a score alone: a table of scores, which the text goes through block by block."""
    rows = [
        (label_of(row), weight, score)
        for row in case.form.indicators
        if row.target is None and row.result is None
        and (weight := _points(case, row.weight)) and (score := _points(case, row.score))
    ]  # fmt: skip
    if len(rows) < 2:
        return
    for said in sentences(case):
        marks = [q for q in said.figures if q.dimension == "score" and is_plain(q) and q.comparator == "="]
        for full, got in pairwise(marks):
            if not _GOT.search(said.label(got)) or got.start - full.end > 8 or "。" in said.text[full.end : got.start]:
                continue
            named = [r for r in rows if r[0] in _about(said, full, marks) and r[1].quantity.value == base(full)]
            if len(named) == 1 and named[0][2].quantity.value is not None:
                score = named[0][2]
                assert score.quantity.value is not None
                yield _verdict(
                    rule, named[0][0], (base(got), side(said, got, named[0][0])), (score.quantity.value, evidence(score, named[0][0]))
                )


def _about(said: Said, full: Quantity, marks: list[Quantity]) -> str:
    """What the marks are of: the words before them in their part, or for the first ones the title they stand under."""
    begin = max(said.text.rfind(mark, 0, full.start) for mark in "。;,\n") + 1
    words = said.text[begin : full.start]
    return words + ((said.field.heads or ("",))[-1] + said.text[: full.start][:24] if full is marks[0] else "")
