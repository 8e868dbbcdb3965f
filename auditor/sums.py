"""4d  Figures that reconcile as a sum, and what the claims of a match share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from auditor.fact import Facts
from auditor.lexicon import Description, coverage, vocabulary
from auditor.model import Match
from auditor.side import Link, Side


def reasons(group: Sequence[int], sides: Sequence[Side]) -> tuple[str, ...]:
    """What the claims share: their common words and units."""
    said = [side.own.says | side.head.says if side.head else side.own.says for side in map(sides.__getitem__, group)]
    common = frozenset.intersection(*said) if said else frozenset()
    units = {sides[i].claim.quantity.unit for i in group}
    return (*sorted(common, key=lambda w: (-len(w), w))[:6], *(sorted(units) if len(units) == 1 else ()))


def sums(clan: Sequence[int], sides: Sequence[Side], links: Sequence[Link], facts: Facts) -> Iterator[Match]:
    """A rivalry of two figures that one other fact (or two) makes up for: high = low + rest, the rest being the only
    sensible one: same role, same unit, kindred words, and no other fact of that figure."""
    limits = vocabulary()["thresholds"]
    by_value: dict[Decimal, list[int]] = defaultdict(list)
    for i in clan:
        value = sides[i].claim.quantity.value
        if value is not None:
            by_value[value * sides[i].claim.quantity.factor].append(i)
    if len(by_value) > 2 and (parts := _told_in_parts(by_value, sides)):
        yield Match(tuple(sides[i].claim for i in parts), 1.0, (), "whole")
    if len(by_value) != 2:
        return
    low, high = sorted(by_value)
    rest = high - low
    kindred: dict[int, float] = defaultdict(float)
    inside = set(clan)
    for link in links:
        for mine, other in ((link.a, link.b), (link.b, link.a)):
            if (
                mine in inside
                and other not in inside
                and sides[other].claim.quantity.unit == sides[mine].claim.quantity.unit
            ):
                root = facts.find(other)
                kindred[root] = max(kindred[root], link.mean)
    values = {
        root: sides[root].claim.quantity.value * sides[root].claim.quantity.factor  # type: ignore[operator]
        for root, score in kindred.items()
        if score >= limits["kindred"]
        and sides[root].claim.quantity.value is not None
        and sides[root].claim.quantity.comparator == "="
    }
    fitting: list[tuple[int, ...]] = [(root,) for root, value in values.items() if value == rest]
    if not fitting and len(values) <= 12:
        fitting += [(a, b) for a, b in combinations(sorted(values), 2) if values[a] + values[b] == rest]
    if not 1 <= len(fitting) <= limits["unique"]:
        return
    summands = [*by_value[low], *(i for root in fitting[0] for i in facts.members[root])]
    whole, part, rests = sides[by_value[high][0]], sides[by_value[low][0]], [sides[root] for root in fitting[0]]
    # 各类培训15期 = 技能培训9期 + 管理培训6期: an honest total of a wider label
    wider = all(coverage(whole.own, r.own)[0] >= 0.95 for r in (part, *rests)) and coverage(part.own, whole.own)[1]
    kind = "whole" if wider or _enumerates(whole.own, [part.own, *(r.own for r in rests)]) else "sum"
    yield Match(tuple(sides[i].claim for i in (*by_value[high], *summands)), 1.0, (), kind)


def _told_in_parts(by_value: dict[Decimal, list[int]], sides: Sequence[Side]) -> list[int]:
    """A figure and its parts, which one text tells under one name: 分别培训96人次和92人次, 188人次 in the row."""
    *lower, high = sorted(by_value)
    parts = [i for value in lower for i in by_value[value]]
    one_text = len(parts) == len(lower) and len({id(sides[i].claim.field) for i in parts}) == 1
    return [*by_value[high], *parts] if one_text and sum(lower) == high else []


def _enumerates(whole: Description, parts: Sequence[Description]) -> bool:
    """A label that names every part: 孤儿及困境儿童 = 孤儿 + 困境儿童. None of the parts says all of it, together they do."""
    own = [{w for w, _ in part.needs} for part in parts]
    said = set().union(*own)
    return (
        all(coverage(part, whole)[0] >= 0.95 for part in parts)
        and all(words - set().union(*own[:i], *own[i + 1 :]) for i, words in enumerate(own))
        and not vocabulary()["words"]["joint"].isdisjoint(whole.says)
        and all(word in said for word, weight in whole.needs if weight >= 1)
    )


def contested(pair: Sequence[int], total: Match, sides: Sequence[Side], link: Link) -> Iterator[Match]:
    """The claims that would rival for one fact, had the sum not been found."""
    if total.kind == "sum":
        yield Match(tuple(sides[i].claim for i in pair), link.mean, reasons(pair, sides), "rival")
