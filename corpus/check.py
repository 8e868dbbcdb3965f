"""Is a labelled form sound? What the answers say is held against the text, and the sums of the form are done again.

    python corpus/check.py [FORM.toml | FOLDER]...        (default: this folder)

Prints one line a problem and exits 1 where there is one. `--todo` also prints the digits that no answer covers, to help
while labelling. The checks know nothing of the program: labels and program must not share their mistakes.
The format is described in README.md beside this file.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from auditor.model import CATEGORIES, SECTIONS, SEVERITIES

HERE = Path(__file__).parent
ROLES = ("budget", "target", "result", "plan")
SIGNS = set("=≥>≤<≈")

# --- the text ------------------------------------------------------------------------------------------------------

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TEN = {"十": 10, "百": 100, "千": 1000}
_UNIT = (
    "个|项|场|次|家|户|人|名|处|宗|件|条|辆|台|套|期|批|篇|份|册|亩|公里|米|吨|座|栋|起|天|村|所|支|只|头|棵|株|幅|部|"
    "块|组|轮|卷|面|间|张|倍|万|亿|%"
)
# Digits that count nothing: years and dates, document numbers, ordinals, markers of a list, names.
NOT_COUNTED = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|(?<!\d)(?:19|20)\d\d(?:\s*[-—至~]\s*(?:(?:19|20)\d\d|\d\d))?\s*年?(?:度|底|末|初|中)?(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\d{1,2}月\d{1,2}日|\d{1,2}(?:\s*[-—至]\s*\d{1,2})?月(?:底|末|初|中旬|上旬|下旬|份)?(?!龄)"
    r"|[〔\[【(（](?:19|20)\d\d[〕\]】)）]\s*第?\d*号?|第\s*[\d一二三四五六七八九十]+|\d+号|附件\s*\d+"
    r"|(?:(?<=^)|(?<=[\s。；，：:;>|]))(?:[(（]?\d{1,2}[)）、.．](?!\d)|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|指标\s*\d+|目标\s*\d+)"
    r"|[（(]\s*\d{1,3}\s*分\s*[）)]|[（(][一二三四]期[）)]"
)
_NAMES = re.compile(r"“[^”]{1,16}”|十四五|百千万")  # mottos
FIGURE = re.compile(r"\d[\d,，]*(?:\.\d+)?")
HAN_COUNT = re.compile(rf"[两二三四五六七八九十百千]+(?:{_UNIT})")


def han(text: str) -> Decimal:
    """The value of a Chinese numeral below ten thousand (三百二十一 → 321)."""
    total = current = 0
    for char in text:
        if char in _DIGIT:
            current = _DIGIT[char]
        else:
            total, current = total + (current or 1) * _TEN[char], 0
    return Decimal(total + current)


def figures(mark: str) -> list[Decimal]:
    """The figures printed in a marked text, Chinese numerals where there are no digits."""
    sign = -1 if mark.startswith(("-", "−")) else 1
    found = [Decimal(re.sub("[,，]", "", m)) * sign for m in FIGURE.findall(mark)]
    return found or [han(m) for m in re.findall("[零一二三四五六七八九两十百千]+", mark)]


@dataclass(frozen=True)
class Side:
    """A quote of the answers: where the marked part (or all of it) stands in the text, once or several times."""

    quote: str
    section: str | None
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Labelled:
    """One form with its answers."""

    path: Path
    text: str
    answers: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Labelled:
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        return cls(path, text, tomllib.loads(path.read_text(encoding="utf-8")))

    def side(self, raw: str | dict[str, str]) -> Side:
        quote, section = (raw, None) if isinstance(raw, str) else (raw["quote"], raw.get("section"))
        begin, plain = quote.find("⟦"), quote.replace("⟦", "").replace("⟧", "")
        stop = quote.find("⟧") - 1 if begin >= 0 else len(plain)
        places, at = [], self.text.find(plain) if plain else -1
        while at >= 0:
            places.append((at + max(begin, 0), at + stop))
            at = self.text.find(plain, at + 1)
        return Side(quote, section, tuple(places))

    @cached_property
    def quantities(self) -> dict[tuple[int, int], tuple[str, str, str]]:
        """(start, end) → (value, unit, comparator) of every labelled quantity."""
        return {p: (v, u, c) for quote, v, u, c in self.answers.get("quantities", ()) for p in self.side(quote).places}

    def groups(self, *kinds: str) -> Iterator[tuple[dict[str, Any], list[tuple[int, int]]]]:
        for kind in kinds:
            for group in self.answers.get(kind, ()):
                yield group, [p for raw in group["sides"] for p in self.side(raw).places]

    def reported(self, *places: tuple[int, int]) -> bool:
        """True where some finding, required or allowed, stands on one of the places."""
        return any(a < e and s < b for _, told in self.groups("finding", "allowed") for s, e in told for a, b in places)

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1


# --- do the answers fit the text? ----------------------------------------------------------------------------------


def shape(form: Labelled) -> Iterator[str]:
    """Keys, vocabulary, line ends."""
    for key in ("layout", "department", "year", "kind", "clean", "quantities"):
        if key not in form.answers:
            yield f"no key {key!r}"
    if "\r" in form.text or "\ufeff" in form.text or not form.text.endswith("\n"):
        yield "the text must be UTF-8 without BOM, with \\n at the end of every line"
    if form.answers.get("department", "") not in form.text:
        yield "the department's name is not in the text"
    if form.answers.get("clean") and form.answers.get("finding"):
        yield "a clean form has no findings"
    for group, _ in form.groups("finding", "allowed"):
        for category in group.get("categories", ["?"]):
            if category not in CATEGORIES:
                yield f"unknown category {category!r}"
        if group.get("severity") not in SEVERITIES:
            yield f"unknown severity {group.get('severity')!r}"
        if not group.get("why"):
            yield f"a finding without a why: {group['sides']}"
    for fact in form.answers.get("fact", ()):
        if fact.get("role") not in ROLES:
            yield f"fact {fact.get('name')!r}: unknown role {fact.get('role')!r}"


def quotes(form: Labelled) -> Iterator[str]:
    """Every quote occurs, on one line, with its marks in order; every quantity has one value."""
    kinds = ("fact", "finding", "allowed", "agreement", "trap")
    sides = [raw for kind in kinds for group in form.answers.get(kind, ()) for raw in group["sides"]]
    sides += [*form.answers.get("either", ()), *form.answers.get("not_quantities", ())]
    for raw in sides + [q[0] for q in form.answers.get("quantities", ())]:
        side = form.side(raw)
        if not side.places:
            yield f"not in the text: {side.quote!r}"
        if "\n" in side.quote or side.quote.count("⟦") != side.quote.count("⟧") or side.quote.count("⟦") > 1:
            yield f"a quote stands on one line and has one mark at most: {side.quote!r}"
        if side.section is not None and side.section not in SECTIONS:
            yield f"unknown section {side.section!r}"
    seen: dict[tuple[int, int], tuple[str, str, str]] = {}
    for quote, value, unit, sign in form.answers.get("quantities", ()):
        if "⟦" not in quote:
            yield f"a quantity without marks: {quote!r}"
            continue
        mark = quote[quote.index("⟦") + 1 : quote.index("⟧")]
        if [Decimal(v) for v in value.split("..")] != figures(mark):
            yield f"{quote!r} prints {figures(mark)}, labelled {value}"
        if not sign or not set(sign) <= SIGNS:
            yield f"{quote!r}: unknown comparator {sign!r}"
        for place in form.side(quote).places:
            if seen.setdefault(place, (value, unit, sign)) != (value, unit, sign):
                yield f"line {form.line(place[0])}: {quote!r} labelled as {seen[place]} and as {(value, unit, sign)}"
    ordered = sorted(seen)
    for (s, e), (t, _) in pairwise(ordered):
        if t < e:
            yield f"line {form.line(s)}: {form.text[s:e]!r} overlaps the next quantity"


def uncovered(form: Labelled) -> Iterator[tuple[int, str]]:
    """Figures of the text that no answer covers and that are not plainly a date, a document's number, an ordinal …"""
    taken = set()
    for raw in [*form.answers.get("either", ()), *form.answers.get("not_quantities", ())]:
        taken.update(i for s, e in form.side(raw).places for i in range(s, e))
    taken.update(i for s, e in form.quantities for i in range(s, e))
    plain = {i for m in NOT_COUNTED.finditer(form.text) for i in range(*m.span())}
    names = {i for m in _NAMES.finditer(form.text) for i in range(*m.span())}
    for found in FIGURE.finditer(form.text):
        if not taken & set(range(*found.span())) and found.start() not in plain | names:
            yield found.start(), found.group()
    for found in HAN_COUNT.finditer(form.text):
        if not taken & set(range(*found.span())) and found.start() not in plain | names:
            yield found.start(), found.group()


