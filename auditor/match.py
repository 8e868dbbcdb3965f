"""4  Claims -> matches: which claims state the same fact, and which figure is the sum of which.

Two claims are compared by their words: how much of what the one says it counts is said by the other, and the other way
round (coverage; each word weighs what it tells). Never by value alone: `1次` stands for three facts in one form. Never by
position. Never across roles. Equal figures need good coverage; unequal ones must be covered on both sides, and neither
may have a partner of its own figure in the other's place: then they rival for one fact.

An index by word finds the candidates, so that the cost grows with the claims and not with their square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from auditor.claim import planned
from auditor.funds import funds, restated, rows, scored, shared
from auditor.lexicon import Lexicon, coverage, vocabulary
from auditor.model import Claim, Form, Match, Quantity
from auditor.side import Link, Side, all_links, all_sides, comparable, family, rare, relation
from auditor.sums import contested, reasons, sums


class _Groups:
    """Disjoint sets of side numbers."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        a, b = sorted((self.find(i), self.find(j)))
        self.parent[b] = a


def slip(a: Decimal, b: Decimal) -> bool:
    """Whether one figure looks like the other mis-typed: one digit, two digits swapped, or the point moved."""
    one, two = ("".join(map(str, x.normalize().as_tuple().digits)) for x in (a, b))
    if one == two:
        return True
    x, y = f"{a.normalize():f}".replace(".", ""), f"{b.normalize():f}".replace(".", "")
    if len(x) != len(y) or len(x) < 3:
        return False
    apart = [k for k in range(len(x)) if x[k] != y[k]]
    return len(apart) == 1 or (len(apart) == 2 and x[apart[0]] == y[apart[1]] and x[apart[1]] == y[apart[0]])


def _marks(form: Form) -> frozenset[int]:
    """The fields whose figures state no result of their own: weights, scores, reasons, bare numbers without a known place."""
    rows = [f for row in form.indicators for f in (row.weight, row.score, row.reason, row.rate)]
    funds = [a.field for a in form.amounts if a.term in ("weight", "score")]
    stray = [f for f, _ in form.unread if f.text.raw.strip().replace(".", "").replace("%", "").isdigit()]
    return frozenset(id(f) for f in (*rows, *funds, *stray, form.total_weight, form.total_score) if f is not None)


