"""A form while it is being read: fields are put in as they are met, and closed to a frozen `Form`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from auditor.form.counted import counted
from auditor.layout import Vocabulary, key
from auditor.model import Amount, Document, Field, Form, Indicator, Piece, Role, Section, Task, Text

FURNITURE = re.compile(r"[\s.…·\-—–_=＿*\[\]()、。:]*|-+\s*\d{1,4}\s*-+|—+\s*\d{1,4}\s*—+|第\s*\d+\s*页.{0,12}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年)")
_FURNISHING = frozenset(
    ("serial", "criteria", "operator", "unit", "indicator", "task", "other", "coefficient", "previous", "level")
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_YEAR_IN_WORDS = re.compile(r"(二[零〇○][零〇○一二三][零〇○一二三四五六七八九])\s*年")
_PLAIN_YEAR = re.compile(r"(20\d\d)\s*(?:年度?)?")
_SPOKEN = re.compile(r"(?:^|[。;,\n])\s*([^:,。;\d\s]{2,12})\s*:\s*")
_UNIT = re.compile(r"单\s*位\s*[:]?\s*\(?\s*(万元|亿元|千元|百元|元|万美元)\s*\)?")
_TOLD = 40  # characters of a value that tells something
_SENTENCE = re.compile("[。;]")
_MONEY = re.compile(r"万元|亿元|千元|元")


def part(text: Text, begin: int, stop: int) -> Text:
    """Characters [begin, stop) of a text as a text of its own, without white space at its ends; offsets stay good."""
    raw = text.raw[begin:stop]
    begin += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    stop = begin + len(raw)
    first = text.piece(begin)
    pieces = [Piece(0, first.start + begin - first.at, first.place)]
    pieces += [Piece(p.at - begin, p.start, p.place) for p in text.pieces if begin < p.at < stop]
    return Text(raw, tuple(pieces))


def joined(first: Text, second: Text) -> Text:
    """Two texts as one, each keeping its offsets."""
    at = len(first.raw)
    return Text(first.raw + second.raw, (*first.pieces, *(Piece(at + p.at, p.start, p.place) for p in second.pieces)))


def plain(text: Text) -> str:
    """A head as it is quoted: half width, without white space."""
    return "".join(text.clean.split()).strip(":")


@dataclass
class Draft:
    """One form, growing. `labels` are the texts that became heads, labels and furniture: they claim nothing."""

    document: Document
    words: Vocabulary
    part: int = 0
    title: str = ""
    titles: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    department: str = ""
    names: dict[str, str] = field(default_factory=dict)
    year: int | None = None
    unit: str = ""
    block_unit: str = ""
    table: int = 0  # of the funds tables, the one that is being read, from 1; 0 for figures beside their labels
    scope_unit: str = ""  # of the title of the chapter or table that is open
    header: list[Field] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)  # of the amounts
    goals: list[Field] = field(default_factory=list)
    results: list[Field] = field(default_factory=list)
    rows: list[Indicator] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    issues: list[Field] = field(default_factory=list)
    improvements: list[Field] = field(default_factory=list)
    prose: list[Field] = field(default_factory=list)
    unread: list[tuple[Field, str]] = field(default_factory=list)
    total_weight: Field | None = None
    total_score: Field | None = None
    grade: Field | None = None
    columns: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)
    labels: list[Text] = field(default_factory=list)
    levels: list[Text] = field(default_factory=list)

    # --- putting in ---------------------------------------------------------------------------------------------

    def label(self, text: Text) -> None:
        """A head, label or piece of furniture."""
        if text:
            self.labels.append(text)

    def unlabel(self, text: Text, begin: int, stop: int) -> None:
        """A part of a label says something after all."""
        for i in range(len(self.labels) - 1, max(-1, len(self.labels) - 30), -1):
            if self.labels[i] is text:
                del self.labels[i]
                break
        for piece in (part(text, 0, begin), part(text, stop, len(text.raw))):
            self.label(piece)

    def head(self, text: Text, heads: tuple[str, ...] = ()) -> None:
        """A text of the form's head: title, year, unit, name of the department."""
        self.header.append(Field(text, "header", "plan", heads))
        if not self.unit and (found := _UNIT.search(text.clean)):
            self.unit = found[1]
        self.learn_year(text)

    def learn_year(self, text: Text) -> None:
        if self.year is not None:
            return
        if found := _YEAR.search(text.clean):
            self.year = int(found[1])
        elif found := _YEAR_IN_WORDS.search(text.clean):
            self.year = int("".join(str(_DIGITS[c]) for c in found[1]))

    def name(self, role: str, label: str, text: Text) -> None:
        """The value of a label of the head, 部门名称 | 某局; sentences below one (项目概况) are text."""
        if role == "other" and len(text.raw) >= _TOLD and _SENTENCE.search(text.clean):
            self.prose.append(Field(text, "prose", "result", (label,)))
            return
        self.header.append(Field(text, "header", "plan", (label,)))
        if text:
            self.names.setdefault(role, text.raw.strip())
        if not self.unit and label.endswith("单位") and _MONEY.fullmatch(text.clean):
            self.unit = text.clean
        if "年度" in label and self.year is None and (found := _PLAIN_YEAR.fullmatch(text.clean.strip())):
            self.year = int(found[1])

    def strayed(
        self, text: Text, reason: str, heads: tuple[str, ...] = (), unit: str = "", sign: str = "", section: Section = "prose"
    ) -> Field | None:
        """A text whose place is not understood: kept, with why. unit, sign: told by other cells of its row."""
        if not text:
            return None
        role: Role = "result" if reason == "unread" and len(text.raw) >= 12 else "plan"
        self.unread.append((field := Field(text, section, role, heads, unit, sign), reason))
        return field

    def told_both(self, text: Text) -> bool:
        """预期：…。实际：… in one cell: the goals, then the results. Says whether it was such a text."""
        if ":" not in text.clean:
            return False
        roles = [(m, self.words.heads.get(key(m[1]), ())) for m in _SPOKEN.finditer(text.clean)]
        goal = next((m for m, r in roles if {"goal", "target"} & set(r)), None)
        after = [m for m, r in roles if {"goal_result", "result"} & set(r)]
        if goal is None or text.clean[: goal.start()].strip() or len(after) != 1:
            return False
        result = after[0]
        for mark, section, stop in ((goal, "goals", result.start(1)), (result, "results", len(text.raw))):
            self.label(part(text, mark.start(1), mark.end()))
            self.told(section, part(text, mark.end(), stop), (mark[1],))
        return True

    def told(self, section: str, text: Text, heads: tuple[str, ...]) -> None:
        """A text under a section label (goals, results, issues, improvements, remarks)."""
        if section in ("goals", "results") and self.told_both(text):
            return
        if section == "goals":
            self.goals.append(Field(text, "goal_narrative", "target", heads))
        elif section == "results":
            self.results.append(Field(text, "result_narrative", "result", heads))
        elif section == "issues":
            self.issues.append(Field(text, "issues", "result", heads))
        elif section == "improvements":
            self.improvements.append(Field(text, "improvements", "plan", heads))
        else:
            self.prose.append(Field(text, "prose", "result", heads))

    def amount(self, term: str, row: str, label: str, text: Text, heads: tuple[str, ...], unit: str = "") -> None:
        """A figure of the funds block. unit: as its own head or block prints it."""
        words = self.words
        if term in words.share:
            unit = "" if "%" in text.clean else "%"
        elif term in words.points:
            unit = "分"
        elif _MONEY.search(text.clean):
            unit = unit if unit != "%" else ""
        elif term in words.money or term == "funds":
            unit = unit or self.block_unit or self.unit
        self.terms.add(term)
        self.tables.append(self.table)
        self.amounts.append(Amount(term, row, label, Field(text, "budget", "budget", heads, unit)))

    @property
    def filled(self) -> bool:
        """Are tables of a form in it already?"""
        return bool(self.rows or self.tasks or self.amounts)

    @property
    def begun(self) -> bool:
        return bool(self.filled or self.header or self.goals or self.results or self.prose or self.issues)

    @property
    def told_something(self) -> bool:
        """Does it say what only a form says: funds, goals, results, a total score?"""
        told = self.filled or self.goals or self.results or self.issues or self.improvements
        return bool(told or self.total_score or self.total_weight or self.grade)

    def annex(self, other: Draft) -> None:
        """The texts of another draft belong to this one."""
        self.header += other.header
        self.prose += other.prose
        self.unread += other.unread
        self.labels += [*other.labels, *other.levels]

    # --- closing ------------------------------------------------------------------------------------------------

    def close(self) -> Form:
        used = {id(f.text) for r in self.rows for f in (r.level1, r.level2) if f}
        self.labels += [t for t in self.levels if id(t) not in used]
        rows = counted(self.words, tuple(_shared(self.rows)), (*self.goals, *self.results, *self.prose))
        form = Form(
            document=self.document,
            title=self.title,
            department=self.department or self._department(),
            year=self.year,
            unit=self.unit,
            header=tuple(self.header),
            amounts=tuple(self._of_one_total()),
            goals=tuple(self.goals),
            results=tuple(self.results),
            indicators=rows,
            tasks=tuple(self.tasks),
            issues=tuple(self.issues),
            improvements=tuple(self.improvements),
            prose=tuple(self.prose),
            total_weight=self.total_weight,
            total_score=self.total_score,
            grade=self.grade,
            columns=frozenset(self.columns - _FURNISHING),
            unread=tuple(self.unread),
            part=self.part,
        )
        return replace(form, layout=self._layout(form))

    def _of_one_total(self) -> list[Amount]:
        """The amounts; where one of several funds tables holds the money of the form, the totals of the others (三公经费,
        支出明细) are rows with a name of their own."""
        by_table: dict[int, list[Amount]] = {}
        for at, amount in zip(self.tables, self.amounts, strict=True):
            by_table.setdefault(at, []).append(amount)
        totals = [at for at, some in by_table.items() if any(a.row == "total" and a.term in self.words.money for a in some)]
        if len(totals) < 2:
            return self.amounts
        apart = [at for at in totals if at and all(self._of_a_kind(a) for a in by_table[at] if a.row != "total")]
        known = [at for at in totals if at not in apart and (not at or any(_canonical(a) for a in by_table[at]))]
        whole = known if known else [at for at in totals if at not in apart]
        if len(whole) != 1:
            return self.amounts
        others = set(totals) - set(whole)
        return [
            amount._replace(row=f"{amount.label}{at}") if at in others and amount.row == "total" else amount
            for at, amount in zip(self.tables, self.amounts, strict=True)
        ]

    def _of_a_kind(self, amount: Amount) -> bool:
        return any(word in amount.label for word in self.words.sorts)

    def _department(self) -> str:
        titled = self.words.titled_office.match("".join(self.title.split()))
        said = (self.names.get(role, "") for role in ("implementer", "supervisor"))
        return self.names.get("department") or (titled[1] if titled else "") or next(filter(None, said), "")

    def _layout(self, form: Form) -> str:
        features = set(self.columns) | self.sections | self.names.keys() | {a.term for a in self.amounts}
        features |= {n for n in ("amounts", "goals", "results", "issues", "prose") if getattr(form, n)}
        features |= {r.section for r in form.indicators}
        if form.tasks:
            features.add("tasks")
        titles = key("".join(self.titles) + self.names.get("project", ""))
        weights = [a.field.text.clean for a in self.amounts if a.term == "weight"]
        printed = {int(m[0]) for w in weights for m in re.finditer(r"(?<![\d.])\d+(?![\d.])", w)}
        levels = {key(r.level1.text.raw) for r in form.indicators if r.level1}
        for pattern in self.words.patterns:
            if pattern.title and not any(t in titles for t in pattern.title):
                continue
            if pattern.weights and not printed & set(pattern.weights):
                continue
            if pattern.blocks and not self.blocks & {str(b) for b in pattern.blocks}:
                continue
            if pattern.levels and not levels & set(pattern.levels):
                continue
            if features.issuperset(pattern.has) and not features & set(pattern.lacks):
                return pattern.name
        return "unknown"


