"""Measured truth: forms with known answers, and how well an audit does on them.

A corpus is a folder of `NAME.txt` (or .docx …) with `NAME.toml` beside it; corpus/README.md tells the format. Answers are
quoted text with the figure in ⟦⟧, so that they survive edits of the form elsewhere.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any

from auditor.model import AuditError, Claim, Document, Finding, Paragraph, Pass, Piece, Report, Span, Table, Text

REACH = 2  # characters between evidence and a quoted figure that still are the same place (a tab, a quotation mark)
LOUD = ("major", "moderate")


@dataclass(frozen=True)
class Answer:
    """A finding, agreement or trap: its sides are places [start, stop) in the source, one list a quote."""

    kind: str
    categories: tuple[str, ...]
    severity: str
    sides: tuple[tuple[tuple[int, int], ...], ...]
    why: str = ""


@dataclass(frozen=True)
class Gold:
    """One form and all that is known of it."""

    path: Path
    layout: str
    clean: bool
    kind: str
    quantities: tuple[tuple[int, int, str, str, str], ...]  # start, stop, value, unit, comparator
    either: tuple[tuple[int, int], ...]  # may be read as quantities or not
    facts: tuple[tuple[frozenset[tuple[int, int]], str], ...]
    answers: tuple[Answer, ...]

    def of(self, kind: str) -> tuple[Answer, ...]:
        return tuple(a for a in self.answers if a.kind == kind)


def locate(
    quote: str, source: str, sections: Sequence[tuple[int, int, str]] = (), section: str = ""
) -> list[tuple[int, int]]:
    """Every place of the quote; with ⟦⟧ the marked part of it."""
    plain = quote.replace("⟦", "").replace("⟧", "")
    left = quote.index("⟦") if "⟦" in quote else 0
    right = quote.index("⟧") - 1 if "⟧" in quote else len(plain)
    found = []
    at = source.find(plain)
    while at >= 0 and plain:
        place = (at + left, at + right)
        if not section or any(s <= place[0] < e and name == section for s, e, name in sections):
            found.append(place)
        at = source.find(plain, at + 1)
    return found


def flat(document: Document) -> Document:
    """A Word, Excel, PDF or web form with one running text, so that quotes can be found in it: a line for a paragraph or a row,
    tabs between the cells of a row (merged ones once). A text file stays as it is."""
    if document.source:
        return document
    parts: list[str] = []
    size = 0

    def put(text: Text, end: str) -> Text:
        nonlocal size
        start, size = size, size + len(text.raw) + len(end)
        parts.append(text.raw + end)
        return Text(text.raw, tuple(Piece(p.at, start + p.at, p.place) for p in text.pieces))

    blocks: list[Table | Paragraph] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            blocks.append(replace(block, text=put(block.text, "\n")))
            continue
        rows = []
        for row in block.rows:
            ends = ["\t"] * (len(row) - 1) + ["\n"][: len(row)]
            rows.append(tuple(cell._replace(text=put(cell.text, end)) for cell, end in zip(row, ends, strict=True)))
        blocks.append(replace(block, rows=tuple(rows)))
    return replace(document, blocks=tuple(blocks), source="".join(parts))


class Sections:
    """Where in the source each section's texts stand, as the program read the form: (start, stop, section)."""

    def __init__(self, report: Report) -> None:
        self.spans = [
            (p.start, p.start + len(f.text.raw) + 1, f.section)
            for form in report.forms
            for f in form.fields()
            for p in f.text.pieces
        ]
        self.year = str(report.form.year)

    def at(self, place: int) -> str:
        return next((name for start, stop, name in self.spans if start <= place < stop), "")

    def of(self, section: str) -> list[tuple[int, int]]:
        return [(start, stop - 1) for start, stop, name in self.spans if name == section]


