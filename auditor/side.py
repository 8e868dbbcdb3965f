"""4b  Claims side by side: what each says that it counts, and how far two of them say the same.

An index by word finds the candidates, so that the cost grows with the claims and not with their square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from auditor.lexicon import Description, Lexicon, coverage, grams, vocabulary
from auditor.model import Claim, Form, Quantity
from auditor.quantity import agree
from auditor.segment import words
from auditor.unit import dimension_of, factor_of

CANDIDATES = 40  # claims compared with one claim: those that share most words with it
POSTINGS = 48  # claims looked at for one word: beyond, the word tells nothing
_SAME_FRAME = {"part": "", "plan": "", "each": "", "cumulative": ""}
_UNCHANGED = frozenset(
    {"", "initial"}
)  # a target that stayed as it was, told elsewhere: two cells of its row tell nothing
_LEVELS = frozenset({"", "share"})  # ways to say one level: 参与率93.8%, 参与者占93.8%
_EACHES = (
    r"(?:每((?:[人户亩年月日天周季场次期个名位家村校生班所座台辆件]|季度|平方米|公顷|公里|户次|人次){1,2}"
    r"(?:每[人年月日天周季场次期])?)|([人户亩生年月日场次期村校家])均)[^\W\d_]"
)
_EACH_MARKS = frozenset("每均")
_EACH, _EACH_OF_NAME = re.compile(_EACHES + r"{0,4}$"), re.compile(_EACHES + r"*$")
_PER = re.compile(r"[/·*()每.]+")
_ONE_PERSON = {"名": "人", "位": "人", "个人": "人", "天": "日", "季度": "季"}


def verdict(a: Claim, b: Claim, one: Quantity | None = None, two: Quantity | None = None) -> bool | None:
    """Whether two claims in one role give one figure; None where their units say that they cannot."""
    one, two = one or a.quantity, two or b.quantity
    if a.role == "target":
        return _one_target(one, two)
    same = relation(one, two)
    if same and one.comparator == two.comparator in (">", "≥") and rare(one) and rare(two):
        return agree(
            one._replace(high=one.value), two._replace(high=two.value)
        )  # 超369次, 超469次: so exact a bound is a figure
    return same


def _one_target(a: Quantity, b: Quantity) -> bool | None:
    """Whether two targets are one: the same figure, whatever the bound. 20家 and ≥18家 fit, and are two targets; None
    where one binds and the other does not."""
    if a.value is None or b.value is None:
        return relation(a, b)
    same = relation(*(q._replace(low=q.value, high=q.value, comparator="=") for q in (a, b)))
    return same if same or a.comparator == b.comparator else None


def _per(unit: str) -> tuple[str, frozenset[str]]:
    """元/人·月 -> 元, {人, 月}."""
    head, *below = [part for part in _PER.split(unit) if part]
    return head, frozenset(_ONE_PERSON.get(part, part) for part in below)


def relation(a: Quantity, b: Quantity) -> bool | None:
    """Whether the figures can both be true of one fact; None where their units say that it cannot be one.

    Counts in units that people use for each other (5个 and 5项) compare as numbers.
    """
    verdict = agree(a, b)
    if verdict is not None:
        return verdict
    if "/" in a.unit and "/" in b.unit:  # 元/人·月 and 元/月/人
        (head, below), (other, under) = _per(a.unit), _per(b.unit)
        if below != under or dimension_of(head) != dimension_of(other):
            return None
        return agree(_in(a, head), _in(b, other))
    if frozenset((a.unit, b.unit)) not in vocabulary()["units"]["loose"]:
        return None
    return agree(a._replace(unit=b.unit, dimension=b.dimension, factor=b.factor), b)


def _in(quantity: Quantity, unit: str) -> Quantity:
    return quantity._replace(unit=unit, dimension=dimension_of(unit), factor=factor_of(unit))


def _figure(claim: Claim) -> Quantity:
    """The claim's quantity; what its words say that it is for goes to its unit: 每人每月50元 is 50元/人·月, and so is 50元
    in a row 人均月补贴标准."""
    quantity = claim.quantity
    text = claim.clause.text.clean
    before = text[max(claim.clause.begin, claim.span.begin - 14) : claim.span.begin]
    name = claim.measure if claim.field.heads and claim.measure == claim.field.heads[-1] else ""
    if "/" in quantity.unit or quantity.dimension == "rate" or _EACH_MARKS.isdisjoint(f"{before}{name}"):
        return quantity
    each = _EACH.search(before.replace(" ", "")) or _EACH_OF_NAME.search(name)
    if each is None:
        return quantity
    below = "·".join(part for part in (each[1] or each[2]).split("每") if part)
    return quantity._replace(unit=f"{quantity.unit}/{below}", dimension=f"{quantity.dimension}/{below}")


def _manner(claim: Claim, figure: Quantity) -> str:
    """The claim's frame, as far as it makes another fact of the same words."""
    if claim.frame in ("previous", "initial"):
        return claim.frame
    if claim.frame == "per_unit" or figure is not claim.quantity:
        if "/" in figure.unit and "/" not in claim.quantity.unit:
            return ""  # its unit says so
        if claim.quantity.dimension.split(":")[0] in ("count", "money", "area", "mass", "length", "volume"):
            return "per_unit"
        return ""  # the mean of what cannot be summed: a concentration, a time, a rate
    return _SAME_FRAME.get(claim.frame, claim.frame)