def coverage(form: Labelled) -> Iterator[str]:
    for at, figure in uncovered(form):
        yield f"line {form.line(at)}: {form.text[max(0, at - 8) : at + len(figure) + 6]!r} is in no answer"


# --- do the figures agree where the answers say so? ----------------------------------------------------------------

_SCALE = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_SAME = {
    "公顷": ("亩", Decimal(15)), "平方公里": ("亩", Decimal(1500)), "m²": ("平方米", Decimal(1)),
    "㎡": ("平方米", Decimal(1)), "吨": ("公斤", Decimal(1000)), "千米": ("米", Decimal(1000)),
    "公里": ("米", Decimal(1000)),
    "km": ("米", Decimal(1000)), "名": ("人", Decimal(1)), "场次": ("场", Decimal(1)), "百分比": ("%", Decimal(1)), "‰": ("%", Decimal("0.1")),
}  # fmt: skip


def interval(value: str, unit: str) -> tuple[Decimal, Decimal, str]:
    """What a printed figure may stand for, in a base unit: 99.6% is 99.55 to 99.65."""
    factor = Decimal(1)
    if unit not in _SAME and unit[:1] in _SCALE and len(unit) > 1:
        factor, unit = _SCALE[unit[0]], unit[1:]
    if unit in _SAME:
        unit, more = _SAME[unit]
        factor *= more
    low, high = Decimal(value.split("..")[0]), Decimal(value.split("..")[-1])
    half = Decimal(1).scaleb(int(low.as_tuple().exponent)) / 2
    return (low - half) * factor, (high + half) * factor, unit