def load(path: Path, report: Report) -> Gold:
    """The answers that belong to the audited file. Raises AuditError for a quote that the form does not have."""
    file = path.with_suffix(".toml")
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AuditError(f"{file}: {error}") from None
    source, sections = report.document.source, Sections(report).spans

    def places(side: Any) -> tuple[tuple[int, int], ...]:
        quote, section = (side["quote"], side.get("section", "")) if isinstance(side, dict) else (side, "")
        found = locate(quote, source, sections, section) or locate(quote, source)
        if not found:
            raise AuditError(f"{file}: the form has no {quote!r}")
        return tuple(found)

    return Gold(
        path,
        data.get("layout", ""),
        bool(data.get("clean", False)),
        data.get("kind", ""),
        tuple((*place, value, unit, sign) for quote, value, unit, sign in data.get("quantities", ()) for place in places(quote)),
        tuple(place for quote in data.get("either", ()) for place in places(quote)),
        tuple((frozenset(p for s in fact["sides"] for p in places(s)), fact.get("role", "")) for fact in data.get("fact", ())),
        tuple(
            Answer(
                kind, tuple(item.get("categories", ())), item.get("severity", ""), tuple(places(s) for s in item["sides"]),
                item.get("why", ""),
            )
            for kind in ("finding", "allowed", "agreement", "trap")
            for item in data.get(kind, ())
        ),
    )  # fmt: skip


# --- counting -----------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Right, wrong and missed; adds up."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


