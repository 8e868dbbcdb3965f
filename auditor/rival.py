"""4e  Unequal figures that must be one fact told twice: rivals.

Both sides must be covered by each other's words, and neither may have a partner of its own figure in the other's place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from auditor.claim import planned
from auditor.fact import Facts, Groups
from auditor.lexicon import coverage, vocabulary
from auditor.model import Form, Match, Quantity
from auditor.side import Link, Side, family, opposed
from auditor.sums import contested, reasons, sums

_NAMED = re.compile(r"[“《「\"]([^”》」\"\d]{2,20})[”》」\"]")


class Clan(NamedTuple):
    """Facts that rival each other, taken together: their sides in the order of the form, and the mean of the closest two."""

    sides: list[int]
    closest: float


def clans(form: Form, sides: Sequence[Side], links: Sequence[Link], facts: Facts) -> list[Clan]:
    """The rivals of the form, one clan for each fact that they rival for."""
    groups = Groups(len(sides))
    rivalry: list[Link] = []
    for link in _rivalry(form, sides, links, facts):
        rivalry.append(link)
        groups.join(*facts.of(link))
    closest: dict[int, float] = {}
    for link in rivalry:
        root = groups.find(facts.find(link.a))
        closest[root] = max(closest.get(root, 0.0), link.mean)
    members: dict[int, list[int]] = {root: [] for root in sorted(closest)}
    for fact, told in facts.members.items():
        if (root := groups.find(fact)) in members:
            members[root] += told
    return [Clan(sorted(members[root]), closest[root]) for root in members]


def _rivalry(form: Form, sides: Sequence[Side], links: Sequence[Link], facts: Facts) -> Iterator[Link]:
    """Every two sides that rival, the closest first."""
    limits = vocabulary()["thresholds"]
    squares = _Squares(sides, facts)
    totals = set(_totals(sides))
    past = {i for i, side in enumerate(sides) if side.year and form.year and side.year != str(form.year)}
    for link in sorted(links, key=lambda k: -k.mean):
        if (link.a in past) is not (link.b in past):
            continue  # 2021年开展活动226场 in a form of 2022: what names no year is of the form's
        if (link.gone and link.a in totals) or (link.lost and link.b in totals):
            continue  # 造林1万亩、抚育2万亩，合计3万亩: no figure of 造林
        unequal = link.equal is False
        if (unequal and _rival(link, sides, limits, facts)) or (
            (unequal or _unlike_targets(link, sides)) and squares.closes(link, limits)
        ):
            yield link


def reconciled(clan: Clan, sides: Sequence[Side], links: Sequence[Link], facts: Facts) -> list[Match]:
    """The rivals as a match, unless an honest total and its parts explain them; and the sums that dissolve them."""
    made = [*sums(clan.sides, sides, links, facts)]
    if all(match.kind != "whole" for match in made):
        told = tuple(sides[i].claim for i in clan.sides)
        made.insert(0, Match(told, clan.closest, reasons(clan.sides, sides), "rival"))
    return made


def near_sums(
    sides: Sequence[Side], links: Sequence[Link], facts: Facts, disputed: set[int], summed: set[int]
) -> Iterator[Match]:
    """Two figures that nearly rival and that one more fact makes up for. disputed: facts that rival already; summed: ids
    of claims that stand in a sum already."""
    limits = vocabulary()["thresholds"]
    summed = set(summed)
    for link in links:
        if (
            link.equal is False
            and link.low >= limits["near"]
            and _alone(link, sides, facts)
            and _told_twice(link, sides, limits)
            and disputed.isdisjoint(facts.of(link))
        ):
            pair = [i for fact in facts.of(link) for i in facts.members[fact]]
            for match in sums(pair, sides, links, facts):
                if id(match.claims[0]) not in summed:
                    summed.add(id(match.claims[0]))
                    yield match
                    yield from contested(pair, match, sides, link)


def slip(a: Decimal, b: Decimal) -> bool:
    """Whether one figure looks like the other mis-typed: one digit, two digits swapped, or the point moved by any places.

    Looser than `misprint`, which must tell by the figures alone: here the words say already that both count one thing, and
    a rate counts with its leading zero (85% and 95% are 0.85 and 0.95).
    """
    one, two = ("".join(map(str, x.normalize().as_tuple().digits)) for x in (a, b))
    if one == two:
        return True
    x, y = f"{a.normalize():f}".replace(".", ""), f"{b.normalize():f}".replace(".", "")
    if len(x) != len(y) or len(x) < 3:
        return False
    apart = [k for k in range(len(x)) if x[k] != y[k]]
    return len(apart) == 1 or (len(apart) == 2 and x[apart[0]] == y[apart[1]] and x[apart[1]] == y[apart[0]])


def _rival(link: Link, sides: Sequence[Side], limits: dict[str, float], facts: Facts) -> bool:
    """Whether two unequal figures must be one fact told twice, and not two facts or a whole and its part."""
    if (
        not _alone(link, sides, facts)
        or opposed(link, sides)
        or (sides[link.a].claim.frame == "share" and link.shared < limits["contained"])
    ):
        return False
    one, two = sides[link.a].claim.quantity, sides[link.b].claim.quantity
    if one.value is not None and two.value is not None and slip(one.value * one.factor, two.value * two.factor):
        return link.low >= limits["typo"] and link.mean >= limits["same"]
    if (link.gone and link.lost) or not _told_twice(link, sides, limits) or _surveyed(link, sides, facts):
        return False
    if any(_of_subject(x, y) and _exceeds(y.claim.quantity, x.claim.quantity) for x, y in _ways(link, sides)):
        return False
    gone, lost = _narrowing(link.gone), _narrowing(link.lost)
    if gone or lost:  # the longer label may be a part of the shorter: then its figure is smaller
        longer, shorter = (one, two) if gone else (two, one)
        if not _exceeds(longer, shorter):
            return False
        return link.low >= limits["conflict"] or link.shared >= limits["contained"]
    return link.low >= limits["conflict"]


def _one_rate(a: Side, b: Side) -> bool:
    """Whether two rates can be of one thing: 年检率 is no 合格率, and 合格率 alone is of what its sentence speaks of."""
    if not a.claim.quantity.dimension == b.claim.quantity.dimension == "rate":
        return True
    one, two = _rate_name(a), _rate_name(b)
    if one and two and not set(one[:-1]) & set(two[:-1]) and two not in vocabulary()["synonyms"].get(one, ()):
        return False
    bare = len(a.own.needs) == len(b.own.needs) == 1
    contexts = (frozenset(a.claim.context), frozenset(b.claim.context))
    return not (bare and all(contexts) and contexts[0].isdisjoint(contexts[1]))


def _rate_name(side: Side) -> str:
    """The end of what a rate is called, 合格率 of 登记|合格率, 年检率 of 年检|率; "" where it does not end like one."""
    words = side.claim.words
    name = "".join(words[-2:] if words and len(words[-1]) == 1 else words[-1:])
    return name if name.endswith(("率", "度")) else ""


def _alone(link: Link, sides: Sequence[Side], facts: Facts) -> bool:
    """Whether neither side has a partner of its own figure where the other stands, and both could be one fact."""
    a, b = sides[link.a], sides[link.b]
    if a.figure.unit != b.figure.unit and a.figure.dimension != b.figure.dimension:
        return False
    if a.slot == b.slot or facts.placed(link.a, b.slot) or facts.placed(link.b, a.slot):
        return False
    return _of_row(a, b) and _of_row(b, a) and _one_rate(a, b)


def _of_row(cell: Side, other: Side) -> bool:
    """Whether what the other says can be the row of this cell of a table inside a report: its total, or a row it names."""
    claim = cell.claim
    if (
        claim.section != "prose"
        or len(claim.field.heads) < 2
        or claim.clause.quote.strip() != claim.field.text.raw.strip()
    ):
        return True
    if len(claim.field.text.raw.strip()) > len(claim.span.quote) + 2:
        return True  # a sentence
    row = "".join(claim.field.heads[0].split())
    if not row or any(word in row for word in vocabulary()["words"]["sum_row"]):
        return True
    quote = other.claim.clause.quote
    said = "".join((quote, *(other.claim.field.heads if quote.strip() == other.claim.field.text.raw.strip() else ())))
    return row in "".join(said.split())


def _told_twice(link: Link, sides: Sequence[Side], limits: dict[str, float]) -> bool:
    """Whether unequal figures of two chapters may be one fact: counts of one name, and neither chapter says what there
    is or what was planned. Money, measures and rates differ by stage and scope (批复 and 完成, 预算 and 支出)."""
    a, b = sides[link.a], sides[link.b]
    if not {a.claim.section, b.claim.section} <= {"prose", "issues", "improvements"}:
        return True
    survey = vocabulary()["words"]["survey"]
    return (
        a.claim.quantity.dimension == b.claim.quantity.dimension
        and a.claim.quantity.dimension.startswith("count")
        and link.low >= limits["told_twice"]
        and not any(word in head for side in (a, b) for head in side.claim.field.heads[:1] for word in survey)
    )


def _totals(sides: Sequence[Side]) -> Iterator[int]:
    """The sides that are the total of several things, which stand before them in their sentence."""
    words = tuple(vocabulary()["words"]["total"])
    for i, side in enumerate(sides):
        if side.claim.measure.endswith(words) and len(_before(sides, i)) > 1:
            yield i


def _before(sides: Sequence[Side], i: int) -> list[int]:
    """The figures of the same dimension that stand before one in its sentence."""
    span = sides[i].claim.span
    begin = 1 + max(span.text.raw.rfind(mark, 0, span.begin) for mark in "。；;\n")
    return [
        k
        for k in range(i)
        if (other := sides[k].claim.span).text is span.text
        and begin <= other.begin < span.begin
        and sides[k].figure.dimension == sides[i].figure.dimension
    ]


def _ways(link: Link, sides: Sequence[Side]) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
    a, b = sides[link.a], sides[link.b]
    return (a, b), (b, a)


def _survey(side: Side) -> bool:
    """Whether a side stands in a chapter that says what there is and what was planned."""
    return side.claim.section == "prose" and any(map(planned, side.claim.field.heads[:1]))


def _surveyed(link: Link, sides: Sequence[Side], facts: Facts) -> bool:
    """Whether one stands in such a chapter, and the other chapters tell the other's figure."""
    return any(
        _survey(sides[i]) and any(k != j and sides[k].claim.section == "prose" for k in facts.members[facts.find(j)])
        for i, j in ((link.a, link.b), (link.b, link.a))
    )


