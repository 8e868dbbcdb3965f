"""Plausibility: figures that cannot be, and names and years of somebody else.

fraction: 18.5个项目. rate: 满意度 103%. tiny: a programme budget of 100元 for hundreds of people. scale: one figure
once in 元 and once in 万元. unit: a target in 万元 and a result of about its figure in 元. period: a result of another
year; a pass where all years agree. entity: another unit's name in the same sentence. stranger: a unit of the same kind
from another place is said to have done something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from auditor.check import HELD, Case, Option, any_of, compiled, evidence, found, held, place, plain, shown
from auditor.clause import clauses, readable
from auditor.model import Claim, Evidence, Field, Finding, Pass, Rule

OPTIONS: dict[str, Option] = {
    "what": Option(
        str, required=True, allowed=("fraction", "rate", "tiny", "scale", "unit", "period", "entity", "stranger")
    ),
    "per_head": Option(float, default=1.0),  # tiny: yuan for each person served, below which the unit is doubted
    "apart": Option(float, default=100),  # unit: how many times one unit of measure is the other
    "close": Option(float, default=3),  # unit: and how many times one printed figure may be the other
    "heads": Option(int, default=50),  # tiny: and at least so many people
    "digits": Option(int, default=4),  # scale: figures with fewer significant digits may meet by chance
    "alike": Option(int, default=10),  # entity: characters that two sentences share after the name
    "held": HELD,
}
FACTS = frozenset({"values", "count", "name", "value", "unit", "year", "other", "text", "people", "places"})
_FUNDS = re.compile("预算|执行|支出")
_PRICE = re.compile("每|均|标准|单价|收费|补助|/")  # for each of something
_PEOPLE = ("人", "名", "户", "人次", "位")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "fraction": _fraction, "rate": _rate, "tiny": _tiny, "scale": _scale, "unit": _unit, "period": _period, "entity": _entity,
        "stranger": _stranger,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


# --- figures ------------------------------------------------------------------------------------------------------


def _context(claim: Claim) -> str:
    """What says what the figure is: its clause, and the head of its row; without blanks."""
    clause = readable(claim.field.text)[claim.clause.begin : claim.clause.stop]
    rows = claim.field.heads[-1:] if claim.section in ("indicators", "tasks") else ()
    return "".join("".join((*rows, clause)).split())


def _fraction(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    counts = case.words["counts"]
    whole, averaged, other = set(counts["whole"]), tuple(counts["averaged"]), tuple(counts["not_things"])
    mine: list[Claim] = []
    for claim in case.claims:
        quantity = claim.quantity
        if quantity.unit not in whole or quantity.value is None or quantity.value == quantity.value.to_integral_value():
            continue
        if quantity.form not in ("plain", "") or claim.frame in ("per_unit", "each", "growth", "share"):
            continue
        text = readable(claim.field.text)
        after = text[claim.span.stop : claim.span.stop + 4].lstrip()
        if re.search(r"(?:^|[。;\n])\s*$", text[: claim.span.begin]) and not claim.field.heads:
            continue  # 2.10个项目 at the head of a paragraph: the second point, ten projects
        if not after.startswith(other) and not any(w in _context(claim) for w in averaged):
            mine.append(claim)
    if mine:
        values = list(dict.fromkeys(shown(c) for c in mine))
        facts = {"values": "、".join(values), "count": str(len(mine)), "unit": mine[0].quantity.unit}
        arithmetic = "，".join(f"{v}×{sum(shown(c) == v for c in mine)}" for v in values)
        yield found(rule, facts, arithmetic, (evidence(c) for c in mine))


def _rate(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    rates = case.words["rates"]
    capped, uncapped = tuple(rates["capped"]), rates["uncapped"]
    for claim in case.claims:
        value = claim.quantity.value
        if value is None or claim.quantity.unit != "%" or value <= 100 or claim.frame in ("growth", "previous"):
            continue
        if claim.quantity.comparator not in ("=", "≈"):
            continue
        name = re.sub(r"(?:[\s为达到了约:在仍均共]|保持|稳定|维持)+$", "", claim.measure) or claim.measure
        if name.endswith(capped) and not any(w in _context(claim) for w in uncapped):
            facts = {"name": name[-16:], "value": shown(claim)}
            yield found(rule, facts, f"{plain(value)} > 100", (evidence(claim),))


def _money(case: Case) -> list[Claim]:
    plain_money = (c for c in case.claims if c.quantity.dimension == "money" and c.quantity.form == "plain")
    return [c for c in plain_money if c.quantity.value]


def _tiny(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Figures of the funds in 元 that come to less than a yuan a head."""
    people = [
        c for c in case.claims
        if c.quantity.unit in _PEOPLE and c.quantity.value and c.quantity.value >= rule.options["heads"]
    ]  # fmt: skip
    budget = [
        c for c in _money(case)
        if c.quantity.unit == "元" and _FUNDS.search(_context(c)) and not _PRICE.search(_context(c))
    ]  # fmt: skip
    if not people or not budget:
        return
    if any(c.quantity.factor > 1 for c in _money(case)):
        return  # another unit is used as well: this one may be meant
    largest = max(budget, key=lambda c: c.quantity.value or Decimal(0))
    served = max(people, key=lambda c: c.quantity.value or Decimal(0))
    assert largest.quantity.value is not None
    assert served.quantity.value is not None
    each = largest.quantity.value / served.quantity.value
    if each < Decimal(str(rule.options["per_head"])):
        facts = {"value": shown(largest), "people": shown(served), "unit": "万元"}
        sides = [*(evidence(c) for c in budget[:6]), evidence(served)]
        sum_ = f"{plain(largest.quantity.value)} / {plain(served.quantity.value)} = {each:.2f}元"
        yield found(rule, facts, sum_, sides)