def wilson(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson 1927)."""
    if not of:
        return (0.0, 1.0)
    p = right / of
    middle, spread = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of)))


def touches(span: Span, places: Iterable[tuple[int, int]]) -> bool:
    """Whether the span is within REACH characters of one of the places, [start, stop) in the file."""
    return any(span.start < stop + REACH and start < span.end + REACH for start, stop in places)


def answers_to(item: Finding | Pass, answer: Answer) -> bool:
    """Whether the item is about what the answer is about: of several sides it touches at least two."""
    hit = sum(any(touches(e.span, side) for e in item.evidence) for side in answer.sides)
    return hit >= min(2, len(answer.sides))


def tolerates(answer: Answer, finding: Finding, clean: bool) -> bool:
    """Whether an `allowed` answer covers the finding: about the same, and not loud (moderate or more) where the answer is
    quiet, or where the form is clean, in which nothing loud may appear."""
    if finding.severity in LOUD and (clean or answer.severity not in LOUD):
        return False
    return finding.rule.category in answer.categories and answers_to(finding, answer)


@dataclass
class Score:
    """How one form, or a whole corpus, was audited."""

    findings: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))  # by category, moderate and more
    rules: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    quantities: Tally = field(default_factory=Tally)
    pairs: Tally = field(default_factory=Tally)
    agreements: Tally = field(default_factory=Tally)
    forms: int = 0
    clean: int = 0
    false_alarms: int = 0  # moderate and more, on clean forms
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        return sum(self.findings.values(), Tally())

    def add(self, other: Score) -> None:
        for mine, theirs in ((self.findings, other.findings), (self.rules, other.rules)):
            for key, tally in theirs.items():
                mine[key] = mine[key] + tally
        self.quantities += other.quantities
        self.pairs += other.pairs
        self.agreements += other.agreements
        self.forms, self.clean = self.forms + other.forms, self.clean + other.clean
        self.false_alarms += other.false_alarms
        self.notes += other.notes


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except ArithmeticError:
        return None


def _squeeze_unit(unit: str) -> str:
    for odd, even in ((" ", ""), ("㎡", "m²"), ("平方米", "m²"), ("m2", "m²")):
        unit = unit.replace(odd, even)
    return unit


def _right(claim: Claim, value: str, unit: str, sign: str) -> bool:
    quantity = claim.quantity
    if _squeeze_unit(quantity.unit) != _squeeze_unit(unit):
        return False
    if quantity.comparator != sign and (quantity.comparator, sign) not in {
        ("≥", ">"),
        (">", "≥"),
        ("=", "≥"),
        ("≥", "="),
    }:
        return False
    if ".." in value:
        low, high = (_number(v) for v in value.split("..", 1))
        return quantity.low == low and quantity.high == high
    return quantity.value is not None and quantity.value == _number(value)


def score(report: Report, gold: Gold) -> Score:
    """What was found, missed and invented in one form."""
    name, result = gold.path.stem, Score(forms=1, clean=int(gold.clean))
    source = report.document.source

    def quote(start: int, stop: int) -> str:
        return source[max(0, start - 14) : stop + 6].replace("\n", "⏎").replace("\t", "⇥")

    used: set[int] = set()
    findings = [f for f in report.findings if not f.suppressed]
    for answer in gold.of("finding"):
        mine = [i for i, f in enumerate(findings) if f.rule.category in answer.categories and answers_to(f, answer)]
        if not mine:  # several findings may share the work
            near = [i for i, f in enumerate(findings) if f.rule.category in answer.categories]
            sides = {
                n for i in near for e in findings[i].evidence for n, s in enumerate(answer.sides) if touches(e.span, s)
            }
            mine = near if len(sides) >= min(2, len(answer.sides)) else []
            mine = [i for i in mine if any(touches(e.span, s) for e in findings[i].evidence for s in answer.sides)]
        used.update(mine)
        if answer.severity in LOUD:
            tally = result.findings[answer.categories[0]]
            tally.right += bool(mine)
            tally.missed += not mine
            if not mine:
                result.notes.append(f"{name}: missed {'/'.join(answer.categories)}: {answer.why}")
        for i in mine:
            result.rules[findings[i].rule.code].right += 1
    for i, f in enumerate(findings):
        if i in used or any(tolerates(a, f, gold.clean) for a in gold.of("allowed")):
            continue
        result.rules[f.rule.code].wrong += 1
        if f.severity in LOUD:
            result.findings[f.rule.category].wrong += 1
            result.false_alarms += gold.clean
            result.notes.append(f"{name}: false {f.rule.code} {f.severity}: {f.message()} | {f.arithmetic}")
    for answer in gold.of("agreement"):
        held = any(answers_to(p, answer) for p in report.passes)
        result.agreements.right += held
        result.agreements.missed += not held
        if not held:
            result.notes.append(f"{name}: unlisted agreement {[quote(*s[0]) for s in answer.sides]}")
    _score_quantities(report, gold, result, quote)
    _score_pairs(report, gold, result, quote)
    return result


def _score_quantities(report: Report, gold: Gold, result: Score, quote: Any) -> None:
    name, wanted = gold.path.stem, gold.quantities
    for start, stop, value, unit, sign in wanted:
        near = [c for c in report.claims if c.span.start < stop and start < c.span.end]
        if any(_right(c, value, unit, sign) for c in near):
            result.quantities.right += 1
            continue
        result.quantities.missed += 1
        got = [(c.span.quote, str(c.quantity.value), c.quantity.unit, c.quantity.comparator) for c in near]
        result.notes.append(f"{name}: quantity {quote(start, stop)!r} is {value} {unit} {sign}; got {got}")
    for claim in report.claims if wanted else ():
        known = (*((w[0], w[1]) for w in wanted), *gold.either)
        if claim.quantity.form != "date" and not any(claim.span.start < e and s < claim.span.end for s, e in known):
            result.quantities.wrong += 1
            result.notes.append(f"{name}: no quantity {quote(claim.span.start, claim.span.end)!r}")


def _score_pairs(report: Report, gold: Gold, result: Score, quote: Any) -> None:
    if not gold.facts:
        return
    name = gold.path.stem

    def place(claim: Claim) -> tuple[int, int] | None:
        return next(((s, e) for s, e, *_ in gold.quantities if claim.span.start < e and s < claim.span.end), None)

    wanted = {frozenset(p) for fact, _ in gold.facts for p in combinations(sorted(fact), 2)}
    got: set[frozenset[tuple[int, int]]] = set()
    for group in groups(report):
        spots = sorted({p for p in map(place, group) if p is not None})
        got.update(frozenset(p) for p in combinations(spots, 2))
    result.pairs += Tally(len(wanted & got), len(got - wanted), len(wanted - got))
    for word, pairs in (("false pair", got - wanted), ("missed pair", wanted - got)):
        for one, two in sorted(map(sorted, pairs)):
            result.notes.append(f"{name}: {word} {quote(*one)!r} ~ {quote(*two)!r}")


def groups(report: Report) -> Iterator[tuple[Claim, ...]]:
    """Claims that the audit takes for one fact."""
    from auditor.match import matches

    for form in report.forms:
        texts = {id(f.text) for f in form.fields()}
        mine = [c for c in report.claims if id(c.span.text) in texts]
        yield from (m.claims for m in matches(form, mine) if m.kind in ("same", "rival", "plan", "unit"))


def files(folder: Path) -> list[Path]:
    """The labelled files of a corpus, in order."""
    labels = sorted(folder.rglob("*.toml"))
    found = [p for label in labels for p in sorted(label.parent.glob(f"{label.stem}.*")) if p.suffix != ".toml"]
    if not found:
        raise AuditError(f"{folder}: no labelled forms there (NAME.txt with NAME.toml)")
    return found
