"""4b  Which result answers which target of one indicator row, and whether it reaches it.

Pairs are made by what is counted and in which unit, never by position or value: targets and results of one cell come in
any order. A pair that no word makes is made only when it alone is left over. The words stand in rules/targets.toml.

A target is exact, and so is the printed result: 99.97% misses 100%. Which way is better is said by the comparator, else
by what is counted (案件, 投诉, 成本: less is better); where neither tells, only equality holds and nothing is missed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from auditor.interval import reach
from auditor.match import POSTINGS, Description, Lexicon, coverage
from auditor.model import Claim, Field, Form, Indicator, Text
from auditor.rules import rules_dir
from auditor.segment import words

Direction = Literal["up", "down", ""]
CLOSE = 0.8  # coverage from which two texts say the same
CROWD = 24  # figures in one cell: beyond, nobody can tell which answers which
_OTHER_FRAMES = frozenset({"growth", "share", "previous", "per_unit", "cumulative"})  # not the level itself
_LISTED = re.compile(r"[^、,，;；。:：!?\n]{2,40}(?:、[^、,，;；。:：!?\n]{2,40})+")
_BRACKETED = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Vocabulary:
    """rules/targets.toml. alike: classifiers that count one thing either way, as sets."""

    words: dict[str, tuple[str, ...]]
    generic: frozenset[str]
    alike: tuple[frozenset[str], ...]

    def has(self, text: str, *kinds: str) -> bool:
        return any(word in text for kind in kinds for word in self.words[kind])


    def gives_reason(self, text: str) -> str:
        """The words of `text` that give a reason; "" for none."""
        found = _reasons(self.words["reasons"]).search(text)
        return found[0].strip(" ,;。(") if found else ""


@lru_cache(maxsize=1)
def _reasons(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    with (rules_dir() / "targets.toml").open("rb") as file:
        data = tomllib.load(file)
    lists = {key: tuple(value) for table in ("direction", "answers") for key, value in data[table].items()}
    units = data["units"]
    return Vocabulary(lists, frozenset(units["generic"]), tuple(frozenset(u.split()) for u in units["alike"]))


@dataclass(frozen=True)
class Pair:
    """A target and what answers it, judged.

    result: a figure, or None where `names` things are listed instead. how: "words" (they say the same), "alone" (one
    target, one result), "shared" (one result said of all), "left over". direction: which way is better, "" not known.
    aim: what must be reached; low, high: the result, all in the unit of the target; None is unbounded.
    """

    row: Indicator
    target: Claim
    result: Claim | None
    how: str
    names: int
    direction: Direction
    aim: Decimal
    low: Decimal | None
    high: Decimal | None

    @property
    def met(self) -> bool | None:
        """True reached, False missed, None not to be told."""
        if self.direction == "up":
            if self.low is not None and self.low >= self.aim:
                return True
            return False if self.high is not None and self.high < self.aim else None
        if self.direction == "down":
            if self.high is not None and self.high <= self.aim:
                return True
            return False if self.low is not None and self.low > self.aim else None
        return True if self.low == self.high == self.aim else None

    @property
    def share(self) -> Decimal | None:
        """Result ÷ target; None for a target of 0 and for dates."""
        if self.low is None or self.aim <= 0 or self.target.quantity.form == "date":
            return None
        return self.low / self.aim


def own_words(claim: Claim, lexicon: Lexicon) -> tuple[str, ...]:
    """The telling words of the claim's own clause; single letters side by side are one word (市 + 库)."""
    said = claim.clause.text.clean[claim.clause.begin : claim.clause.stop]
    out: list[str] = []
    run = ""
    for word in (*claim.words, ""):
        telling = bool(word) and not word.isdigit() and lexicon.weight(word) > 0
        if telling and len(word) == 1 and run + word in said:
            run += word
            continue
        if len(run) > 1:
            out.append(run)
        run = ""
        if telling and len(word) > 1 and word in said:
            out.append(word)
    return tuple(dict.fromkeys(out))


def comparable(target: Claim, result: Claim) -> bool:
    """One dimension; or counts in classifiers that count alike (个, 项, 家); or a bare number against a number."""
    a, b = target.quantity, result.quantity
    if result.frame != target.frame and {result.frame, target.frame} & _OTHER_FRAMES:  # 每月15次 / 212次
        return False
    if (a.form == "date") != (b.form == "date"):
        return False
    if a.dimension == b.dimension:
        return True
    if not a.unit or not b.unit:
        other = b if not a.unit else a
        return not other.unit or _kind(other.dimension) in ("count", "rate")
    return _kind(a.dimension) == _kind(b.dimension) == "count" and any(
        a.unit in units and b.unit in units for units in vocabulary().alike
    )


