"""Single changes to a form whose answers are known: errors that must be found, and harmless ones that must change nothing.

Each change is one stretch of the source replaced. Whether it can be seen at all is decided from the labels, never from
what the audit finds: a figure recurs when its place is in a fact or an agreement of two places or more.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from auditor.corpus import LOUD, Gold, touches
from auditor.model import Claim, Finding, Indicator, Report

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Mutation:
    """source[start:stop] becomes `text`. recurs: the labels say that the figure stands in two places or in an identity.
    seen: the change can be seen in principle; harmless ones must leave the findings as they are."""

    kind: str
    section: str
    start: int
    stop: int
    text: str
    recurs: bool = False
    seen: bool = True
    harmless: bool = False

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.stop :]


# --- figures ------------------------------------------------------------------------------------------------------


def _digit(figure: str, rng: random.Random) -> str | None:
    spots = [i for i, c in enumerate(figure) if c.isdigit()]
    i = rng.choice(spots)
    choices = [c for c in "0123456789" if c != figure[i] and not (c == "0" and i == spots[0])]
    return figure[:i] + rng.choice(choices) + figure[i + 1 :]


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


def _figure_span(claim: Claim) -> tuple[int, int] | None:
    """The printed digits of a plain figure in one piece."""
    match = _FIGURE.search(claim.span.quote)
    if claim.quantity.value is None or match is None or claim.quantity.form not in ("plain", "growth"):
        return None
    return claim.span.start + match.start(), claim.span.start + match.end()


def harmful(report: Report, gold: Gold, rng: random.Random) -> Iterator[Mutation]:
    """Errors, each in one place, of every kind that the form allows. The order is random."""
    source = report.document.source
    many = [p for a in gold.of("agreement") if len(a.sides) > 1 for side in a.sides for p in side]
    many += [p for fact, _ in gold.facts if len(fact) > 1 for p in fact]
    wrong = [p for a in (*gold.of("finding"), *gold.of("allowed")) for side in a.sides for p in side]
    options: list[Mutation] = []

    def free(start: int, stop: int) -> bool:
        """No planted error at this place: the answer to the change would not be its own."""
        return not any(s < stop and start < e for s, e in wrong)

    for claim in report.claims:
        spot = _figure_span(claim)
        if spot is None or claim.role not in ("result", "budget") or not free(*spot):
            continue
        recurs = any(s < spot[1] and spot[0] < e for s, e in many)
        figure = source[slice(*spot)]
        for kind, change in _FIGURES.items():
            new = change(figure, rng)
            if new is not None and Decimal(new.replace(",", "")) != claim.quantity.value:
                loose = claim.quantity.comparator in ("≥", ">", "≤", "<", "≈")  # a bound may still hold
                options.append(Mutation(kind, claim.section, *spot, new, recurs and not loose, recurs and not loose))
        quote = claim.span.quote
        if "万元" in quote and recurs:
            options.append(
                Mutation(
                    "unit_scaled", claim.section, claim.span.start, claim.span.end, quote.replace("万元", "元"), True
                )
            )
    for form in report.forms:
        for row in form.indicators:
            options += [m for m in _cells(row, source) if free(m.start, m.stop)]
    options += [m for m in _words(report, source) if free(m.start, m.stop)]
    rng.shuffle(options)
    yield from options


def _cells(row: Indicator, source: str) -> Iterator[Mutation]:
    """Changes to a whole cell."""
    for field in (row.result,):
        if field is None or not field or len(field.text.pieces) > 1:
            continue
        start = field.text.pieces[0].start
        stop = start + len(field.text.raw)
        yield Mutation(
            "cell_blanked", field.section, start, stop, "", seen=row.target is not None or row.section == "tasks"
        )
        goal = row.target.text.raw if row.target else ""
        if len(goal) >= 12 and goal != field.text.raw and not _FIGURE.search(goal):
            yield Mutation("target_copied", field.section, start, stop, goal)
    for kind, field in (("score_changed", row.score), ("weight_changed", row.weight)):
        if field is None or not re.fullmatch(r"\d+(\.\d+)?", field.text.raw) or row.shared_score:
            continue
        start = field.text.pieces[0].start
        value = Decimal(field.text.raw)
        yield Mutation(kind, field.section, start, start + len(field.text.raw), f"{value + 2:f}")


def _words(report: Report, source: str) -> Iterator[Mutation]:
    """Changes of wording in results: 已 → 计划, another year."""
    for form in report.forms:
        for field in (
            *form.results,
            *(t.result for t in form.tasks if t.result),
            *(r.result for r in form.indicators if r.result),
        ):
            if len(field.text.pieces) > 1:
                continue
            base = field.text.pieces[0].start
            for m in re.finditer(r"(?:^|(?<=[。；;，,>]))(?:全年|已)(完成|组织|举办|开展|建成|召开)", field.text.raw):
                yield Mutation("planned", field.section, base + m.start(), base + m.end(), f"计划{m[1]}")


# --- harmless -----------------------------------------------------------------------------------------------------

_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.%(),:;"}


def harmless(report: Report, gold: Gold, rng: random.Random) -> Iterator[Mutation]:
    """Changes of appearance."""
    source = report.document.source
    options: list[Mutation] = []
    for claim in report.claims:
        spot = _figure_span(claim)
        if spot is None or claim.role != "result" or claim.section not in ("result_narrative", "prose"):
            continue
        figure = source[slice(*spot)]
        options.append(Mutation("full_width", claim.section, *spot, figure.translate(_WIDE), harmless=True))
        value, quote, unit = claim.quantity.value, claim.span.quote, claim.quantity.unit
        if value is not None and "万元" in quote and claim.quantity.comparator == "=":
            plain = quote.replace(figure, f"{(value * 10000).normalize():f}").replace("万元", "元")
            options.append(
                Mutation("unit_converted", claim.section, claim.span.start, claim.span.end, plain, harmless=True)
            )
        if (
            value is not None
            and "." in figure
            and unit in ("万m²", "万元", "亩", "公里", "吨")
            and len(figure.split(".")[1]) == 2
        ):
            coarse = f"{value:.1f}" if value >= 10 else None
            if coarse:
                options.append(Mutation("rounded", claim.section, *spot, coarse, harmless=True))
    lines = source.split("\n")
    at = 0
    rows: list[tuple[int, int]] = []
    for line in lines:
        if line.count("\t") >= 2 and not line.startswith("\t\t\t"):
            rows.append((at, at + len(line)))
        at += len(line) + 1
    for start, _ in rows[3:]:
        options.append(Mutation("page_break", "", start, start, "\n", harmless=True))
    for (a, b), (c, d) in itertools.pairwise(rows):
        one, two = source[a:b], source[c:d]
        if c == b + 1 and _plain_row(report, a, b) and _plain_row(report, c, d):
            options.append(Mutation("rows_swapped", "indicators", a, d, f"{two}\n{one}", harmless=True))
    if options:
        options.append(Mutation("line_ends", "", 0, len(source), source.replace("\n", "\r\n"), harmless=True))
        options.append(Mutation("commas", "", 0, len(source), source.replace("，", ","), harmless=True))
    rng.shuffle(options)
    yield from options


def _plain_row(report: Report, start: int, stop: int) -> bool:
    """A whole indicator row of its own, that no other row hangs on."""
    for form in report.forms:
        for row in form.indicators:
            if row.section == "indicators" and row.parent is None and not row.shared_score:
                at = row.name.text.pieces[0].start
                first = row.level1 is None or not start <= row.level1.text.pieces[0].start < stop
                second = row.level2 is None or not start <= row.level2.text.pieces[0].start < stop
                kids = any(r.parent == row.index for r in form.indicators)
                if start <= at < stop and first and second and not kids:
                    return True
    return False


# --- judging ------------------------------------------------------------------------------------------------------


def found(before: Report, after: Report, change: Mutation) -> tuple[Finding, ...]:
    """The new findings that name the changed place."""
    old = {f.fingerprint for f in before.findings}
    place = [(change.start, change.start + len(change.text))]
    return tuple(
        f for f in after.findings
        if f.fingerprint not in old and f.severity != "info" and any(touches(e.span, place) for e in f.evidence)
    )  # fmt: skip


def disturbed(before: Report, after: Report) -> tuple[str, ...]:
    """Rules whose loud findings a harmless change has added or removed."""
    one, two = (sorted(f.rule.code for f in r.findings if f.severity in LOUD) for r in (before, after))
    return tuple(sorted({c for c in {*one, *two} if one.count(c) != two.count(c)}))
