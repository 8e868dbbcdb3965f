"""Status: finished in one place, unfinished in another.

whole: 基本完成 and 暂未完工, both of the whole project (of one thing, by its name: `standing`). paid: 全额支付 beside funds that were
not spent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from auditor.check import Case, Option, any_of, compiled, evidence, found, percent, place
from auditor.clause import clauses, readable
from auditor.model import Field, Finding, Pass, Rule

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("whole", "paid")),
    "paid": Option(float, default=0.95),  # paid: below this share of the budget 全额支付 is denied
}
FACTS = frozenset({"text", "other", "rate"})


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "whole": _status, "paid": _paid_all,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _status(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Said of the whole project in both: finished here, not finished there. Parts of it may well differ."""
    known = case.words["status"]
    yes, no, whole = (compiled(any_of(known[k])) for k in ("finished", "unfinished", "whole"))
    done: list[_Place] = []
    open_: list[_Place] = []
    for field, text in case.stated() if case.says(yes) and case.says(no) else ():
        if field.role != "result" and field.section != "prose":
            continue
        for clause in clauses(text):
            said = text[clause.begin : clause.stop]
            denied = no.search(said)
            match = denied or yes.search(said)
            if match is None:
                continue
            before = said[: match.start()]
            if _denied(before, known) or before.startswith(tuple(known["condition"])):
                continue
            subject = re.sub(r"20[\dxX]{2}|[\s()\[\]:,]", "", before)
            if re.search(r"[\d一二两三四五六七八九十]", subject) or len(whole.sub("", subject)) > 1:
                continue
            if denied and re.match(r"(?:原因|的|情况|任务|目标|项目)", said[match.end() :]):
                continue
            tail = re.sub(r"[\d.\s%]", "", said[match.end() :])
            if denied or len(tail) <= 4:
                (open_ if denied else done).append((field, clause.begin, clause.stop, match[0]))
    done, open_ = (done, open_) if done and open_ else _everything(case)
    if done and open_:
        facts = {"text": done[0][3], "other": open_[0][3]}
        sides = [place(f, "", (b, e)) for f, b, e, _ in (*done[:3], *open_[:3])]
        yield found(rule, facts, "", sides)


_Place = tuple[Field, int, int, str]


def _everything(case: Case) -> tuple[list[_Place], list[_Place]]:
    """All of it is built, and a part of it is not: 全部项目均已完工 beside 其中2座尚未完工."""
    known = case.words["status"]
    every, unbuilt = compiled(known["everything"]), compiled(known["unbuilt"])
    done: list[_Place] = []
    open_: list[_Place] = []
    for field, text in case.stated() if case.says(unbuilt) and case.says(every) else ():
        if field.role != "result" or field.section in ("issues", "improvements"):
            continue
        for clause in clauses(text):
            said = text[clause.begin : clause.stop]
            yes, no = every.search(said), unbuilt.search(said)
            if no and not _denied(said[: no.start()], known) and not re.match(r"的|情况|原因|率", said[no.end() :]):
                if not said.startswith(tuple(known["condition"])):
                    open_.append((field, clause.begin, clause.stop, no[0]))
            elif yes and not re.match(r"的|后|前|率", said[yes.end() :]) and not _partial(said[: yes.start()], known):
                done.append((field, clause.begin, clause.stop, yes[0]))
    return done, open_


def _denied(before: str, known: dict[str, Any]) -> bool:
    """无未完成事项, 未发现未完成: the unfinished is denied."""
    return before.endswith(tuple(known["denial"]))


def _partial(before: str, known: dict[str, Any]) -> bool:
    """主体已全部完工: all of the frame, not all of the building."""
    return before.rstrip("均已").endswith(tuple(known["partial"]))


def _paid_all(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    budgets, spent = case.amounts(["year_budget"]), case.amounts(["spent"])
    if len(budgets) != 1 or len(spent) != 1:
        return
    whole, part = budgets[0][1].quantity, spent[0][1].quantity
    if not whole.value or part.value is None or whole.factor != part.factor:
        return
    rate = part.value / whole.value
    pattern = re.compile(case.words["status"]["paid_all"])
    for field in (*case.form.results, *case.form.prose):
        text = readable(field.text)
        match = pattern.search(text)
        if match is None or rate >= Decimal(str(rule.options["paid"])):
            continue
        facts = {"text": match[0], "rate": percent(rate)}
        sides = (place(field, "", match.span()), evidence(spent[0][1]), evidence(budgets[0][1]))
        yield found(rule, facts, f"{part.value:f} / {whole.value:f} = {percent(rate)}", sides)
