"""4c  Which result answers which target of one indicator row, and whether it reaches it.

Pairs are made by what is counted and in which unit, never by position or value: targets and results of one cell come in
any order. A pair that no word makes is made only when it alone is left over. The words stand in rules/targets.toml.

A target is exact, and so is the printed result: 99.97% misses 100%. Which way is better is said by the comparator, else
by what is counted (案件, 投诉, 成本: less is better); where neither tells, only equality holds and nothing is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from auditor.interval import reach
from auditor.lexicon import Lexicon, coverage
from auditor.model import Claim, Form, Indicator
from auditor.refuse import torn
from auditor.segment import words
from auditor.target import Direction, direction, kind, vocabulary

CROWD = 24  # figures in one cell: beyond, nobody can tell which answers which
_OTHER_FRAMES = frozenset({"growth", "share", "previous", "per_unit"})  # not the level itself
_LISTED = re.compile(r"[^、,，;；。:：!?\n]{2,40}(?:、[^、,，;；。:：!?\n]{2,40})+")
_SECOND = re.compile(r"[;。\n]\s*2\.")
_BRACKETED = re.compile(r"\([^()]*\)")


class Pair(NamedTuple):
    """A target and what answers it, judged.

    result: a figure, or None where `names` things are listed instead; more: further figures that add to it.
    how: "words" (they say the same), "alone" (one target, one result), "shared" (one result said of all), "left over",
    "sum", "copied" (the cells are the same). direction: which way is better, "" not known. aim: what must be reached;
    within: how far around it is still reached (约); low, high: the result, all in the unit of the target; None is
    unbounded.
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
    within: Decimal = Decimal(0)
    more: tuple[Claim, ...] = ()

    @property
    def met(self) -> bool | None:
        """True reached, False missed, None not to be told."""
        if self.direction == "up":
            least = self.aim - self.within
            if self.low is not None and self.low >= least:
                return True
            return False if self.high is not None and self.high < least else None
        if self.direction == "down":
            most = self.aim + self.within
            if self.high is not None and self.high <= most:
                return True
            return False if self.low is not None and self.low > most else None
        return True if self.low == self.high == self.aim else None

    @property
    def share(self) -> Decimal | None:
        """Result ÷ target; None for a target of 0, for ranges and for dates."""
        if self.low is None or self.aim <= 0 or self.target.quantity.value is None:
            return None
        return self.low / self.aim


def own_words(claim: Claim, lexicon: Lexicon) -> tuple[str, ...]:
    """The telling words of the claim's own clause; single letters side by side are one word (市 + 库)."""
    said = own_text(claim)
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
    frames = {result.frame, target.frame}
    if len(frames) > 1 and frames & _OTHER_FRAMES:  # 每月15次 / 212次
        return False
    if frames == {"", "cumulative"} and vocabulary().has(f"{target.measure}{result.measure}", "flow"):
        return False  # 新增3家, 累计达26家
    if (a.form == "date") != (b.form == "date"):
        return False
    if a.dimension == b.dimension:
        return True
    if not a.unit or not b.unit:
        other = b if not a.unit else a
        return not other.unit or kind(other.dimension) in ("count", "rate")
    return kind(a.dimension) == kind(b.dimension) == "count" and any(
        a.unit in units and b.unit in units for units in vocabulary().alike
    )


def usable(claim: Claim) -> bool:
    """A figure that can be reached: not one of another year, not a list marker that runs into it (1.6期；2.352人)."""
    text = claim.span.text.clean
    if claim.span.quote.startswith("1.") and not text[: claim.span.begin].strip() and _SECOND.search(text):
        return False
    return claim.frame != "previous" and (claim.quantity.low is not None or claim.quantity.high is not None)


def pairs(form: Form, claims: Sequence[Claim]) -> tuple[Pair, ...]:
    """The judged pairs of every row that has a target and a result, in the order of the rows."""
    by_field: dict[int, list[Claim]] = {}
    for claim in claims:
        by_field.setdefault(id(claim.field), []).append(claim)
    lexicon = Lexicon.of(form)
    found: list[Pair] = []
    for row in form.indicators:
        if row.target and row.result and not (torn(row.target.text.clean) or torn(row.result.text.clean)):
            targets = [c for c in by_field.get(id(row.target), ()) if usable(c)]
            results = [c for c in by_field.get(id(row.result), ()) if usable(c) and c.role == "result"]
            for answer in _row(row, targets, results, lexicon):
                if (pair := judged(row, answer)) is not None:
                    found.append(pair)
    return tuple(found)


# --- who answers whom ---------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """A target and what answers it, before it is judged. See `Pair`."""

    target: Claim
    result: Claim | None
    how: str
    names: int = 0
    more: tuple[Claim, ...] = ()