def _of_subject(side: Side, other: Side) -> bool:
    """Whether the side's sentence named a subject of its own before (“丝路”展展期96天，接待观众11.7万人次) that the other
    says nothing of: the figure may be a part of the other's."""
    if side.claim.section != "prose" or side.claim.indicator is not None:
        return False
    sentence = side.claim.field.text.clean
    start = max(sentence.rfind(mark, 0, side.claim.span.begin) for mark in "。;；\n") + 1
    named = _NAMED.search(sentence, start, side.claim.span.begin)
    return named is not None and named[1] not in other.claim.clause.text.clean


def _narrowing(words: Sequence[str]) -> list[str]:
    """The words that make a label narrower: 义诊活动 is no less than 义诊."""
    return [w for w in words if w not in vocabulary()["words"]["pale"]]


def _exceeds(a: Quantity, b: Quantity) -> bool:
    if a.value is not None and b.value is not None:
        return a.value * a.factor > b.value * b.factor
    low, high = a.base[0], b.base[1]
    return low is not None and high is not None and low > high


def _unlike_targets(link: Link, sides: Sequence[Side]) -> bool:
    """20家 beside ≥18家: not one target, though one may fit the other."""
    a, b = sides[link.a], sides[link.b]
    one, two = a.figure, b.figure
    return (
        link.equal is None and a.claim.role == "target" and one.dimension == two.dimension
        and one.value is not None and two.value is not None and "≈" not in (one.comparator, two.comparator)
    )  # fmt: skip