def _scale(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """The same telling figure in 元 here and in 万元 there."""
    by_value: dict[Decimal, list[Claim]] = {}
    for claim in _money(case):
        value = claim.quantity.value
        assert value is not None
        digits = len(plain(value).replace(".", "").strip("0"))
        if claim.quantity.unit in ("元", "万元") and digits >= rule.options["digits"]:
            by_value.setdefault(value, []).append(claim)
    for value, claims in by_value.items():
        small, large = ([c for c in claims if c.quantity.unit == u] for u in ("元", "万元"))
        if small and large and not any(_PRICE.search(_context(c)) for c in small):
            facts = {"value": plain(value), "name": large[0].measure}
            sides = (*(evidence(c) for c in small[:3]), *(evidence(c) for c in large[:3]))
            yield found(rule, facts, f"{plain(value)}元 ≠ {plain(value)}万元", sides)


def _unit(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """≤40万元 and 38.6元: the figures are about the same, and only their units say that one is 10 000 times the other."""
    from auditor.check.judged import judge, label_of, reason_of

    apart, close = Decimal(str(rule.options["apart"])), Decimal(str(rule.options["close"]))
    for pair in judge(case):
        if pair.result is None or not mistaken(pair.target, pair.result, apart, close):
            continue
        if pair.met is False and not reason_of(case, pair.row, pair.direction == "down"):
            continue  # told as missed
        label = label_of(pair.row)
        one, other = pair.target, pair.result
        facts = {"name": label, "value": shown(other), "other": shown(one), "unit": one.quantity.unit}
        yield found(rule, facts, f"{shown(other)} ↔ {shown(one)}", (evidence(one, label), evidence(other, label)))


def mistaken(one: Claim, other: Claim, apart: Decimal = Decimal(100), close: Decimal = Decimal(3)) -> bool:
    """Whether two amounts are alike as printed and far apart in their units."""
    a, b = one.quantity, other.quantity
    if a.dimension != b.dimension or not a.value or not b.value or a.unit == b.unit or not a.unit or not b.unit:
        return False
    far = max(a.factor, b.factor) / min(a.factor, b.factor)
    return far >= apart and max(a.value, b.value) / min(a.value, b.value) <= close


# --- years --------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?=年)")


def _texts(case: Case) -> tuple[tuple[Field, str], ...]:
    """Every text, once, with its readable form."""
    if "plausible" not in case.memo:
        once: dict[int, Field] = {}
        for field in case.form.said:
            once.setdefault(id(field.text), field)
        case.memo["plausible"] = tuple([(f, readable(f.text)) for f in once.values()])
    known: tuple[tuple[Field, str], ...] = case.memo["plausible"]
    return known


def _period(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A result that opens with another year and claims what was done then, in a text without the form's own."""
    year = case.form.year
    if year is None:
        return
    known = case.words["periods"]
    opening = compiled(
        rf"(?:截至|截止|至|到)?(20[0-4]\d)年(?:度|底|末|全年|[上下]半年|[一二三四]季度|1[-至~—]12月(?:份)?|\d{{1,2}}月(?:底|末|份)?(?:\d{{1,2}}日)?)?,?"
        rf"[^\W\d]{{0,8}}?(?:共|累计|全年|已|共计)?(?:{any_of(known['done'])})(?!的)"
    )
    # last year, then what was done and how much (2021年度专家坐诊1360人次); not 2021年度10个村, not 2021年栽植的…
    last = compiled(rf"({year - 1})年度?(?!\d)[^\W\d的]{{2,10}}\d")
    # up to another year's end, then a figure (截至2022年底，路灯亮灯率99.2%)
    until = compiled(
        r"(?:截至|截止到|截止)(20[0-4]\d)年[^,。;\d]{0,4}(?:\d{1,2}月)?[^,。;\d]{0,6}(?:\d{1,2}日)?,?[^\W\d]{2,12}\d"
    )
    # 消防改造于2021年11月底前全部完成: the year before, as the only time of its sentence
    ended = re.compile(
        rf"[^\W\d]{{3,20}}于({year - 1})年(?:\d{{1,2}}月)?(?:\d{{1,2}}日|底|末|初|[上中下]旬)?前?(?:均|已|全部|全面)*"
        rf"(?:{'|'.join(map(re.escape, known['finished']))})"
    )
    own_year = tuple(known["own"])
    yield from _dated(rule, case, year)
    yield from _spent(rule, case, year)
    own: list[Evidence] = []
    others = 0
    reasons = {id(row.reason.text) for row in case.form.indicators if row.reason is not None}  # they look ahead
    for field, text in _texts(case):
        years = [(int(m[1]), m.start(), m.end() + 1) for m in _YEAR.finditer(text)] if "年" in text else []
        mine = [y for y in years if y[0] == year]
        others += len(years) - len(mine)
        own += [place(field, str(year), y[1:]) for y in mine]
        elsewhere = field.section in ("header", "budget", "issues", "improvements", "prose")
        if mine or not years or field.role != "result" or elsewhere or id(field.text) in reasons:
            continue
        for clause in clauses(text):
            stale = until.match(text, clause.begin, clause.stop + 20)
            match = (
                stale
                or opening.match(text, clause.begin, min(clause.stop + 12, len(text)))
                or last.match(text, clause.begin, clause.stop)
                or ended.fullmatch(text, clause.begin, clause.stop)
            )
            # 2022年度项目, 2022年任务: carried over; 截至2022年底，任务完成98%: not
            excused = [w for w in known["excused"] if stale is None or w not in known["carried"]]
            if match is None or any(w in text[clause.begin : clause.stop + 12] for w in excused):
                continue
            if any(w in text[clause.begin - 20 if clause.begin > 20 else 0 : clause.stop + 30] for w in own_year):
                continue
            facts = {"year": str(year), "other": match[1], "text": field.text.raw[clause.begin : clause.stop]}
            yield found(rule, facts, f"{match[1]} ≠ {year}", (place(field, "", (clause.begin, clause.stop)), *own[:1]))
            break
    if own and not others and len(own) > 1:
        # one place a text is enough: the figure says how many there are
        first: dict[int, Evidence] = {}
        for side in own:
            first.setdefault(id(side.span.text), side)
        facts = {"year": str(year), "places": str(len(own))}
        yield held(rule, facts, f"{len(own)}×{year}", list(first.values())[:12])


_UNTIL = re.compile(
    r"(?:截至|截止到?)(20[0-4]\d)年(?:12月31日|12月底|年?底|年?末),?(?:累计|实际|共|已|项目|资金|支付|支出|执行|使用|拨付|为){2,6}(?=\d)"
)


def _spent(rule: Rule, case: Case, year: int) -> Iterator[Finding]:
    """截至2022年12月31日，累计支付资金64.6万元, where 64.6 is what the form of 2023 gives as its spending."""
    from auditor.side import rare, relation

    spent = case.amounts(["spent"])
    if len(spent) != 1 or not rare(spent[0][1].quantity):
        return
    total = spent[0][1]
    for field, text in _texts(case):
        for match in _UNTIL.finditer(text) if field.section in ("prose", "result_narrative") else ():
            said = next((c for c in case.of(field) if c.span.begin == match.end()), None)
            if said is None or int(match[1]) != year - 1 or not relation(said.quantity, total.quantity):
                continue
            facts = {"year": str(year), "other": match[1], "text": field.text.raw[match.start() : said.span.stop]}
            sides = (place(field, "", (match.start(), said.span.stop)), evidence(total))
            yield found(rule, facts, f"{match[1]} ≠ {year}", sides)


_DATE = re.compile(
    r"\s*(20[0-4]\d)年(?:\d{1,2}月(?:\d{1,2}日|底|末|初|[上中下]旬)?|底|末)?(?:前|完成|完工|竣工)?[。;]?\s*"
)


def _dated(rule: Rule, case: Case, year: int) -> Iterator[Finding]:
    """A row that was due within the year, and whose result is a date of the year before."""
    for row in case.form.indicators:
        if row.target is None or row.result is None or (row.reason and row.reason.text.clean.strip(" 无/-—")):
            continue
        due, done = (_DATE.fullmatch(readable(f.text)) for f in (row.target, row.result))
        if due and done and int(due[1]) == year and int(done[1]) == year - 1:
            name = "".join(row.name.text.raw.split())
            facts = {"year": str(year), "other": done[1], "text": row.result.text.raw.strip()}
            yield found(rule, facts, f"{done[1]} ≠ {year}", (place(row.target, name), place(row.result, name)))


# --- names --------------------------------------------------------------------------------------------------------


_TELLING = re.compile(r"\d\s*\.\s*\d|[1-9](?:\s*\d){3}")


def _entity(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Two units as the subject of one and the same sentence with one and the same telling figure."""
    subject = compiled(rf"([\u4e00-\u9fff]{{2,20}}?(?:{any_of(case.words['organisations']['suffixes'])}))")
    seen: dict[str, tuple[str, Evidence]] = {}
    told: set[frozenset[str]] = set()
    for field, text in _texts(case):
        if not _TELLING.search(text) or not subject.search(text):
            continue
        for clause in clauses(text):
            match = subject.match(text, clause.begin, clause.stop)
            if match is None:
                continue
            rest = "".join(text[match.end() : clause.stop].split())
            if len(rest) < rule.options["alike"] or not _TELLING.search(re.sub(r"20\d\d年", "", rest)):
                continue
            side = place(field, match[1], (match.start(), clause.stop))
            name, before = seen.setdefault(rest, (match[1], side))
            if name == match[1] or _same_unit(name, match[1]) or frozenset((name, match[1])) in told:
                continue
            told.add(frozenset((name, match[1])))
            facts = {"name": name, "other": match[1], "text": rest}
            yield found(rule, facts, "", (before, side))


def _same_unit(one: str, other: str) -> bool:
    """Whether one name may be short for the other: its characters stand in the other in order (综保区, 综合保税区)."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(c in rest for c in short)


_LEVEL = "省市县区镇乡州旗"
_OWN = re.compile(rf"([\u4e00-\u9fff]{{1,4}})([{_LEVEL}])([^\W\d{_LEVEL}]{{3,14}})$")


_LED = re.compile(r".*(?:由|经|据|按照?|向|对|被|将|把|项目|资金|工作)")


def _stranger(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """白塔镇人民政府组织… in the form of 海门镇人民政府: same kind, same level, another place, and the subject."""
    form = case.form
    heads = [form.department, form.title.split("20")[0], *(f.text.clean.strip() for f in form.header)]
    units: dict[tuple[str, str], set[str]] = {}
    for name in heads:
        if match := _OWN.search(re.split(r"[-—\s:]", name.strip())[-1] if name.strip() else ""):
            units.setdefault((match[2], match[3]), set()).add(match[1])
    excused = case.words["organisations"]["together"]
    for (level, kind), places in units.items():
        if not kind.endswith(tuple(case.words["organisations"]["suffixes"])):
            continue
        subject = re.compile(rf"([\u4e00-\u9fff]{{2,10}}?){level}{re.escape(kind)}(?![、和与及等的()（）])")
        for field, text in _texts(case):
            if field.role != "result" or field.section == "header" or f"{level}{kind}" not in text:
                continue
            for clause in clauses(text):
                match = subject.match(text, clause.begin, clause.stop)
                if match is None or any(w in text[match.end() : clause.stop] for w in excused):
                    continue
                name = _LED.sub("", re.split(rf"[{_LEVEL}]", match[1])[-1])  # 本项目由|县民政局 names no other place
                if any(name.endswith(p) or p.endswith(name) for p in places) or len(name) < 2:
                    continue
                facts = {
                    "name": f"{min(places)}{level}{kind}",
                    "other": match[0],
                    "text": text[match.end() : clause.stop],
                }
                own = next((f for f, _ in _texts(case) if f"{min(places)}{level}{kind}" in f.text.clean), None)
                sides = [place(field, match[0], (match.start(), clause.stop)), *([place(own)] if own else [])]
                yield found(rule, facts, "", sides)
