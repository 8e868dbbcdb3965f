"""Targets and results of one row: reached, missed, far exceeded, or not to be told. The pairs are `auditor.pair`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from auditor.check import HELD, Case, Option, evidence, found, held, percent, place, plain, shown
from auditor.check.judged import arithmetic_of, echoes, empty_marks, judge, label_of, reason_of, sides_of
from auditor.model import Claim, Finding, Indicator, Pass, Rule

if TYPE_CHECKING:
    from auditor.goal import Said
    from auditor.lexicon import Lexicon
    from auditor.pair import Pair

OPTIONS: dict[str, Option] = {
    "when": Option(
        str, required=True,
        allowed=("missed", "exceeded", "bounded", "unevaluable", "unanswered", "untargeted", "direction", "names", "forgotten"),
    ),
    "explained": Option(bool, default=False),  # missed: only where a reason is given; else only where none is
    "times": Option(float, default=1.3),  # exceeded: result ÷ target from which a reason is due
    "from_zero": Option(float, default=30),  # exceeded: the same for a target of 0
    "of": Option(str, default="count", allowed=("count", "rate")),  # direction: whose ≤
    "missing": Option(int, default=2),  # names: how many telling words of one target no result says
    "held": HELD,
    "summary": HELD,  # missed: the pass that lists all targets when none is missed
}  # fmt: skip
FACTS = frozenset({"row", "target", "result", "rate", "measure", "times", "reason", "words", "count", "more"})


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    ways: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "missed": _missed, "exceeded": _exceeded, "bounded": _bounded, "unevaluable": _unevaluable, "unanswered": _unanswered,
        "untargeted": _untargeted, "direction": _direction_wrong, "names": _names, "forgotten": _forgotten,
    }  # fmt: skip
    yield from ways[rule.options["when"]](rule, case)


def _facts(rule: Rule, case: Case, pair: Pair) -> dict[str, str]:
    several = pair.row.index >= 0 and len(case.of(pair.row.target)) > 1 and pair.target.measure
    return {
        "row": f"{label_of(pair.row)}·{pair.target.measure}" if several else label_of(pair.row),
        "measure": pair.target.measure or label_of(pair.row), "target": shown(pair.target),
        "result": "、".join(map(shown, (pair.result, *pair.more))) if pair.result is not None else str(pair.names),
        "rate": percent(pair.share) if pair.share is not None else "—",
        "times": percent(Decimal(str(rule.options["times"])), 0),
        "reason": "" if pair.met else reason_of(case, pair.row, _over(pair)),
        "words": "", "count": "", "more": "",
    }  # fmt: skip


def _row_facts(row: Indicator, **given: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, "") | {"row": label_of(row), "measure": label_of(row)} | given


# --- reached, missed, exceeded --------------------------------------------------------------------------------------


def _missed(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    pairs = judge(case)
    for pair in pairs:
        if pair.met and not rule.options["explained"]:
            yield held(rule, _facts(rule, case, pair), arithmetic_of(pair), sides_of(case, pair))
        elif (
            pair.met is False
            and not _scored(case, pair)
            and bool(reason_of(case, pair.row, _over(pair))) == rule.options["explained"]
        ):
            yield found(rule, _facts(rule, case, pair), arithmetic_of(pair), sides_of(case, pair))
    reached = [pair for pair in pairs if pair.met]
    if rule.options["summary"] and len(reached) > 1 and not any(pair.met is False for pair in pairs):
        facts = dict.fromkeys(FACTS, "") | {"count": str(len(reached))}
        sides = tuple(evidence(pair.target, label_of(pair.row)) for pair in reached)
        yield Pass(rule, facts, "；".join(arithmetic_of(pair) for pair in reached), sides, rule.options["summary"])


def _scored(case: Case, pair: Pair) -> bool:
    """预算执行率 97.95% against 100%, with points taken off: the funds block tells it and its score answers for it."""
    from auditor.target import vocabulary

    if not vocabulary().has(pair.row.name.text.clean, "spending_rates"):
        return False
    weight, score = case.figure(pair.row.weight), case.figure(pair.row.score)
    return weight is not None and score is not None and (score.quantity.value or 0) < (weight.quantity.value or 0)


def _bounded(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """86个 was to be reached and 43个以上 answers: whether it was is not said."""
    for pair in judge(case):
        if pair.result is None or pair.more or pair.direction != "up" or pair.met is not None or pair.row.index < 0:
            continue
        if pair.result.quantity.comparator in ("≥", ">") and pair.low is not None and pair.low < pair.aim - pair.within:
            sides = [evidence(pair.target, label_of(pair.row)), evidence(pair.result, label_of(pair.row))]
            yield found(rule, _facts(rule, case, pair), f"{plain(pair.low)} < {plain(pair.aim)}", sides)


def _exceeded(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    from auditor.check.plausible import mistaken

    times, from_zero = Decimal(str(rule.options["times"])), Decimal(str(rule.options["from_zero"]))
    for pair in judge(case):
        target = pair.target.quantity
        if pair.result is not None and mistaken(pair.target, pair.result):
            continue  # the unit is wrong, not the deed
        if pair.result is None or pair.low is None or target.form == "date" or pair.direction == "down":
            continue
        if pair.direction == "" and (target.value != 0 or not target.dimension.startswith("count")):
            continue
        if pair.row.index < 0 or _changing(pair):
            continue  # a goal in prose is no indicator value: too little for a deviation
        top = target.high if target.value is None and target.high is not None else pair.aim
        if pair.low < (top * times if top > 0 else from_zero) or reason_of(case, pair.row, True):
            continue
        if pair.share is not None:
            figure = f"{plain(pair.low)} / {plain(pair.aim)} = {percent(pair.share)} (+{percent(pair.share - 1)})"
        else:
            figure = f"0 → {plain(pair.low)}"
        yield found(rule, _facts(rule, case, pair), figure, sides_of(case, pair))


def _over(pair: Pair) -> bool:
    """Whether the result is above its target: more than wanted where less is better."""
    return pair.direction == "down"


def _changing(pair: Pair) -> bool:
    from auditor.target import vocabulary

    said = pair.row.name.text.clean + pair.target.measure
    return pair.target.quantity.dimension == "rate" and vocabulary().has(said, "changing")


# --- not to be told -------------------------------------------------------------------------------------------------


def _filled(case: Case) -> Iterator[tuple[Indicator, str, str]]:
    """Rows that have both a target and a result in words or figures, with the texts."""
    null = empty_marks(case)
    for row in case.form.indicators:
        target = row.target.text.clean.strip() if row.target else ""
        result = row.result.text.clean.strip() if row.result else ""
        if target and result and target not in null and result not in null:
            yield row, target, result


def _unevaluable(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A figure was to be reached and words answer; or a rate is named and neither side has a figure."""
    from auditor.lexicon import Lexicon
    from auditor.pair import listed_names, usable
    from auditor.target import vocabulary

    words, lexicon = vocabulary(), Lexicon.of(case.form)
    for row in _vague(case):
        assert row.result is not None
        facts = _row_facts(row, target="未设", result=row.result.text.clean.strip())
        yield found(rule, facts, "", (place(row.name, label_of(row)), place(row.result, label_of(row))))
    namesakes: dict[str, list[Indicator]] = {}
    for row in case.form.indicators:
        namesakes.setdefault(label_of(row), []).append(row)
    for row, target, result in _filled(case):
        if case.of(row.result) or listed_names(result) or any(c.isdigit() for c in result):
            continue
        name = row.name.text.clean.strip().rstrip("():;。 ")
        asked = [c for c in case.of(row.target) if usable(c) and c.quantity.form != "date"]
        asked = [c for c in asked if c.span.quote not in row.name.text.raw]
        if asked:
            bare = all(len(target) <= len(c.span.quote) + 6 for c in asked)
            bound = any(c.quantity.comparator != "=" for c in asked)
            if not (bare or bound or name.endswith(words.words["measurable"])):
                continue
            if all(c.quantity.value == 0 for c in asked) and words.has(result, "nothing"):
                continue
            hundred = all(c.quantity.value == 100 and c.quantity.dimension == "rate" for c in asked)
            if hundred and words.has(result, "everything"):
                continue
            if _elsewhere(case, lexicon, asked):
                continue
        elif case.of(row.target) or not name.endswith(words.words["rates"]):
            continue
        assert row.target is not None
        assert row.result is not None
        others = [r for r in namesakes[label_of(row)] if r.index != row.index and r.result]
        sides = [place(row.target, label_of(row)), place(row.result, label_of(row))]
        sides += [place(other.result, label_of(other)) for other in others if other.result is not None]
        yield found(rule, _row_facts(row, target=target, result=result), "", sides)