_CELL = 24  # characters of a cell in a table of a report; a longer one is a text


class Side(NamedTuple):
    """A claim as the match stage sees it: slot is the kind of place it stands in; figure: its quantity, with what it is
    for in the unit; manner: its frame, where that makes another fact."""

    claim: Claim
    figure: Quantity
    manner: str
    slot: tuple[object, ...]
    own: Description
    head: Description | None
    told: Description | None  # with what the sentence said before, where its own words are few
    descriptions: tuple[Description, ...]  # of these, the ones that say something
    year: str
    trend: str  # up | down, of a growth

    @property
    def labels(self) -> tuple[str, ...]:
        """What it needs, as one word for each description; those of two letters and less tell nothing."""
        found = ("".join(word for word, _ in d.needs) for d in self.descriptions)
        return tuple(label for label in found if len(label) > 2)


class Link(NamedTuple):
    """Two sides compared: coverage there and back, the words of each that the other lacks, the weight of what they
    share, how their figures stand to each other (None: no common unit), whether they name two years."""

    a: int
    b: int
    there: float
    back: float
    gone: tuple[str, ...]
    lost: tuple[str, ...]
    shared: float
    equal: bool | None
    apart: bool = False

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
        place = claim.field.text.place
        if place.table is not None and len(claim.field.heads) > 1 and len(claim.field.text.raw) <= _CELL:
            return ("table", place.sheet, place.table)  # 1-3月 and 4-6月: its cells are different facts
        return ("prose", claim.field.heads[:2])
    return (claim.section,)


def _year(period: str) -> str:
    digits = "".join(c for c in period if c.isdigit())[:4] if period else ""
    return digits if len(digits) == 4 else ""


