"""Agreement: do claims about one fact give one figure?

Three verdicts: they agree (a Pass), they conflict, or they reconcile only as a sum while the labels differ. A bound and an
exact figure far above it (4次以上, 32次) are compatible but stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from auditor.check import Case, Option, evidence, shown
from auditor.model import Claim, Evidence, Finding, Match, Pass, Rule
from auditor.side import verdict

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("conflict", "sum", "bound", "unit", "year")),
    "role": Option(list, allowed=("result", "target", "budget"), default=["result", "target", "budget"]),
    "ratio": Option(float, default=1.3),
}
FACTS = frozenset({"measure", "one", "other", "places", "value", "terms", "ratio"})
_HELD = {"zh": "“{measure}”{places}处一致：{value}", "en": "“{measure}” agrees in {places} places: {value}"}
_SUMMED = {"zh": "“{measure}”合计相符：{terms}", "en": "“{measure}” adds up: {terms}"}


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    yield from {"conflict": _conflict, "sum": _sum, "bound": _bound, "unit": _unit, "year": _year}[
        rule.options["what"]
    ](rule, case)


_LETTER = re.compile(r"[^\W\d_]")


def _by_value(match: Match) -> list[list[Claim]]:
    """The claims by figure, the figure with most places first."""
    groups: list[list[Claim]] = []
    for claim in match.claims:
        for group in groups:
            if verdict(group[0], claim):
                group.append(claim)
                break
        else:
            groups.append([claim])
    return sorted(groups, key=len, reverse=True)


def name_of(claims: Sequence[Claim]) -> str:
    """What they count, in the fewest words: a measure, else the head of a row (186台（套）has no words of its own)."""
    for some in ([c.measure for c in claims], [head for c in claims for head in c.field.heads[-1:]]):
        if names := [name for name in some if _LETTER.search(name)]:
            return min(names, key=len)
    return ""


def _facts(claims: list[Claim] | tuple[Claim, ...]) -> dict[str, str]:
    return {
        "measure": name_of(claims),
        "places": str(len(claims)),
        "value": shown(claims[0]),
    }


def _conflict(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    summed = {id(m.claims[0]) for m in case.matches if m.kind == "sum"}
    for match in case.matches:
        if not match.claims or match.claims[0].role not in rule.options["role"]:
            continue
        if match.kind == "same":
            values = " = ".join(dict.fromkeys(shown(c) for c in match.claims))
            yield Pass(rule, _facts(match.claims), values, tuple(evidence(c) for c in match.claims), _HELD)
        elif match.kind == "rival" and not any(id(c) in summed for c in match.claims):
            groups = _by_value(match)
            facts = {
                "measure": name_of(match.claims),
                "one": shown(groups[0][0]),
                "other": "、".join(dict.fromkeys(shown(c) for g in groups[1:] for c in g)),
                "places": str(len(match.claims)),
            }
            yield Finding(
                rule, facts, " ≠ ".join(dict.fromkeys(shown(g[0]) for g in groups)),
                tuple(evidence(c) for g in reversed(groups) for c in g), rule.severity,
            )  # fmt: skip


def _sum(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for match in case.matches:
        if match.kind not in ("sum", "whole") or match.claims[0].role not in rule.options["role"]:
            continue
        total = match.claims[0]
        groups: dict[Decimal, Claim] = {}
        for claim in match.claims:
            if claim.quantity.value is not None:
                groups.setdefault(claim.quantity.value * claim.quantity.factor, claim)
        parts = [c for v, c in groups.items() if v != total.quantity.value * total.quantity.factor]  # type: ignore[operator]
        terms = " + ".join(f"{c.quantity.value:f}" for c in parts) + f" = {total.quantity.value:f}"
        facts = {
            "measure": total.measure, "one": shown(total), "other": shown(parts[0]), "terms": terms,
            "places": str(len(match.claims)),
        }  # fmt: skip
        sides = tuple(evidence(c) for c in match.claims)
        if match.kind == "sum":
            yield Finding(rule, facts, terms, sides, rule.severity)
        yield Pass(rule, facts, terms, sides, _SUMMED)


def _bound(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for match in case.matches:
        if match.kind != "same" or match.claims[0].role not in rule.options["role"]:
            continue
        bounds = [c for c in match.claims if c.quantity.comparator in ("≥", ">") and c.quantity.value]
        exact = [c for c in match.claims if c.quantity.comparator == "=" and c.quantity.value is not None]
        for bound in bounds:
            over = [c for c in exact if _base(c) >= Decimal(str(rule.options["ratio"])) * _base(bound)]
            if over:
                times = _base(over[0]) / _base(bound)
                facts = {
                    "measure": bound.measure, "one": shown(bound), "other": shown(over[0]), "ratio": f"{times:.3g}",
                }  # fmt: skip
                high, low = f"{over[0].quantity.value:f}", f"{bound.quantity.value:f}"
                arithmetic = f"{high} ≥ {low}；{high} / {low} = {times:.2f}"
                yield Finding(rule, facts, arithmetic, tuple(evidence(c) for c in (bound, *over)), rule.severity)


def _unit(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for match in case.matches:
        if match.kind == "unit" and match.claims[0].role in rule.options["role"]:
            one, other = match.claims[0], match.claims[-1]
            facts = {"measure": one.measure, "one": shown(one), "other": shown(other)}
            yield Finding(rule, facts, "", tuple(evidence(c) for c in match.claims), rule.severity)


def _year(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """One figure of one thing told of two years, one of them the form's; not where the text looks back or ahead."""
    excused = case.words["periods"]["excused_years"]
    for match in case.matches:
        if match.kind != "year" or match.claims[0].role not in rule.options["role"]:
            continue
        other = match.claims[-1]
        if any(word in other.clause.quote or word in other.measure for word in excused):
            continue
        facts = {
            "measure": match.claims[0].measure,
            "one": match.claims[0].period,
            "other": other.period,
            "value": shown(other),
        }
        yield Finding(
            rule, facts, f"{facts['one']} ≠ {facts['other']}", tuple(_dated(c) for c in match.claims), rule.severity
        )


def _dated(claim: Claim) -> Evidence:
    """The figure with the year that its sentence gives it."""
    said = claim.span.text.clean
    begin = said.rfind(claim.period, 0, claim.span.begin)
    return Evidence(claim.span._replace(begin=begin if begin >= 0 else claim.span.begin), claim.role, claim.measure)


def _base(claim: Claim) -> Decimal:
    assert claim.quantity.value is not None
    return claim.quantity.value * claim.quantity.factor