class _Squares:
    """Goal and result of the narrative, target and result of a row: where the narrative says one thing of both, and
    one of its figures is the row's, the other must be too (goal 6场 = target 6场, result 7场 ≠ result 6场)."""

    def __init__(self, sides: Sequence[Side], facts: Facts) -> None:
        self.sides, self.facts = sides, facts
        self.rows: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for i, side in enumerate(sides):
            claim = side.claim
            if claim.indicator is not None and claim.section == "indicators":
                self.rows[claim.indicator, claim.role, family(claim)].append(i)

    def closes(self, link: Link, limits: dict[str, float]) -> bool:
        """Whether the two unequal figures are the open corner of such a square."""
        if link.mean < limits["same"] or not _alone(link, self.sides, self.facts) or opposed(link, self.sides):
            return False
        for told, held in ((link.a, link.b), (link.b, link.a)):
            claim = self.sides[held].claim
            if claim.indicator is None or claim.section != "indicators" or self.sides[told].claim.indicator is not None:
                continue
            role = {"result": "target", "target": "result"}.get(claim.role, "")
            here = self.rows[claim.indicator, claim.role, family(claim)]
            across = self.rows[claim.indicator, role, family(claim)]
            if len(here) == len(across) == 1 and any(
                self._says_the_same(told, other, limits) for other in self.facts.members[self.facts.find(across[0])]
            ):
                return True
        return False

    def _says_the_same(self, i: int, j: int, limits: dict[str, float]) -> bool:
        one, two = self.sides[i], self.sides[j]
        if (
            two.claim.indicator is not None
            or one.claim.frame != two.claim.frame
            or not one.own.weight
            or not two.own.weight
        ):
            return False
        there, back = coverage(one.own, two.own)[0], coverage(two.own, one.own)[0]
        return min(there, back) >= limits["same"] and (there + back) / 2 >= limits["conflict"]
