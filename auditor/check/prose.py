"""Parts and totals inside a sentence, and the sources of money over all sentences.

parts: a total, 其中/分别为/（…） and its parts; or parts and 共计. over: one part above its total.
remainder: 10个项目，其中3个…，其余8个…. source: 中央 is 30.9 of 61.8 here and all 61.8 there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from auditor.check import HELD, Case, Option, found, held, place, plain
from auditor.clause import numeral, pieces
from auditor.misprint import figures, misprint
from auditor.model import Evidence, Finding, Pass, Quantity, Rule
from auditor.sentence import LONGEST, Said, adds, base, is_plain, makes_up, slip, texts
from auditor.total import CLOSED, NOUN, SUMMED, Total, glued, totals

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("parts", "over", "remainder", "source", "score")),
    "near": Option(float, default=0.01),  # parts: an open list this close below its total was meant to make it up
    "held": HELD,
}
FACTS = frozenset({"total", "sum", "parts", "gap", "part", "count", "found", "rest", "text", "name", "other", "value"})


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "parts": _parts, "over": _over, "remainder": _remainder, "source": _source,
        "score": _score,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def sentences(case: Case) -> tuple[Said, ...]:
    """The texts with figures, made once for all rules."""
    known: tuple[Said, ...] | None = case.memo.get("texts")
    if known is None:
        known = case.memo["texts"] = texts(case.form, case.claims)
    return known


def _totals(case: Case) -> list[tuple[Said, list[Total]]]:
    """Totals with their parts, text by text; found once for all rules of this kind."""
    known: list[tuple[Said, list[Total]]] | None = case.memo.get("totals")
    if known is None:
        known = case.memo["totals"] = [(said, list(totals(said, case.words))) for said in sentences(case)]
    return known


def side(said: Said, quantity: Quantity, label: str = "") -> Evidence:
    """A figure of running text as one side of a finding."""
    value = None if quantity.value is None else plain(quantity.value)
    here = place(said.field, label or said.label(quantity), (quantity.start, quantity.end))
    return here._replace(value=value, unit=quantity.unit)


# --- parts and totals ---------------------------------------------------------------------------------------------


def _parts(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    near = Decimal(str(rule.options["near"]))
    for said, lists in _totals(case):
        told: set[int] = set()
        ready: set[tuple[int, int]] = set()
        for listed in lists:
            parts = list(listed.parts)
            if len(parts) < 2 or (listed.total.start, parts[0].start) in ready:
                continue
            ready.add((listed.total.start, parts[0].start))
            if makes_up(listed.total, parts):
                told.add(listed.total.start)
                yield _balance(rule, said, listed.total, parts, holds=True)
            elif _wrong(said, listed, case, near):
                told.add(listed.total.start)
                yield _balance(rule, said, listed.total, parts, holds=False)
        yield from _totals_after(rule, said, told, near)
        yield from _totals_of_all(rule, said, told)


_COMPOSED = ("包括", "包含", "分为", "由")


def _wrong(said: Said, listed: Total, case: Case, near: Decimal) -> bool:
    """Whether parts that do not make up their total were meant to."""
    total, parts = listed.total, list(listed.parts)
    summed = sum(map(base, parts), Decimal(0))
    begin = said.begin(total.start)
    rivals = said.like(total, max(begin, said.text.rfind(";", begin, total.start)), total.start)
    slipped = slip(total, parts)
    halves = _done_and_left(said, parts)
    elsewhere = any(base(r) >= summed > base(total) for r in rivals) and not (slipped or halves or listed.intro == "中")
    row = [r for r in rivals if not re.search("[,;]", said.text[r.end : total.start])]
    joint = not halves and sum(map(base, row), base(total)) >= summed > base(total)  # A 50、B 10，其中…
    if not listed.whole or elsewhere or joint or any(makes_up(r, parts) for r in (*rivals, *_summed_after(said, parts))):
        return False
    if any(q.comparator != "=" for q in (total, *parts)):
        return False  # 约1000亩，其中…
    gap = summed - base(total)
    if listed.mark == ";" and base(parts[0]) <= base(total) < max(map(base, parts)):
        return False  # 检查设备912台，其中电梯486台；检定器具2640台
    if listed.intro == NOUN:
        return listed.mark == "、" and (slipped or (gap > 0 and _numbered(said, parts)))
    close = abs(gap) <= near * base(total) or slipped
    if not total.dimension.startswith("count"):
        return gap > 0 or close or listed.intro in CLOSED
    labels = "".join(said.label(p) for p in parts)
    kind = _of_a_kind(said, parts)
    placed = kind and len(parts) > 2 and listed.mark == "、" and all(said.label(p)[-1:] in _PLACES for p in parts)
    close = (close and (kind or listed.mark == "、" or (slipped and len(parts) > 2))) or (
        kind and len(parts) > 2 and abs(gap) <= base(total) / 10
    )
    apart = not any(w in labels for w in case.words["money"]["overlapping"])
    return (
        listed.intro in CLOSED
        or (apart and (close or (gap > 0 and listed.intro in _COMPOSED and listed.mark == "、")))
        or (gap > 0 and halves)
        or (placed and 0 < gap <= base(total) / 3)  # A镇3座、B镇2座、C乡2座、D乡3座 of 9
        or (apart and gap > 0 and len(parts) > 2 and _one_digit(total, parts))
        or (apart and gap > 0 and listed.mark == "、" and _mistyped(total, summed))
        or (close and listed.mark == "、" and len(parts) > 2 and slipped)  # 低保402户、高龄652户…: one may be both
        or (gap > 0 and _numbered(said, parts))
        or (gap > 0 and _members(said, parts, case, "exclusive"))
        or _members(said, parts, case, "halves")
        or (listed.intro == "(" and _members(said, parts, case, "exclusive") and _one_slip(total, parts))
    )


def _summed_after(said: Said, parts: list[Quantity]) -> list[Quantity]:
    """The total of their own that stands after the parts: 147处隐患点中，治理11处、搬迁9处，共核销20处."""
    after = said.like(parts[-1], parts[-1].end, min(said.end(parts[-1].end), parts[-1].end + 16))
    return [q for q in after[:1] if SUMMED.search(said.label(q))]


def _mistyped(total: Quantity, summed: Decimal) -> bool:
    """Whether one digit of a total of three or more makes it the sum."""
    slip_of = misprint(total.value, summed / total.factor) if total.value is not None else ""
    return slip_of in ("digit", "swap") and total.value is not None and figures(total.value) > 2


def _done_and_left(said: Said, parts: list[Quantity]) -> bool:
    """已完成核查78批次，尚在办理期限内的17批次: nothing is both."""
    labels = [re.sub(r"^其中", "", said.label(p)) for p in parts]
    return len(labels) == 2 and bool(_IS_DONE.match(labels[0])) and bool(_IS_LEFT.match(labels[1]))


_IS_DONE, _IS_LEFT = re.compile(r"已|均已|按[时期]"), re.compile(r"尚|仍|未|正在?|剩|其余|余下|还有")


def _one_digit(total: Quantity, parts: list[Quantity]) -> bool:
    """Whether one digit of a figure of three or more makes the parts come to more than their total."""
    gap = base(total) - sum(map(base, parts), Decimal(0))
    pairs = ((total, -gap), *((p, gap) for p in parts))
    return any(
        q.value is not None and figures(q.value) > 2 and misprint(q.value, (base(q) + wanted) / q.factor) == "digit"
        for q, wanted in pairs
    )


def _one_slip(total: Quantity, parts: list[Quantity]) -> bool:
    """Whether one slip of the pen, telling or not, makes the parts in the brackets right: 91人（行政38人、事业35人）."""
    gap = base(total) - sum(map(base, parts), Decimal(0))
    pairs = ((total, -gap), *((p, gap) for p in parts))
    return any(q.value is not None and misprint(q.value, (base(q) + wanted) / q.factor) for q, wanted in pairs)


def _members(said: Said, parts: list[Quantity], case: Case, of: str) -> bool:
    """Whether the parts are different members of one family: of `halves` all, of `exclusive` at least two."""
    labels = [re.sub(r"^其中", "", said.label(p)) for p in parts]
    families: list[str] = case.words["money"][of] + (case.words["money"]["halves"] if of == "exclusive" else [])
    for family in map(str.split, families):
        named = [[w for w in family if w in label] for label in labels]
        if all(len(n) == 1 for n in named) and len({n[0] for n in named}) == len(labels):
            rest = {label.replace(n[0], "").rstrip("性生童员") for label, n in zip(labels, named, strict=True)}
            if len(rest) == 1 and (of == "exclusive" or len(labels) == len(family)):
                return True
    return False


def _numbered(said: Said, parts: list[Quantity]) -> bool:
    """小(1)型5座、小(2)型9座; 第一轮118家、第二轮128家: the same thing by number, so that nothing is two at once."""
    named = [_NUMBERED.search(said.text, max(0, p.start - 16), p.start) for p in parts]
    found = [m for m in named if m is not None]
    return (
        len(found) == len(parts)
        and len({m["tail"] for m in found}) == 1
        and len({m["number"] for m in found}) == len(found)
    )


_NUMBERED = re.compile(r"(?:第|[^\W\d]\()(?P<number>\d|[一二三四五六七八九十])\)?(?P<tail>[^\W\d]{1,3})$")


def _of_a_kind(said: Said, parts: list[Quantity]) -> bool:
    """Whether the parts go by places or things of one kind (…街道4个、…街道3个; 乱占11个、乱堆16个)."""
    labels = [re.sub(r"^其中", "", said.label(p)) for p in parts]
    ends = {n[-1] for n in labels if len(n) > 1}
    alike = len({(n[:1], len(n)) for n in labels}) == 1
    return all(len(n) > 1 for n in labels) and (len(ends) == 1 or ends <= _PLACES or alike)


_PLACES = frozenset("镇乡村县区市州街")


_PEOPLE = ("人", "名", "人次", "户", "位", "户次")
_EACH = re.compile(r"分别(?:为|是|有|达|完成)?\s*$")
_SUM = re.compile(r"(?:^|[^\W\d])(?:合计|共计|总计)[^\W\d]{0,6}$|^共$")


def _totals_after(rule: Rule, said: Said, told: set[int], near: Decimal) -> Iterator[Finding | Pass]:
    """A 30.9万元，B 30.9万元，共计61.8万元: the parts are the figures before it, as many as fit."""
    for total in said.figures:
        begin = said.begin(total.start)
        first = glued(said, total) or total  # 共计38条148.3公里
        if total.start in told or not adds(total) or not SUMMED.search(said.text[begin : first.start]):
            continue
        before = [q for q in said.like(total, begin, total.start) if not _again(said, q)]
        for size in range(2, min(len(before), 12) + 1):
            if makes_up(total, before[-size:]):
                yield _balance(rule, said, total, before[-size:], holds=True)
                break
        else:
            gap = abs(sum(map(base, before), Decimal(0)) - base(total))
            alone = len(before) > 1 and not any(q.start in told for q in before)
            counted = total.dimension.startswith("count")
            slipped = alone and (slip(total, before) or (len(before) > 2 and _mistyped(total, sum(map(base, before), Decimal(0)))))
            named = alone and _EACH.search(said.text[begin : before[0].start]) is not None  # 分别为12、15、9人次，合计36人次
            if alone and (
                slipped or named or (not counted and gap <= near * base(total)) or (total.dimension != "money" and _row(said, total, before))
            ):
                yield _balance(rule, said, total, before, holds=False)


def _totals_of_all(rule: Rule, said: Said, told: set[int]) -> Iterator[Finding | Pass]:
    """甲编制28名，…；乙编制412名，…；丙编制60名，…。三家单位合计编制500名: as many figures of that name stand before it."""
    for total in said.figures if _OF_ALL.search(said.text) else ():
        match = _OF_ALL.search(said.label(total)) if adds(total) and total.start not in told else None
        if match is None:
            continue
        line = said.text.rfind("\n", 0, total.start) + 1
        like = [q for q in said.like(total, max(line, total.start - LONGEST), total.start) if q.unit == total.unit]
        parts = [q for q in like if said.label(q).endswith(match["noun"]) and not SUMMED.search(said.label(q))]
        if len(parts) < 2 or len(parts) != numeral(match["count"]):
            continue
        holds = makes_up(total, parts)
        gap = base(total) - sum(map(base, parts), Decimal(0))
        pairs = ((total, -gap), *((p, gap) for p in parts))
        if holds or any(misprint(q.value or Decimal(0), (base(q) + wanted) / q.factor) for q, wanted in pairs):
            told.add(total.start)
            yield _balance(rule, said, total, parts, holds=holds)


_OF_ALL = re.compile(
    r"(?P<count>\d{1,2}|[两二三四五六七八九十]{1,2})[个家所处类项][^\W\d]{0,6}?(?:合计|共计|总计|共有|共)(?P<noun>[^\W\d]{2,4})(?=\d|$)"
)


def _again(said: Said, figure: Quantity) -> bool:
    """Whether the figure only says the one before it again, in another unit: 3.6万亩（折2400公顷）."""
    clean = said.text
    opened = re.search(r"\((?:折合?|约|合|即|共)?$", clean[max(0, figure.start - 5) : figure.start])
    before = said.like(figure, max(0, figure.start - 24), figure.start) if opened else []
    return bool(before) and abs(base(before[-1]) - base(figure)) <= base(figure) / 100


def _row(said: Said, total: Quantity, parts: list[Quantity]) -> bool:
    """新建9处、改造17处，合计26处: nothing else is said from the first part to the total, and people are not counted twice."""
    first = glued(said, total) or total
    if total.unit in _PEOPLE or not _SUM.search(said.label(first)) or any(q.unit != total.unit for q in parts):
        return False
    between = [
        q for q in said.within(parts[0].start, total.end) if q.unit == total.unit or not _pair(said, q, total, parts)
    ]
    begin = max(said.begin(total.start), said.text.rfind(";", 0, total.start))
    return len(between) == len(parts) + 1 and parts[0].start >= begin and all(q.comparator == "=" for q in between)


def _pair(said: Said, figure: Quantity, total: Quantity, parts: list[Quantity]) -> bool:
    """Whether the figure goes with a part or the total: 2条|28.6公里."""
    return any(q is figure or glued(said, q) is figure or glued(said, figure) is q for q in (total, *parts))


def _balance(rule: Rule, said: Said, total: Quantity, parts: list[Quantity], holds: bool) -> Finding | Pass:
    assert total.value is not None
    summed = sum(map(base, parts), Decimal(0)) / total.factor
    same = all(p.factor == total.factor for p in parts)
    terms = " + ".join(plain(p.value or Decimal(0)) + ("" if same else p.unit) for p in parts)
    facts = {
        "total": f"{plain(total.value)}{total.unit}", "sum": f"{plain(summed)}{total.unit}", "parts": terms,
        "gap": f"{plain(abs(summed - total.value))}{total.unit}", "text": said.name(total),
    }  # fmt: skip
    sides = (side(said, total), *(side(said, p) for p in parts))
    if holds:
        near = "=" if summed == total.value else "≈"
        return held(rule, facts, f"{terms} {near} {plain(total.value)}", sides)
    return found(rule, facts, f"{terms} = {plain(summed)} ≠ {plain(total.value)}", sides)


def _listed_with(said: Said, total: Quantity) -> list[Quantity]:
    """The figures that 其中 may sum up: money of the sentence, else what stands in one row (12个、8个，其中…)."""
    begin = said.begin(total.start)
    if total.dimension.startswith("count"):
        begin = max(begin, *(said.text.rfind(mark, begin, total.start) for mark in ",;"))
    return said.like(total, begin, total.end)


def _over(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """One part under 其中 that is more than all that stands before it."""
    for said, lists in _totals(case):
        for listed in lists:
            if listed.intro != "其中" or not listed.parts:
                continue
            total = listed.total
            told = listed.parts[:1] if listed.mark == ";" else listed.parts  # behind ; another matter may begin
            part = max(told, key=base)
            before = _listed_with(said, total)
            assert part.value is not None
            assert total.value is not None
            facts = {
                "total": f"{plain(total.value)}{total.unit}", "part": f"{plain(part.value)}{part.unit}",
                "text": said.name(part),
            }  # fmt: skip
            sides = (side(said, total), side(said, part))
            if base(part) > sum(map(base, before), Decimal(0)):
                yield found(rule, facts, f"{plain(part.value)} > {plain(total.value)}", sides)
            elif len(listed.parts) == 1:
                yield held(rule, facts, f"{plain(part.value)} ≤ {plain(total.value)}", sides)


# --- scores -------------------------------------------------------------------------------------------------------

_WHOLE_SCORE = re.compile(
    r"(?:自评|综合|评价|项目|总|最终|绩效)[^,。;]{0,4}(?:得分|总分|分数|分)[为是]?$|^总分[为是]?$|(?:综合|整体|绩效)?自评[为是得]?$"
)
_FULL_SCORE = re.compile(r"满分|分值|权重|标准分")
_SHARED = re.compile(r"[^,;。]{0,14}[。;,:]\s*(?:其中|具体|各部分|各项|分项|明细)?[^。;,\d]{0,8}")
_CUT = re.compile(r"(?P<all>共|合计|总计|累计)?(?:计)?扣(?:除|减|分)?了?$")


def _score(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """投入20分得20分，过程20分得19分…自评总分96分; 综合得分93.5分，其中…: what all parts got is the score."""
    for said in sentences(case):
        marks = [q for q in said.figures if q.dimension == "score" and is_plain(q)]
        if len(marks) < 3:
            continue
        yield from _cuts(rule, said, marks)
        spans = list(said.sentences())
        for n, (begin, stop) in enumerate(spans):
            mine = [q for q in marks if begin <= q.start < stop]
            if n + 1 < len(spans) and re.match(r"\s*(?:其中|具体)", said.text[stop + 1 : stop + 12]):
                mine += [q for q in marks if stop <= q.start < spans[n + 1][1]]
            yield from _scored(rule, said, mine)
            if len(mine) > 2:
                yield from _score_after(rule, said, mine)


def _scored(rule: Rule, said: Said, marks: list[Quantity]) -> Iterator[Finding | Pass]:
    """The scores of one sentence, and of the one after it that begins with 其中."""
    full = [q for q in marks if _is_full(said, q)]
    marks = [q for q in marks if q not in full]
    whole = [q for q in marks if _WHOLE_SCORE.search(said.label(q))]
    if not whole and marks and full and full[0].start < marks[0].start and "其中" in said.text[marks[0].end : marks[-1].start]:
        return (yield from _scored_of(rule, said, marks, full))  # 该类满分22分，得18.95分。其中…满分4分，得3.80分；…
    if len(marks) < 4 or len(whole) != 1 or re.search("扣|加分|平均", said.text[marks[0].start : marks[-1].end]):
        return
    others = [q for q in marks if q is not whole[0]]
    got = [q for q in others if said.label(q).endswith(("得", "得分", "实得"))]
    rest = [q for q in others if q not in got]
    between = said.text[whole[0].end : others[0].start]
    led = whole[0].start < others[0].start and (between.startswith(":") or "其中" in between)
    if got:
        full += rest
        closed = led or (sum(map(base, full), Decimal(0)) == 100 and len(full) == len(got))
    else:
        got, closed = others, led
    again = said.text.count("其中", others[0].start, others[-1].end)  # 产出29分，其中数量10分…
    if len(got) < 3 or not ((closed and not again) or makes_up(whole[0], got)):
        return
    yield _balance(rule, said, whole[0], got, holds=sum(map(base, got), Decimal(0)) == base(whole[0]))


def _is_full(said: Said, mark: Quantity) -> bool:
    """Whether it is what can be got: 满分10分, （15分）, 10分中得9.5分."""
    around_it = said.text[mark.start - 1 : mark.start], said.text[mark.end : mark.end + 1]
    return bool(
        _FULL_SCORE.search(said.label(mark)) or around_it == ("(", ")") or re.match("[中,]{1,2}[实]?得", said.text[mark.end : mark.end + 4])
    )


def _scored_of(rule: Rule, said: Said, got: list[Quantity], full: list[Quantity]) -> Iterator[Finding | Pass]:
    """The first score is that of all the others, where what they can get is what it can."""
    parts, most = got[1:], full[1:]
    if len(parts) > 1 and len(parts) == len(most) and sum(map(base, most), Decimal(0)) == base(full[0]):
        yield _balance(rule, said, got[0], parts, holds=sum(map(base, parts), Decimal(0)) == base(got[0]))


def _cuts(rule: Rule, said: Said, marks: list[Quantity]) -> Iterator[Finding | Pass]:
    """扣1分…扣0.6分…共扣1.6分: all cuts; and with the score they make 100."""
    cuts = [(q, match) for q in marks if (match := _CUT.search(said.label(q)))]
    for n, (total, match) in enumerate(cuts):
        line = said.text.rfind("\n", 0, total.start)
        parts = [q for q, m in cuts[:n] if not m["all"] and q.start > line]
        if match["all"] and len(parts) > 1:
            yield _balance(rule, said, total, parts, holds=sum(map(base, parts), Decimal(0)) == base(total))
    for total, match in cuts:
        line = said.text.rfind("\n", 0, total.start)
        before = [q for q in marks if line < q.start < total.start and not _is_full(said, q)]
        whole = [q for q in before if _WHOLE_SCORE.search(said.label(q))]
        alone = len(whole) == 1 and all(q is whole[0] or any(q is c for c, _ in cuts) for q in before)
        if alone and match["all"] and match.start() == 0 and base(whole[0]) > 60:
            hundred = whole[0]._replace(value=Decimal(100))
            both = _balance(rule, said, hundred, [whole[0], total], holds=base(whole[0]) + base(total) == 100)
            yield replace(both, evidence=both.evidence[1:], facts={**both.facts, "text": "满分"})


def _score_after(rule: Rule, said: Said, marks: list[Quantity]) -> Iterator[Finding | Pass]:
    """绩效指标得分89.13分，预算执行得分9.73分，合计98.86分: all scores of the clause before it, but for a slip of the pen."""
    for total in marks:
        if not re.search(r"(?:^|得分|分数?)(?:合计|共计|总计)(?:得分|得)?$", said.label(total)):
            continue
        start = max(said.text.rfind(mark, 0, total.start) for mark in ";。\n")
        parts = [q for q in marks if start < q.start < total.start]
        if len(parts) > 1 and all(said.label(q).endswith(("得分", "得", "实得")) for q in parts):
            holds = sum(map(base, parts), Decimal(0)) == base(total)
            if holds or slip(total, parts):
                yield _balance(rule, said, total, parts, holds=holds)


# --- what remains -------------------------------------------------------------------------------------------------

_NUMBER = r"(?:\d{1,4}|[一二两三四五六七八九十]{1,3})"
_REST = re.compile(
    rf"(?<![\d.第])({_NUMBER})(个|项|家|户|人|名|处|台|座|所|宗|件)([^。!?\n]{{0,40}}?)其中,?:?([^。!?\n\d]{{0,12}})"
    rf"({_NUMBER})\2([^。!?\n]{{0,60}}?)(剩余|其余|余下|另外|另有|剩下)的?(?:({_NUMBER})\2|[:,])"
)
_SHARE = re.compile(r"\d+(?:\.\d+)?%")


def _remainder(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    for said in sentences(case):
        field, text = said.field, said.text
        for match in _REST.finditer(text) if "其中" in text else ():
            total, part = numeral(match[1]), numeral(match[5])
            between = match[3] + match[4] + match[6]
            if total is None or part is None or re.search(rf"\d{match[2]}", between):
                continue
            if match[8]:
                rest = numeral(match[8])
                quote = (match.start(8), match.end(8) + 1)
            else:
                stop = said.end(match.end())
                listed = [p for p in pieces(text, ",;、", match.end(), stop) if p[0] < p[1]]
                shaped = all(len(_SHARE.findall(text, *p)) == 1 for p in listed)
                rest = len(listed) if len(listed) > 1 and shaped else None
                quote = (match.end(), stop)
            if rest is None:
                continue
            unit = match[2]
            facts = {"count": f"{total}{unit}", "found": f"{part}{unit}", "rest": str(rest), "text": match[0]}
            sides = [
                place(field, name, at)._replace(value=str(number), unit=unit)
                for name, at, number in (
                    (match[3], (match.start(1), match.end(2)), total),
                    (match[4], (match.start(5), match.end(5) + 1), part),
                    (match[7], quote, rest),
                )
            ]
            if part + rest == total:
                yield held(rule, facts, f"{part} + {rest} = {total}", sides)
            else:
                yield found(rule, facts, f"{part} + {rest} = {part + rest} ≠ {total}", sides)


# --- sources ------------------------------------------------------------------------------------------------------


def _levels(said: Said, levels: dict[str, list[str]]) -> Iterator[tuple[str, Quantity]]:
    """(level of government, its money) for every figure whose label names one level as its source."""
    for figure in said.figures:
        if figure.dimension != "money" or not is_plain(figure):
            continue
        label = re.sub(r"20\d\d年度?|下达|安排|拨付|收到|其中", "", said.label(figure))
        named = [level for level, names in levels.items() if any(label.startswith(n) for n in names)]
        if len(named) == 1 and len(label) <= 12:
            yield named[0], figure


def _source(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Once the levels share a total. Elsewhere one of them has the whole total, or the share of another."""
    levels = case.words["money"]["levels"]
    known = [(said, level, figure) for said in sentences(case) for level, figure in _levels(said, levels)]
    if len(known) < 3:
        return
    of: dict[int, str] = {id(figure): level for _, level, figure in known}
    for said, lists in _totals(case):
        for listed in lists:
            shares = {of[id(p)]: p for p in listed.parts if id(p) in of}
            if len(shares) < 2 or listed.intro == "用于" or id(listed.total) in of:
                continue
            values = {base(p): level for level, p in shares.items()}
            for other, level, figure in known:
                share = shares.get(level)
                if share is None or figure in listed.parts or base(figure) == base(share):
                    continue
                whole = base(figure) == base(listed.total)
                swapped = len(values) == len(shares) and values.get(base(figure), level) != level
                if not whole and not (swapped and len(plain(figure.value or Decimal(0)).replace(".", "")) > 3):
                    continue
                facts = {
                    "name": other.label(figure), "value": f"{plain(figure.value or Decimal(0))}{figure.unit}",
                    "other": f"{plain(share.value or Decimal(0))}{share.unit}",
                    "total": f"{plain(listed.total.value or Decimal(0))}{listed.total.unit}",
                }  # fmt: skip
                sides = (side(other, figure), side(said, share), side(said, listed.total))
                yield found(rule, facts, f"{facts['value']} ≠ {facts['other']}", sides)
            return
