"""Rates: what is printed against part ÷ whole.

A printed rate is right when it is the quotient rounded at the printed digit; cut off there (75.6 → 75) is let pass too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from auditor.check import HELD, Case, Option, compiled, evidence, found, held, percent, printed, shown
from auditor.check.judged import answers, label_of
from auditor.model import Claim, Finding, Pass, Place, Rule

OPTIONS: dict[str, Option] = {
    # { rate, part, whole }: terms of the funds block or labels as printed, one or a list of stand-ins
    # (text: part_term and whole_term are the same in the funds block); also: wholes that will do where `whole` stands
    "terms": Option(dict, required=True, allowed=("rate", "part", "whole", "also", "part_term", "whole_term")),
    "either": Option(bool, default=False),  # any of the wholes will do; else the first that is there
    # where the rate stands: in the funds block (each row), in an indicator row of that name, in a paragraph, in a small
    # table of its own (in each row, or whose heads are followed by as many figures), or in a column beside target and result, whose head
    # holds the rate's name (part and whole are the result and the target)
    "among": Option(str, default="funds", allowed=("funds", "indicators", "text", "heads", "column")),
    "held": HELD,
}
FACTS = frozenset({"rate", "stated", "computed", "part", "whole", "part_value", "whole_value", "row"})

_NUMBERED = re.compile(r"^[\W_]*(?:指标)?[\d一二三四五六七八九十]*[\W_]*")
_SPENT = re.compile("支出|执行|支付|使用")
Labelled = tuple[str, Claim]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    way = {"funds": _funds, "indicators": _indicators, "text": _text, "heads": _heads, "column": _column}[rule.options["among"]]
    yield from way(rule, case)


def _terms(rule: Rule, key: str) -> list[str]:
    given = rule.options["terms"].get(key, [])
    return [given] if isinstance(given, str) else list(given)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _base(claim: Claim) -> Decimal:
    assert claim.quantity.value is not None
    return claim.quantity.value * claim.quantity.factor


def _readings(claim: Claim) -> list[tuple[Decimal, Decimal]]:
    """What a printed rate can mean, as (fraction, one unit of its last digit). Bare 20 is 20%; 0.2 may be either."""
    q = claim.quantity
    assert q.value is not None
    if q.dimension == "rate" and re.search(r"[%‰百成倍]", claim.span.quote):
        return [(q.value * q.factor, q.step * q.factor)]
    percent = (q.value / 100, q.step / 100)
    return [percent, (q.value, q.step)] if q.value <= 2 else [percent]


def fits(rate: Claim, part: Claim, whole: Claim) -> bool:
    """Whether the printed rate is part ÷ whole at its printed digit."""
    low, high = _quotient(part, whole)
    for value, step in _readings(rate):
        if low - step / 2 <= value <= high + step / 2:
            return True
        cut = (_base(part) / _base(whole) / step).quantize(Decimal(1), ROUND_FLOOR) * step
        if cut == value:
            return True
    return False


def _quotient(part: Claim, whole: Claim) -> tuple[Decimal, Decimal]:
    """Bounds of part ÷ whole, each figure known to the finest digit printed beside it in its unit."""
    steps: dict[Decimal, Decimal] = {}
    for claim in (part, whole):
        q = claim.quantity
        steps[q.factor] = min(steps.get(q.factor, q.step), q.step)
    halves = [
        steps[c.quantity.factor] * c.quantity.factor / 2 if c.quantity.low != c.quantity.high else Decimal(0)
        for c in (part, whole)
    ]
    least = _base(whole) - halves[1]
    top = (_base(part) + halves[0]) / least if least > 0 else Decimal("Infinity")
    return (_base(part) - halves[0]) / (_base(whole) + halves[1]), top


def _judge(
    rule: Rule, rate: Labelled, part: Labelled, wholes: Sequence[Labelled], row: str, also: Sequence[Labelled] = ()
) -> Iterator[Finding | Pass]:
    wholes = [w for w in wholes if _base(w[1]) > 0]
    if not wholes or (_base(part[1]) < 0) != (_base(rate[1]) < 0 and bool(_base(part[1]))):
        return  # 0 / 0, and a fall that is printed without its minus, say nothing about the rate
    if not rule.options["either"]:
        wholes = wholes[:1]
    fitting = [w for w in (*wholes, *also) if _base(w[1]) > 0 and fits(rate[1], part[1], w[1])]
    whole = (fitting or wholes)[0]
    share = _base(part[1]) / _base(whole[1])
    places = max(0, -int(rate[1].quantity.step.as_tuple().exponent)) + (0 if fitting else 1)
    computed = percent(share, max(places, 1))
    figures = [printed(c) for c in (part[1], whole[1])]
    if part[1].quantity.factor != whole[1].quantity.factor:
        figures = [f + c.quantity.unit for f, c in zip(figures, (part[1], whole[1]), strict=True)]
    stated = "".join(rate[1].span.quote.split())
    facts = {
        "rate": rate[0], "stated": stated, "computed": computed, "part": part[0], "whole": whole[0], "row": row,
        "part_value": figures[0], "whole_value": figures[1],
    }  # fmt: skip
    sides = [evidence(rate[1], rate[0]), evidence(part[1], part[0]), evidence(whole[1], whole[0])]
    exact = percent(share, max(places, 1) + 1)
    arithmetic = f"{figures[0]} / {figures[1]} = {exact}"
    if fitting:
        yield held(rule, facts, f"{arithmetic} → {stated}", sides)
    else:
        yield found(rule, facts, f"{arithmetic} ≠ {stated}", sides)


# --- where rates stand ----------------------------------------------------------------------------------------------


def _at(case: Case, terms: Sequence[str], row: str) -> list[Labelled]:
    """The figures of these terms in a row of the funds block, in the order of the terms; a term printed twice is
    nobody's figure."""
    out: list[Labelled] = []
    for term in terms:
        here = case.amounts([term], row)
        if len(here) == 1:
            amount, claim = here[0]
            out.append(((claim.field.heads[-1] if claim.field.heads else "") or amount.label or term, claim))
    return out