def _vague(case: Case) -> Iterator[Indicator]:
    """Rows of a table without targets that name a rate and answer in words."""
    from auditor.target import vocabulary

    words = vocabulary()
    if "target" in case.form.columns:
        return
    judged = {(f.text.place.table, f.text.place.row) for f, why in case.form.unread if why == "criteria"}
    for row in case.form.indicators:
        if row.result and (row.result.text.place.table, row.result.text.place.row) in judged:
            continue  # a scorecard: its criterion says what was wanted
        result = row.result.text.clean.strip() if row.result else ""
        name = row.name.text.clean.strip().rstrip("():;。 ")
        if row.target is None and result and result not in empty_marks(case) and name.endswith(words.words["rates"]):
            figures = case.of(row.result) or any(c.isdigit() for c in result)
            if not figures and len(result) <= 12 and not words.has(result, "everything"):
                yield row


def _results(case: Case, lexicon: Lexicon) -> Said:
    """All results of the form, by what they count."""
    from auditor.goal import Said

    if "said" not in case.memo:
        case.memo["said"] = Said((c for c in case.claims if c.role == "result"), lexicon)
    said: Said = case.memo["said"]
    return said


def _elsewhere(case: Case, lexicon: Lexicon, asked: Iterable[Claim]) -> bool:
    """Whether a result in another place answers what was asked: same unit, and most of the words."""
    return any(share >= 0.6 for target in asked for share, _, _ in _results(case, lexicon).alike(target))