def meet(a: tuple[str, str, str], b: tuple[str, str, str]) -> bool:
    """Could both figures stand for one amount?"""
    (low, high, unit), (low2, high2, unit2) = interval(a[0], a[1]), interval(b[0], b[1])
    if set(a[2]) & set(">≥"):
        high = Decimal("Infinity")
    if set(b[2]) & set(">≥"):
        high2 = Decimal("Infinity")
    return unit.split("/")[0] == unit2.split("/")[0] and low <= high2 and low2 <= high


def facts(form: Labelled) -> Iterator[str]:
    """A fact stands in two places or more; its figures agree, or a finding says that they do not."""
    for fact, places in form.groups("fact"):
        labels = {p: form.quantities[p] for p in places if p in form.quantities}
        for place in set(places) - set(labels):
            where = f"{form.text[slice(*place)]!r} (line {form.line(place[0])})"
            yield f"fact {fact['name']!r}: {where} is no labelled quantity"
        if len(labels) < 2:
            yield f"fact {fact['name']!r} stands in {len(labels)} place"
        values = list(labels.values())
        if not all(meet(a, b) for i, a in enumerate(values) for b in values[i + 1 :]) and not form.reported(*labels):
            yield f"fact {fact['name']!r} ({fact['role']}) has different figures and no finding: {values}"


# --- do the sums of the form come out? -----------------------------------------------------------------------------

Cell = tuple[str, int]  # text, offset


def rows(form: Labelled) -> Iterator[list[Cell]]:
    at = 0
    for line in form.text.split("\n"):
        cells, start = [], at
        for part in re.split(r"(\t| \| )", line):
            if part not in ("\t", " | "):
                cells.append((part, start))
            start += len(part)
        yield cells
        at += len(line) + 1


def number(cell: Cell) -> Decimal | None:
    text = cell[0].strip().rstrip("%")
    return Decimal(text.replace(",", "")) if re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", text) else None


def place(cell: Cell) -> tuple[int, int]:
    return cell[1], cell[1] + max(len(cell[0]), 1)


def prints(cell: Cell, exact: Decimal) -> bool:
    """Is `exact` what the cell says, at the precision that it prints?"""
    stated = number(cell)
    return stated is not None and abs(stated - exact) <= Decimal(1).scaleb(int(stated.as_tuple().exponent)) / 2


def held(form: Labelled, cell: Cell, exact: Decimal, what: str) -> Iterator[str]:
    if not prints(cell, exact) and not form.reported(place(cell)):
        yield f"line {form.line(cell[1])}: {cell[0]} but {what} = {exact:.4f}, and no finding says so"