def matches(form: Form, claims: Sequence[Claim]) -> tuple[Match, ...]:
    """Groups of claims that state one fact.

    kind "same": their figures agree. "rival": they do not. "sum": a figure (first) and its summands, where a rivalry
    dissolves in the sum; "whole": a figure and the parts that its wider label covers. "plan": a plan and its result.
    "unit", "year": one figure of one thing with two units, or of two years (the form's year first).
    """
    lexicon = Lexicon(form)
    marks = _marks(form)
    sides = all_sides(form, [c for c in claims if id(c.field) not in marks], lexicon)
    limits = vocabulary()["thresholds"]
    every = all_links(sides)
    links, apart = [k for k in every if not k.apart], [k for k in every if k.apart]
    lone = _lone(sides)
    groups = _Groups(len(sides))
    partner: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    joined: list[Link] = []
    best: dict[tuple[int, tuple[object, ...]], float] = defaultdict(float)
    same = [link for link in links if link.equal and _same(link, sides, limits, lone)]
    for link in same:
        for i, j in ((link.a, link.b), (link.b, link.a)):
            best[i, sides[j].slot] = max(best[i, sides[j].slot], link.mean)
    for link in same:
        i, j = link.a, link.b
        slack = 0.1 if link.low >= limits["weak_side"] and link.mean >= limits["same"] else 0.0
        if link.mean + slack < max(best[i, sides[j].slot], best[j, sides[i].slot]):
            continue  # there is a better partner in that place
        groups.join(i, j)
        partner[i].add(sides[j].slot)
        partner[j].add(sides[i].slot)
        joined.append(link)
    for link in _echoes(links, sides, groups):
        groups.join(link.a, link.b)
        joined.append(link)
    for link in _spelled(sides, lone, groups, limits):
        i, j = link.a, link.b
        groups.join(i, j)
        partner[i].add(sides[j].slot)
        partner[j].add(sides[i].slot)
        joined.append(link)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(sides)):
        members[groups.find(i)].append(i)
    score: dict[int, float] = defaultdict(float)
    for link in joined:
        score[groups.find(link.a)] = max(score[groups.find(link.a)], round(link.mean, 3))
    found = [
        Match(tuple(sides[i].claim for i in group), score[groups.find(group[0])], reasons(group, sides), "same")
        for group in members.values()
        if len(group) > 1
    ]
    rivals = _Groups(len(sides))
    rivalry: list[Link] = []
    squares = _Squares(sides, groups, members)
    past = {i for i, side in enumerate(sides) if side.year and form.year and side.year != str(form.year)}
    for link in sorted(links, key=lambda k: -k.mean):
        if (link.a in past) is not (link.b in past):
            continue  # 2021年开展活动226场 in a form of 2022: what names no year is of the form's
        unequal = link.equal is False or _unlike_targets(link, sides)
        if (link.equal is False and _rival(link, sides, limits, partner)) or (
            unequal and squares.closes(link, limits, partner)
        ):
            rivalry.append(link)
            rivals.join(groups.find(link.a), groups.find(link.b))
    clans: dict[int, list[int]] = defaultdict(list)
    for root, group in members.items():
        clans[rivals.find(root)] += group
    clashes: dict[int, list[Link]] = defaultdict(list)
    for link in rivalry:
        clashes[rivals.find(groups.find(link.a))].append(link)
    inside = set(clashes)
    disputed = {groups.find(i) for root in inside for i in clans[root]}
    for root in sorted(inside):
        clan = sorted(clans[root])
        part = clashes[root]
        closest = max(k.mean for k in part)
        made = [*sums(clan, sides, groups.find, members, links)]
        if all(m.kind != "whole" for m in made):  # an honest total and its parts are no rivals
            made.insert(0, Match(tuple(sides[i].claim for i in clan), closest, reasons(clan, sides), "rival"))
        found += made
    summed = {id(c) for m in found if m.kind == "sum" for c in m.claims}
    for link in links:
        near = link.equal is False and link.low >= limits["near"] and _alone(link, sides, partner)
        if (
            near
            and _told_twice(sides[link.a], sides[link.b], link, limits)
            and not {groups.find(link.a), groups.find(link.b)} & disputed
        ):
            pair = [*members[groups.find(link.a)], *members[groups.find(link.b)]]
            for match in sums(pair, sides, groups.find, members, links):
                if id(match.claims[0]) not in summed:
                    summed.add(id(match.claims[0]))
                    found += [match, *contested(pair, match, sides, link)]
    found += _plans(sides, limits)
    found += _two_years(apart, sides, str(form.year or ""), limits)
    found += _mismatched(links, sides, limits, partner)
    for named in (funds, rows, shared, scored):
        found += named(form, claims)
    found += restated(claims)
    return tuple(found)


def _two_years(apart: Sequence[Link], sides: Sequence[Side], year: str, limits: dict[str, float]) -> Iterator[Match]:
    """One figure of one thing, told of the form's year in one place and of another year in another."""
    told: set[int] = set()
    for link in sorted(apart, key=lambda k: -k.mean):
        at = {sides[i].year: i for i in (link.a, link.b)}
        figure = sides[link.a].claim.quantity
        if year not in at or (figure.value or 0) < 2 or link.low < limits["conflict"] or _opposed(link, sides):
            continue
        mine, other = at.pop(year), next(i for y, i in at.items() if y != year)
        if other not in told:
            told.add(other)
            yield Match((sides[mine].claim, sides[other].claim), link.mean, (), "year")


def _mismatched(
    links: Sequence[Link], sides: Sequence[Side], limits: dict[str, float], partner: dict[int, set[tuple[object, ...]]]
) -> Iterator[Match]:
    """The same words and the same figure in units that are not the same thing (人 and 人次)."""
    for link in links:
        a, b = sides[link.a], sides[link.b]
        one, two = a.claim.quantity, b.claim.quantity
        if link.equal is not None or one.value is None or one.value != two.value or one.value < 10:
            continue
        known = frozenset((one.unit, two.unit)) in vocabulary()["units"]["mismatch"] and link.low >= limits["conflict"]
        if not (known and not link.gone and not link.lost) and not (
            rare(one) and one.factor == two.factor and link.mean >= limits["same"] and not _opposed(link, sides)
        ):
            continue
        if a.slot == b.slot or b.slot in partner[link.a] or a.slot in partner[link.b]:
            continue
        yield Match((a.claim, b.claim), link.mean, (), "unit")