def _unanswered(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A row with several targets whose results leave one of them out, here and everywhere else."""
    from auditor.lexicon import Lexicon
    from auditor.pair import CROWD, own_words, usable

    lexicon = Lexicon.of(case.form)
    answered = {pair.target.index for pair in judge(case)}
    for row, _, result in _filled(case):
        targets = [c for c in case.of(row.target) if usable(c)]
        if len(targets) > CROWD or not any(t.index in answered for t in targets):
            continue
        for target in targets:
            others = "".join(t.measure for t in targets if t is not target)
            words = [w for w in own_words(target, lexicon) if w not in others]
            kind = target.quantity.dimension.split(":")[0]
            if target.index in answered or kind not in ("count", "rate", "money", "area", "length") or not words:
                continue
            if target.span.quote in row.name.text.raw or any(word in result for word in words):
                continue
            dimension = target.quantity.dimension
            if any((dimension, word) in _results(case, lexicon).by_word for word in words):
                continue
            assert row.result is not None
            facts = _row_facts(row, measure=target.measure, target=shown(target), result=result)
            yield found(rule, facts, "", [evidence(target, label_of(row)), place(row.result, label_of(row))])


def _forgotten(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A goal with a figure that no result of the form answers."""
    from auditor.goal import unanswered

    for goal in unanswered(case.form, case.claims):
        facts = dict.fromkeys(FACTS, "") | {"row": goal.measure, "measure": goal.measure, "target": shown(goal)}
        yield found(rule, facts, "", [evidence(goal)])


def _untargeted(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A figure in a result whose target cell is blank, in a table where targets are set."""
    rows = [r for r in case.form.indicators if r.section == "indicators" and r.parent is None]
    blank = [r for r in rows if not r.target]
    if "target" not in case.form.columns or len(blank) * 2 > len(rows):
        return
    for row in blank:
        claims = [c for c in case.of(row.result) if c.role == "result"]
        if claims and not row.shared_score:
            sides = [evidence(c, label_of(row)) for c in claims]
            sides += [place(row.target, label_of(row))] if row.target is not None else []
            yield found(rule, _row_facts(row, result=shown(claims[0])), "", sides)


# --- the wrong way, the wrong thing -----------------------------------------------------------------------------------


def _direction_wrong(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """≤ before a count of what is to be done, or before a rate that can only be too low."""
    from auditor.target import turned

    for row in case.form.indicators:
        for claim in case.of(row.target):
            kind = "rate" if claim.quantity.dimension == "rate" else "count"
            if kind == rule.options["of"] and turned(row, claim):
                label = label_of(row)
                sides = [evidence(claim, label), *(evidence(c, label) for c in case.of(row.result))]
                told = "、".join(shown(c) for c in case.of(row.result))
                yield found(rule, _row_facts(row, target=shown(claim), result=told), "", sides)


def _names(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The words that set a target apart are said by no result of the form; the result that answers it says others."""
    from auditor.lexicon import Lexicon
    from auditor.pair import own_words

    lexicon = Lexicon.of(case.form)
    told = cache(_told(case).__contains__)
    by_row: dict[int, list[tuple[Pair, Claim]]] = {}
    for pair in judge(case):
        if pair.result is not None and pair.row.index >= 0:
            by_row.setdefault(pair.row.index, []).append((pair, pair.result))
    for inside in by_row.values():
        row = inside[0][0].row
        asked = (row.target.text.clean if row.target else "") + row.name.text.clean
        absent: dict[str, None] = {}
        more: dict[str, None] = {}
        unsaid = False
        for pair, result in inside:
            ours = own_words(pair.target, lexicon)
            others = [w for w in own_words(result, lexicon) if w not in asked and lexicon.weight(w) >= 0.5]
            if not ours or not others:
                continue
            missing = [w for w in ours if not told(w)]
            # common nouns (项目) and what all targets of the row say (项目数) tell none of them apart
            apart = [w for w in ours if lexicon.weight(w) >= 0.5]
            apart = [w for w in apart if len(inside) == 1 or not all(w in p.target.measure for p, _ in inside)]
            unsaid = unsaid or (len(missing) >= rule.options["missing"] and set(apart) <= set(missing))
            absent |= dict.fromkeys(missing)
            more |= dict.fromkeys(others)
        if unsaid:
            facts = _row_facts(
                row, words="、".join(absent), more="、".join(more),
                target="、".join(shown(p.target) for p, _ in inside),
                result="、".join(shown(r) for _, r in inside),
            )  # fmt: skip
            sides = [evidence(pair.target) for pair, _ in inside]
            for _, result in inside:
                sides += [evidence(result), *(evidence(c) for c in echoes(case, result))]
            yield found(rule, facts, "", sides)


def _told(case: Case) -> str:
    """All that the form says was done, without what only names it."""
    form = case.form
    texts = [f.text.clean for f in form.results]
    texts += [r.result.text.clean for r in form.indicators if r.result]
    texts += [t.result.text.clean for t in form.tasks if t.result]
    return "\n".join("".join(t.split()) for t in texts)
