"""Identities of one sentence part: what passed and what did not make up all; so many times a price is the amount.

complement: 抽检1860批次，合格1823批次、不合格47批次. formula: 168枚×0.5万元/枚 = 84万元. price: 16套，单价4.5万元，共72万元;
52人，支出93.6万元，人均1.8万元. Wherever one reading fits, it holds; a conflict is told only where no other can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from auditor.check import HELD, Case, Option, found, held, plain
from auditor.check.prose import sentences, side
from auditor.misprint import misprint, telling
from auditor.model import Evidence, Finding, Pass, Quantity, Rule
from auditor.sentence import Said, adds, base, is_plain
from auditor.total import SUMMED

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("complement", "formula", "price")),
    "not": Option(list, default=[]),  # complement: what before a word makes it its opposite
    "spent": Option(list, default=[]),  # price: what a price may be called beside any amount
    "over_time": Option(list, default=[]),  # price: words by which it is paid more than once
    "held": HELD,
}
FACTS = frozenset({"text", "total", "sum", "parts", "one", "other", "count", "price"})
_END = re.compile(r"[。;!?\n]")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Said], Iterator[Finding | Pass]]] = {
        "complement": _complement, "formula": _formula, "price": _price,
    }  # fmt: skip
    for said in sentences(case):
        yield from checks[rule.options["what"]](rule, said)


def _part(said: Said, at: int) -> tuple[int, int]:
    """The sentence part around `at`: from mark to mark (。;)."""
    begin, stop = said.begin(at), said.end(at)
    return max(begin, said.text.rfind(";", begin, at) + 1), next(
        (m.start() for m in _END.finditer(said.text, at, stop)), stop
    )


def _shown(quantity: Quantity) -> str:
    return f"{plain(quantity.value or Decimal(0))}{quantity.unit}"


def _verdict(
    rule: Rule, said: Said, facts: dict[str, str], arithmetic: str, sides: list[Evidence], ok: bool
) -> Finding | Pass:
    facts = dict.fromkeys(FACTS, "") | facts
    return held(rule, facts, arithmetic, sides) if ok else found(rule, facts, arithmetic, sides)


# --- what passed and what did not ---------------------------------------------------------------------------------


_REST = ("", "检出", "发现", "其余", "尚有", "仍有", "还有", "剩余", "另有", "有")  # what may stand before 未完成


_HANDED = re.compile(r"发放|下发|发出|收回|回收")  # 发放问卷300份，有效291份，满意267份，不满意24份


def _complement(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    no_ = "|".join(rule.options["not"])
    opposite = re.compile(rf"(?:{no_})([^\W\d]{{2,4}}?)(?:的|为|共|有)*$")
    condition = re.compile(rf"(?:{no_})([^\W\d]{{4}})")  # 符合条件继续保障的4925户，不再符合条件予以清退的301户
    for no in said.figures:
        match = opposite.search(said.label(no)) or condition.match(said.label(no)) if adds(no) else None
        if match is None or said.label(no)[: match.start()] not in _REST:
            continue
        begin, stop = _part(said, no.start)
        like = [q for q in said.within(begin, stop) if adds(q) and q.dimension == no.dimension]
        word = re.compile(re.escape(match[1]) + "(?![度率])")  # 满意度调查发放问卷300份
        yes = [q for q in like if q is not no and word.search(said.label(q)) and not opposite.search(said.label(q))]
        if len(yes) != 1:
            continue
        pair = sorted((yes[0], no), key=lambda q: q.start)
        at = like.index(pair[0])
        if at == 0 or like[at + 1 : at + 2] != [pair[1]]:
            continue
        total = like[at - 1]
        if said.text[pair[1].end : pair[1].end + 1] == "、" and like[at + 2 :]:
            continue  # a third kind follows
        if any(q.unit == no.unit and not _HANDED.search(said.label(q)) for q in like[: at - 1]):
            continue  # 抽检860批次，优秀200批次，合格623批次，不合格37批次
        if any(q.comparator != "=" for q in (total, *pair)) or len(said.text[total.end : pair[0].start]) > 30:
            continue
        if total.unit != no.unit or (len(no.unit) == 1 and base(total) < max(map(base, pair))):
            continue  # 涉及8个乡镇，完成12个，未完成3个
        made = sum(map(base, pair), Decimal(0))
        ok = made == base(total) or (
            total.step * total.factor > 1 and abs(made - base(total)) < total.step * total.factor
        )
        terms = " + ".join(_shown(q) for q in pair)
        summed = plain(made / total.factor)
        facts = {
            "text": said.label(total), "total": _shown(total), "sum": f"{summed}{total.unit}",
            "one": f"{said.label(pair[0])}{_shown(pair[0])}", "other": f"{said.label(pair[1])}{_shown(pair[1])}",
        }  # fmt: skip
        sides = [side(said, q) for q in (total, *pair)]
        yield _verdict(rule, said, facts, f"{terms} = {summed} {'=' if ok else '≠'} {_shown(total)}", sides, ok)


# --- written out --------------------------------------------------------------------------------------------------

_FACTOR = re.compile(r"^[^\d=]{0,8}?(\d[\d,]*(?:\.\d+)?)\s*(%|[万亿]?)([^\d=×xX*]{0,8})$")
_TIMES = re.compile(r"[×xX*✕]")
_SCALE = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8), "%": Decimal("0.01")}


def _formula(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    """A product that is written out, with its = or in brackets after its amount."""
    for figure in said.figures:
        if figure.form != "product":
            continue
        written, equals, _ = said.text[figure.start : figure.end].partition("=")
        made = _product(written)
        total = figure if equals and figure.value is not None else _before(said, figure)
        if made is None or total is None or total.value is None or total.comparator != "=":
            continue
        ok = abs(made - base(total)) < max(total.step * total.factor, Decimal("0.01"))
        summed = plain((made / total.factor).normalize())
        facts = {"text": written.strip(), "total": _shown(total), "sum": f"{summed}{total.unit}"}
        sides = [side(said, q) for q in dict.fromkeys((figure, total))]
        sign = "=" if ok else "≠"
        yield _verdict(rule, said, facts, f"{written.strip()} = {summed}{total.unit} {sign} {_shown(total)}", sides, ok)


def _product(written: str) -> Decimal | None:
    made, money = Decimal(1), False
    pieces = _TIMES.split(written)
    for piece in pieces:
        match = _FACTOR.match(piece.strip())
        if match is None:
            return None
        if "元" in match[3] or "元" in match[2]:
            if money:
                return None
            money = True
        try:
            made *= Decimal(match[1].replace(",", "")) * _SCALE[match[2]]
        except InvalidOperation:
            return None
    return made if len(pieces) > 1 else None


def _before(said: Said, figure: Quantity) -> Quantity | None:
    """The amount right before the brackets that hold the product alone: 84万元（168枚×0.5万元/枚）."""
    if said.text[figure.start - 1 : figure.start] != "(" or said.text[figure.end : figure.end + 1] != ")":
        return None
    earlier = [q for q in said.within(max(0, figure.start - 30), figure.start) if q.end == figure.start - 1]
    return earlier[0] if earlier and is_plain(earlier[0]) else None


# --- so many, at so much each ------------------------------------------------------------------------------------

_EACH = re.compile(r"(?:平均)?每(?P<unit>[^\W\d]{1,2}?)(?P<noun>[^\W\d]{0,6})$")
_MEAN = re.compile(r"(?P<unit>[人户亩村场台生班校床件])均(?P<noun>[^\W\d]{0,6})$|(?P<of>亩)(?P<crop>产)[为约达]?$")
_PRICE = re.compile(r"(?:平均)?(?P<unit>)单价(?P<noun>)[为约是]?$")
_PER = re.compile(r"[^/]*/(?P<unit>[^\W\d年月日天季]{1,3})(?P<noun>)")  # 按5元/人次的标准
_EVERY = re.compile(r"(?P<unit>)各(?P<noun>)$")
_ALIKE = ("人名位生", "个座处所间项", "台套", "件宗起", "场次期", "户家")


def _price(rule: Rule, said: Said) -> Iterator[Finding | Pass]:
    """A count, a price for each and an amount in one sentence part, one of each."""
    for price in said.figures:
        each = _each(said, price)
        if (
            each is None
            or not (is_plain(price) or price.form == "each")
            or not price.value
            or any(w in said.label(price) for w in rule.options["over_time"])
        ):
            continue
        begin, stop = _part(said, price.start)
        inside = [q for q in said.within(begin, stop) if adds(q) and q.value and q is not price]
        if any(_each(said, q) for q in inside):
            continue
        kind = price.dimension.split("/")[0]
        amounts = [q for q in inside if q.dimension == kind]
        counts = _counted(said, price, [q for q in inside if q.dimension != kind or q.unit != price.unit], _unit(each))
        beside = [q for q in amounts if q.end == price.start - len(said.label(price)) - 1 and said.text[q.end] == "("]
        if beside:  # 建筑面积1640平方米（平均每座205平方米）
            amounts, counts = beside, [q for q in counts if q.start < beside[0].start]
        pairs = [(n, t) for n in counts for t in amounts if n is not t]
        fit = next((pair for pair in pairs if _makes(pair[0], price, pair[1])), None)
        closed = beside and len(pairs) == 1 and _one_clause(said, *pairs[0], price)
        meant = pairs[0] if len(pairs) == 1 and (closed or _meant(rule, said, each, price, *pairs[0])) else None
        if meant and not _of_its_size(price, *meant):
            meant = None  # 全县3.2万户，发放补贴105万元（户均500元）: not every household
        told = fit or meant or _slipped(price, pairs)
        if told is None:
            continue
        count, amount = told
        made = plain((_number(count) * base(price) / amount.factor).normalize())
        facts = {
            "count": f"{said.label(count)}{_shown(count)}", "price": f"{said.label(price)}{_shown(price)}",
            "total": f"{said.label(amount)}{_shown(amount)}", "sum": f"{made}{amount.unit}", "text": said.label(count),
        }  # fmt: skip
        arithmetic = f"{_shown(count)} × {_shown(price)} = {made}{amount.unit} {'=' if fit else '≠'} {_shown(amount)}"
        sides = [side(said, q) for q in (count, price, amount)]
        yield _verdict(rule, said, facts, arithmetic, sides, fit is not None)


def _each(said: Said, price: Quantity) -> re.Match[str] | None:
    """What the figure is for one of, by its label."""
    label = said.label(price)
    if price.dimension.startswith("money/"):
        return _PER.fullmatch(price.unit)
    return _EACH.search(label) or _MEAN.search(label) or _PRICE.search(label) or _EVERY.search(label)


def _of_its_size(price: Quantity, count: Quantity, amount: Quantity) -> bool:
    """Whether count × price comes near the amount, or misses it by a slip of the pen."""
    made = _number(count) * base(price)
    assert amount.value is not None
    assert count.value is not None
    near = base(amount) / 2 <= made <= base(amount) * 2
    due = (base(amount) / base(price) / _each_one(count)).quantize(count.step)
    return near or bool(misprint(amount.value, (made / amount.factor).quantize(amount.step)) or misprint(count.value, due))


def _one_clause(said: Said, count: Quantity, amount: Quantity, price: Quantity) -> bool:
    """向21家单位发放测评表105份（每家5份）, or an amount that is summed up: the count before it is what the price is for."""
    exact = all(q.comparator == "=" for q in (count, amount, price))
    return exact and ("," not in said.text[count.end : amount.start] or bool(SUMMED.search(said.label(amount))))


def _unit(each: re.Match[str]) -> str:
    return each["unit"] or each.groupdict().get("of") or ""


def _counted(said: Said, price: Quantity, figures: list[Quantity], unit: str) -> list[Quantity]:
    """The figures that count what the price is for one of: in its unit, in one like it, or with its noun behind (18个乡镇
    组建救援队，每队30人)."""
    counts = [q for q in figures if _counts(q, unit)]
    if exact := [q for q in counts if unit and q.unit.lstrip("万亿").startswith(unit)]:
        return exact
    named = [
        q for q in figures
        if unit and q.dimension == "count:个" and unit in re.split("[。;]", said.text[q.end : price.start])[0][:24]
    ]  # fmt: skip
    return counts or named


def _counts(quantity: Quantity, unit: str) -> bool:
    """Whether the figure counts what the price is for one of; a 单价 is for one of anything."""
    plain_unit = quantity.unit.lstrip("万亿")
    if not unit:
        return quantity.dimension.startswith("count")
    return plain_unit[:1] == unit[:1] or any(unit[:1] in g and plain_unit[:1] in g for g in _ALIKE if plain_unit)


_TENS = {"万": Decimal(10**4), "亿": Decimal(10**8)}


def _each_one(count: Quantity) -> Decimal:
    """How many of its unit one of the printed number is: 4.94万亩 counts 亩 by ten thousands, in whatever base areas are."""
    return count.factor if count.dimension.startswith("count") else _TENS.get(count.unit[:1], Decimal(1))


def _number(count: Quantity) -> Decimal:
    assert count.value is not None
    return count.value * _each_one(count)


def _makes(count: Quantity, price: Quantity, amount: Quantity) -> bool:
    """Whether count × price is the amount, each known to its last printed digit; a mean may be cut off there."""
    assert price.value is not None
    gap = base(amount) - _number(count) * base(price)
    unit = _number(count) * price.step * price.factor
    slack = amount.step * amount.factor + (base(price) * count.step * _each_one(count) if _each_one(count) > 1 else 0)
    cut = unit if len(price.value.normalize().as_tuple().digits) > 1 else unit / 2
    return -(unit + slack) / 2 <= gap <= cut + slack / 2


def _slipped(price: Quantity, pairs: list[tuple[Quantity, Quantity]]) -> tuple[Quantity, Quantity] | None:
    """The one count and amount that the price would join, but for a slip of the pen in it or in the amount."""
    found: list[tuple[Quantity, Quantity]] = []
    for count, amount in pairs:
        assert price.value is not None
        assert amount.value is not None
        if any(q.comparator != "=" for q in (price, count, amount)) or not base(count):
            continue
        exact = _number(count) * base(price) / amount.factor
        due = exact if misprint(amount.value, exact) == "point" else exact.quantize(amount.step)
        each = (base(amount) / _number(count) / price.factor).quantize(price.step)
        if telling(amount.value, due, len(pairs)) or telling(price.value, each, len(pairs)):
            found.append((count, amount))
    return found[0] if len(found) == 1 else None


def _meant(rule: Rule, said: Said, each: re.Match[str], price: Quantity, count: Quantity, amount: Quantity) -> bool:
    """Whether the amount must be count × price: it is summed up after the price, or the price is its mean."""
    if any(q.comparator != "=" for q in (price, count, amount)) or count.start > max(price.start, amount.start):
        return False
    label = said.label(amount)
    if amount.start > price.start:
        return count.start < price.start and bool(SUMMED.search(label)) and amount.start - price.end < 12
    noun = re.sub(r"[为约达仅是]+$", "", each["noun"] or each.groupdict().get("crop") or "")
    mean = "均" in each[0] or noun == "产"
    return mean and count.start < price.start and (noun in rule.options["spent"] or (bool(noun) and noun in label))