def all_sides(form: Form, claims: Sequence[Claim], lexicon: Lexicon) -> list[Side]:
    """The claims as sides, in their order; those of the funds block without words: they are compared with nothing."""
    names: dict[str, tuple[str, ...]] = {}

    def cut(text: str) -> tuple[str, ...]:
        if text not in names:
            names[text] = tuple([w for w in words(text) if w[0].isalnum()])
        return names[text]

    cells: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        cells[id(claim.field), claim.quantity.dimension].append(claim)
    sides = []
    twins: dict[tuple[int, object, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        twins[id(claim.field), claim.quantity.value, claim.quantity.dimension].append(claim)
    silent = lexicon.describe((), ())
    for claim in claims:
        if claim.role == "budget":  # held together by their own identities: compared with nothing
            place, year = _slot(claim), _year(claim.period)
            sides.append(Side(claim, claim.quantity, claim.frame, place, silent, None, None, (), year, ""))
            continue
        name = claim.field.heads[-1] if claim.field.heads and claim.section in ("indicators", "tasks", "budget") else ""
        context = (*claim.context, *[w for h in claim.field.heads[:-1] for w in cut(h)])
        alike = twins[id(claim.field), claim.quantity.value, claim.quantity.dimension]
        others = {w for c in alike if c is not claim for w in c.words} if len(alike) > 1 else set()
        others -= set(claim.words)  # 发现隐患963处，整改963处: what the twin counts, this one does not
        context = tuple([w for w in context if w not in others]) if others else context
        figure, said = _figure(claim), claim.words
        if figure is not claim.quantity:  # 每人每月 is in the unit now
            said = tuple([w for w in said if w[0] != "每" and w[-1] != "均"])
        trend = ""
        if claim.frame == "growth":  # 门诊量42万人次，同比增长7%: what grows was said before
            trend = next((key for key in ("up", "down") if not lexicon.trends[key].isdisjoint(said)), "")
            said = tuple(
                [w for w in said if w not in lexicon.trends[trend or "up"] and w not in lexicon.trends["against"]]
            )
        own = lexicon.describe(said, (*[w for w in cut(name) if w not in others], *context) if name else context)
        head = None
        if name:
            head = lexicon.describe(cut(name), (*said, *context))
            rivals = cells[id(claim.field), claim.quantity.dimension]
            if len(rivals) > 1 and any(not c.words for c in rivals):
                head = head if claim is next(c for c in rivals if not c.words) else None
            elif len(rivals) > 1:  # the head names the claim of its cell that says most of it
                fits = [coverage(head, lexicon.describe(c.words, ()))[0] for c in rivals]
                mine = fits[rivals.index(claim)]
                head = head if mine > 0 and fits.count(mine) == 1 and mine == max(fits) else None
            if head is not None and not head.weight:
                head = None
        before = [w for w in claim.context if w not in others]
        told = lexicon.describe((*before, *said), context) if before and own.weight <= 1 else None
        descriptions = tuple(dict.fromkeys(d for d in (own if own.weight else None, head, told) if d is not None))
        place = _slot(claim)
        sides.append(
            Side(
                claim, figure, _manner(claim, figure), place, own, head, told, descriptions, _year(claim.period), trend
            )
        )
    return sides


def rare(quantity: Quantity) -> bool:
    """A figure of three digits or more: that two claims share it is no accident."""
    return quantity.value is not None and len(quantity.value.normalize().as_tuple().digits) >= 3


def _keys(side: Side) -> list[str]:
    """What the side is looked up by: its figure where that is telling, short names, words and each two of their letters."""
    quantity = side.claim.quantity
    keys = [one[at] + two[at] for description in side.descriptions for one, two in description.pairs for at in (0, -1)]
    if rare(quantity) and quantity.dimension != "rate":
        keys.append(f"={(quantity.value * quantity.factor).normalize()}")  # type: ignore[operator]
    words = {word: None for description in side.descriptions for word, weight in description.needs if weight >= 0.2}
    return [*keys, *dict.fromkeys(chain.from_iterable(map(grams, words)))]  # in order: among equals the first is taken


def family(claim: Claim) -> str:
    """Dimension in which two claims may be compared at all: all counts of things are one family."""
    dimension = claim.quantity.dimension
    return "count" if dimension.startswith("count") else dimension.split("/")[0]


def comparable(a: Side, b: Side) -> bool:
    """Of two results, or two targets: whether nothing forbids that they are one fact."""
    if a.claim.field is b.claim.field:
        return False
    manners = {a.manner, b.manner}
    unchanged = manners == _UNCHANGED and (a.claim.indicator is None or a.claim.indicator != b.claim.indicator)
    if len(manners) > 1 and not manners <= _LEVELS and not unchanged:
        return False
    return not (a.trend and b.trend and a.trend != b.trend)


def opposed(link: Link, sides: Sequence[Side]) -> bool:
    """Whether a word that one side lacks makes it another fact: 其他, 尚在, or 新建 against 改建."""
    telling, left = vocabulary()["words"]["telling"], vocabulary()["words"]["open"]
    a, b = (not left.isdisjoint(sides[i].claim.words) for i in (link.a, link.b))
    return a is not b or any(w in telling for w in (*link.gone, *link.lost)) or contrary(link, sides)


def contrary(link: Link, sides: Sequence[Side]) -> bool:
    """Whether each side has one of two words that exclude each other: 新建 against 改建."""
    for words_gone, other in ((link.gone, sides[link.b]), (link.lost, sides[link.a])):
        for line in [line for word in words_gone for line in vocabulary()["contrast"].get(word, ())]:
            if not line.isdisjoint(other.own.says) or (other.head and not line.isdisjoint(other.head.says)):
                return True
    return False


def all_links(sides: Sequence[Side]) -> list[Link]:
    """Every two sides that share enough; funds are held together by their own identities."""
    keys = [_keys(side) if side.claim.role != "budget" else [] for side in sides]
    kinds: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    indices = [kinds[family(side.claim), side.claim.role] for side in sides]
    for i, (index, mine) in enumerate(zip(indices, keys, strict=True)):
        for key in mine:
            index[key].append(i)
    links: list[Link] = []
    seen: set[tuple[int, int]] = set()
    for i, (index, mine) in enumerate(zip(indices, keys, strict=True)):
        postings = [posting for key in mine if len(posting := index[key]) > 1]
        near = Counter(chain.from_iterable([p if len(p) <= POSTINGS else _around(p, i) for p in postings]))
        for other in sorted(near, key=near.__getitem__, reverse=True)[:CANDIDATES]:
            pair = (i, other) if i < other else (other, i)
            if i == other or pair in seen or not comparable(sides[i], sides[other]):
                continue
            seen.add(pair)
            link = _compare(*pair, sides)
            if link is not None:
                links.append(link)
    return links


def _around(posting: list[int], i: int) -> list[int]:
    at = bisect_left(posting, i)
    return posting[max(0, at - POSTINGS // 2) : at + POSTINGS // 2]


def _silent(side: Side, other: Description) -> bool:
    """Whether only the words said before, and none of the side's own, are those of the other: 造林3万亩、抚育5万亩 tells 造林
    of the first alone."""
    return side.own.weight >= 1 and not coverage(side.own, other)[0]


def _tells(a: Side, b: Side) -> bool:
    """Whether two figures that cannot be one may still tell something: they have one unit, are two targets that might
    be one, or print one figure (人 and 人次)."""
    one, two = a.claim.quantity, b.claim.quantity
    return (
        one.unit == two.unit
        or (one.value is not None and one.value == two.value)
        or (a.claim.role == "target" and a.figure.dimension == b.figure.dimension)
    )


def _compare(i: int, j: int, sides: Sequence[Side]) -> Link | None:
    a, b = sides[i], sides[j]
    equal = verdict(a.claim, b.claim, a.figure, b.figure)
    apart = bool(a.year and b.year and a.year != b.year)
    if (a.manner != b.manner or apart) and not equal:
        return None
    if equal is None and not _tells(a, b):
        return None
    none: tuple[str, ...] = ()
    best = (-1.0, a.own, b.own, 0.0, 0.0, none, none)
    for one in a.descriptions:
        for two in b.descriptions:
            there, gone = coverage(one, two)
            if (one is a.told and _silent(a, two)) or (two is b.told and _silent(b, one)):
                continue
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
    return Link(i, j, there, back, gone, lost, min(one.weight * there, two.weight * back), equal, apart)
