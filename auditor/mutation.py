"""Single changes to a form whose answers are known: errors that must be found.

Each change is one stretch of the source replaced. What is changed comes from the labels and from a plain reading of the
text; whether the change can be seen at all is decided by `auditor.witness`, never by what the audit finds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from auditor.corpus import LOUD, Gold, Sections
from auditor.model import Finding, Report
from auditor.witness import Cell, Figure, Place, Row, Witness

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
NEAR = 3  # characters beside a changed list or word that still are its place; a figure must itself be quoted


@dataclass(frozen=True)
class Mutation:
    """source[start:stop] becomes `text`. recurs: the figure stands in two places or in an identity that the change breaks.
    seen: the change can be seen in principle; harmless ones must leave the findings as they are. around: (characters
    before, characters after) the change that belong to its place: a blanked cell is named by its row."""

    kind: str
    section: str
    role: str
    start: int
    stop: int
    text: str
    recurs: bool = False
    seen: bool = True
    harmless: bool = False
    around: tuple[int, int] = (0, 0)

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.stop :]

    def names(self, start: int, stop: int, after: bool = True) -> bool:
        """Whether [start, stop) stands at the changed place, in the changed source or (after=False) in the old one."""
        end = self.start + len(self.text) if after else self.stop
        return start < end + self.around[1] and self.start - self.around[0] < stop


def found(before: Report, after: Report, change: Mutation) -> tuple[Finding, ...]:
    """The findings that name the changed place and of a rule that did not name it before."""

    def there(report: Report, new: bool) -> list[Finding]:
        return [
            f for f in report.findings
            if f.severity != "info" and any(change.names(e.span.start, e.span.end, new) for e in f.evidence)
        ]  # fmt: skip

    old = [f.rule.code for f in there(before, False)]
    return tuple(f for f in there(after, True) if f.rule.code not in old)


def disturbed(before: Report, after: Report) -> tuple[str, ...]:
    """Rules whose loud findings a harmless change has added or removed."""
    one, two = (sorted(f.rule.code for f in r.findings if f.severity in LOUD) for r in (before, after))
    return tuple(sorted({c for c in {*one, *two} if one.count(c) != two.count(c)}))


# --- figures ------------------------------------------------------------------------------------------------------


def _digit(figure: str, rng: random.Random) -> str | None:
    spots = [i for i, c in enumerate(figure) if c.isdigit()]
    i = rng.choice(spots)
    choices = [c for c in "0123456789" if c != figure[i] and not (c == "0" and i == spots[0])]
    return figure[:i] + rng.choice(choices) + figure[i + 1 :]


def _first(figure: str, rng: random.Random) -> str | None:
    """The leading digit one more, or one less."""
    digit = int(figure[0])
    return str(digit + 1 if digit < 9 else digit - 1) + figure[1:] if digit else None


def _swap(figure: str, rng: random.Random) -> str | None:
    spots = [
        i for i in range(len(figure) - 1)
        if figure[i].isdigit() and figure[i + 1].isdigit() and figure[i] != figure[i + 1] and not (i == 0 and figure[1] == "0")
    ]  # fmt: skip
    if not spots:
        return None
    i = rng.choice(spots)
    return figure[:i] + figure[i + 1] + figure[i] + figure[i + 2 :]


def _shift(figure: str, rng: random.Random) -> str | None:
    value = Decimal(figure.replace(",", ""))
    if not value:
        return None
    moved = value * 10 if "." not in figure or rng.random() < 0.5 else value / 10
    return f"{moved.normalize():f}"


_FIGURES: dict[str, Callable[[str, random.Random], str | None]] = {
    "digit_changed": _digit,
    "digits_swapped": _swap,
    "point_shifted": _shift,
}
_SCALES = {
    "万元": "元",
    "亿元": "万元",
    "元": "万元",
    "万m²": "m²",
    "万平方米": "平方米",
    "万亩": "亩",
    "万人次": "人次",
    "万人": "人",
}
_TURNED = {"≥": "≤", "≤": "≥", ">": "<", "<": ">", "不少于": "不多于", "不低于": "不高于"}


def harmful(report: Report, gold: Gold, rng: random.Random) -> list[Mutation]:
    """Errors, each in one place, of every kind that the form allows, kind after kind in turn; those that nobody can see
    in the form are there too (seen = False)."""
    maker = _Maker(Witness(gold, report.document.source), Sections(report), rng)
    kinds: dict[str, list[Mutation]] = {}
    for change in maker.every():
        if maker.free(change.start, change.stop):
            kinds.setdefault(change.kind, []).append(change)
    for changes in kinds.values():
        rng.shuffle(changes)
    turns = zip_longest(*(kinds[k] for k in sorted(kinds)))
    return [change for turn in turns for change in turn if change is not None]


@dataclass
class _Maker:
    witness: Witness
    sections: Sections
    rng: random.Random

    def __post_init__(self) -> None:
        self.source = self.witness.source
        gold = self.witness.gold
        planted = (*gold.of("finding"), *(a for a in gold.of("allowed") if a.severity in LOUD))
        self.wrong = [p for a in planted for side in a.sides for p in side]
        roles = {p: role for fact, role in gold.facts for p in fact}
        self.roles = roles | dict.fromkeys(self.witness.goals, "target")

    def free(self, start: int, stop: int) -> bool:
        """No planted error at this place: the answer to the change would not be its own."""
        return not any(s < stop and start < e for s, e in self.wrong)

    def every(self) -> Iterator[Mutation]:
        for place, figure in self.witness.figures.items():
            yield from self._figure(place, figure)
        yield from self._lists()
        for row in self.witness.rows:
            yield from self._cells(row)
        yield from self._points()
        yield from self._words()

    def make(self, kind: str, start: int, stop: int, text: str, role: str = "", **more: object) -> Mutation:
        section = self.sections.at(start)
        role = role or ("budget" if section == "budget" else "result")
        return replace(Mutation(kind, section, role, start, stop, text), **more)  # type: ignore[arg-type]

    def _figure(self, place: Place, figure: Figure) -> Iterator[Mutation]:
        mark = self.source[slice(*place)]
        digits = _FIGURE.findall(mark)
        if len(digits) != 1 or mark[mark.index(digits[0]) - 1 : mark.index(digits[0])] in ("-", "−"):
            return
        at = place[0] + mark.index(digits[0])
        spot, role = (at, at + len(digits[0])), self.roles.get(place, "")
        factor = figure.value / Decimal(digits[0].replace(",", "")) if figure.value else Decimal(1)

        def changed(kind: str, new: str, spot: Place = spot, scale: Decimal = factor) -> Mutation | None:
            value = Decimal(_FIGURE.findall(new)[0].replace(",", "")) if spot != place else figure.value * scale
            if spot != place:
                step = Decimal(1).scaleb(int(value.as_tuple().exponent)) * factor
                other = replace(figure, value=value * factor, step=step, half=step / 2 if figure.half else Decimal(0))
            else:
                other = replace(figure, value=value, step=figure.step * scale, half=figure.half * scale)
            if other.value == figure.value:
                return None
            broken = self.witness.broken(place, other)
            return self.make(kind, *spot, new, role, recurs=broken not in ("", "reach"), seen=bool(broken))

        kinds = self.witness.kinds(place)
        options = [changed(kind, new) for kind, do in _FIGURES.items() if (new := do(digits[0], self.rng))]
        for statement in self.witness.about(place, "sum"):
            if new := _first(digits[0], self.rng):
                options.append(changed("total_changed" if place in statement.sides[0] else "part_changed", new))
            break
        if figure.unit == "%" and kinds & {"product", "rate"}:
            value = Decimal(digits[0])
            step = max(Decimal(1).scaleb(int(value.as_tuple().exponent)), Decimal("0.1")) * self.rng.choice(
                (3, 7, 11, 23)
            )
            options.append(changed("rate_changed", f"{value - step if value > step else value + step:f}"))
        for large, small in _SCALES.items():
            if mark.endswith(large) and not (large == "元" and re.search("[万亿]元$", mark)):
                up = len(small) > len(large)
                scale = Decimal(10_000) if up else Decimal(1) / 10_000
                options.append(changed("unit_scaled", mark.removesuffix(large) + small, place, scale))
                break
        options += self._qualified(place, figure, mark, role)
        yield from (o for o in options if o is not None)

    def _qualified(self, place: Place, figure: Figure, mark: str, role: str) -> Iterator[Mutation]:
        """A floor in the place of the figure, a bound turned round, a qualifier dropped."""
        for old, new in _TURNED.items():
            if old in mark:
                other = (
                    replace(figure, sign={"≥": "≤", ">": "≤", "≤": "≥", "<": "≥"}[figure.sign])
                    if figure.sign in "≥>≤<"
                    else figure
                )
                broken = self.witness.broken(place, other)
                yield self.make(
                    "qualifier_turned",
                    *place,
                    mark.replace(old, new),
                    role,
                    recurs=broken == "equal",
                    seen=bool(broken),
                )
                break
        dropped = re.sub("约|近|超过|超|不少于|不低于|以上|余|多(?=[人个家名])|[≥>≤<]", "", mark)
        if dropped != mark and figure.sign != "=":
            seen = self.witness.broken(place, replace(figure, sign="=")) == "equal"
            yield self.make("qualifier_dropped", *place, dropped, role, recurs=seen, seen=seen)
        plain = re.fullmatch(r"(\d+)(\D{1,3})", mark)
        if plain and figure.sign == "=" and role != "target" and figure.value >= 4 and figure.unit != "%":
            floor = str(int(plain[1]) // 2)
            others = [p for s in self.witness.about(place, "equal") for side in s.sides for p in side if p != place]
            exact = any(self.witness.figures[p].sign == "=" for p in others)
            yield self.make("qualifier_added", *place, f"{floor}{plain[2]}以上", role, recurs=exact, seen=exact)

    # --- lists, cells, rows ---------------------------------------------------------------------------------------

    def _lists(self) -> Iterator[Mutation]:
        """A、B、C等3项: an item less or more. Behind 等 the list may be open, then a shorter one is no error."""
        for place, figure in self.witness.figures.items():
            if figure.sign != "=" or not 2 <= figure.value <= 9:
                continue
            before = re.search(
                r"((?:[\u4e00-\u9fff]{2,10}、)+[\u4e00-\u9fff]{2,10}?)(等)?$", self.source[: place[0]][-60:]
            )
            after = re.match(
                r"[：:（(]((?:[^、，。；：\t\n（）()]{2,14}、)+[^、，。；：\t\n（）()]{2,14})(?=[。；）)\t\n])",
                self.source[place[1] :],
            )
            for match, base in ((before, max(0, place[0] - 60)), (after, place[1])):
                if match is None or match[1].count("、") + 1 != figure.value:
                    continue
                first, opened = match[1].split("、")[0], match is before and "等" in match[0][-8:]
                start, near = base + match.start(1), (NEAR, place[1] - base)  # the list and its count
                yield self.make(
                    "item_removed", start, start + len(first) + 1, "", seen=not opened, recurs=not opened, around=near
                )
                yield self.make("item_added", start, start, "宣传推广、", recurs=True, around=near)

    def _cells(self, row: Row) -> Iterator[Mutation]:
        target, result = row.get("target"), row.get("result")
        if row.total or result is None or not result.text.strip() or not row.name:
            return
        start, stop = result.place
        around = (start - row.place[0], row.place[1] - stop)
        goal = target.text.strip() if target else ""
        yield self.make("cell_blanked", start, stop, "", seen=bool(goal), around=around)
        if cut := re.search(r"[、，](?=[\u4e00-\u9fff]{3})", result.text[6:]):
            yield self.make("cell_truncated", start, stop, result.text[: 6 + cut.end() + 1])
        if not target or not goal or goal == result.text.strip():
            return
        figures, got = self.witness.within(target), self.witness.within(result)
        worded = len(goal) >= 12 and len(figures) == len(got)  # no one words a result just as the target was worded
        if worded or (len(figures) == len(got) == 1 and re.search("[≥>≤<]|不少于|不低于|以上|以内", goal)):
            yield self.make("target_copied", start, stop, goal)

    def _points(self) -> Iterator[Mutation]:
        """Scores and weights, each seen by the total that is printed, or by the weight the score goes over."""
        rows = self.witness.rows
        totals = [r for r in rows if r.total]
        for role in ("score", "weight"):
            cells = [
                (r, c)
                for r in rows
                if not r.total and (c := r.get(role)) and re.fullmatch(r"\d+(\.\d+)?", c.text.strip())
            ]
            for row, cell in cells:
                start, stop = cell.place
                value, weight = Decimal(cell.text), _number(row.get("weight"))
                seen = bool(totals and totals[-1].get(role)) or (
                    role == "score" and weight is not None and value + 2 > weight
                )
                seen = seen or (role == "weight" and self._complete(cells))
                yield self.make(f"{role}_changed", start, stop, f"{value + 2:f}", recurs=seen, seen=seen)
            if role == "weight" and self._complete(cells):
                for row, _ in cells:
                    if all(not c.text.strip() for c in row.heading[:-1]):
                        around = self._neighbours(row)
                        yield self.make("row_removed", row.place[0], row.place[1] + 1, "", recurs=True, around=around)

    def _complete(self, cells: Sequence[tuple[Row, Cell]]) -> bool:
        """Weights that add up to what an execution score leaves of a hundred."""
        return sum(Decimal(c.text) for _, c in cells) in (100, 90, 80)

    def _neighbours(self, row: Row) -> tuple[int, int]:
        rows = [r.place for r in self.witness.rows]
        i = rows.index(row.place)
        before = row.place[0] - rows[i - 1][0] if i else 0
        return before, rows[i + 1][1] - row.place[1] if i + 1 < len(rows) else 0

    # --- words ----------------------------------------------------------------------------------------------------

    def _words(self) -> Iterator[Mutation]:
        """已 → 计划, and another year, in results."""
        results = self.sections.of("result_narrative") + [
            r.place for row in self.witness.rows if (r := row.get("result"))
        ]
        for start, stop in sorted(set(results)):
            text = self.source[start:stop]
            for m in re.finditer(
                r"(?:^|(?<=[。；;，,>]))(?:全年|已|共)?(完成|组织|举办|开展|建成|召开)(?=[\u4e00-\u9fff\d])", text
            ):
                yield self.make("planned", start + m.start(), start + m.end(), f"计划{m[1]}", around=(NEAR, 12))
            for m in re.finditer(r"(?<!\d)(20\d\d)年(?!以来|起)", text):
                if m[1] == self.sections.year:
                    yield self.make(
                        "year_changed", start + m.start(1), start + m.end(1), str(int(m[1]) - 1), around=(NEAR, 12)
                    )


def _number(cell: Cell | None) -> Decimal | None:
    return Decimal(cell.text.strip()) if cell and re.fullmatch(r"\d+(\.\d+)?", cell.text.strip()) else None
