"""4c  Equal figures -> facts: which sides state one fact.

Equal figures need good coverage of each other's words, or a figure so rare that less will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from auditor.lexicon import coverage, vocabulary
from auditor.side import Link, Side, comparable, contrary, opposed, rare


class Groups:
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


class Facts(NamedTuple):
    """The sides of a form by the facts they state. find: the first side of the fact that a side states; members: the
    sides of the fact, by that first; places: the slots in which a side's own figure stands for its fact, by side;
    links: those that joined two sides."""

    find: Callable[[int], int]
    members: Mapping[int, list[int]]
    places: Mapping[int, set[tuple[object, ...]]]
    links: Sequence[Link]

    def placed(self, side: int, slot: tuple[object, ...]) -> bool:
        """Whether the side's own figure stands for its fact in such a place too."""
        return slot in self.places.get(side, ())

    def of(self, link: Link) -> tuple[int, int]:
        """The facts of a link's two sides."""
        return self.find(link.a), self.find(link.b)


def facts(sides: Sequence[Side], links: Sequence[Link]) -> Facts:
    """Joins the sides whose figures are equal and state one fact; a side that nothing joins is a fact of its own."""
    limits = vocabulary()["thresholds"]
    lone = _lone(sides)
    groups = Groups(len(sides))
    places: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    joined: list[Link] = []

    def join(link: Link, placed: bool = True) -> None:
        i, j = link.a, link.b
        groups.join(i, j)
        joined.append(link)
        if placed:
            places[i].add(sides[j].slot)
            places[j].add(sides[i].slot)

    for link in _best([k for k in links if k.equal and _same(k, sides, limits, lone)], sides, limits):
        join(link)
    for link in _echoes(links, sides, groups):
        join(link, placed=False)  # a bare noun keeps no place: it may come back with another figure
    for link in _spelled(sides, lone, groups, limits):
        join(link)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(sides)):
        members[groups.find(i)].append(i)
    return Facts(groups.find, members, places, joined)


def _best(same: Sequence[Link], sides: Sequence[Side], limits: dict[str, float]) -> Iterator[Link]:
    """The links for which neither side has a better partner in the other's place."""
    best: dict[tuple[int, tuple[object, ...]], float] = defaultdict(float)
    for link in same:
        for i, j in ((link.a, link.b), (link.b, link.a)):
            best[i, sides[j].slot] = max(best[i, sides[j].slot], link.mean)
    for link in same:
        slack = 0.1 if link.low >= limits["weak_side"] and link.mean >= limits["same"] else 0.0
        if link.mean + slack >= max(best[link.a, sides[link.b].slot], best[link.b, sides[link.a].slot]):
            yield link


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
    once = {link.a, link.b} <= lone and a.value is not None and b.value is not None
    if once and a.value * a.factor == b.value * b.factor and not opposed(link, sides):  # type: ignore[operator]
        # 竞赛12场 and 技能竞赛12场, where no other 12场 stands in either place
        high = max(link.there, link.back)
        if link.shared >= 0.85 and (high >= 0.9 or (high >= 0.6 and link.mean >= limits["lone"])):
            return True
    return link.low >= limits["weak_side"] and link.mean >= limits["same"] and not contrary(link, sides)


def _echoes(links: Sequence[Link], sides: Sequence[Side], groups: Groups) -> list[Link]:
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
        roots = {groups.find(link.b if link.a == i else link.a) for link in near}
        if len(roots) == 1:
            found.append(near[0])
    return found


def _spelled(sides: Sequence[Side], lone: frozenset[int], groups: Groups, limits: dict[str, float]) -> list[Link]:
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
            links += [] if opposed(link, sides) else [link]
    return links
