"""4  Claims -> matches: which claims state the same fact, and which figure is the sum of which.

Two claims are compared by their words: how much of what the one says it counts is said by the other, and the other way
round (coverage; each word weighs what it tells). Never by value alone: `1次` stands for three facts in one form. Never by
position. Never across roles. Equal figures need good coverage (`fact.py`); unequal ones must be covered on both sides, and
neither may have a partner of its own figure in the other's place: then they rival for one fact (`rival.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from auditor.claim import planned
from auditor.fact import Facts, facts
from auditor.funds import funds, restated, rows, scored, shared, spending
from auditor.lexicon import Lexicon, coverage, vocabulary
from auditor.model import Claim, Form, Match
from auditor.rival import clans, near_sums, reconciled
from auditor.side import Link, Side, all_links, all_sides, family, opposed, rare, relation
from auditor.sums import reasons


def matches(form: Form, claims: Sequence[Claim]) -> tuple[Match, ...]:
    """Groups of claims that state one fact.

    kind "same": their figures agree. "rival": they do not. "sum": a figure (first) and its summands, where a rivalry
    dissolves in the sum; "whole": a figure and the parts that its wider label covers. "plan": a plan and its result.
    "unit", "year": one figure of one thing with two units, or of two years (the form's year first).
    """
    marks = _marks(form)
    sides = all_sides(form, [c for c in claims if id(c.field) not in marks], Lexicon.of(form))
    every = all_links(sides)
    links, apart = [k for k in every if not k.apart], [k for k in every if k.apart]
    told = facts(sides, links)
    found = [
        *_agreed(told, sides),
        *_disputed(form, sides, links, told),
        *_plans(sides),
        *_two_years(apart, sides, str(form.year or "")),
        *_mismatched(links, sides, told),
    ]
    for named in (funds, rows, shared, scored, spending):
        found += named(form, claims)
    return (*found, *restated(claims))


def _marks(form: Form) -> frozenset[int]:
    """The fields whose figures state no result of their own: weights, scores, reasons, bare numbers without a known place."""
    rows = [f for row in form.indicators for f in (row.weight, row.score, row.reason, row.rate)]
    funds = [a.field for a in form.amounts if a.term in ("weight", "score")]
    stray = [f for f, _ in form.unread if f.text.raw.strip().replace(".", "").replace("%", "").isdigit()]
    return frozenset(id(f) for f in (*rows, *funds, *stray, form.total_weight, form.total_score) if f is not None)


def _agreed(told: Facts, sides: Sequence[Side]) -> Iterator[Match]:
    """The facts that more than one claim states."""
    score: dict[int, float] = defaultdict(float)
    for link in told.links:
        fact = told.find(link.a)
        score[fact] = max(score[fact], round(link.mean, 3))
    for fact, group in told.members.items():
        if len(group) > 1:
            yield Match(tuple(sides[i].claim for i in group), score[fact], reasons(group, sides), "same")


def _disputed(form: Form, sides: Sequence[Side], links: Sequence[Link], told: Facts) -> list[Match]:
    """The facts that rival, and the sums that make up for two figures."""
    found: list[Match] = []
    disputed: set[int] = set()
    for clan in clans(form, sides, links, told):
        disputed.update(map(told.find, clan.sides))
        found += reconciled(clan, sides, links, told)
    summed = {id(claim) for match in found if match.kind == "sum" for claim in match.claims}
    return [*found, *near_sums(sides, links, told, disputed, summed)]


def _two_years(apart: Sequence[Link], sides: Sequence[Side], year: str) -> Iterator[Match]:
    """One figure of one thing, told of the form's year in one place and of another year in another."""
    limits = vocabulary()["thresholds"]
    told: set[int] = set()
    for link in sorted(apart, key=lambda k: -k.mean):
        at = {sides[i].year: i for i in (link.a, link.b)}
        figure = sides[link.a].claim.quantity
        if year not in at or (figure.value or 0) < 2 or link.low < limits["conflict"] or opposed(link, sides):
            continue
        mine, other = at.pop(year), next(i for y, i in at.items() if y != year)
        if other not in told:
            told.add(other)
            yield Match((sides[mine].claim, sides[other].claim), link.mean, (), "year")


def _mismatched(links: Sequence[Link], sides: Sequence[Side], told: Facts) -> Iterator[Match]:
    """The same words and the same figure in units that are not the same thing (人 and 人次)."""
    limits = vocabulary()["thresholds"]
    for link in links:
        a, b = sides[link.a], sides[link.b]
        one, two = a.claim.quantity, b.claim.quantity
        if link.equal is not None or one.value is None or one.value != two.value or one.value < 10:
            continue
        known = frozenset((one.unit, two.unit)) in vocabulary()["units"]["mismatch"] and link.low >= limits["conflict"]
        if not (known and not link.gone and not link.lost) and not (
            rare(one) and one.factor == two.factor and link.mean >= limits["same"] and not opposed(link, sides)
        ):
            continue
        if a.slot == b.slot or told.placed(link.a, b.slot) or told.placed(link.b, a.slot):
            continue
        yield Match((a.claim, b.claim), link.mean, (), "unit")


def _ahead(claim: Claim) -> bool:
    """Whether a plan stands where plans belong: among the improvements, which are next year's, or in what went before."""
    return claim.section == "improvements" or any(planned(head) for head in claim.field.heads)


def _plans(sides: Sequence[Side]) -> Iterator[Match]:
    """A plan said in a result, with the result that another place gives for it."""
    limits = vocabulary()["thresholds"]
    plans = [s for s in sides if s.claim.role == "plan" and not _ahead(s.claim)]
    results = [s for s in sides if s.claim.role == "result"] if plans else []
    for plan in plans:
        scored = []
        for other in results:
            if family(other.claim) != family(plan.claim) or other.claim.field is plan.claim.field:
                continue
            if plan.year and other.year and plan.year != other.year:
                continue
            for one in plan.descriptions:
                for two in other.descriptions:
                    there, back = coverage(one, two)[0], coverage(two, one)[0]
                    if min(there, back) >= limits["weak_side"] and (there + back) / 2 >= limits["same"]:
                        scored.append(((there + back) / 2, other))
        equal = [(score, other) for score, other in scored if relation(plan.claim.quantity, other.claim.quantity)]
        scored = equal or scored
        if scored:
            top = max(score for score, _ in scored)
            partners = {id(o): o for score, o in scored if score >= top - 0.1}
            yield Match((plan.claim, *(o.claim for o in partners.values())), round(top, 3), (), "plan")
