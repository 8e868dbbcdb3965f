"""Sums: parts against their total, identities of the funds block, task funds, 其中 rows of an indicator.

A list of parts may be open (其中 names only some). More than the total is always wrong; less is wrong only where the
list is known to be whole: the rule says so, or the same rows do add up in a neighbouring column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from auditor.check import HELD, Case, Option, evidence, found, held, percent, printed, rows_lost
from auditor.check.parts import Labelled, added, base_of, figure_of, gap_of, merged, slack_of, sum_of, value_of, verdict
from auditor.model import Claim, Evidence, Finding, Pass, Rule
from auditor.sentence import slip

OPTIONS: dict[str, Option] = {
    # where the summands stand: rows of a column of the funds block; its totals by income and by expenditure; terms of
    # a row (a sum that must equal, or a part that must not exceed); funds of the tasks, against the spending or against
    # a row of their own; 其中 rows of an indicator
    "over": Option(
        str, required=True, allowed=("rows", "breakdowns", "terms", "bound", "tasks", "tasktotal", "subrows")
    ),
    "when": Option(str, required=True, allowed=("more", "less", "differs", "unsigned")),
    "terms": Option(list, default=[]),  # rows: columns to look at; terms: the summands
    "total": Option(list, default=[]),  # the term (or its stand-ins, first come first served) that the sum must equal
    "groups": Option(list, default=[]),  # rows: row names that together are one breakdown of the total, blank-separated
    "whole": Option(list, default=[]),  # of these groups the ones that name every part there can be
    "signless": Option(str, default=""),  # terms: the summand that may be printed without its minus
    "near": Option(float, default=0),  # rows: an open list this close below its total was meant to make it up
    "slips": Option(bool, default=False),  # terms: only where one slip of the pen explains the gap
    "sumrows": Option(list, default=[]),  # tasks: names of a row that only adds the others up
    "dimensions": Option(list, default=[]),  # subrows: what adds up
    "held": HELD,
}
FACTS = frozenset({"column", "total", "label", "sum", "parts", "gap", "share", "part", "count"})

MANY = 40  # rows of a funds block: beyond, no nesting is looked for


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    way = {
        "rows": _rows, "breakdowns": _breakdowns, "terms": _terms, "bound": _bound, "tasks": _tasks,
        "tasktotal": _task_total, "subrows": _subrows,
    }[rule.options["over"]]  # fmt: skip
    for outcome in way(rule, case):
        falls_short = isinstance(outcome, Finding) and rule.options["when"] in ("less", "differs")
        if not falls_short or not rows_lost(case, [e.span.place for e in outcome.evidence]):
            yield outcome


# --- the funds block ----------------------------------------------------------------------------------------------


def _columns(case: Case, terms: Iterable[str]) -> dict[str, list[tuple[str, str, Claim]]]:
    """Per column of the funds block its (row, label, figure), as printed from top to bottom."""
    levels = [(name, tuple(case.words["money"]["levels"][key])) for key, name in _LEVELS.items()]
    tasks = {"".join(t.name.text.clean.split()) for t in case.form.tasks if t.name}
    columns: dict[str, list[tuple[str, str, Claim]]] = {}
    for amount in case.form.amounts:
        if "".join(amount.row.split()) in tasks:
            continue  # a task, not a row of the funds block
        if amount.term in terms and (claim := case.figure(amount.field)) is not None:
            row = amount.row
            if not row.isascii():  # a row that has no canonical name
                row = next((name for name, words in levels if row.startswith(words)), row)
            columns.setdefault(amount.term, []).append((row, amount.label, claim))
    return columns


_LEVELS = {"central": "central", "province": "provincial", "city": "municipal", "county": "county"}


def _outer(parts: list[tuple[str, str, Claim]]) -> list[tuple[str, str, Claim]]:
    """The parts without those that a part before them is the sum of (财政拨款 100, 中央 60, 省级 40)."""
    if len(parts) > MANY:
        return parts
    kept, skip = [], 0
    for at, part in enumerate(parts):
        if skip:
            skip -= 1
            continue
        kept.append(part)
        for size in range(2, len(parts) - at):
            if base_of(part[2]) and base_of(part[2]) == sum(base_of(c) for _, _, c in parts[at + 1 : at + 1 + size]):
                skip = size
                break
    return kept


def _level(columns: dict[str, list[tuple[str, str, Claim]]], names: set[str], above: str) -> set[tuple[str, ...]]:
    """Rows that make up their total side by side in some column: where one happens to be the sum of those below it
    (中央 600 = 省 200 + 县 300 + 自筹 100) they are no parts of it."""
    found = set()
    for column in columns.values():
        totals = [claim for row, _, claim in column if row == above]
        parts = [part for part in column if part[0] in names]
        if (
            len(totals) == 1
            and len(parts) > 1
            and base_of(totals[0])
            and not gap_of(totals[0], [c for _, _, c in parts])
        ):
            found.add(tuple(row for row, _, _ in parts))
    return found


def _rows(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    columns = _columns(case, rule.options["terms"])
    whole = set(rule.options["whole"])
    wider: dict[str, list[set[int]]] = {}  # groups of a column that are judged: what is part of one is no other
    outcomes: list[Finding | Pass] = []
    for group in (*rule.options["groups"], ""):  # "": all rows, whatever they are called
        names = set(group.split()) or {row for column in columns.values() for row, _, _ in column} - {"total", "tasks"}
        sums: dict[str, tuple[Labelled, list[tuple[str, str, Claim]]]] = {}
        within = _within(columns, names) if group else ""
        level = _level(columns, names, within or "total")
        for term, column in columns.items():
            totals = [(label, claim) for row, label, claim in column if row == (within or "total")]
            parts = [part for part in column if part[0] in names]
            if group not in whole and tuple(row for row, _, _ in parts) not in level:
                parts = _outer(parts)  # the sources that make up all there is stand side by side
            seen = [others for others in wider.get(term, ()) if {id(c) for _, _, c in parts} <= others]
            if len(totals) == 1 and parts and not seen:
                sums[term] = (totals[0], parts)
                wider.setdefault(term, []).append({id(c) for _, _, c in parts})
        # rows that add up in one column are all the rows there are, in the other columns too
        known = {
            tuple(row for row, _, _ in parts)
            for total, parts in sums.values()
            if base_of(total[1]) and gap_of(total[1], [c for _, _, c in parts]) == 0
        }
        for term, (total, parts) in sums.items():
            over = [(label, c) for _, label, c in parts if gap_of(total[1], [c]) > 0]
            if rule.options["when"] == "more":  # parts that alone exceed the total; sums are another rule
                for part in over:
                    outcomes += verdict(rule, total, [part], _head(total[1]))
            if over or rule.options["when"] == "more":
                continue
            rows = tuple(row for row, _, _ in parts)
            beside = any(
                row not in names and row not in ("total", "tasks") and base_of(c) for row, _, c in columns[term]
            )
            complete = (
                (rows in known and not (len(rows) == 1 and beside))
                or (group in whole and len(parts) > 1)
                or _close(rule, total[1], parts)
            )
            if (
                group and len(parts) > 1
            ):  # one wrong digit in one of them explains the gap: they were meant to make it up
                complete = complete or slip(total[1].quantity, [c.quantity for _, _, c in parts])
            if not group and rows not in known:
                continue  # rows of any name may lie within each other
            outcomes += verdict(rule, total, [(label, c) for _, label, c in parts], _head(total[1]), complete)
    if rule.options["when"] == "differs":
        outcomes += _unplaced(rule, case, columns)
    yield from merged(rule, outcomes)


_SIDES, _WHOLES = ("income", "expenditure"), ("spent", "year_budget", "initial_budget", "arrived")


def _unplaced(rule: Rule, case: Case, columns: dict[str, list[tuple[str, str, Claim]]]) -> Iterator[Finding | Pass]:
    """其中：基本支出 | 1480.36 | 项目支出 | 7226.52 below figures in pairs: it is not said which of them they make up. They
    do make up one, or would but for one slip of the pen."""
    totals = [t for term in _WHOLES if (t := _single(case, [term])) is not None]
    for term in _SIDES:
        column = columns.get(term, [])
        if any(row == "total" for row, _, _ in column):
            continue
        seen: list[set[int]] = []
        for names in map(str.split, rule.options["groups"]):
            parts = [(label, c) for row, label, c in column if row in names]
            ids, figures = {id(c) for _, c in parts}, [c for _, c in parts]
            if len(parts) < 2 or any(ids <= others for others in seen):
                continue
            seen.append(ids)
            fitting = [t for t in totals if base_of(t[1]) and gap_of(t[1], figures) == 0]
            slips = [t for t in totals if base_of(t[1]) and slip(t[1].quantity, [c.quantity for c in figures])]
            for total in fitting[:1] or (slips if len(slips) == 1 else []):
                yield from verdict(rule, total, parts, total[0])


def _within(columns: dict[str, list[tuple[str, str, Claim]]], names: set[str]) -> str:
    """The row right above these, where they make it up in some column and it is no total: 一般公共预算 7157.70, 其中：
    基本支出 761.00, 项目支出 6396.70 beside other sources. "" where they stand below no such row."""
    for column in columns.values():
        at = next((i for i, (row, _, _) in enumerate(column) if row in names), 0)
        parts = [claim for row, _, claim in column if row in names]
        above = column[at - 1] if at else None
        if above and above[0] != "total" and len(parts) > 1 and base_of(above[2]) and gap_of(above[2], parts) == 0:
            return above[0]
    return ""


def _close(rule: Rule, total: Claim, parts: list[tuple[str, str, Claim]]) -> bool:
    near = Decimal(str(rule.options["near"]))
    made = sum_of(total, [c for _, _, c in parts])
    return bool(near) and value_of(total) * (1 - near) <= made < value_of(total)


def _head(claim: Claim) -> str:
    return claim.field.heads[-1] if claim.field.heads else claim.measure


def _breakdowns(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Each total by another criterion (按收入性质分, 按支出性质分) is one of the totals of the block."""
    totals = [(a.label, c) for a, c in case.amounts(rule.options["total"])]
    for amount, claim in case.amounts(rule.options["terms"]):
        fitting = [total for total in totals if gap_of(total[1], [claim]) == 0]
        # a breakdown of the budget may differ from the spending: it must meet one of them
        for total in fitting[:1] or totals[-1:]:
            label = claim.field.heads[0] if claim.field.heads else amount.label or claim.measure
            yield from verdict(rule, total, [(label, claim)], _head(total[1]))