def _lone(sides: Sequence[Side]) -> frozenset[int]:
    """The sides whose figure, with its unit, stands but once in every kind of place: it points at one fact."""
    places: dict[tuple[object, ...], dict[tuple[object, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, side in enumerate(sides):
        quantity = side.claim.quantity
        if quantity.value:
            told = side.claim.role, quantity.value * quantity.factor, quantity.dimension
            places[told][side.slot].append(i)
    return frozenset(
        i for kinds in places.values() if all(len(found) == 1 for found in kinds.values()) for [i] in kinds.values()
    )


def _same(link: Link, sides: Sequence[Side], limits: dict[str, float], lone: frozenset[int]) -> bool:
    """Whether two equal figures state one fact."""
    if sides[link.a].slot == sides[link.b].slot and link.low < limits["conflict"]:
        return False  # two rows of one table are two facts unless they say the same
    a, b = sides[link.a].figure, sides[link.b].figure
    if (
        a.value is not None
        and b.value is not None
        and rare(a)
        and a.dimension != "rate"
        and a.comparator == b.comparator
    ):
        return link.mean >= limits["rare"]
    if {link.a, link.b} <= lone and a.value * a.factor == b.value * b.factor and not _opposed(link, sides):  # type: ignore[operator]
        # 竞赛12场 and 技能竞赛12场, where no other 12场 stands in either place
        high = max(link.there, link.back)
        if link.shared >= 0.85 and (high >= 0.9 or (high >= 0.6 and link.mean >= limits["lone"])):
            return True
    return link.low >= limits["weak_side"] and link.mean >= limits["same"] and not _contrary(link, sides)


def _echoes(links: Sequence[Link], sides: Sequence[Side], groups: _Groups) -> list[Link]:
    """A figure of two digits or more that comes back with a bare noun (26处工程均…): the one fact of that figure and unit
    whose words hold the noun."""
    told: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        a, b = sides[link.a].figure, sides[link.b].figure
        if (
            not link.equal
            or a.value is None
            or a.value != b.value
            or a.unit != b.unit
            or len(f"{a.value.normalize():f}") < 2
        ):
            continue
        for i, j, share in ((link.a, link.b, link.there), (link.b, link.a, link.back)):
            if share >= 0.95 and 0 < sides[i].own.weight <= 0.5 < sides[j].own.weight:
                told[i].append(link)
    found = []
    for i, near in told.items():
        facts = {groups.find(link.b if link.a == i else link.a) for link in near}
        if len(facts) == 1:
            found.append(near[0])
    return found


def _spelled(sides: Sequence[Side], lone: frozenset[int], groups: _Groups, limits: dict[str, float]) -> list[Link]:
    """Lone figures of two digits or more whose labels are spelled alike where their words are not: a slip of the pen
    (优良天数 / 忧良天数), or letters that the dictionary cuts otherwise (警情|由 / 警|情由)."""
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i in sorted(lone):
        figure = sides[i].figure
        if figure.value is not None and len(figure.value.as_tuple().digits) > 1:
            places[sides[i].claim.role, figure.value * figure.factor, figure.dimension].append(i)
    pairs = [
        (i, j)
        for found in places.values()
        for i, j in combinations(found, 2)
        if groups.find(i) != groups.find(j) and comparable(sides[i], sides[j])
    ]
    if not pairs:
        return []
    from rapidfuzz.fuzz import partial_ratio, ratio

    links = []
    for i, j in pairs:
        best = 0.0
        for one in sides[i].labels:
            for two in sides[j].labels:
                alike = partial_ratio if min(len(one), len(two)) >= 5 else ratio
                best = max(best, alike(one, two) / 100)
        if best >= limits["spelled"]:
            gone, lost = (coverage(a.own, b.own)[1] for a, b in ((sides[i], sides[j]), (sides[j], sides[i])))
            link = Link(i, j, best, best, gone, lost, best, True)
            links += [] if _opposed(link, sides) else [link]
    return links


def _alone(link: Link, sides: Sequence[Side], partner: dict[int, set[tuple[object, ...]]]) -> bool:
    """Whether neither side has a partner of its own figure where the other stands, and both could be one fact."""
    a, b = sides[link.a], sides[link.b]
    if a.figure.unit != b.figure.unit and a.figure.dimension != b.figure.dimension:
        return False
    if not (_of_row(a, b) and _of_row(b, a)):
        return False
    return not (a.slot == b.slot or b.slot in partner[link.a] or a.slot in partner[link.b])


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


def _rival(
    link: Link, sides: Sequence[Side], limits: dict[str, float], partner: dict[int, set[tuple[object, ...]]]
) -> bool:
    """Whether two unequal figures must be one fact told twice, and not two facts or a whole and its part."""
    if (
        not _alone(link, sides, partner)
        or _opposed(link, sides)
        or (sides[link.a].claim.frame == "share" and link.shared < limits["contained"])
    ):
        return False
    one, two = sides[link.a].claim.quantity, sides[link.b].claim.quantity
    if one.value is not None and two.value is not None and slip(one.value * one.factor, two.value * two.factor):
        return link.low >= limits["typo"] and link.mean >= limits["same"]
    if (link.gone and link.lost) or not _told_twice(sides[link.a], sides[link.b], link, limits):
        return False
    gone, lost = _narrowing(link.gone), _narrowing(link.lost)
    if gone or lost:  # the longer label may be a part of the shorter: then its figure is smaller
        longer, shorter = (one, two) if gone else (two, one)
        if not _exceeds(longer, shorter):
            return False
        return link.low >= limits["conflict"] or link.shared >= limits["contained"]
    return link.low >= limits["conflict"]


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

    def __init__(self, sides: Sequence[Side], groups: _Groups, members: dict[int, list[int]]) -> None:
        self.sides, self.groups, self.members = sides, groups, members
        self.rows: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for i, side in enumerate(sides):
            claim = side.claim
            if claim.indicator is not None and claim.section == "indicators":
                self.rows[claim.indicator, claim.role, family(claim)].append(i)

    def closes(self, link: Link, limits: dict[str, float], partner: dict[int, set[tuple[object, ...]]]) -> bool:
        """Whether the two unequal figures are the open corner of such a square."""
        if link.mean < limits["same"] or not _alone(link, self.sides, partner) or _opposed(link, self.sides):
            return False
        for told, held in ((link.a, link.b), (link.b, link.a)):
            claim = self.sides[held].claim
            if claim.indicator is None or claim.section != "indicators" or self.sides[told].claim.indicator is not None:
                continue
            role = {"result": "target", "target": "result"}.get(claim.role, "")
            here = self.rows[claim.indicator, claim.role, family(claim)]
            across = self.rows[claim.indicator, role, family(claim)]
            if len(here) == len(across) == 1 and any(
                self._says_the_same(told, other, limits) for other in self.members[self.groups.find(across[0])]
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


def _told_twice(a: Side, b: Side, link: Link, limits: dict[str, float]) -> bool:
    """Whether unequal figures of two chapters may be one fact: counts of one name, and neither chapter says what there
    is or what was planned. Money, measures and rates differ by stage and scope (批复 and 完成, 预算 and 支出)."""
    if not {a.claim.section, b.claim.section} <= {"prose", "issues", "improvements"}:
        return True
    survey = vocabulary()["words"]["survey"]
    return (
        a.claim.quantity.dimension == b.claim.quantity.dimension
        and a.claim.quantity.dimension.startswith("count")
        and link.low >= limits["told_twice"]
        and not any(word in head for side in (a, b) for head in side.claim.field.heads[:1] for word in survey)
    )


def _narrowing(words: Sequence[str]) -> list[str]:
    """The words that make a label narrower: 义诊活动 is no less than 义诊."""
    return [w for w in words if w not in vocabulary()["words"]["pale"]]


def _opposed(link: Link, sides: Sequence[Side]) -> bool:
    """Whether a word that one side lacks makes it another fact: 其他, or 新建 against 改建."""
    telling = vocabulary()["words"]["telling"]
    return any(w in telling for w in (*link.gone, *link.lost)) or _contrary(link, sides)


def _contrary(link: Link, sides: Sequence[Side]) -> bool:
    """Whether each side has one of two words that exclude each other: 新建 against 改建."""
    for words_gone, other in ((link.gone, sides[link.b]), (link.lost, sides[link.a])):
        said = other.own.says | (other.head.says if other.head else frozenset())
        for line in vocabulary()["contrast"]:
            if any(w in line for w in words_gone) and said & line:
                return True
    return False


def _exceeds(a: Quantity, b: Quantity) -> bool:
    if a.value is not None and b.value is not None:
        return a.value * a.factor > b.value * b.factor
    low, high = a.base[0], b.base[1]
    return low is not None and high is not None and low > high


def _ahead(claim: Claim) -> bool:
    """Whether a plan stands where plans belong: among the improvements, which are next year's, or in what went before."""
    return claim.section == "improvements" or any(planned(head) for head in claim.field.heads)


def _plans(sides: Sequence[Side], limits: dict[str, float]) -> Iterator[Match]:
    """A plan said in a result, with the result that another place gives for it."""
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
