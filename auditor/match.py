"""4  Claims -> matches: which claims state the same fact, and which figure is the sum of which.

Two claims are compared by their words: how much of what the one says it counts is said by the other, and the other way
round (coverage; each word weighs what it tells). Never by value alone: `1次` stands for three facts in one form. Never by
position. Never across roles. Equal figures need good coverage; unequal ones must be covered on both sides, and neither
may have a partner of its own figure in the other's place: then they rival for one fact.

An index by word finds the candidates, so that the cost grows with the claims and not with their square.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import combinations, pairwise
from typing import Any

from auditor.model import Claim, Form, Match, Quantity
from auditor.quantity import agree
from auditor.rules import rules_dir
from auditor.segment import words

CANDIDATES = 40  # claims compared with one claim: those that share most words with it
POSTINGS = 48  # claims looked at for one word: beyond, the word tells nothing
_SAME_FRAME = {"part": "", "plan": "", "each": "", "cumulative": ""}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    with (rules_dir() / "matching.toml").open("rb") as file:
        data = tomllib.load(file)
    vocabulary = {key: frozenset(text.split()) for key, text in data["words"].items()}
    lines = frozenset(frozenset(line.split("|")) for line in vocabulary.pop("contrast"))
    synonyms: dict[str, frozenset[str]] = {}
    for line in vocabulary.pop("synonym"):
        for word in line.split("|"):
            synonyms[word] = synonyms.get(word, frozenset()) | frozenset(line.split("|"))
    units = {key: frozenset(frozenset(pair.split()) for pair in pairs) for key, pairs in data["units"].items()}
    return {**data, "words": vocabulary, "contrast": lines, "synonyms": synonyms, "units": units}


def relation(a: Quantity, b: Quantity) -> bool | None:
    """Whether the figures can both be true of one fact; None where their units say that it cannot be one.

    Counts in units that people use for each other (5个 and 5项) compare as numbers.
    """
    verdict = agree(a, b)
    if verdict is not None or frozenset((a.unit, b.unit)) not in _data()["units"]["loose"]:
        return verdict
    return agree(replace(a, unit=b.unit, dimension=b.dimension, factor=b.factor), b)


@dataclass(frozen=True)
class Description:
    """What a claim says it counts. needs: words and weights that the other side must say; says: all its words;
    pairs: its words in twos, for short names (高新技术|企业 → 高企)."""

    needs: tuple[tuple[str, float], ...]
    says: frozenset[str]
    joined: str
    pairs: tuple[tuple[str, str], ...] = ()

    @cached_property
    def weight(self) -> float:
        return sum(w for _, w in self.needs)

    @cached_property
    def firsts(self) -> frozenset[str]:
        return frozenset(one[0] for one, _ in self.pairs)

    @cached_property
    def said_firsts(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.says)


class Lexicon:
    """How telling each word is in this form."""

    def __init__(self, form: Form) -> None:
        data = _data()
        self.values: dict[str, float] = data["weights"]
        self.filler, self.generic, self.telling = (data["words"][k] for k in ("filler", "generic", "telling"))
        self.topic = frozenset(w for w in words(f"{form.department} {form.title}") if len(w) > 1)

    def weight(self, word: str) -> float:
        if word in self.telling:
            return 1.0
        if word in self.filler:
            return self.values["filler"]
        if word in self.generic:
            return self.values["generic"]
        if len(word) == 1:
            return self.values["generic"]
        if word in self.topic:
            return self.values["topic"]
        return 1.0

    def describe(self, needs: Iterable[str], says: Iterable[str]) -> Description:
        needed, more = self._joined(needs), self._joined(says)
        need = {w: self.weight(w) for w in needed}
        all_words = frozenset(need) | frozenset(more)
        pairs = tuple((a, b) for text in (needed, more) for a, b in pairwise(text) if len(a) > 1 and len(b) > 1)
        return Description(
            tuple((w, k) for w, k in need.items() if k > 0), all_words, "\n".join(sorted(all_words)), pairs
        )

    def _joined(self, text: Iterable[str]) -> list[str]:
        """Letters that no dictionary word holds are a word of their own: 巡|库|员 → 巡库员."""
        found: list[str] = []
        run = ""
        for word in (*text, ""):
            if len(word) == 1 and "一" <= word <= "鿿" and word not in self.filler and word not in self.telling:
                run += word
                continue
            if run:
                found.append(run)
                run = ""
            if word:
                found.append(word)
        return found


def _abbreviates(short: str, long: str) -> bool:
    """综保区 / 综合保税区: the letters of the short name in their order in the long one, same first and last letter."""
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


@lru_cache(maxsize=1 << 16)
def _word_covered(word: str, says: frozenset[str], joined: str) -> float:
    """How far `word` is said among `says`, 0…1."""
    if word in says:
        return 1.0
    if len(word) > 1 and word in joined:
        return 0.95
    letters = sorted(word)
    best = 0.9 if says & _data()["synonyms"].get(word, frozenset()) else 0.0
    for other in says:
        if len(other) > 1 and other in word:
            narrower = word.replace(other, "", 1) in _data()["words"]["telling"]  # 女职工 is no 职工
            best = max(best, 0.4 if narrower else 0.9 if len(other) * 2 >= len(word) else 0.6)
        elif len(word) == len(other) > 1 and sorted(other) == letters:
            best = max(best, 0.9)  # 发案 / 案发
        elif _abbreviates(word, other) or _abbreviates(other, word):
            best = max(best, 0.9)
        elif len(word) == len(other) == 2 and (word[0] == other[0] or word[1] == other[1]):
            best = max(best, 0.4)  # 清理 / 清运: kindred, not the same
    return best


def coverage(one: Description, other: Description) -> tuple[float, tuple[str, ...]]:
    """Share of what `one` needs that `other` says, and the words that it does not say."""
    total = covered = 0.0
    missing: list[str] = []
    for word, weight in one.needs:
        share = _word_covered(word, other.says, other.joined)
        if share < 0.9 and _shortened(word, one, other):
            share = 0.9
        total += weight
        covered += weight * share
        if share < 0.5 or (share == 0.9 and _narrows(word, other.says)):
            missing.append(word)
    return (covered / total if total else 0.0), tuple(missing)


def _shortened(word: str, one: Description, other: Description) -> bool:
    """Whether the word is a short name for two words of the other side, or one of two words that the other shortens."""
    first = word[0]
    if first in other.firsts and any(_short_for(word, pair) for pair in other.pairs if pair[0][0] == first):
        return True
    for pair in one.pairs:
        if word in pair and pair[0][0] in other.said_firsts:
            first = pair[0][0]
            if any(said[0] == first and _short_for(said, pair) for said in other.says):
                return True
    return False


def _short_for(short: str, pair: tuple[str, str]) -> bool:
    """高企 / 高新技术|企业, 综保区 / 综合|保税区."""
    one, two = pair
    if short[0] != one[0] or not 2 <= len(short) < len(one) + len(two):
        return False
    return short == one[0] + two[0] or _abbreviates(short, one + two)


@lru_cache(maxsize=1 << 14)
def _narrows(word: str, says: frozenset[str]) -> bool:
    """Whether the word is one that is said, made narrower: 业务培训 is one kind of 培训."""
    return any(1 < len(other) <= len(word) - 2 and word.endswith(other) for other in says)


@dataclass(frozen=True)
class Side:
    """A claim as the match stage sees it: slot is the kind of place it stands in."""

    claim: Claim
    slot: tuple[object, ...]
    own: Description
    head: Description | None
    told: Description | None  # with what the sentence said before, where its own words are few
    year: str

    @cached_property
    def descriptions(self) -> tuple[Description, ...]:
        own = self.own if self.own.weight else None
        return tuple(dict.fromkeys(d for d in (own, self.head, self.told) if d is not None))


@dataclass(frozen=True)
class Link:
    """Two sides compared: coverage there and back, the words of each that the other lacks, the weight of what they
    share, and how their figures stand to each other (None: no common unit)."""

    a: int
    b: int
    there: float
    back: float
    gone: tuple[str, ...]
    lost: tuple[str, ...]
    shared: float
    equal: bool | None

    @property
    def low(self) -> float:
        return min(self.there, self.back)

    @property
    def mean(self) -> float:
        return (self.there + self.back) / 2


def _slot(claim: Claim) -> tuple[object, ...]:
    if claim.section == "tasks":
        return ("tasks", claim.indicator is not None)
    if claim.section == "prose":
        return ("prose", claim.field.heads[:2])
    return (claim.section,)


def _year(period: str) -> str:
    digits = "".join(c for c in period if c.isdigit())[:4]
    return digits if len(digits) == 4 else ""


def _sides(form: Form, claims: Sequence[Claim], lexicon: Lexicon) -> list[Side]:
    names: dict[str, tuple[str, ...]] = {}

    def cut(text: str) -> tuple[str, ...]:
        if text not in names:
            names[text] = tuple(w for w in words(text) if w[0].isalnum())
        return names[text]

    cells: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        cells[id(claim.field), claim.quantity.dimension].append(claim)
    sides = []
    for claim in claims:
        name = claim.field.heads[-1] if claim.field.heads and claim.section in ("indicators", "tasks", "budget") else ""
        context = [*claim.context, *(w for h in claim.field.heads[:-1] for w in cut(h))]
        own = lexicon.describe(claim.words, (*cut(name), *context) if name else context)
        head = None
        if name:
            head = lexicon.describe(cut(name), (*claim.words, *context))
            rivals = cells[id(claim.field), claim.quantity.dimension]
            if len(rivals) > 1 and any(not c.words for c in rivals):
                head = head if claim is next(c for c in rivals if not c.words) else None
            elif len(rivals) > 1:  # the head names the claim of its cell that says most of it
                fits = [coverage(head, lexicon.describe(c.words, ()))[0] for c in rivals]
                mine = fits[rivals.index(claim)]
                head = head if mine > 0 and fits.count(mine) == 1 and mine == max(fits) else None
            if head is not None and not head.weight:
                head = None
        told = lexicon.describe((*claim.context, *claim.words), context) if claim.context and own.weight <= 1 else None
        sides.append(Side(claim, _slot(claim), own, head, told, _year(claim.period)))
    return sides


def rare(quantity: Quantity) -> bool:
    """A figure of three digits or more: that two claims share it is no accident."""
    return quantity.value is not None and len(quantity.value.normalize().as_tuple().digits) >= 3


def _keys(side: Side) -> Iterator[str]:
    quantity = side.claim.quantity
    if rare(quantity) and quantity.dimension != "rate":
        yield f"={(quantity.value * quantity.factor).normalize()}"  # type: ignore[operator]
    for description in side.descriptions:
        yield from (one[0] + two[0] for one, two in description.pairs)
    seen = set()
    for description in side.descriptions:
        for word, weight in description.needs:
            if weight < 0.2:
                continue
            for key in {word, *(word[i : i + 2] for i in range(len(word) - 1))}:
                if key not in seen:
                    seen.add(key)
                    yield key


def family(claim: Claim) -> str:
    """Dimension in which two claims may be compared at all: all counts of things are one family."""
    dimension = claim.quantity.dimension
    return "count" if dimension.startswith("count") else dimension


def _comparable(a: Side, b: Side) -> bool:
    one, two = a.claim, b.claim
    if one.field is two.field or one.role != two.role or one.role == "budget":
        return False  # funds are held together by their own identities
    if _SAME_FRAME.get(one.frame, one.frame) != _SAME_FRAME.get(two.frame, two.frame):
        return False
    return not (a.year and b.year and a.year != b.year)


def _links(sides: Sequence[Side]) -> list[Link]:
    index: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, side in enumerate(sides):
        for key in _keys(side):
            index[family(side.claim), side.claim.role, key].append(i)
    links: dict[tuple[int, int], Link] = {}
    seen: set[tuple[int, int]] = set()
    for i, side in enumerate(sides):
        near: Counter[int] = Counter()
        for key in _keys(side):
            posting = index[family(side.claim), side.claim.role, key]
            near.update(posting if len(posting) <= POSTINGS else _around(posting, i))
        for other, _ in near.most_common(CANDIDATES):
            a, b = min(i, other), max(i, other)
            if a == b or (a, b) in seen or not _comparable(sides[a], sides[b]):
                continue
            seen.add((a, b))
            link = _compare(a, sides[a], b, sides[b])
            if link is not None:
                links[a, b] = link
    return list(links.values())


def _around(posting: list[int], i: int) -> list[int]:
    from bisect import bisect_left

    at = bisect_left(posting, i)
    return posting[max(0, at - POSTINGS // 2) : at + POSTINGS // 2]


def _compare(i: int, a: Side, j: int, b: Side) -> Link | None:
    equal = relation(a.claim.quantity, b.claim.quantity)
    none: tuple[str, ...] = ()
    best = (-1.0, a.own, b.own, 0.0, 0.0, none, none)
    for one in a.descriptions:
        for two in b.descriptions:
            there, gone = coverage(one, two)
            if (there + 1) / 2 + there <= best[0]:
                continue  # cannot be better, whatever the way back
            back, lost = coverage(two, one)
            quality = (there + back) / 2 + min(there, back)
            if quality > best[0]:
                best = (quality, one, two, there, back, gone, lost)
    _, one, two, there, back, gone, lost = best
    floor = 0.2 if equal and rare(a.claim.quantity) else 0.4
    if best[0] < 0 or (there + back) / 2 < floor:
        return None
    return Link(i, j, there, back, gone, lost, min(one.weight * there, two.weight * back), equal)


# --- groups -------------------------------------------------------------------------------------------------------


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


def _funds(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """Totals of the funds block with the narrative and prose that name them (全年支出5021.86万元)."""
    data = _data()["funds"]
    block: dict[str, list[Claim]] = defaultdict(list)
    own = {id(a.field): a.term for a in form.amounts if a.row == "total" and a.term in data}
    for claim in claims:
        if id(claim.field) in own:
            block[own[id(claim.field)]].append(claim)
    totals = {term: found[0] for term, found in block.items() if len(found) == 1}
    spent = totals.get("spent")
    after = {  # what follows the spent total in its text: its rate, without another word (支出5698.65万元，执行率97.0%)
        b.index for a, b in pairwise(claims)
        if spent is not None and a.field is b.field and a.role == "result" and relation(a.quantity, spent.quantity)
    }  # fmt: skip
    for term, total in totals.items():
        said = [
            c for c in claims
            if c.section in ("result_narrative", "prose", "tasks") and c.role == "result" and c.indicator is None
            and c.frame in ("", "cumulative") and _names(c, term, data, c.index in after) and relation(c.quantity, total.quantity) is not None
        ]  # fmt: skip
        for equal, kind in ((True, "same"), (False, "rival")):
            group = [c for c in said if relation(c.quantity, total.quantity) is equal]
            if group:
                yield Match((total, *group), 1.0, (term,), kind)


def _restated(claims: Sequence[Claim]) -> Iterator[Match]:
    """A figure and the same again in brackets: 415.95万元（4159500元）."""
    for one, two in pairwise(claims):
        text = one.span.text
        if (
            text is two.span.text
            and text.clean[one.span.stop : two.span.begin] == "("
            and text.clean[two.span.stop : two.span.stop + 1] == ")"
        ):
            equal = agree(one.quantity, two.quantity)
            if equal is not None and one.quantity.dimension and one.quantity.unit != two.quantity.unit:
                yield Match((one, two), 1.0, ("()",), "same" if equal else "rival")


def _names(claim: Claim, term: str, data: dict[str, list[str]], follows: bool) -> bool:
    """Whether the claim names this total of the funds block and nothing narrower; one that follows the spent total
    need not say whose rate it is."""
    printed = f"{claim.clause.quote[: claim.span.begin - claim.clause.begin]}{claim.measure}"
    if any(part in printed for part in data["parts"]) or not (
        follows or any(word in printed for word in data["scope"])
    ):
        return False
    bare = "".join(w for w in claim.words if w not in data["neutral"])
    full = "".join(claim.words)
    return bare in data[term] or full in data[term]


def _marks(form: Form) -> frozenset[int]:
    """The fields whose figures state no result of their own: weights, scores, reasons, bare numbers without a known place."""
    rows = [f for row in form.indicators for f in (row.weight, row.score, row.reason)]
    funds = [a.field for a in form.amounts if a.term in ("weight", "score")]
    stray = [f for f, _ in form.unread if f.text.raw.strip().replace(".", "").replace("%", "").isdigit()]
    return frozenset(id(f) for f in (*rows, *funds, *stray, form.total_weight, form.total_score) if f is not None)


def matches(form: Form, claims: Sequence[Claim]) -> tuple[Match, ...]:
    """Groups of claims that state one fact.

    kind "same": their figures agree. "rival": they do not. "sum": a figure (first) and its summands, where a rivalry
    dissolves in the sum; "whole": a figure and the parts that its wider label covers. "plan": a plan and its result.
    """
    lexicon = Lexicon(form)
    marks = _marks(form)
    sides = _sides(form, [c for c in claims if id(c.field) not in marks], lexicon)
    limits = _data()["thresholds"]
    links = _links(sides)
    groups = _Groups(len(sides))
    partner: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    joined: list[Link] = []
    best: dict[tuple[int, tuple[object, ...]], float] = defaultdict(float)
    for link in links:
        if _same(link, sides, limits):
            for i, j in ((link.a, link.b), (link.b, link.a)):
                best[i, sides[j].slot] = max(best[i, sides[j].slot], link.mean)
    for link in links:
        i, j = link.a, link.b
        if not _same(link, sides, limits):
            continue
        slack = 0.1 if link.low >= limits["weak_side"] and link.mean >= limits["same"] else 0.0
        if link.mean + slack < max(best[i, sides[j].slot], best[j, sides[i].slot]):
            continue  # there is a better partner in that place
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
        Match(tuple(sides[i].claim for i in group), score[groups.find(group[0])], _reasons(group, sides), "same")
        for group in members.values()
        if len(group) > 1
    ]
    rivals = _Groups(len(sides))
    rivalry: list[Link] = []
    for link in sorted(links, key=lambda k: -k.mean):
        if link.equal is False and _rival(link, sides, limits, partner):
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
        found.append(Match(tuple(sides[i].claim for i in clan), closest, _reasons(clan, sides), "rival"))
        found += _sums(clan, sides, groups, members, links)
    summed = {id(c) for m in found if m.kind == "sum" for c in m.claims}
    for link in links:
        near = link.equal is False and link.low >= limits["near"] and _alone(link, sides, partner)
        if near and not {groups.find(link.a), groups.find(link.b)} & disputed:
            pair = [*members[groups.find(link.a)], *members[groups.find(link.b)]]
            for match in _sums(pair, sides, groups, members, links):
                if id(match.claims[0]) not in summed:
                    summed.add(id(match.claims[0]))
                    found += [match, *_disputed(pair, match, sides, link)]
    found += _plans(sides, limits)
    found += _mismatched(links, sides, limits, partner)
    found += _funds(form, claims)
    found += _restated(claims)
    return tuple(found)


def _mismatched(
    links: Sequence[Link], sides: Sequence[Side], limits: dict[str, float], partner: dict[int, set[tuple[object, ...]]]
) -> Iterator[Match]:
    """The same words and the same figure in units that are not the same thing (人 and 人次)."""
    for link in links:
        a, b = sides[link.a], sides[link.b]
        one, two = a.claim.quantity, b.claim.quantity
        if link.equal is not None or one.value is None or one.value != two.value or one.value < 10:
            continue
        known = frozenset((one.unit, two.unit)) in _data()["units"]["mismatch"] and link.low >= limits["conflict"]
        if not (known and not link.gone and not link.lost) and not (
            rare(one) and one.factor == two.factor and link.mean >= limits["same"] and not _opposed(link, sides)
        ):
            continue
        if a.slot == b.slot or b.slot in partner[link.a] or a.slot in partner[link.b]:
            continue
        yield Match((a.claim, b.claim), link.mean, (), "unit")


def _same(link: Link, sides: Sequence[Side], limits: dict[str, float]) -> bool:
    """Whether two equal figures state one fact."""
    if not link.equal:
        return False
    if sides[link.a].slot == sides[link.b].slot and link.low < limits["conflict"]:
        return False  # two rows of one table are two facts unless they say the same
    a, b = sides[link.a].claim.quantity, sides[link.b].claim.quantity
    if (
        a.value is not None
        and b.value is not None
        and rare(a)
        and a.dimension != "rate"
        and a.comparator == b.comparator
    ):
        return link.mean >= limits["rare"]
    return link.low >= limits["weak_side"] and link.mean >= limits["same"]


def _alone(link: Link, sides: Sequence[Side], partner: dict[int, set[tuple[object, ...]]]) -> bool:
    """Whether neither side has a partner of its own figure where the other stands, and both could be one fact."""
    a, b = sides[link.a], sides[link.b]
    if a.claim.quantity.unit != b.claim.quantity.unit and a.claim.quantity.dimension != b.claim.quantity.dimension:
        return False
    return not (a.slot == b.slot or b.slot in partner[link.a] or a.slot in partner[link.b])


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
    if link.gone and link.lost:
        return False
    if link.gone or link.lost:  # the longer label may be a part of the shorter: then its figure is smaller
        longer, shorter = (one, two) if link.gone else (two, one)
        if not _exceeds(longer, shorter):
            return False
        return link.low >= limits["conflict"] or link.shared >= limits["contained"]
    return link.low >= limits["conflict"]


def _opposed(link: Link, sides: Sequence[Side]) -> bool:
    """Whether a word that one side lacks makes it another fact: 其他, or 新建 against 改建."""
    data = _data()["words"]
    if any(w in data["telling"] for w in (*link.gone, *link.lost)):
        return True
    for words_gone, other in ((link.gone, sides[link.b]), (link.lost, sides[link.a])):
        said = other.own.says | (other.head.says if other.head else frozenset())
        for line in _data()["contrast"]:
            if any(w in line for w in words_gone) and said & line:
                return True
    return False


def _exceeds(a: Quantity, b: Quantity) -> bool:
    low, high = a.base[0], b.base[1]
    return low is not None and high is not None and low > high


def _reasons(group: Sequence[int], sides: Sequence[Side]) -> tuple[str, ...]:
    """What the claims share: their common words and units."""
    said = [sides[i].own.says if not sides[i].head else sides[i].own.says | sides[i].head.says for i in group]  # type: ignore[union-attr]
    common = frozenset.intersection(*map(frozenset, said)) if said else frozenset()
    units = {sides[i].claim.quantity.unit for i in group}
    return (*sorted(common, key=lambda w: (-len(w), w))[:6], *(sorted(units) if len(units) == 1 else ()))


# --- sums ---------------------------------------------------------------------------------------------------------


def _sums(
    clan: Sequence[int], sides: Sequence[Side], groups: _Groups, members: dict[int, list[int]], links: Sequence[Link]
) -> Iterator[Match]:
    """A rivalry of two figures that one other fact (or two) makes up for: high = low + rest, the rest being the only
    sensible one: same role, same unit, kindred words, and no other fact of that figure."""
    by_value: dict[Decimal, list[int]] = defaultdict(list)
    for i in clan:
        value = sides[i].claim.quantity.value
        if value is not None:
            by_value[value * sides[i].claim.quantity.factor].append(i)
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
                root = groups.find(other)
                kindred[root] = max(kindred[root], link.mean)
    facts = {
        root: sides[root].claim.quantity.value * sides[root].claim.quantity.factor  # type: ignore[operator]
        for root, score in kindred.items()
        if score >= 0.5
        and sides[root].claim.quantity.value is not None
        and sides[root].claim.quantity.comparator == "="
    }
    fitting = [(root,) for root, value in facts.items() if value == rest]
    if not fitting and len(facts) <= 12:
        fitting = [pair for pair in combinations(sorted(facts), 2) if facts[pair[0]] + facts[pair[1]] == rest]  # type: ignore[misc]
    if len(fitting) != 1:
        return
    summands = [*by_value[low], *(i for root in fitting[0] for i in members[root])]
    whole, part, rests = sides[by_value[high][0]], sides[by_value[low][0]], [sides[root] for root in fitting[0]]
    wider = all(coverage(whole.own, r.own)[0] >= 0.95 for r in (part, *rests)) and coverage(part.own, whole.own)[1]
    kind = "whole" if wider else "sum"  # 各类培训15期 = 技能培训9期 + 管理培训6期: an honest total of a wider label
    yield Match(tuple(sides[i].claim for i in (*by_value[high], *summands)), 1.0, (), kind)


def _disputed(pair: Sequence[int], total: Match, sides: Sequence[Side], link: Link) -> Iterator[Match]:
    """The claims that would rival for one fact, had the sum not been found."""
    if total.kind == "sum":
        yield Match(tuple(sides[i].claim for i in pair), link.mean, _reasons(pair, sides), "rival")


def _plans(sides: Sequence[Side], limits: dict[str, float]) -> Iterator[Match]:
    """A plan said in a result, with the result that another place gives for it."""
    plans = [s for s in sides if s.claim.role == "plan"]
    results = [s for s in sides if s.claim.role == "result"] if plans else []
    for plan in plans:
        scored = []
        for other in results:
            if family(other.claim) != family(plan.claim) or other.claim.field is plan.claim.field:
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