def _row(row: Indicator, targets: list[Claim], results: list[Claim], lexicon: Lexicon) -> Iterator[Answer]:
    assert row.target is not None
    assert row.result is not None
    if not results:
        listed = listed_names(row.result.text.clean)
        if listed and len(targets) == 1 and kind(targets[0].quantity.dimension) == "count":
            yield Answer(targets[0], None, "words", listed)
        return
    if max(len(targets), len(results)) > CROWD:
        return
    if len(targets) == len(results) and row.target.text.clean.split() == row.result.text.clean.split():
        yield from (Answer(t, r, "copied") for t, r in zip(targets, results, strict=True))
        return
    targets, results = _outer(targets), _outer(results)
    if len(targets) == len(results) == 1:
        if comparable(targets[0], results[0]) and _of_one(row, targets[0], results[0], lexicon):
            yield Answer(targets[0], results[0], "alone")
        return
    if len(targets) == 1 and (summed := _summands(row, targets[0], results, lexicon)):
        yield Answer(targets[0], summed[0], "sum", more=summed[1:])
        return
    free_targets, free_results = list(targets), list(results)
    for target, result in _by_words(row, targets, results, lexicon):
        free_targets.remove(target)
        free_results.remove(result)
        yield Answer(target, result, "words")
    for target in list(free_targets):
        for result in results:
            if target.quantity.dimension == "rate" and comparable(target, result) and _shared(result):
                free_targets.remove(target)
                yield Answer(target, result, "shared")
                break
    for target in free_targets:
        rivals = [t for t in free_targets if comparable(t, target)]
        left = [r for r in free_results if comparable(target, r)]
        if len(rivals) == len(left) == 1 and _of_one(row, target, left[0], lexicon):
            yield Answer(target, left[0], "left over")


def _summands(row: Indicator, target: Claim, results: list[Claim], lexicon: Lexicon) -> tuple[Claim, ...]:
    """Results that the row's name or target names each (新建改建厕所: 新建120座，改建85座); () for less than two."""
    if kind(target.quantity.dimension) not in ("count", "area", "length", "mass", "volume"):
        return ()
    mates = [r for r in results if comparable(target, r)]
    asked = row.name.text.clean + own_text(target)
    named = [r for r in mates if (own := own_words(r, lexicon)) and any(word in asked for word in own)]
    alike = {r.quantity.dimension for r in named} | {target.quantity.dimension}
    exact = all(r.quantity.value is not None and r.quantity.comparator == "=" for r in named)
    apart = len({own_words(r, lexicon) for r in named}) == len(named)
    return tuple(named) if len(named) == len(mates) > 1 and len(alike) == 1 and exact and apart else ()


def own_text(claim: Claim) -> str:
    """The clause of a claim."""
    return claim.clause.text.clean[claim.clause.begin : claim.clause.stop]


def _outer(claims: list[Claim]) -> list[Claim]:
    """The claims without those that say what one before them is made of: 2.15万亩（新建1.4万亩）, 其中合格1250批."""
    out: list[Claim] = []
    parted = 0  # where the last 其中 stands: what follows in its sentence are parts too
    for claim in claims:
        clean = claim.span.text.clean
        inside = clean.count("(", 0, claim.span.begin) > clean.count(")", 0, claim.span.begin)
        if claim.frame == "part":
            parted = claim.span.begin
        elif parted and re.search(r"[;。]", clean[parted : claim.span.begin]):
            parted = 0
        kinds = {kind(c.quantity.dimension) for c in out}
        if not ((inside or parted) and kind(claim.quantity.dimension) in kinds):
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
        own = kind(claim.quantity.dimension)
        others = [set(said[j]) for j, c in enumerate(claims) if j != i and kind(c.quantity.dimension) == own]
        common = set.intersection(*others) if others else set()
        out.append(tuple(w for w in said[i] if w not in common) or said[i])
    return out


def _of_one(row: Indicator, target: Claim, result: Claim, lexicon: Lexicon) -> bool:
    """Nothing says that they count different things: one is bare, they share letters, or the unit is a special one."""
    verbs = vocabulary().words["doing"]  # 建设2个, 建成4个: neither says of what
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


def judged(row: Indicator, answer: Answer) -> Pair | None:
    """The pair with the result in the unit of the target; None for a range whose better side is not known."""
    target, result = answer.target, answer.result
    wanted = target.quantity
    way = direction(row, target)
    bounds = reach(wanted)
    aim = wanted.value if wanted.value is not None else bounds[0] if way == "up" else bounds[1]
    if aim is None:
        return None
    edge = bounds[0] if way == "up" else bounds[1]
    within = abs(edge - aim) if wanted.comparator == "≈" and edge is not None else Decimal(0)
    if result is None:
        return Pair(row, target, None, answer.how, answer.names, "up", aim, Decimal(answer.names), None)
    if wanted.form == "date":
        return _dated(row, target, result, answer.how)
    got = result.quantity
    low, high = got.low, got.high
    if got.value is not None:  # the printed figure; a bound stays open on its other side
        low = None if got.comparator in ("≤", "<") else got.value
        high = None if got.comparator in ("≥", ">") else got.value
    scale = got.factor / wanted.factor if wanted.unit and got.unit else Decimal(1)
    low, high = (None if v is None else v * scale for v in (low, high))
    for one in answer.more:
        further = (one.quantity.value or Decimal(0)) * (one.quantity.factor / wanted.factor if wanted.unit else 1)
        low, high = (None if v is None else v + further for v in (low, high))
    if way == "" and wanted.value is None:
        if None in (low, high, wanted.low, wanted.high) or not wanted.low <= low <= high <= wanted.high:  # type: ignore[operator]
            return None
        aim = low = high
        assert aim is not None
    return Pair(row, target, result, answer.how, 0, way, aim, low, high, within, answer.more)


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
