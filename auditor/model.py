"""The nouns of the audit: frozen values that the stages hand on.

    file ─read─▶ Document ─form─▶ Form ─claim─▶ Claims ─match─▶ Matches ─check─▶ Findings + Passes ─report─▶ people

Nothing here reads, decides or prints. Text is never re-typed: every quote is a slice of a `Text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    import pandas as pd

    from auditor.report.terminal import Screen

Section = Literal[
    "header", "budget", "goal_narrative", "result_narrative", "indicators", "tasks", "issues", "improvements", "prose"
]
Role = Literal["budget", "target", "result", "plan"]
Severity = Literal["major", "moderate", "minor", "info"]
Comparator = Literal["=", "≥", ">", "≤", "<", "≈"]

SECTIONS: tuple[Section, ...] = (
    "header", "budget", "goal_narrative", "result_narrative", "indicators", "tasks", "issues", "improvements", "prose",
)  # fmt: skip
SEVERITIES: tuple[Severity, ...] = ("major", "moderate", "minor", "info")
CATEGORIES = frozenset(
    """
    value_conflict sum_only bound_vs_exact omission unit_mismatch label_mismatch entity_mismatch period_mismatch
    total_mismatch count_vs_list part_over_whole total_coverage rate_mismatch sign_unstated
    target_missed over_fulfilment not_evaluable target_without_result result_without_target wrong_direction
    score_formula score_over_weight weight_sum score_total execution_score grade blank placeholder truncated
    numbering_gap no_problem_declared coverage copied_target plan_wording status_conflict fractional_count
    out_of_range magnitude not_read not_checked
    """.split()
)  # fixed vocabulary: rule sets, corpus and scorer share it


class AuditError(Exception):
    """The work could not be done; the message is one line that says what, where and what to do. Exit code 2.

    `en` is the same line in English, where there is one.
    """

    def __init__(self, message: str, en: str = "") -> None:
        super().__init__(message)
        self.en = en or message


# --- text and where it stands -------------------------------------------------------------------------------------

# Radicals that look like characters: the fonts of many a PDF say 门 as ⻔, and what is copied from it says so too.
_OTHER_RADICALS = "⺁⺇⺌⺒⺓⺝⺟⺠⺫⺮⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⼾⾭"
_CHARACTERS = "厂几小巳幺月母民目竹虎西见角贝车長长门雨青韦页风飞食食马骨鬼鱼鸟卤麦黄齐齿龙龟户青"
RADICALS = {chr(code): normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}  # those of Kangxi
RADICALS |= zip(_OTHER_RADICALS, _CHARACTERS, strict=True)  # and those that NFKC leaves, or takes for older forms

# Length-preserving: offsets stay good. (NFKC is not: it turns ½ into three characters and ² into 2.)
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, 0xA0: 0x20, 0x2002: 0x20, 0x2003: 0x20, 0x2009: 0x20, 0xFEFF: 0x20, 0x200B: 0x20,
    ord("〔"): ord("["), ord("〕"): ord("]"), ord("【"): ord("["), ord("】"): ord("]"),
} | {ord(radical): ord(character) for radical, character in RADICALS.items()}  # fmt: skip


_WIDE = re.compile(f"[{''.join(map(chr, _NARROW))}]")
_PLAIN = {chr(code): chr(plain) for code, plain in _NARROW.items()}


def narrow(text: str) -> str:
    """Full-width ASCII, brackets and odd blanks as plain ASCII, one character for one."""
    if text.isascii():
        return text
    for wide in set(_WIDE.findall(text)):  # few distinct ones: six times faster than str.translate
        text = text.replace(wide, _PLAIN[wide])
    return text


# Named tuples where a file has one for every cell: a frozen dataclass takes three times as long to make.
class Place(NamedTuple):
    """Where a text stands, in its file's own terms; None where the file has no such thing.

    line: 1-based line of a text file. page: 1-based. sheet: name. table: 0-based in document order.
    row, column: 0-based grid place in the table or sheet (text: row is the 0-based row of its table, column the
    0-based cell of the line). paragraph: 0-based among the paragraphs outside tables (docx, html, pdf).
    """

    line: int | None = None
    page: int | None = None
    sheet: str | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    paragraph: int | None = None


class Piece(NamedTuple):
    """A run of a `Text` that stands in one piece in the source: text offset `at` is source offset `start`."""

    at: int
    start: int
    place: Place


@dataclass(frozen=True)
class Text:
    """The text of one cell or paragraph, exactly as the file has it.

    A cell cut by a page break is stitched: it has one piece a part. Offsets count characters of `raw`.
    """

    raw: str
    pieces: tuple[Piece, ...] = (Piece(0, 0, Place()),)

    @cached_property
    def clean(self) -> str:
        """`raw` in half width, same length: for reading, never for quoting."""
        return narrow(self.raw)

    def piece(self, offset: int) -> Piece:
        """The piece that holds character `offset`."""
        found = self.pieces[0]
        for piece in self.pieces:
            if piece.at > offset:
                break
            found = piece
        return found

    @property
    def place(self) -> Place:
        return self.pieces[0].place

    def __bool__(self) -> bool:
        return bool(self.raw.strip())


class Span(NamedTuple):
    """Characters [begin, stop) of a text in a section. An empty span at a blank cell is a place too."""

    text: Text
    begin: int
    stop: int
    section: Section

    @property
    def quote(self) -> str:
        return self.text.raw[self.begin : self.stop]

    @property
    def place(self) -> Place:
        return self.text.piece(self.begin).place

    @property
    def start(self) -> int:
        """Offset of the first character in the source (file text, or the text of the cell or paragraph)."""
        piece = self.text.piece(self.begin)
        return piece.start + self.begin - piece.at

    @property
    def end(self) -> int:
        """Offset after the last character in the source."""
        if self.stop <= self.begin:
            return self.start
        piece = self.text.piece(self.stop - 1)
        return piece.start + self.stop - piece.at


# --- what a reader hands over -------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A cell at its top-left grid place. Cells that a merged one covers are not listed.

    merged: the file says what is merged (docx, xlsx, html, pdf). In text, merged cells look like blank ones.
    """

    text: Text
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of cells, each row sorted by column. `spans_known`: rowspan/colspan are the file's own."""

    rows: tuple[tuple[Cell, ...], ...]
    spans_known: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A text of its own, outside any table."""

    text: Text


@dataclass(frozen=True)
class Document:
    """One file, read: blocks in reading order, and for text files the whole decoded text.

    kind: text docx xlsx xls pdf html. notes: what the reader could not read (a picture, a page without text).
    """

    path: str
    sha256: str
    kind: str
    blocks: tuple[Table | Paragraph, ...]
    source: str = ""
    notes: tuple[str, ...] = ()


# --- what the form says -------------------------------------------------------------------------------------------


class Field(NamedTuple):
    """A text with what the form says about it.

    section, role: of every claim in it. heads: the row and column heads that apply to it, outermost first
    ("产出指标", "数量指标", "培训场次"). unit: printed elsewhere (单位：万元, 度量单位 column, 数量（万元）).
    comparator: printed in a cell of its own (≥ | 95 | %), "" otherwise.
    """

    text: Text
    section: Section
    role: Role
    heads: tuple[str, ...] = ()
    unit: str = ""
    comparator: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


class Amount(NamedTuple):
    """A figure of the funds block under its canonical term (rules/layouts.toml: year_budget, initial_budget, spent,
    adjustment, execution_rate, adjustment_rate, weight, score…) and row (total, fiscal, carried_over, other, … as the
    row label canonicalises; `label` is the row label as printed)."""

    term: str
    row: str
    label: str
    field: Field


@dataclass(frozen=True)
class Indicator:
    """A row of an indicator table. `table` tells the tables apart: "indicators" or "tasks". parent: index (in
    Form.indicators) of the row that this 其中 row is part of. shared_score: one score printed for several rows. rate: the
    printed 完成率 (偏离度); it claims no result, so the form keeps it in `Form.unread` too. initial: the target of the
    beginning of the year, where an adjusted one stands beside it."""

    index: int
    name: Field
    target: Field | None = None
    result: Field | None = None
    weight: Field | None = None
    score: Field | None = None
    reason: Field | None = None
    level1: Field | None = None
    level2: Field | None = None
    section: Section = "indicators"
    parent: int | None = None
    task: int | None = None
    shared_score: bool = False
    rate: Field | None = None
    initial: Field | None = None


@dataclass(frozen=True)
class Task:
    """A row of the task table; `index` counts them from 0."""

    index: int
    name: Field
    goal: Field | None = None
    result: Field | None = None
    funds: Field | None = None


@dataclass(frozen=True)
class Form:
    """What the document says, by section. Every non-blank text of the document is in exactly one of these.

    columns: roles of columns that the layout's tables really have ("target", "result", "weight", "score", "reason"
    …), so that a check can tell "blank" from "no such column". goals/results pair up by position where both are
    given. unread: texts whose place in the form is not understood (with why): they still yield claims.
    """

    document: Document
    layout: str = "unknown"
    title: str = ""
    department: str = ""
    year: int | None = None
    unit: str = ""
    header: tuple[Field, ...] = ()
    amounts: tuple[Amount, ...] = ()
    goals: tuple[Field, ...] = ()
    results: tuple[Field, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    tasks: tuple[Task, ...] = ()
    issues: tuple[Field, ...] = ()
    improvements: tuple[Field, ...] = ()
    prose: tuple[Field, ...] = ()
    total_weight: Field | None = None
    total_score: Field | None = None
    grade: Field | None = None
    columns: frozenset[str] = frozenset()
    unread: tuple[tuple[Field, str], ...] = ()
    part: int = 0  # several forms in one file: 0, 1, …

    def fields(self) -> Iterator[Field]:
        """Every field once, in an order that follows the form."""
        return iter(self._every)

    @cached_property
    def _every(self) -> tuple[Field, ...]:
        return tuple(self._in_order())

    @cached_property
    def said(self) -> tuple[Field, ...]:
        """The fields that are not blank, in the same order."""
        return tuple([f for f in self._every if f.text.raw.strip()])

    def _in_order(self) -> Iterator[Field]:
        yield from self.header
        yield from (a.field for a in self.amounts)
        yield from self.goals
        yield from self.results
        for task in self.tasks:
            yield from (f for f in (task.name, task.goal, task.result, task.funds) if f is not None)
        seen: set[int] = set()
        for row in self.indicators:
            for f in (
                row.level1, row.level2, row.name, row.initial, row.target, row.result, row.weight, row.score, row.reason,
            ):  # fmt: skip
                if f is not None and id(f) not in seen:
                    seen.add(id(f))
                    yield f
        yield from (f for f in (self.total_weight, self.total_score, self.grade) if f is not None)
        yield from self.issues
        yield from self.improvements
        yield from self.prose
        yield from (f for f, _ in self.unread)


# --- what is claimed ----------------------------------------------------------------------------------------------


class Quantity(NamedTuple):
    """A closed interval [low, high] in `unit`; None is unbounded.

    value: the figure as printed, None for a range. comparator as printed (约 → "≈"; 超 → ">"; 以上 → "≥").
    step: one unit of the last printed digit (99.6 → 0.1; 100 → 1). unit with its scale (万元, 万m²), "" for a bare number.
    dimension: rules/units.toml (money, area, rate, count:场 …); factor: 1 `unit` in the dimension's base unit.
    start, end: the whole quantity in the text that was parsed (约53.47万m²); figure_start, figure_end: its digits.
    form: "plain" | "range" | "growth" | "date" | "each" | "product" — what kind of expression it is.
    """

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    comparator: Comparator
    unit: str
    dimension: str
    factor: Decimal
    step: Decimal
    start: int
    end: int
    figure_start: int
    figure_end: int
    form: str = "plain"

    @property
    def base(self) -> tuple[Decimal | None, Decimal | None]:
        """(low, high) in the base unit of the dimension."""
        return (
            None if self.low is None else self.low * self.factor,
            None if self.high is None else self.high * self.factor,
        )


class Claim(NamedTuple):
    """What is counted, how much, in which role, where.

    measure: the words that say what is counted, as printed, without the figure (召开座谈会). qualifier: what narrows it
    (其中, 其他特色产业). clause: span of the clause that holds it. words: content words of the measure; context: those
    said before in the sentence. frame: how it is said: "" | growth | share | plan | previous | per_unit | each |
    cumulative | part | initial (a target that was adjusted later).
    row: index of the indicator or task the claim stands in. period: as printed (2021年底), "" if none.
    """

    index: int  # type: ignore[assignment]  # not tuple's method of that name
    measure: str
    qualifier: str
    quantity: Quantity
    role: Role
    span: Span
    clause: Span
    field: Field
    words: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    frame: str = ""
    period: str = ""
    indicator: int | None = None
    task: int | None = None

    @property
    def section(self) -> Section:
        return self.span.section


@dataclass(frozen=True)
class Match:
    """Claims that state one fact, or are said to, with how sure that is and why. score in [0, 1].

    kind: same | rival | sum (a figure and its summands) | whole (the same under one wider label) | plan | unit | year, as
    `auditor.match.matches` says.
    """

    claims: tuple[Claim, ...]
    score: float
    reasons: tuple[str, ...]
    kind: str = "same"


# --- what is said about it ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """One rule of a rules/*.toml file. `options` are the keys that its kind defines."""

    code: str
    name: str
    kind: str
    category: str
    severity: Severity
    message: Mapping[str, str]
    why: str
    authority: str
    example: str
    clean: str
    options: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    why_en: str = ""

    @property
    def family(self) -> str:
        return self.code[:3]

    def reason(self, lang: str = "zh") -> str:
        """What a reviewer needs to know; in Chinese where the rule has no other."""
        return self.why_en or self.why if lang == "en" else self.why


class Evidence(NamedTuple):
    """One side of a finding. label: row label or measure that the quote belongs to. value as printed, None if none."""

    span: Span
    role: str
    label: str = ""
    value: str | None = None
    unit: str | None = None


def _squeeze(text: str) -> str:
    return "".join(narrow(text).split()).lower()


@dataclass(frozen=True)
class Finding:
    """What is wrong. facts fill the rule's message templates; all values are strings."""

    rule: Rule
    facts: Mapping[str, str]
    arithmetic: str
    evidence: tuple[Evidence, ...]
    severity: Severity
    suppressed: str | None = None

    def message(self, lang: str = "zh") -> str:
        return self.rule.message[lang].format_map(self.facts)

    @cached_property
    def fingerprint(self) -> str:
        """Stable under moved lines, re-wrapping and re-export: what is said and where in the form, never offsets."""
        sides = sorted((e.span.section, _squeeze(e.label), _squeeze(e.span.quote)) for e in self.evidence)
        return sha256(repr((self.rule.code, sides)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Pass:
    """A check that held, with its places."""

    rule: Rule
    facts: Mapping[str, str]
    arithmetic: str
    evidence: tuple[Evidence, ...]
    note: Mapping[str, str] = field(default_factory=dict)  # message by language

    def message(self, lang: str = "zh") -> str:
        return self.note[lang].format_map(self.facts) if self.note else self.rule.name


class Unchecked(NamedTuple):
    """A number that took part in no check, or a text that could not be placed; reason is a key of rules/words.toml."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Report:
    """All that is known of one file after the audit. See `auditor.report` for its renderings."""

    document: Document
    forms: tuple[Form, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    passes: tuple[Pass, ...]
    unchecked: tuple[Unchecked, ...]
    notes: tuple[str, ...] = ()
    refused: tuple[Unchecked, ...] = ()  # numbers that count nothing: years, list marks, codes …

    @property
    def form(self) -> Form:
        return self.forms[0]

    def count(self, severity: Severity) -> int:
        return sum(f.severity == severity and not f.suppressed for f in self.findings)

    def flatten(self, columns: Sequence[str]) -> list[list[Any]]:
        """The findings as rows: `report.flatten(["rule", "line", "quotes"])`. See `auditor.report.frame`."""
        from auditor.report.frame import flatten

        return flatten(self, columns)

    def to_frame(
        self,
        what: Literal["findings", "evidence", "passes", "claims", "unchecked", "refused"] = "findings",
        lang: str = "zh",
    ) -> pd.DataFrame:
        """The findings, their sides, passes, claims, unchecked or refused numbers as a pandas frame with typed columns."""
        from auditor.report.frame import to_frame

        return to_frame(self, what, lang=lang)

    def spans(self, what: Literal["claims", "findings"] = "claims") -> list[dict[str, Any]]:
        """Texts with their spans, for `displacy.render(…, style="ent" or "span", manual=True)`."""
        from auditor.report.notebook import spans

        return spans(self, what)

    def __rich__(self) -> Screen:
        from auditor.report.terminal import Screen

        return Screen(self)

    def _repr_html_(self) -> str:
        from auditor.report.notebook import repr_html

        return repr_html(self)