def _canonical(amount: Amount) -> bool:
    """Of a row that the funds block of a form has: 财政拨款, 项目支出; or with the points of it."""
    return amount.term in ("weight", "score") or (amount.row.isascii() and amount.row not in ("total", "tasks", "three_public"))


def _blank(cell: Field | None) -> bool:
    return cell is None or not cell


def _shared(rows: list[Indicator]) -> Iterator[Indicator]:
    """Mark the rows that one printed score stands for: a scored row, then rows of its group that have none."""
    out = list(rows)
    leader: int | None = None
    for i, row in enumerate(rows):
        if row.parent is not None:
            continue
        if not _blank(row.score):
            leader = i
            continue
        if leader is None or not _blank(row.weight) or row.section != "indicators":
            leader = None
            continue
        if not _same_group(rows[leader], row):
            leader = None
            continue
        out[leader] = replace(out[leader], shared_score=True)
        out[i] = replace(row, weight=None, score=None, shared_score=True)
    return iter(out)


def _same_group(a: Indicator, b: Indicator) -> bool:
    def said(cell: Field | None) -> str:
        return plain(cell.text) if cell else ""

    return (said(a.level1), said(a.level2)) == (said(b.level1), said(b.level2))


SECTION: dict[str, Section] = {"indicators": "indicators", "tasks": "tasks"}
ROLE: dict[str, Role] = {"indicator": "target", "target": "target", "result": "result", "weight": "plan"}