def _kind(dimension: str) -> str:
    return dimension.split(":")[0]


def usable(claim: Claim) -> bool:
    """A figure that can be reached: not one of another year."""
    return claim.frame != "previous" and (claim.quantity.low is not None or claim.quantity.high is not None)


def pairs(form: Form, claims: Sequence[Claim]) -> tuple[Pair, ...]:
    """The judged pairs of every row that has a target and a result, in the order of the rows."""
    by_field: dict[int, list[Claim]] = {}
    for claim in claims:
        by_field.setdefault(id(claim.field), []).append(claim)
    lexicon = Lexicon(form)
    found: list[Pair] = []
    for row in form.indicators:
        if row.target and row.result:
            targets = [c for c in by_field.get(id(row.target), ()) if usable(c)]
            results = [c for c in by_field.get(id(row.result), ()) if usable(c) and c.role == "result"]
            for target, result, how, names in _row(row, targets, results, lexicon):
                if (pair := judged(row, target, result, how, names)) is not None:
                    found.append(pair)
    return tuple(found)


class Said:
    """Claims by what they count, so that those that may say the same are found without trying all."""

    def __init__(self, claims: Iterable[Claim], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.described: dict[int, Description] = {}
        self.by_word: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            self.described[claim.index] = lexicon.describe(claim.words, ())
            for key in _keys(self.described[claim.index]):
                self.by_word.setdefault((claim.quantity.dimension, key), []).append(claim)

    def alike(self, claim: Claim) -> list[tuple[float, float, Claim]]:
        """(how far they say what it says, how far it says what they say, claim) of those that share a word with it.

        A word that too many share tells nothing: the cost stays linear.
        """
        mine = self.lexicon.describe(claim.words, ())
        near: dict[int, Claim] = {}
        for key in _keys(mine):
            rivals = self.by_word.get((claim.quantity.dimension, key), ())
            if len(rivals) <= POSTINGS:
                near.update((c.index, c) for c in rivals)
        others = ((self.described[i], near[i]) for i in sorted(near))
        return [(coverage(mine, other)[0], coverage(other, mine)[0], c) for other, c in others]


def _keys(description: Description) -> set[str]:
    """The words, and each two letters of them: 节庆活动 is found by 活动."""
    words = [word for word, _ in description.needs]
    return {*words, *(word[i : i + 2] for word in words for i in range(len(word) - 1))}


def told(form: Form, claims: Sequence[Claim]) -> tuple[Pair, ...]:
    """Pairs of the narrative: a goal and the result that says nearly the same words in the same unit.

    Only goals that no indicator row repeats; both must cover each other, and neither may fit another as well. The row
    of such a pair is named by the goal's words (index below 0).
    """
    lexicon = Lexicon(form)
    rows = Said((c for c in claims if c.indicator is not None and c.role == "target"), lexicon)
    prose = ("result_narrative", "prose")
    done = Said((c for c in claims if c.section in prose and c.role == "result" and usable(c)), lexicon)
    found: list[Pair] = []
    taken: dict[int, int] = {}
    for goal in claims:
        if goal.section != "goal_narrative" or not usable(goal) or lexicon.describe(goal.words, ()).weight < 1:
            continue
        if any(max(one, other) >= CLOSE for one, other, _ in rows.alike(goal)):
            continue
        fits = [c for one, other, c in done.alike(goal) if min(one, other) >= CLOSE and comparable(goal, c)]
        values = {(c.quantity.low, c.quantity.high) for c in fits}
        if len(values) == 1:
            name = Field(Text(goal.measure), "goal_narrative", "target")
            row = Indicator(-1 - len(found), name, goal.field, fits[0].field, section="goal_narrative")
            taken[fits[0].index] = taken.get(fits[0].index, 0) + 1
            if (pair := judged(row, goal, fits[0], "words", 0)) is not None:
                found.append(pair)
    return tuple(p for p in found if p.result is None or taken[p.result.index] == 1)


# --- who answers whom ---------------------------------------------------------------------------------------------


def _row(
    row: Indicator, targets: list[Claim], results: list[Claim], lexicon: Lexicon
) -> Iterator[tuple[Claim, Claim | None, str, int]]:
    if not results:
        listed = listed_names(row.result.text.clean) if row.result is not None else 0
        if listed and len(targets) == 1 and _kind(targets[0].quantity.dimension) == "count":
            yield targets[0], None, "words", listed
        return
    if max(len(targets), len(results)) > CROWD:
        return
    targets, results = _outer(targets), _outer(results)
    if len(targets) == len(results) == 1:
        if comparable(targets[0], results[0]) and _of_one(row, targets[0], results[0], lexicon):
            yield targets[0], results[0], "alone", 0
        return
    free_targets, free_results = list(targets), list(results)
    for target, result in _by_words(row, targets, results, lexicon):
        free_targets.remove(target)
        free_results.remove(result)
        yield target, result, "words", 0
    for target in list(free_targets):
        for result in results:
            if target.quantity.dimension == "rate" and comparable(target, result) and _shared(result):
                free_targets.remove(target)
                yield target, result, "shared", 0
                break
    for target in free_targets:
        rivals = [t for t in free_targets if comparable(t, target)]
        left = [r for r in free_results if comparable(target, r)]
        if len(rivals) == len(left) == 1 and _of_one(row, target, left[0], lexicon):
            yield target, left[0], "left over", 0


def _outer(claims: list[Claim]) -> list[Claim]:
    """The claims without those that say what one before them is made of: 2.15万亩（新建1.4万亩）, 其中合格1250批."""
    out: list[Claim] = []
    for claim in claims:
        before = claim.span.text.clean[: claim.span.begin]
        inside = before.count("(") > before.count(")")
        kinds = {_kind(c.quantity.dimension) for c in out}
        if not ((inside or claim.frame == "part") and _kind(claim.quantity.dimension) in kinds):
            out.append(claim)
    return out


def _shared(result: Claim) -> bool:
    said = result.clause.text.clean[result.clause.begin : result.span.begin]
    return vocabulary().has(said, "shared")


def _by_words(
    row: Indicator, targets: list[Claim], results: list[Claim], lexicon: Lexicon
) -> list[tuple[Claim, Claim]]:
    """Best fits first; a target or result with two equal fits gets none. A figure without words has the row's name."""
    name = tuple(words(row.name.text.clean))
    ours, theirs = ([w or name for w in _telling(claims, lexicon)] for claims in (targets, results))
    scores: list[tuple[float, int, int]] = []
    for i, target in enumerate(targets):
        for j, result in enumerate(results):
            if comparable(target, result):
                one, other = lexicon.describe(ours[i], ()), lexicon.describe(theirs[j], ())
                score = coverage(one, other)[0] + coverage(other, one)[0]
                if score > 0:
                    scores.append((score + (target.quantity.unit == result.quantity.unit) / 100, i, j))
    scores.sort(key=lambda s: -s[0])
    out: list[tuple[Claim, Claim]] = []
    done_i: set[int] = set()
    done_j: set[int] = set()
    for score, i, j in scores:
        if i in done_i or j in done_j:
            continue
        ties = (s for s in scores if s[0] == score and (s[1] == i) != (s[2] == j))
        if any(s[1] not in done_i and s[2] not in done_j for s in ties):
            continue
        done_i.add(i)
        done_j.add(j)
        out.append((targets[i], results[j]))
    return out


def _telling(claims: list[Claim], lexicon: Lexicon) -> list[tuple[str, ...]]:
    """The words of each claim that its neighbours of the same dimension do not all say too."""
    said = [own_words(c, lexicon) or c.words for c in claims]
    out: list[tuple[str, ...]] = []
    for i, claim in enumerate(claims):
        kind = _kind(claim.quantity.dimension)
        others = [set(said[j]) for j, c in enumerate(claims) if j != i and _kind(c.quantity.dimension) == kind]
        common = set.intersection(*others) if others else set()
        out.append(tuple(w for w in said[i] if w not in common) or said[i])
    return out


def _of_one(row: Indicator, target: Claim, result: Claim, lexicon: Lexicon) -> bool:
    """Nothing says that they count different things: one is bare, they share letters, or the unit is a special one."""
    verbs = vocabulary().words["achieving"]  # 建设2个, 建成4个: neither says of what
    ours, theirs = ([w for w in own_words(c, lexicon) if w not in verbs] for c in (target, result))
    if not ours or not theirs:
        return True
    said = row.name.text.clean + "".join(ours)
    if any(word in said for word in theirs) or any(word in "".join(theirs) for word in ours):
        return True
    shared = {w[i : i + 2] for w in ours for i in range(len(w) - 1)}
    shared &= {w[i : i + 2] for w in theirs for i in range(len(w) - 1)}
    unit = target.quantity.unit
    special = target.quantity.dimension == result.quantity.dimension != "rate" and unit not in vocabulary().generic
    return bool(shared) or special


def listed_names(clean: str) -> int:
    """How many things a text lists (甲公司、乙公司、丙公司等企业): 0 for less than three."""
    while (shorter := _BRACKETED.sub("", clean)) != clean:
        clean = shorter
    best = max((m[0] for m in _LISTED.finditer(clean)), key=lambda run: run.count("、"), default="")
    names = best.count("、") + 1 if best else 0
    return names if names >= 3 else 0


# --- is it reached ------------------------------------------------------------------------------------------------


def turned(row: Indicator, target: Claim) -> bool:
    """Whether a ≤ stands before what is the better the more there is of it."""
    quantity, known = target.quantity, vocabulary()
    if quantity.comparator not in ("≤", "<"):
        return False
    said = row.name.text.clean + target.measure
    if known.has(said, "lower", "spending"):
        return False
    if quantity.dimension == "rate":
        return known.has(said, "rising")
    return (not quantity.unit or _kind(quantity.dimension) == "count") and known.has(said, "achieving")


def direction(row: Indicator, target: Claim) -> Direction:
    """Which way is better; "" where nothing tells, or where the comparator and the words disagree."""
    quantity, known = target.quantity, vocabulary()
    if quantity.comparator in ("≥", ">"):
        return "up"
    if quantity.comparator in ("≤", "<") or quantity.form == "date":
        return "" if turned(row, target) else "down"
    said = row.name.text.clean + target.measure
    kind = _kind(quantity.dimension)
    if known.has(said, "neutral"):
        return ""
    if kind in ("time", "months", "workday"):
        return "up" if known.has(said, "longer") else ""
    if kind == "money":
        if known.has(said, "earning"):
            return "up"
        return "down" if known.has((row.level2.text.clean if row.level2 else "") + said, "spending") else ""
    if known.has(said, "lower") and not known.has(said, "raise"):
        return "down"
    return "" if quantity.value == 0 else "up"  # a target of nothing: less, or none planned?


def judged(row: Indicator, target: Claim, result: Claim | None, how: str, names: int) -> Pair | None:
    """The pair with the result in the unit of the target; None for a range whose better side is not known."""
    wanted = target.quantity
    way = direction(row, target)
    about = wanted.comparator == "≈" or wanted.value is None
    aim = (reach(wanted)[0] if way == "up" else reach(wanted)[1]) if about else wanted.value
    if aim is None:
        return None
    if result is None:
        return Pair(row, target, None, how, names, "up", aim, Decimal(names), None)
    got = result.quantity
    low, high = got.low, got.high
    if wanted.form == "date":
        return _dated(row, target, result, how)
    if got.value is not None:  # the printed figure; a bound stays open on its other side
        low = None if got.comparator in ("≤", "<") else got.value
        high = None if got.comparator in ("≥", ">") else got.value
    scale = got.factor / wanted.factor if wanted.unit and got.unit else Decimal(1)
    low, high = (None if v is None else v * scale for v in (low, high))
    if way == "" and wanted.value is None:
        if None in (low, high, wanted.low, wanted.high) or not wanted.low <= low <= high <= wanted.high:  # type: ignore[operator]
            return None
        aim = low = high
        assert aim is not None
    return Pair(row, target, result, how, names, way, aim, low, high)


def _dated(row: Indicator, target: Claim, result: Claim, how: str) -> Pair | None:
    """Dates in time order (202311.30); a month without its year is held against months only."""
    wanted, got = target.quantity, result.quantity
    aim, low, high = wanted.high, got.low, got.high
    if aim is None or (low is None and high is None):
        return None
    years = [v > 1000 for v in (aim, low if low is not None else high) if v is not None]
    if len(set(years)) > 1:
        return None
    return Pair(row, target, result, how, 0, "down", aim, low, high)


def names_of(rows: Iterable[Indicator]) -> dict[str, list[Indicator]]:
    """Rows by their name without white space."""
    out: dict[str, list[Indicator]] = {}
    for row in rows:
        out.setdefault("".join(row.name.text.clean.split()), []).append(row)
    return out
