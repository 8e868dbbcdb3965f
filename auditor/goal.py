"""4d  Goals told in prose and the results that answer them, for goals that no indicator row repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.lexicon import Description, Lexicon, coverage
from auditor.model import Claim, Field, Form, Indicator, Text
from auditor.pair import Answer, Pair, comparable, judged, usable
from auditor.side import POSTINGS

CLOSE = 0.8  # coverage from which two texts say the same


class Said:
    """Claims by what they count, so that those that may say the same are found without trying all."""

    def __init__(self, claims: Iterable[Claim], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.described: dict[int, Description] = {}
        self.by_word: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            self.described[claim.index] = _described(claim, lexicon)
            for key in _keys(self.described[claim.index]):
                self.by_word.setdefault((claim.quantity.dimension, key), []).append(claim)

    def alike(self, claim: Claim) -> list[tuple[float, float, Claim]]:
        """(how far they say what it says, how far it says what they say, claim) of those that share a word with it.

        A word that too many share tells nothing: the cost stays linear.
        """
        mine = _described(claim, self.lexicon)
        near: dict[int, Claim] = {}
        for key in _keys(mine):
            rivals = self.by_word.get((claim.quantity.dimension, key), ())
            if len(rivals) <= POSTINGS:
                near.update((c.index, c) for c in rivals)
        others = ((self.described[i], near[i]) for i in sorted(near))
        return [(coverage(mine, other)[0], coverage(other, mine)[0], c) for other, c in others]


def _described(claim: Claim, lexicon: Lexicon) -> Description:
    """What the claim counts; with what its sentence said before, where its own words are too common (群众)."""
    own = lexicon.describe(claim.words, ())
    return own if own.weight >= 1 or not claim.context else lexicon.describe((*claim.context, *claim.words), ())


def _keys(description: Description) -> set[str]:
    """The words, and each two letters of them: 节庆活动 is found by 活动."""
    words = [word for word, _ in description.needs]
    return {*words, *(word[i : i + 2] for word in words for i in range(len(word) - 1))}


def told(form: Form, claims: Sequence[Claim]) -> tuple[Pair, ...]:
    """Pairs of the narrative: a goal and the result that says nearly the same words in the same unit.

    Only goals that no indicator row repeats; both must cover each other, and neither may fit another as well. The row
    of such a pair is named by the goal's words (index below 0).
    """
    lexicon = Lexicon.of(form)
    goals = [c for c in claims if _is_goal(c) and c.frame != "initial" and usable(c)]
    goals = [c for c in goals if _described(c, lexicon).weight >= 1]
    dimensions = {c.quantity.dimension for c in goals}
    alike = [c for c in claims if c.quantity.dimension in dimensions]
    rows = Said((c for c in alike if c.indicator is not None and c.role == "target" and c.frame != "initial"), lexicon)
    prose = ("result_narrative", "prose")
    done = Said((c for c in alike if c.section in prose and c.role == "result" and usable(c)), lexicon)
    found: list[Pair] = []
    taken: dict[int, int] = {}
    for goal in goals:
        if any(max(one, other) >= CLOSE for one, other, _ in rows.alike(goal)):
            continue
        fits = [c for one, other, c in done.alike(goal) if min(one, other) >= CLOSE and comparable(goal, c)]
        values = {(c.quantity.low, c.quantity.high) for c in fits}
        if len(values) == 1:
            name = Field(Text(goal.measure), "goal_narrative", "target")
            row = Indicator(-1 - len(found), name, goal.field, fits[0].field, section="goal_narrative")
            taken[fits[0].index] = taken.get(fits[0].index, 0) + 1
            if (pair := judged(row, Answer(goal, fits[0], "words"))) is not None:
                found.append(pair)
    return tuple(p for p in found if p.result is None or taken[p.result.index] == 1)


def _is_goal(claim: Claim) -> bool:
    return claim.section == "goal_narrative" or (claim.section == "prose" and claim.role == "target")


def unanswered(form: Form, claims: Sequence[Claim]) -> list[Claim]:
    """Goals told in prose, with a figure, that nothing in the form answers, in forms where most goals are answered.

    Answered is a goal whose words recur in any result, or in the name of a row, or for whose figure any result could be
    meant: one in its unit and of its size.
    """
    lexicon = Lexicon.of(form)
    goals = [c for c in claims if c.section == "goal_narrative" and usable(c) and c.quantity.form == "plain"]
    results = [c for c in claims if c.role == "result" and c.section != "goal_narrative"]
    if len(goals) < 3 or not form.results:
        return []
    texts = [f.text.clean for f in form.results]
    texts += [t.clean for r in form.indicators for f in (r.name, r.result, r.target) if f for t in (f.text,)]
    texts += [f.text.clean for t in form.tasks for f in (t.name, t.result) if f]
    told = "\n".join("".join(t.split()) for t in (*texts, *(f.text.clean for f in form.prose)))
    left: list[Claim] = []
    for goal in goals:
        words = [w for w, weight in lexicon.describe(goal.words, ()).needs if weight >= 1]
        if len(words) < 2 or len("".join(words)) < 4 or any(_recurs(w, told) for w in words):
            continue
        if not any(comparable(goal, result) and _of_its_size(goal, result) for result in results):
            left.append(goal)
    return left if len(left) * 3 <= len(goals) else []


def _recurs(word: str, told: str) -> bool:
    """Whether any two letters of the word stand in the text together."""
    return any(word[i : i + 2] in told for i in range(max(1, len(word) - 1)))


def _of_its_size(goal: Claim, result: Claim) -> bool:
    a, b = goal.quantity, result.quantity
    low, high = (v * b.factor if v is not None else None for v in (b.low, b.high))
    aim = (a.value if a.value is not None else a.low if a.low is not None else a.high) or 0
    return (high is None or high * 3 >= aim * a.factor) and (low is None or low <= aim * a.factor * 5)