def pairs(form: Labelled) -> dict[str, Cell]:
    """Label → the number cell to its right, for forms whose funds stand as label and value side by side."""
    found: dict[str, Cell] = {}
    for cells in rows(form):
        for left, right in pairwise(cells):
            if number(right) is not None and number(left) is None and left[0].strip():
                found.setdefault(left[0].strip().removeprefix("其中：").rstrip("：:"), right)
    return found


def guangdong(form: Labelled) -> Iterator[str]:
    """Rates, adjustment and sources of a form of label and value pairs."""
    found = pairs(form)
    values = [number(found[k]) for k in ("整体支出年度预算数", "整体支出年初预算数", "实际支出数") if k in found]
    if len(values) < 3:
        return
    budget, initial, spent = (v or Decimal(0) for v in values)
    change = budget - initial
    if "年度调整额" in found:
        cell = found["年度调整额"]
        signed = cell[0].strip().startswith("-")
        yield from held(form, cell, change if signed else abs(change), f"{budget} - {initial}")
    if "预算完成率" in found:
        yield from held(form, found["预算完成率"], spent / budget * 100, f"{spent}/{budget}")
    if "预算调整率" in found:
        cell = found["预算调整率"]
        signed = cell[0].strip().startswith("-")
        rate = (change if signed else abs(change)) / initial * 100
        yield from held(form, cell, rate, f"{change}/{initial}")
    sources = [number(cell) or Decimal(0) for label, cell in found.items() if label in SOURCES]
    if sources:
        yield from held(form, found["实际支出数"], sum(sources, Decimal(0)), "sum of the sources")


SOURCES = ("一般公共预算", "政府性基金", "政府性基金预算", "国有资本经营预算", "其他资金", "财政专户资金")
HEADS = {
    "target": (
        "年度指标值",
        "年度目标值",
        "预期目标值",
        "指标值",
        "预期实现值",
        "预期指标值",
        "年初目标值",
        "目标值",
        "年初设定目标值",
    ),
    "result": (
        "实际完成值",
        "指标完成情况",
        "完成值",
        "全年完成值",
        "实际完成情况",
        "全年完成情况",
        "全年实际值",
        "实际值",
    ),
    "weight": ("分值", "权重", "指标分值"),
    "score": ("得分", "自评得分"),
    "reason": ("原因", "备注", "说明"),
}


def clean_head(text: str) -> str:
    return re.sub(r"\s|[（(].*?[）)]|[：:]$", "", text)


def is_head(text: str, names: tuple[str, ...]) -> bool:
    head = clean_head(text)
    return head in names or (names == HEADS["reason"] and len(head) < 20 and any(name in head for name in names))


def tables(form: Labelled) -> Iterator[tuple[dict[str, int], list[Cell]]]:
    """Rows under a head that names target, result …: (column of each role, cells)."""
    columns: dict[str, int] = {}
    width = 0
    for cells in rows(form):
        heads = {role: i for role, names in HEADS.items() for i, c in enumerate(cells) if is_head(c[0], names)}
        if len(heads) >= 2 and ("target" in heads or "result" in heads):
            columns, width = heads, len(cells)
        elif any(clean_head(c[0]) in ("主要任务", "主要任务名称", "全年执行数") for c in cells):
            columns = {}
        elif columns and len(cells) == width:  # a row cut by a page is not read by position
            yield columns, cells


