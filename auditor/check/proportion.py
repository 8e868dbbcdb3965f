"""Percentages whose whole stands elsewhere: in the list's total, in another paragraph, or among the targets.

named: 占到位资金的87.3%, 为年度目标的102.3%, 完成率90%. spent: 支出258.66万元，支出进度95.8%, the budget one chapter before.
A rate holds wherever any pair of figures gives it. It is told wrong where its name leaves one whole only, where the other
shares of its list agree on one, or where a slip of the pen in the rate makes it right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from auditor.check import HELD, Case, Option
from auditor.check.change import direction, fits, interval, over, rates, verdict
from auditor.check.prose import sentences
from auditor.misprint import telling
from auditor.model import Finding, Pass, Quantity, Rule
from auditor.sentence import GENERIC, Said, adds, alike, aside, base

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("named", "spent")),
    "rate": Option(list, default=[]),  # spent: names of rates; part, whole: what the figures are called
    "part": Option(list, default=[]),
    "whole": Option(list, default=[]),
    "narrow": Option(list, default=[]),  # spent: a part called so has a whole of its own
    "target": Option(list, default=[]),  # named: a whole called so stands among the targets
    "held": HELD,
}
FACTS = frozenset({"rate", "right", "part", "whole", "name", "text"})
_FAR = 300  # characters before a share in which the total of its list may stand
_MOST = 40
_LARGEST = 10  # times the spending that a budget may be
_STOCK = 300  # figures of one dimension that are looked at as wholes

Told = tuple[Said, Quantity]


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case, Said, Quantity, int], Iterator[Finding | Pass]]] = {
        "named": _named, "spent": _spent,
    }  # fmt: skip
    judged = {
        (id(f.evidence[0].span.text), f.evidence[0].span.begin)
        for f in case.memo.get("told", ())
        if isinstance(f, Finding | Pass) and f.evidence and f.rule.category == rule.category
    }
    for said in sentences(case):
        if said.field.role in ("target", "plan") or said.field.section in ("indicators", "tasks"):
            continue
        for rate, begin in rates(said):
            if not rate.value or direction(said, rate) or (id(said.field.text), rate.start) in judged:
                continue
            if not _of_another_year(said.label(rate), case.form.year):
                yield from checks[rule.options["what"]](rule, case, said, rate, begin)


def _of_another_year(label: str, year: int | None) -> bool:
    """上年度执行率为85.4%: its figures are not in this report."""
    return bool(_PAST.search(label)) or any(year and int(y) != year for y in _YEAR.findall(label))


_PAST = re.compile(r"上年|去年|上一年|前一?年|往年|同期")
_YEAR = re.compile(r"(20\d\d)年")


def _stock(case: Case, dimension: str) -> list[Told]:
    """The figures of the texts that can be a whole, by dimension; enough of them, so that the cost stays linear."""
    known: dict[str, list[Told]] | None = case.memo.get("wholes")
    if known is None:
        known = case.memo["wholes"] = {}
        for said in sentences(case):
            for q in said.figures:
                bound = said.field.role == "target" and q.form == "plain" and q.comparator == "≥" and q.unit
                if q.value and (adds(q) or bound) and len(held_here := known.setdefault(q.dimension, [])) < _STOCK:
                    held_here.append((said, q))
    return known.get(dimension, [])


@dataclass(frozen=True)
class _Pair:
    part: Told
    whole: Told


def _fit(rate: Quantity, parts: Sequence[Told], wholes: Sequence[Told]) -> _Pair | None:
    for part in parts:
        for whole in wholes:
            if whole[1] is not part[1] and fits(interval(part[1]), interval(whole[1]), rate):
                return _Pair(part, whole)
    return None


def _slipped(rate: Quantity, parts: Sequence[Told], wholes: Sequence[Told]) -> _Pair | None:
    """The pair whose rate the printed one is, but for a slip of the pen; none where several are."""
    tries = len(parts) * len({base(w[1]) for w in wholes}) or 1
    found: list[_Pair] = []
    assert rate.value is not None
    for part in parts:
        for whole in wholes:
            if part[1] is whole[1] or not base(whole[1]):
                continue
            right = (100 * base(part[1]) / base(whole[1])).quantize(rate.step)
            if 0 < right <= 130 and telling(rate.value, right, tries):
                found.append(_Pair(part, whole))
    values = {(base(p.part[1]), base(p.whole[1])) for p in found}
    return found[0] if len(values) == 1 else None


def _tell(rule: Rule, said: Said, rate: Quantity, pair: _Pair, ok: bool) -> Finding | Pass:
    return verdict(rule, said, rate, pair.part, pair.whole, *over(pair.part[1], pair.whole[1]), ok=ok)


# --- shares of what is named --------------------------------------------------------------------------------------

_OF = re.compile(
    r"(?:占|为|完成|达到|达|相当于|是)(?:了)?(?P<noun>[^,。;:占]{2,14}?)的?(?:比例|比重)?(?:约|为|达|的)*$"
)
_BARE = re.compile(r"占(?:比|总数|总量|总额|全部|总体)?(?:的)?(?:比例|比重)?(?:约|为|达|的)*$")
_DONE = re.compile(r"(?:^|[^\W\d])(?:完成率|完成比例|目标完成率)(?:为|达|达到|约)*$")
_STRIP = re.compile(r"^(?:本|该|当年|年度|全年|年初|全部|总的|总(?=支出|收入|预算|投资)|其|项目|\d+年度?|20\d\d年)+|(?:总数|总额|总量|数|额|总)$")


def _named(rule: Rule, case: Case, said: Said, rate: Quantity, begin: int) -> Iterator[Finding | Pass]:
    label = said.label(rate)
    bare, done = _BARE.search(label), _DONE.search(label)
    match = None if bare or done else _OF.search(label)
    if not (bare or done or match):
        return
    noun = "目标" if done else _STRIP.sub("", match["noun"]) if match else ""
    before = [q for q in said.within(begin, rate.start) if adds(q) and q.value and not aside(said, q, begin, rate.start)]
    if match and not before and len(noun) > 1:
        yield from _by_subject(rule, said, rate, noun, begin)
    if (
        not before
        or len(_SHARES.sub("", said.text[before[-1].end : rate.start])) > len(label) + 3
        or (match and len(noun) < 2)
    ):
        return
    last = before[-1]
    like = [q for q in before if q.dimension == last.dimension]
    listed = match is not None and len(like) > 2 and "其中" in said.text[like[0].end : like[1].start]
    parts = [(said, q) for q in ([like[0], last] if listed else [last])]
    paragraph = max(said.text.rfind("\n", 0, begin) + 1, last.start - _FAR)
    local = [(said, q) for q in said.like(last, paragraph, last.start)]
    same = [t for t in _stock(case, last.dimension) if t[1] is not last]
    if bare:
        yield from _of_list(rule, said, rate, parts, local, begin)
        return
    aims = any(word in noun for word in rule.options["target"])
    if aims:
        label = said.label(parts[0][1])
        if not GENERIC.sub("", label):  # 3.适老化改造。完成改造270户，完成率90%
            label += (said.field.heads or ("",))[-1]
        mine = [t for t in same if t[0].field.role == "target" and alike(t[0].label(t[1]), label)]
    else:
        mine = [
            t
            for t in same
            if t[0].field.role != "target"
            and noun in _squeezed(t[0].label(t[1]))
            and not _PARTIAL.search(t[0].label(t[1]))
        ]
    pair = _fit(rate, parts, mine) or _fit(rate, parts, local) or _fit(rate, parts, same[:_MOST])
    if pair:
        yield _tell(rule, said, rate, pair, ok=True)
        return
    if not aims and rate.value is not None and rate.value <= 100:
        mine = [t for t in mine if base(t[1]) >= base(last)]
        exact = [t for t in mine if match and match["noun"] in _squeezed(t[0].label(t[1]))]  # 全年预算 is no 年初预算
        if match and re.match("总(?!体|投)|全部", match["noun"]):  # 总支出: 全年支出, not 基本支出
            every = re.compile(rf"(?:^|[年总计际]){re.escape(noun)}(?:数|额|总额)?$")
            exact = exact or [t for t in mine if every.search(t[0].label(t[1]))]
        mine = exact or [t for t in mine if _ADJUSTED.search(t[0].label(t[1]))] or mine
    one = mine[0] if len({base(t[1]) for t in mine}) == 1 else None
    if one and all(t[1].comparator in ("=", "≥") for t in mine) and (not aims or last.unit == one[1].unit):
        yield _tell(rule, said, rate, _Pair(parts[0], one), ok=False)
    elif pair := _slipped(rate, parts, mine or local or same[:_MOST]):
        yield _tell(rule, said, rate, pair, ok=False)


def _by_subject(rule: Rule, said: Said, rate: Quantity, noun: str, begin: int) -> Iterator[Finding | Pass]:
    """大中修工程是支出的重点，占全部支出的46.3%: the part is the figure of the subject, the whole that of all, both told
    before in the paragraph."""
    line = said.text.rfind("\n", 0, begin) + 1
    stock = [(said, q) for q in said.within(max(line, begin - _FAR), begin) if adds(q) and q.value and q.comparator == "="]
    subject = re.split(r"[,:是为]", said.text[begin : rate.start].lstrip("。;\n "))[0].strip()
    parts = [t for t in stock if len(subject) > 2 and re.sub(r"^其中", "", t[0].label(t[1])) == subject]
    if len({base(t[1]) for t in parts}) != 1:
        return
    whole = re.compile(rf"(?:^|[年总共计际本]|资金|项目){re.escape(noun)}(?:数|额|总额|资金)?$")
    wholes = [t for t in stock if t[1].dimension == parts[0][1].dimension and whole.search(t[0].label(t[1]))]
    wholes = [t for t in wholes if base(t[1]) >= base(parts[0][1])]
    if pair := _fit(rate, parts[:1], wholes):
        yield _tell(rule, said, rate, pair, ok=True)
    elif len({base(t[1]) for t in wholes}) == 1:
        yield _tell(rule, said, rate, _Pair(parts[0], wholes[0]), ok=False)


# what may stand between the part and its share: 占到位资金的74.0%，占计划投资的92.7%; 同比增长13.2%（上年17840万元），占…
_SHARES = re.compile(r"占[^,。;\d]{1,14}\d[\d.]*%,?|\([^()]{0,40}\)|,?(?:同比|[较比]上年)[增下][^,。;\d]{1,4}\d[\d.]*%")
_PARTIAL = re.compile(r"其中|支[出付]|未|结[余转]|剩余")
def _squeezed(label: str) -> str:
    return re.sub(r"\s|共|合计|总计", "", label)


def _of_list(
    rule: Rule, said: Said, rate: Quantity, parts: list[Told], local: list[Told], begin: int
) -> Iterator[Finding | Pass]:
    """A 7136万元，占63.0%；B 3058万元，占27.0%: the whole is what gives the other shares."""
    if pair := _fit(rate, parts, local):
        yield _tell(rule, said, rate, pair, ok=True)
        return
    agreed: list[Told] = []
    for other in said.within(begin, said.end(rate.end)):
        if other.dimension != "rate" or other.value is None or other is rate or not _BARE.search(said.label(other)):
            continue
        before = [q for q in said.within(begin, other.start) if q.dimension == parts[0][1].dimension]
        if before and (pair := _fit(other, [(said, before[-1])], local)):
            agreed.append(pair.whole)
    if agreed and len({base(t[1]) for t in agreed}) == 1:
        yield _tell(rule, said, rate, _Pair(parts[0], agreed[0]), ok=False)
    elif pair := _slipped(rate, parts, [t for t in local if base(t[1]) > base(parts[0][1])]):
        yield _tell(rule, said, rate, pair, ok=False)


# --- rates of money -----------------------------------------------------------------------------------------------


_ADJUSTED = re.compile(r"调整后|全年预算|调整预算")
_ACTS = re.compile(r"(?:已|累计|实际|共)*(?:支出|支付|使用|执行|到位|拨付|安排|下达)$")


def _spent(rule: Rule, case: Case, said: Said, rate: Quantity, begin: int) -> Iterator[Finding | Pass]:
    """支出进度 and the like: the part is the money right before it, the whole a budget of any chapter."""
    name = re.sub(r"(?:为|达|达到|约|是|:|均)+$", "", said.label(rate))
    if not re.search(f"(?:{'|'.join(rule.options['rate'])})$", name):
        return
    money = [q for q in said.within(begin, rate.start) if q.dimension == "money" and adds(q) and q.value]
    if not money or rate.start - money[-1].end > 30:
        return
    part, whole = (re.compile("|".join(rule.options[key])) for key in ("part", "whole"))
    mine = [(said, q) for q in reversed(money)]
    paragraph = said.text.rfind("\n", 0, begin) + 1
    local = [(said, q) for q in said.like(money[-1], paragraph, rate.start)]
    stock = _stock(case, "money")
    known = [t for t in stock if whole.search(t[0].label(t[1])) and not _PARTIAL.search(t[0].label(t[1]))]
    if pair := _fit(rate, mine[:2], local) or _fit(rate, mine[:2], known) or _fit(rate, mine[:1], stock[:_MOST]):
        yield _tell(rule, said, rate, pair, ok=True)
        return
    label = said.label(money[-1])
    if not part.search(label) or any(q.comparator != "=" for q in money[-1:]):
        return
    core = re.sub(r"^其中", "", _ACTS.sub("", label))
    named = [t for t in stock if re.sub(r"^其中", "", t[0].label(t[1])) == core and t[1] is not money[-1]]
    if len(core) > 5 and len({base(t[1]) for t in named}) == 1 and base(named[0][1]) >= base(money[-1]):
        yield _tell(rule, said, rate, _Pair(mine[0], named[0]), ok=False)  # 敬老院改造提升支出892.8万元（执行率93%）
        return
    narrow = any(word in label + name for word in rule.options["narrow"])
    if narrow:  # 基本支出1846.32万元，执行率98.5%: of what is called so elsewhere
        core = _ACTS.sub("", label) if len(_ACTS.sub("", label)) > 2 else label
        core = re.sub(r"^其中", "", core)
        known = [t for t in stock if re.sub(r"^其中", "", t[0].label(t[1])) in (core, label) and t[1] is not money[-1]]
        known = [t for t in known if base(t[1]) >= base(money[-1])]
        if len({base(t[1]) for t in known}) == 1 and len(core) > 2:
            yield _tell(rule, said, rate, _Pair(mine[0], known[0]), ok=False)
        return
    less = rate.value is not None and rate.value <= 100
    if less and len(money) == 2 and mine[1] in known and base(money[0]) < base(money[1]):
        yield _tell(rule, said, rate, _Pair(mine[0], mine[1]), ok=False)  # 预算560万元，实际支出564万元，执行率97.5%
        return
    # a budget is of the size of its spending: 旅游收入33.6亿元 is no whole of 3126万元
    known = [t for t in known if base(t[1]) <= _LARGEST * base(money[-1])]
    here = [t for t in local if t in known and base(t[1]) >= base(money[-1])]
    levels = [here, [t for t in known if base(t[1]) >= base(money[-1])]]
    scope = next((x for x in levels if x), [])
    one = scope[0] if len({base(t[1]) for t in scope}) == 1 else None
    if one is None and len({base(t[1]) for t in scope}) == 2:  # 年初预算 and 调整后预算: the last is meant, and neither fits
        one = next((t for t in scope if _ADJUSTED.search(t[0].label(t[1]))), None)
    if one:
        yield _tell(rule, said, rate, _Pair(mine[0], one), ok=False)
    elif pair := _slipped(rate, mine[:1], scope):
        yield _tell(rule, said, rate, pair, ok=False)