def _funds(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    labels: dict[str, str] = {}
    for amount in case.form.amounts:
        labels[amount.row] = labels.get(amount.row) or amount.label
    tasks = {"".join(t.name.text.clean.split()): t.funds for t in case.form.tasks if t.name and t.funds}
    for row, label in labels.items():
        rate, part, wholes = (_at(case, _terms(rule, key), row) for key in ("rate", "part", "whole"))
        funds = case.figure(tasks.get("".join(row.split())))  # the column of a task table that says what was spent
        if not part and funds is not None and _SPENT.search("".join(funds.field.heads[-1:])):
            part = [(funds.field.heads[-1], funds)]
        part = [(name, _in_unit(claim, wholes[0][1])) for name, claim in part] if wholes else part
        if rate and part and wholes:
            yield from _judge(rule, rate[0], part[0], wholes, label, _at(case, _terms(rule, "also"), row))


def _in_unit(claim: Claim, other: Claim) -> Claim:
    """A figure without a unit of its own in that of its neighbour: the unit is printed once, over the table."""
    if claim.quantity.unit or not other.quantity.unit:
        return claim
    unit = other.quantity
    alike = claim.quantity._replace(unit=unit.unit, dimension=unit.dimension, factor=unit.factor)
    return claim._replace(quantity=alike)


def _indicators(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """An indicator row that repeats a rate of the funds block. The names are the rule's, whole and without number."""
    names = set(_terms(rule, "rate"))
    part, wholes = (_at(case, _terms(rule, key), "total") for key in ("part", "whole"))
    if not part or not wholes:
        return
    for row in case.form.indicators:
        name = "".join(_NUMBERED.sub("", row.name.text.clean).split())
        if name in names and (claim := case.figure(row.result)) is not None and claim.quantity.comparator == "=":
            yield from _judge(rule, (name, claim), part[0], wholes, name)


def _text(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Part and rate said in one paragraph; the whole there too, or with one figure in all the text, or in the funds
    block when that states the same part."""
    fields = [*case.form.prose, *case.form.results]
    stated = [c for f in fields for c in case.of(f) if c.quantity.value is not None and c.frame in ("", "cumulative")]
    for text in fields:
        claims = [c for c in stated if c.field is text]
        rate, part = (_said(claims, _terms(rule, key)) for key in ("rate", "part"))
        if rate is None or part is None or rate[1].quantity.dimension != "rate":
            continue
        whole = _said(claims, _terms(rule, "whole")) or _said(stated, _terms(rule, "whole"))
        block = [_at(case, _terms(rule, f"{key}_term"), "total") for key in ("part", "whole")]
        if whole is None and all(block) and _base(block[0][0][1]) == _base(part[1]):
            whole = block[1][0]
        if whole is not None and whole[1].quantity.dimension == part[1].quantity.dimension != "rate":
            yield from _judge(rule, rate, part, [whole], rate[0])


def _said(claims: Sequence[Claim], labels: Sequence[str]) -> Labelled | None:
    """The claim whose measure ends with the first of these labels that is there at all, where all such claims say one
    figure."""
    for label in labels:
        named = [c for c in claims if label in c.measure]
        if not named:
            continue
        ending = compiled(re.escape(label) + r"(?:数|额|为|是|共|达|达到|合计|:)*$")
        here = [c for c in named if ending.search(c.measure)]
        if here:
            return (label, here[0]) if len({_base(c) for c in here}) == 1 else None
    return None


def _heads(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The three under their heads in a row of a table of its own; or three texts without a place in the form that are
    the three heads, and then three figures, not more."""
    fields = [field for field, _ in case.form.unread]
    names = ["".join(field.text.clean.split()) for field in fields]
    ends = {key: tuple(_terms(rule, key)) for key in ("rate", "part", "whole")}
    for at in range(len(fields) - 5):
        heads = {key: n for n in range(at, at + 3) for key, labels in ends.items() if names[n].endswith(labels)}
        figures = [case.figure(field) for field in fields[at + 3 : at + 7]]
        if len(heads) < 3 or len(set(heads.values())) < 3 or (len(figures) > 3 and figures[3] is not None):
            continue
        found_here = {key: (names[n], figures[n - at]) for key, n in heads.items()}
        rate, part, whole = (found_here[key] for key in ("rate", "part", "whole"))
        if rate[1] is not None and part[1] is not None and whole[1] is not None:
            yield from _judge(rule, (rate[0], rate[1]), (part[0], part[1]), [(whole[0], whole[1])], rate[0])
    rows: dict[tuple[Place, str], dict[str, list[Labelled]]] = {}
    for field in case.form.prose:
        key = next((k for k, labels in ends.items() if field.heads and field.heads[-1].endswith(labels)), "")
        if key and (figure := case.figure(field)) is not None:
            at_row = (field.text.place._replace(column=None), "".join(field.heads[:-1]))
            rows.setdefault(at_row, {}).setdefault(key, []).append((field.heads[-1], figure))
    for (_, label), told in rows.items():
        if len(told) == 3 and all(len(one) == 1 for one in told.values()):
            name, claim = told["rate"][0]
            yield from _judge(rule, (label + name, claim), told["part"][0], told["whole"], label)


# --- a column of rates beside targets and results --------------------------------------------------------------------


def _column(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """完成率 (偏离度) of a row that has one target and one result."""
    for row in case.form.indicators:
        rate, pairs = case.figure(row.rate), answers(case, row)
        head = "".join(row.rate.heads[-1:]) if row.rate else ""
        if rate is None or len(pairs) != 1 or not any(term in head for term in _terms(rule, "rate")):
            continue
        pair, result = pairs[0], pairs[0].result
        if result is None or pair.more or pair.share is None or len(case.of(row.target)) != 1:
            continue
        if result.quantity.comparator != "=" or result.quantity.dimension != pair.target.quantity.dimension:
            continue
        if _base(result) <= 0 or not rate.quantity.value:
            continue  # a blank rate is 0 in many tables
        deviation = "偏" in head
        share = _base(result) / _base(pair.target) - deviation
        computed = percent(share, max(1, 1 - int(rate.quantity.step.as_tuple().exponent)))
        label, stated = label_of(row), "".join(rate.span.quote.split())
        facts = {
            "rate": head, "stated": stated, "computed": computed, "part": "完成值", "whole": "目标值", "row": label,
            "part_value": shown(result), "whole_value": shown(pair.target),
        }  # fmt: skip
        sides = [evidence(rate, label), evidence(result, label), evidence(pair.target, label)]
        arithmetic = f"{printed(result)} / {printed(pair.target)}{' − 1' if deviation else ''} = {computed}"
        meant = _meant(pair.target, result, pair.direction, bool(pair.met), deviation)
        if any(low - step <= value <= high + step for value, step in _readings(rate) for low, high in meant):
            yield held(rule, facts, f"{arithmetic} → {stated}", sides)
        else:
            yield found(rule, facts, f"{arithmetic} ≠ {stated}", sides)


def _meant(
    target: Claim, result: Claim, direction: str, met: bool, deviation: bool
) -> list[tuple[Decimal, Decimal]]:
    """Bounds of what the rate may be: result ÷ target, and where less is better or no way is known, also target ÷ result
    and 1 − (result − target) ÷ target; what is reached may be called 100%. A deviation is told with a sign or without,
    of a rate in points too."""
    low, high = _quotient(result, target)
    out = [(low, high)]
    if direction != "up":
        out += [_quotient(target, result), (2 - high, 2 - low)]
    if met or _base(target) == _base(result):
        out.append((Decimal(1), Decimal(1)))
    if deviation:
        out = [(a - 1, b - 1) for a, b in out]
        if result.quantity.dimension == "rate":
            out.append((_base(result) - _base(target),) * 2)
        out += [(-b, -a) for a, b in out]
    return out