def execution(form: Labelled) -> Iterator[tuple[Cell, Cell, str]]:
    """(weight, score, problem or "") of the row of all funds under 分值 | 执行率 | 得分."""
    heads: dict[str, int] = {}
    for cells in rows(form):
        named = {clean_head(c[0]): i for i, c in enumerate(cells) if c[0].strip()}
        if "执行率" in named and "得分" in named:
            heads = named
        elif heads and clean_head(cells[0][0] or cells[min(1, len(cells) - 1)][0]) in ("年度资金总额", "部门整体支出"):
            get = {head: cells[i] for head, i in heads.items() if i < len(cells)}
            whole, part = (next(get[h] for h in names if h in get) for names in (WHOLE, PART))
            weight, score, rate = (get.get(h, ("", 0)) for h in ("分值", "得分", "执行率"))
            values = [number(c) for c in (whole, part, weight, score)]
            if None not in values:
                exact = (values[1] or 0) / (values[0] or Decimal(1)) * 100
                told = [*held(form, rate, exact, f"{part[0]}/{whole[0]}")]
                best = (min(exact, Decimal(100)) * (values[2] or 0) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
                told += held(form, score, best, "execution score")
                yield weight, score, "; ".join(told)
            heads = {}


WHOLE = ("全年预算数", "调整后预算数", "调整预算数", "预算数")
PART = ("全年执行数", "预算执行数", "执行数", "实际支出数")


def scores(form: Labelled) -> Iterator[str]:
    """Score within weight; weights and scores add to the totals printed; the execution score follows from the rate."""
    weights, points, total, whole = Decimal(0), Decimal(0), False, False
    for weight, score, problem in execution(form):
        whole = True
        weights, points = weights + (number(weight) or 0), points + (number(score) or 0)
        if problem:
            yield problem
    for columns, cells in tables(form):
        if "weight" not in columns or "score" not in columns:
            continue
        weight, score = cells[columns["weight"]], cells[columns["score"]]
        w, p = number(weight), number(score)
        if clean_head(cells[0][0]) in ("总分", "合计", "总计"):
            total = True
            if whole:  # else the points for execution stand somewhere that is not read here
                yield from held(form, weight, weights, "sum of the weights") if w is not None else ()
                yield from held(form, score, points, "sum of the scores") if p is not None else ()
        elif w is not None and p is not None:
            weights, points = weights + w, points + p
            if p > w and not form.reported(place(score)):
                yield f"line {form.line(score[1])}: score {p} over weight {w}"
    if whole and weights and not total and weights != 100:
        yield f"weights add to {weights}"


def reach(form: Labelled) -> Iterator[str]:
    """Rows with one quantity as target and one as result: missed, or 130 % and more without a reason, is a finding."""
    for columns, cells in tables(form):
        if "target" not in columns or "result" not in columns:
            continue
        goal, got = cells[columns["target"]], cells[columns["result"]]
        found = [[q for p, q in form.quantities.items() if c[1] <= p[0] < c[1] + len(c[0])] for c in (goal, got)]
        if len(found[0]) != 1 or len(found[1]) != 1:
            continue
        (target, result), where = (found[0][0], found[1][0]), (place(goal), place(got))
        low, high, unit = interval(*target[:2])
        low2, high2, unit2 = interval(*result[:2])
        if unit != unit2:
            if not form.reported(*where):
                yield f"line {form.line(goal[1])}: target in {unit or '(none)'}, result in {unit2 or '(none)'}"
            continue
        reason = cells[columns["reason"]][0].strip() if "reason" in columns and columns["reason"] < len(cells) else ""
        told = form.reported(*where)
        if set(target[2]) & set("≤<") or any(c[0].strip() in ("≤", "<") for c in cells):
            missed, over = low2 > high, False
        else:
            missed = high2 < low
            over = low > 0 and (low2 + high2) / (low + high) >= Decimal("1.3")
        if missed and not told and not reason:
            yield f"line {form.line(goal[1])}: target {goal[0]!r} missed with {got[0]!r}, and no finding says so"
        if over and not told and not reason:
            yield f"line {form.line(goal[1])}: {got[0]!r} is 130 % of {goal[0]!r} or more, and no finding says so"


CHECKS = (shape, quotes, coverage, facts, guangdong, scores, reach)


def problems(path: Path) -> list[str]:
    """Everything that is wrong with one labelled form (`path` is its .toml)."""
    form = Labelled.load(path)
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(form)]


def forms(folder: Path = HERE) -> list[Path]:
    return sorted(p for p in folder.rglob("*.toml") if p.with_suffix(".txt").exists())


def main(arguments: list[str]) -> int:
    paths = [Path(a) for a in arguments] or [HERE]
    bad = quantities = groups = found = 0
    every = [t for p in paths for t in (forms(p) if p.is_dir() else [p])]
    for path in every:
        form = Labelled.load(path)
        quantities += len(form.quantities)
        groups += len(form.answers.get("fact", ()))
        found += len(form.answers.get("finding", ()))
        for problem in problems(path):
            bad += 1
            print(f"{path}: {problem}")
    print(f"{len(every)} forms, {quantities} quantities, {groups} facts, {found} findings, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
