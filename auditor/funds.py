"""4c  What stands in the funds block or as the total score, and the texts that name it; a figure and the same in brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from auditor.lexicon import vocabulary
from auditor.model import Claim, Form, Match, narrow
from auditor.quantity import agree
from auditor.segment import words
from auditor.side import rare, relation


def funds(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """Totals of the funds block with the narrative and prose that name them (全年支出5021.86万元)."""
    data = vocabulary()["funds"]
    block: dict[str, list[Claim]] = defaultdict(list)
    own = {id(a.field): a.term for a in form.amounts if a.row == "total" and a.term in data and a.term != "score"}
    for claim in claims:
        if id(claim.field) in own:
            block[own[id(claim.field)]].append(claim)
    totals = {term: found[0] for term, found in block.items() if len(found) == 1}
    spent = totals.get("spent")
    after = {  # what follows the spent total in its text: its rate, without another word (支出5698.65万元，执行率97.0%)
        b.index for a, b in pairwise(claims)
        if spent is not None and a.field is b.field and a.role == "result" and relation(a.quantity, spent.quantity)
    }  # fmt: skip
    told = [
        (c, _names(c, data, c.index in after)) for c in (claims if totals else ())
        if c.role == "result" and c.section in _TEXTS and c.indicator is None and c.frame in ("", "cumulative")
    ]  # fmt: skip
    told = [(c, names) for c, names in told if names]
    for term, total in totals.items():
        said = [(c, relation(c.quantity, total.quantity)) for c, names in told if not names.isdisjoint(data[term])]
        for equal, kind in ((True, "same"), (False, "rival")):
            group = [c for c, verdict in said if verdict is equal]
            if group:
                yield Match((total, *group), 1.0, (term,), kind)


def rows(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """Named rows of a funds table (装备购置 400.00) with the texts that give their budget or their spending.

    A text that says which of the two it gives rivals with the row; one that does not is only held to agree.
    """
    data = vocabulary()["funds"]
    by_field = {id(c.field): c for c in claims if c.role == "budget"}
    block: dict[str, dict[str, Claim]] = defaultdict(dict)
    twice: set[str] = set()
    for amount in form.amounts:
        claim = by_field.get(id(amount.field))
        if claim is None or claim.quantity.dimension != "money":
            continue
        label = _bare(words(narrow(amount.label)), data)
        if amount.term in block[label]:
            twice.add(label)
        block[label][amount.term] = claim
    told = (
        [c for c in claims if c.role == "result" and c.quantity.dimension == "money" and c.section in _TEXTS]
        if block
        else []
    )
    for claim in told:
        label = _bare(claim.words, data)
        terms = block.get(label)
        if not label or not terms or label in twice or claim.frame not in ("", "part", "cumulative"):
            continue
        said = f"{''.join(claim.context)}{claim.clause.quote}"
        planned, paid = (any(word in said for word in data[key]) for key in ("says_budget", "says_spent"))
        asked = [c for term, c in terms.items() if planned is paid or (term == "spent") is paid]
        equal = [c for c in asked if relation(c.quantity, claim.quantity)]
        if equal:
            yield Match((equal[0], claim), 1.0, (label,), "same")
        elif asked and planned is not paid and len(asked) == 1:
            yield Match((asked[0], claim), 1.0, (label,), "rival")


def spending(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """批复重点任务资金7600万元，实际支出7306.99万元: a text that gives the budget of a row of the funds, or of the tasks
    together, gives its spending with the next figure of its sentence."""
    data = vocabulary()["funds"]
    by_field = {id(c.field): c for c in claims if c.role == "budget"}
    block: dict[str, dict[str, Claim]] = defaultdict(dict)
    for amount in form.amounts:
        claim = by_field.get(id(amount.field))
        if claim is not None and claim.quantity.dimension == "money" and amount.row.isascii() and amount.row != "total":
            block[amount.row].setdefault(amount.term, claim)
    pairs = [(row["spent"], row[term]) for row in block.values() for term in _WHOLE if term in row and "spent" in row]
    for one, two in pairwise(claims) if pairs else ():
        text = one.field.text.clean[one.span.stop : two.span.begin] if one.field is two.field else "。"
        if two.role != "result" or two.section not in _TEXTS or len(text) > 16 or any(mark in text for mark in "。;\n"):
            continue
        bare = "".join(w for w in two.words if w not in data["neutral"])
        if bare not in data["spent"] or not any(word in one.clause.quote for word in data["says_approved"]):
            continue
        fitting = [spent for spent, whole in pairs if relation(one.quantity, whole.quantity)]
        if len(fitting) == 1 and (equal := relation(two.quantity, fitting[0].quantity)) is not None:
            yield Match((fitting[0], two), 1.0, ("spent",), "same" if equal else "rival")


_WHOLE = ("year_budget", "funds", "initial_budget")
_TEXTS = ("prose", "result_narrative", "tasks")


def _bare(text: Sequence[str], data: dict[str, list[str]]) -> str:
    return "".join(w for w in text if w not in data["neutral"] and w not in data["row_neutral"] and w[0].isalnum())


def shared(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """The project expenditure of the funds block, and the total of the task table where it is the same."""
    by_field = {id(c.field): c for c in claims if c.role == "budget"}
    found = {(a.term, a.row): c for a in form.amounts if (c := by_field.get(id(a.field))) is not None}
    for (term, row), claim in found.items():
        other = found.get((term, "tasks")) if row == "project" else None
        if other is not None and rare(claim.quantity) and relation(claim.quantity, other.quantity):
            yield Match((claim, other), 1.0, (term,), "same")


_FULL = 100  # points


def scored(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """The total score in its cell, and the texts that tell it (自评得分95.5分)."""
    data = vocabulary()["funds"]
    cells = [c for c in claims if form.total_score is not None and c.field is form.total_score]
    if len(cells) != 1:
        return
    total = cells[0]
    said = [
        c for c in claims
        if c.field is not total.field and c.quantity.dimension == total.quantity.dimension and c.frame == ""
        and c.section in ("prose", "result_narrative", "header", "issues") and c.quantity.comparator == "="
    ]  # fmt: skip
    # 合计 | 90 | 89.13: the points of the indicators alone are not the score
    partly = any(c.field is form.total_weight and (c.quantity.value or 0) < _FULL for c in claims)
    title = "".join(f"{form.title}{''.join(h.text.raw for h in form.header)}".split()) if said else ""
    for equal, kind, names in ((True, "same", "score"), (False, "rival", "own_score")):
        if partly and not equal:
            continue
        bare = [(c, "".join(w for w in c.words if w not in data["neutral"])) for c in said]
        own = {c.index for c, name in bare if name in data[names] or _of_title(c.measure, title, data)}
        group = [c for c in said if c.index in own and relation(c.quantity, total.quantity) is equal]
        if group:
            yield Match((total, *group), 1.0, ("total_score",), kind)


def _of_title(measure: str, title: str, data: dict[str, list[str]]) -> bool:
    """Whether a score is called the one of what the form is about: 农村供水工程绩效自评得分为, below a title that says so."""
    name = _IS.sub("", "".join(measure.split()))
    end = max((e for e in (*data["own_score"], "自评") if name.endswith(e)), key=len, default="")
    if not end:
        return False
    about = _KIND.sub("", _YEARS.sub("", name[: len(name) - len(end)]))
    return len(about) > 1 and about in title if about or end == "自评" else True


_IS = re.compile(r"(?:为|是|达到?|共计?|合计|计|约)+$")
_YEARS = re.compile(r"^(?:20\d\d年度?|[本该我]|项目)+")
_KIND = re.compile(r"(?:项目|专项|资金|支出|绩效)+$")


def restated(claims: Sequence[Claim]) -> Iterator[Match]:
    """A figure and the same again in brackets: 415.95万元（4159500元）."""
    opens = {"(", *(f"({word}" for word in vocabulary()["words"]["restated"])}
    for one, two in pairwise(claims):
        text = one.span.text
        if (
            text is two.span.text
            and text.clean[one.span.stop : two.span.begin] in opens
            and text.clean[two.span.stop : two.span.stop + 1] == ")"
        ):
            equal = agree(one.quantity, two.quantity)
            if equal is not None and one.quantity.dimension and one.quantity.unit != two.quantity.unit:
                yield Match((one, two), 1.0, ("()",), "same" if equal else "rival")


def _names(claim: Claim, data: dict[str, list[str]], follows: bool) -> frozenset[str]:
    """What the claim may call a total of the funds block; nothing where it is of something narrower. One that follows
    the spent total need not say whose rate it is."""
    printed = f"{claim.clause.quote[: claim.span.begin - claim.clause.begin]}{claim.measure}"
    if any(part in printed for part in data["parts"]) or not (
        follows or any(word in printed for word in data["scope"])
    ):
        return frozenset()
    return frozenset(("".join([w for w in claim.words if w not in data["neutral"]]), "".join(claim.words)))
