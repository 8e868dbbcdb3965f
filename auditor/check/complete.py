"""Completeness: what a form should say and does not.

blank_result, no_result: indicator rows. blank_score: a row with a weight and no score, or the reverse.
blank_answer: 存在问题 and the like left empty. placeholder: template left-overs. answered: goals without any result;
passes for the goals that a result answers. no_problem: 存在问题 无 beside findings (`last`: after all others).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from auditor.check import HELD, Case, Option, found, held, place
from auditor.clause import Clause, clauses, readable
from auditor.model import SEVERITIES, Evidence, Field, Finding, Indicator, Pass, Rule

WHATS = (
    "blank_result", "no_result", "blank_score", "blank_answer", "placeholder", "answered", "no_problem",
)  # fmt: skip
OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=WHATS),
    "kept": Option(float, default=0.5),  # blank cells are told only where this share of the column is filled
    "about": Option(list, default=[]),  # no_problem: categories that a problem section should address
    "level": Option(str, allowed=SEVERITIES, default="moderate"),  # no_problem: from this severity
    "last": Option(bool, default=False),  # to be run after all other rules
    "held": HELD,
}
FACTS = frozenset({"name", "target", "result", "column", "text", "count", "kinds"})
_MOST = 12  # places shown for one finding


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "blank_result": _blank_result, "no_result": _no_result, "blank_score": _blank_score,
        "blank_answer": _blank_answer, "placeholder": _placeholder, "answered": _answered, "no_problem": _no_problem,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _said(field: Field | None) -> str:
    return "" if field is None else field.text.clean.strip()


def _name(row: Indicator) -> str:
    return "".join(readable(row.name.text).split())


def _row(row: Indicator, *fields: Field | None) -> tuple[Evidence, ...]:
    return tuple(place(f, _name(row)) for f in (row.name, *fields) if f is not None)


# --- blank cells --------------------------------------------------------------------------------------------------


_WORD = re.compile(r"[^\W\d_]{2}")
_FRAME = re.compile(r"^(?:合计|总计|小计|总分|得分|总得分|综合得分|.{0,6}指标)[:]?$|^[(（]?\d+分[)）]?$")


def _named(case: Case) -> list[Indicator]:
    """Rows of indicators: with a name that is no total and no level (数量指标)."""
    return [r for r in case.form.indicators if _WORD.search(n := _said(r.name)) and not _FRAME.search(n)]


def _filled(rows: list[Indicator], of: str, kept: float) -> set[str]:
    """The sections in which at least `kept` of the rows have the cell: elsewhere the column is missing or misread."""
    sections = {r.section for r in rows}
    return {
        s for s in sections
        if (mine := [r for r in rows if r.section == s])
        and (have := sum(bool(_said(getattr(r, of))) for r in mine)) >= max(1, kept * len(mine))
        and have
    }  # fmt: skip


def _without(rule: Rule, case: Case, targeted: bool) -> Iterator[Indicator]:
    """Rows without a result: with a target, or without one."""
    if "result" not in case.form.columns:
        return
    rows = _named(case)
    sections = _filled(rows, "result", rule.options["kept"])
    null = set(case.words["marks"]["null"])
    parents = {r.parent for r in rows}
    for row in rows:
        target, reason = _said(row.target), _said(row.reason)
        if row.section not in sections or _said(row.result) or target in null - {""}:
            continue
        scored = re.fullmatch(r"\d+(?:\.\d+)?分?", score := _said(row.score)) and re.search("[1-9]", score)
        if reason and not (scored and targeted and not _excuse(tuple(case.words["marks"]["undone"])).search(reason)):
            continue  # not done, and why; or the result stands in the wrong column
        if row.index in parents and not (targeted and re.search(r"\d", target)):
            continue
        if bool(target) == targeted:
            yield row


@lru_cache(maxsize=4)
def _excuse(undone: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join((r"\d", *map(re.escape, undone))))


def _blank_result(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for row in _without(rule, case, targeted=False):
        yield found(rule, {"name": _name(row)}, "", _row(row, row.result))


def _no_result(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for row in _without(rule, case, targeted=True):
        facts = {"name": _name(row), "target": "".join(row.target.text.raw.split()) if row.target else ""}
        yield found(rule, facts, "", _row(row, row.target, row.result))


def _blank_score(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    if not {"weight", "score"} <= case.form.columns:
        return
    rows = [r for r in _named(case) if r.parent is None and not r.shared_score]
    for lacking, having, label in (("score", "weight", "得分"), ("weight", "score", "分值")):
        sections = _filled(rows, lacking, 0.8)
        for row in rows:
            given: Field | None = getattr(row, having)
            if row.section not in sections or _said(getattr(row, lacking)) or not _said(row.result):
                continue
            if re.fullmatch(r"[\d.]+分?", _said(given)):
                facts = {"name": _name(row), "column": label}
                yield found(rule, facts, "", _row(row, given, getattr(row, lacking)))


def _blank_answer(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for part in (case.form.issues, case.form.improvements):
        if part and not any(_said(f) for f in part):
            head = part[0].heads[-1] if part[0].heads else ""
            name = head or case.words["sections"][part[0].section]["zh"]
            yield found(rule, {"name": name}, "", (place(part[0], name),))


# --- template left-overs ------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def _placeholder(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    known = case.words["placeholders"]
    cells = set(known["cells"])
    inside, prompts = _compiled(tuple(known["patterns"])), _compiled(tuple(known["prompts"]))
    left: list[tuple[Evidence, str]] = []
    for field in case.form.said:
        if field.section in ("header", "prose"):
            continue
        text = field.text.clean
        bare = text.strip()
        label = field.heads[-1] if field.heads else ""
        if bare in cells and field.role == "result":
            left.append((place(field, label), text.strip()))
        elif any(w in text for w in known["signs"]) and (match := inside.search(text)):
            left.append((place(field, label, match.span()), match[0]))
        elif (
            field.role == "result"
            and any(w in text for w in known["hints"])
            and (match := prompts.search(text))
            and len(match[0]) * 2 > len(bare)
        ):
            left.append((place(field, label), match[0]))
    if left:
        texts = "、".join(list(dict.fromkeys(t for _, t in left))[:4])
        facts = {"text": texts, "count": str(len(left))}
        yield found(rule, facts, "", tuple(e for e, _ in left[:_MOST]))


# --- goals and results --------------------------------------------------------------------------------------------

_NO_WORD = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:%|[^\W\d_]{1,2})")


def _answered(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    goals = [f for f in case.form.goals if _said(f)]
    results = [f for f in case.form.results if _said(f)]
    null = set(case.words["marks"]["null"])
    if goals and case.form.results and all(_said(f) in null | {""} for f in case.form.results):
        sides = (place(goals[0]), place(case.form.results[0]))
        yield found(rule, {"target": goals[0].text.raw.strip()[:20]}, "", sides)
        return
    said = [_Clause(f, t, c) for f in results for t in (readable(f.text),) for c in clauses(t)][:200]
    for field in goals:
        text = readable(field.text)
        for clause in clauses(text)[:80]:
            goal = _Clause(field, text, clause)
            answer = next((s for s in said if goal.answered_by(s)), None)
            if answer is not None:
                facts = {"target": goal.side.span.quote, "result": answer.side.span.quote}
                yield held(rule, facts, "", (goal.side, answer.side))


class _Clause:
    """A clause of a goal or a result, with what it is compared by."""

    def __init__(self, field: Field, text: str, clause: Clause) -> None:
        self.field, self.clause = field, clause
        self.text = text[clause.begin : clause.stop]
        self.core = _NO_WORD.sub("", self.text)
        self.figures = frozenset(_FIGURE.findall(self.text))

    @property
    def side(self) -> Evidence:
        return place(self.field, quote=(self.clause.begin, self.clause.stop))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Each two letters of the text without its figures."""
        return frozenset([p for p in map("".join, pairwise(_FIGURE.sub(" ", self.text))) if p.isalpha()])

    def answered_by(self, result: _Clause) -> bool:
        """The words recur in order in the result (建设验收, 建设和验收), or its figure about the same thing does."""
        if 6 <= len(self.core) <= 40 and len(self.core) <= len(result.core) <= 2.5 * len(self.core):
            rest = iter(result.core)
            if self.core[0] in result.core and all(c in rest for c in self.core):
                return True
        return not self.figures.isdisjoint(result.figures) and not self.pairs.isdisjoint(result.pairs)