def _single(case: Case, terms: Sequence[str]) -> Labelled | None:
    """The figure of the first of these terms that the total row has just once."""
    for term in terms:
        here = case.amounts([term])
        if len(here) == 1:
            return _name(here[0][0].label, here[0][1]), here[0][1]
    return None


def _name(label: str, claim: Claim) -> str:
    return _head(claim) or label


def _terms(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A sum of terms of the total row; the one that may be printed without its minus is tried both ways."""
    total = _single(case, rule.options["total"])
    parts = [_single(case, [term]) for term in rule.options["terms"]]
    if total is None or any(p is None for p in parts):
        return
    terms = [p for p in parts if p is not None]
    signless = rule.options["signless"]
    index = rule.options["terms"].index(signless) if signless in rule.options["terms"] else None
    aim, slack = base_of(total[1]), slack_of([total[1], *(c for _, c in terms)])
    values = [base_of(c) for _, c in terms]
    straight = abs(sum(values, -aim)) <= slack
    turned = False
    if index is not None:
        turned = abs(sum(values, -aim) - 2 * values[index]) <= slack
    loose = terms[index][1] if index is not None else terms[-1][1]
    rest = [c for _, c in terms if c is not loose]
    change = (aim - sum((base_of(c) for c in rest), Decimal(0))) / loose.quantity.factor
    label = next(name for name, c in terms if c is loose)
    facts = {
        "total": printed(total[1]), "label": total[0], "sum": figure_of(change, [loose, total[1], *rest]),
        "part": label, "gap": printed(loose), "column": label,
        "parts": "、".join(name for name, _ in terms), "share": "", "count": str(len(terms)),
    }  # fmt: skip
    minus = " − ".join(printed(c) for c in (total[1], *rest))
    arithmetic, size = f"{minus} = {facts['sum']}", figure_of(abs(change), [loose, total[1], *rest])
    sides = [evidence(total[1], total[0]), *(evidence(c, name) for name, c in terms)]
    when = rule.options["when"]
    if when == "unsigned":
        if turned and not straight:
            yield found(rule, facts, f"{arithmetic}；|{facts['sum']}| = {size}", sides)
    elif straight or turned:
        equal = arithmetic if straight else f"|{minus}| = {size}"
        yield held(rule, facts, equal, sides)
    elif not rule.options["slips"] or slip(total[1].quantity, [c.quantity for _, c in terms]):
        yield found(rule, facts, f"{arithmetic} ≠ {facts['gap']}", sides)


def _bound(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    whole, part = _single(case, rule.options["total"]), _single(case, rule.options["terms"])
    if whole is None or part is None or not base_of(whole[1]):
        return
    top, got = value_of(whole[1]), sum_of(whole[1], [part[1]])
    over = got > top and gap_of(whole[1], [part[1]]) > 0
    facts = {
        "label": whole[0], "total": printed(whole[1]), "part": part[0], "sum": figure_of(got, [part[1]]),
        "gap": figure_of(abs(got - top), [whole[1], part[1]]),
        "share": percent(got / top, 2), "column": part[0], "parts": part[0], "count": "1",
    }  # fmt: skip
    sides = [evidence(part[1], part[0]), evidence(whole[1], whole[0])]
    if over:
        yield found(rule, facts, f"{facts['sum']} − {printed(whole[1])} = {facts['gap']}；{facts['share']}", sides)
    else:
        yield held(rule, facts, f"{printed(whole[1])} − {facts['sum']} = {facts['gap']} ≥ 0", sides)


def _tasks(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Funds of the tasks against the spending. Tasks need not cover it (基本支出): less is an observation."""
    parts, _ = _funded(case, rule.options["sumrows"])
    totals = [t for term in rule.options["total"] if (t := _single(case, [term])) is not None]
    if len(parts) < 2 or not totals:
        return
    figures = [c for _, c in parts]
    # the funds of the tasks may be all of a part of the spending (项目支出), whatever figure it stands beside
    block = [a for a in case.form.amounts if a.row not in ("total", "tasks")]
    same = [(a.label, c) for a in block if (c := case.figure(a.field)) is not None and gap_of(c, figures) == 0]
    totals = same[:1] or totals
    gaps = [gap_of(claim, figures) for _, claim in totals]
    label, total = totals[0]
    made, value = sum_of(total, figures), value_of(total)
    share = percent(made / value, 2) if value else "—"
    facts = {
        "label": label, "total": printed(total), "sum": figure_of(made, [total, *figures]),
        "gap": figure_of(abs(value - made), [total, *figures]), "share": share,
        "count": str(len(parts)), "parts": "、".join(n for n, _ in parts), "part": parts[0][0], "column": label,
    }  # fmt: skip
    arithmetic = added(total, figures)
    if value:
        arithmetic += f"；{facts['sum']} / {printed(total)} = {share}"
    sides: list[Evidence] = [*(evidence(c, n) for n, c in parts), *(evidence(c, n) for n, c in totals)]
    when = rule.options["when"]
    if 0 in gaps:
        if when == "more":
            yield held(rule, facts, arithmetic, sides)
    elif (when == "more" and all(g > 0 for g in gaps)) or (when == "less" and all(g < 0 for g in gaps)):
        larger, smaller = (printed(total), facts["sum"]) if value > made else (facts["sum"], printed(total))
        difference = f"；{larger} − {smaller} = {facts['gap']}"
        yield found(rule, facts, arithmetic + difference, sides)


def _funded(case: Case, sumrows: Sequence[str]) -> tuple[list[Labelled], list[Labelled]]:
    """Tasks with their funds, and the rows among them that only add the others up."""
    parts = [(t.name.text.raw.strip(), c) for t in case.form.tasks if (c := case.figure(t.funds)) is not None]
    adding = {id(c) for name, c in parts if "".join(name.split()).rstrip(":：") in sumrows}
    return [p for p in parts if id(p[1]) not in adding], [p for p in parts if id(p[1]) in adding]


def _task_total(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The row that adds the tasks up, in every column of money that the tasks have."""
    parts, totals = _funded(case, rule.options["total"])
    columns: dict[str, list[Labelled]] = {}
    for name, claim in parts:
        columns.setdefault(_head(claim), []).append((name, claim))
    names = {"".join(t.name.text.clean.split()) for t in case.form.tasks if t.name}
    rows: dict[str, list[Labelled]] = {}
    for amount in case.form.amounts:  # the other columns of the task table
        known = "".join(amount.row.split())
        if (known == "tasks" or known in names) and (figure := case.figure(amount.field)) is not None:
            (rows if known == "tasks" else columns).setdefault(_head(figure), []).append((amount.label, figure))
    if totals and len(columns) == 1:
        rows.setdefault(next(iter(columns)), []).extend(totals)
    for head, inside in columns.items():
        if any(claim.quantity.dimension == "rate" for _, claim in inside):
            continue  # 支出率 of the tasks and of them all: shares do not add up
        if len(rows.get(head, ())) == 1 and len(inside) > 1 and len(inside) == max(map(len, columns.values())):
            label, claim = rows[head][0]
            if not claim.quantity.unit:  # the unit is printed once, over the table
                unit = inside[0][1].quantity
                alike = claim.quantity._replace(unit=unit.unit, dimension=unit.dimension, factor=unit.factor)
                claim = claim._replace(quantity=alike)
            yield from verdict(rule, (label, claim), inside, label)


# --- 其中 rows of an indicator --------------------------------------------------------------------------------------


def _subrows(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    children: dict[int, list[int]] = {}
    rows = case.form.indicators
    for at, row in enumerate(rows):
        if row.parent is not None:
            children.setdefault(row.parent, []).append(at)
    by_index = {row.index: row for row in rows}
    for index, inside in children.items():
        parent = by_index.get(index)
        if parent is None:
            continue
        sums: list[tuple[Labelled, list[Labelled]]] = []
        for role in ("target", "result"):
            total = case.figure(getattr(parent, role))
            parts = [case.figure(getattr(rows[at], role)) for at in inside]
            figures = [p for p in parts if p is not None]
            if total is None or len(figures) < len(parts) or not _addable(rule, [total, *figures]):
                continue
            names = [rows[at].name.text.raw.strip() for at in inside]
            sums.append(((parent.name.text.raw.strip(), total), list(zip(names, figures, strict=True))))
        complete = any(gap_of(whole[1], [c for _, c in inner]) == 0 for whole, inner in sums)
        for whole, inner in sums:
            yield from verdict(rule, whole, inner, whole[0], complete)


def _addable(rule: Rule, claims: Sequence[Claim]) -> bool:
    """Amounts of one dimension add up; so do counts of whatever is counted (180只 + 12头)."""
    dimensions = {c.quantity.dimension.split(":")[0] for c in claims}
    return (
        len(dimensions) == 1
        and dimensions <= set(rule.options["dimensions"])
        and all(c.quantity.comparator == "=" and not c.frame.startswith("per") for c in claims)
    )
