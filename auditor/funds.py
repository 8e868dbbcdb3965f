"""4c  The totals of the funds block and the texts that name them; a figure and the same again in brackets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from auditor.lexicon import vocabulary
from auditor.model import Claim, Form, Match
from auditor.quantity import agree
from auditor.side import relation


def funds(form: Form, claims: Sequence[Claim]) -> Iterator[Match]:
    """Totals of the funds block with the narrative and prose that name them (全年支出5021.86万元)."""
    data = vocabulary()["funds"]
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


def restated(claims: Sequence[Claim]) -> Iterator[Match]:
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