# --- 存在问题 无 --------------------------------------------------------------------------------------------------


def _no_problem(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    none = set(case.words["marks"]["declared_none"]) | set(case.words["marks"]["null"])

    def empty(fields: Iterable[Field]) -> list[Field]:
        said = [f for f in fields if _said(f)]
        return said if said and all(_bare(f) in none for f in said) else []

    issues, improvements = empty(case.form.issues), empty(case.form.improvements)
    if not issues and (not improvements or any(_said(f) for f in case.form.issues)):
        return
    level = SEVERITIES.index(rule.options["level"])
    about = set(rule.options["about"])
    owed = [
        f for f in case.findings
        if f.rule is not rule
        and not f.suppressed
        and SEVERITIES.index(f.severity) <= level
        and (not about or f.rule.category in about)
    ]  # fmt: skip
    if not owed:
        return
    counts: dict[str, int] = {}
    for finding in owed:
        counts[finding.rule.code] = counts.get(finding.rule.code, 0) + 1
    facts: dict[str, Any] = {
        "text": _bare((issues or improvements)[0]), "count": str(len(owed)),
        "kinds": "、".join(f"{code}×{n}" if n > 1 else code for code, n in counts.items()),
    }  # fmt: skip
    sides = tuple(place(f, f.heads[-1] if f.heads else "") for f in (*issues, *improvements))
    yield found(rule, facts, "", sides)


def _bare(field: Field) -> str:
    return _said(field).strip("。.;；,， 、")
