"""A Report → rows of the three tables. Columns are data here: docs/scale.md explains each, tests hold them together.

documents: one row a file, whatever became of it. findings: one a finding. claims: one a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from auditor.layout import key, title_key, vocabulary
from auditor.model import SEVERITIES, Claim, Evidence, Field, Finding, Form, Indicator, Report, Rule, Span
from auditor.target import direction

Row = tuple[Any, ...]
TABLES = ("findings", "claims", "documents")  # documents last: a shard with documents is whole
_FULL = 4  # letters from which the name of a total tells which
NARRATIVE = 40  # characters from which a text is kept to be compared with those of other reports

_PLACE = {
    "section": "str", "line": "int", "page": "int", "sheet": "str", "table": "int", "row": "int", "column": "int",
    "paragraph": "int", "start": "int", "end": "int", "quote": "str",
}  # fmt: skip
EVIDENCE = _PLACE | {"role": "str", "label": "str", "value": "str", "unit": "str"}
TEXT = {"section": "str", "label": "str", "line": "int", "text": "str"}
COLUMNS: dict[str, dict[str, Any]] = {
    "findings": {
        "path": "str", "department": "str", "year": "int", "layout": "str", "rule": "str", "name": "str",
        "family": "str", "category": "str", "severity": "str", "message": "str", "arithmetic": "str",
        "fingerprint": "str", **_PLACE, "evidence": [EVIDENCE],
    },
    "claims": {
        "path": "str", "part": "int", "department": "str", "project": "str", "year": "int", "measure": "str",
        "qualifier": "str", "role": "str", "comparator": "str", "value": "float", "low": "float", "high": "float",
        "unit": "str", "dimension": "str", "factor": "float", "step": "float", "form": "str", "frame": "str",
        "period": "str", "indicator": "int", "task": "int", "cell": "str", "direction": "str", "term": "str",
        "heads": ["str"], "clause": "str", **_PLACE,
    },
    "documents": {
        "path": "str", "sha256": "str", "status": "str", "reason": "str", "kind": "str", "layout": "str",
        "title": "str", "department": "str", "supervisor": "str", "project": "str", "year": "int", "forms": "int",
        **dict.fromkeys(SEVERITIES, "int"), "claims": "int", "passes": "int", "unchecked": "int", "bytes": "int",
        "seconds": "float", "texts": [TEXT],
    },
}  # fmt: skip


@dataclass
class Rows:
    """Rows of each table; adds up."""

    findings: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)

    def __iadd__(self, other: Rows) -> Rows:
        self.findings += other.findings
        self.claims += other.claims
        self.documents += other.documents
        return self


# --- one report ---------------------------------------------------------------------------------------------------


def of_report(report: Report, path: str, size: int, seconds: float, lang: str = "zh") -> Rows:
    """The rows of a report that was audited."""
    form = report.forms[0]
    head = (path, form.department, form.year, form.layout)
    texts = [text for part in report.forms for text in _texts(part)]
    counts = (report.count(severity) for severity in SEVERITIES)
    document: Row = (
        path, report.document.sha256, "ok", "；".join(report.notes), report.document.kind, form.layout, form.title,
        form.department, said(form, "supervisor"), said(form, "project"), form.year, len(report.forms),
        *counts, len(report.claims), len(report.passes),
        len(report.unchecked), size, round(seconds, 4), texts,
    )  # fmt: skip
    findings = [(*head, *_finding(finding, lang)) for finding in report.findings if not finding.suppressed]
    return Rows(findings, list(_claims(report, path)), [document])


def of_failure(rule: Rule, path: str, size: int, seconds: float, reason: str, lang: str = "zh") -> Rows:
    """The rows of a report that could not be audited: a document without claims, and a finding that says why."""
    message = rule.message[lang].format_map({"reason": reason})
    place = dict.fromkeys(_PLACE)
    finding: Row = (
        path, "", None, "", rule.code, rule.name, rule.family, rule.category, rule.severity, message, "",
        Finding(rule, {"reason": reason}, "", (), rule.severity).fingerprint, *place.values(), [],
    )  # fmt: skip
    counts = (int(rule.severity == s) for s in SEVERITIES)
    document: Row = (
        path, "", "failed", reason, "", "", "", "", "", "", None, 0, *counts, 0, 0, 0, size, round(seconds, 4), [],
    )  # fmt: skip
    return Rows([finding], [], [document])


def said(form: Form, label: str) -> str:
    """The value of a label of rules/layouts.toml (project: 项目名称) in the form's head; "" where there is none."""
    labels = vocabulary().labels
    for field_ in form.header:
        if field_ and field_.heads and labels.get(title_key(field_.heads[-1])) == label:
            return "".join(field_.text.clean.split())
    return ""


def _place(span: Span) -> Row:
    place = span.place
    return (
        span.section, place.line, place.page, place.sheet, place.table, place.row, place.column, place.paragraph,
        span.start, span.end, span.quote,
    )  # fmt: skip


def _finding(finding: Finding, lang: str) -> Row:
    rule = finding.rule
    first = _place(finding.evidence[0].span) if finding.evidence else tuple([None] * len(_PLACE))
    return (
        rule.code, rule.name, rule.family, rule.category, finding.severity, finding.message(lang), finding.arithmetic,
        finding.fingerprint, *first, [_evidence(side) for side in finding.evidence],
    )  # fmt: skip


def _evidence(side: Evidence) -> dict[str, Any]:
    return dict(zip(EVIDENCE, (*_place(side.span), side.role, side.label, side.value, side.unit), strict=True))


def _claims(report: Report, path: str) -> Iterator[Row]:
    home: dict[int, Form] = {id(f): form for form in report.forms for f in form.fields()}
    projects = {form.part: said(form, "project") for form in report.forms}
    terms = {id(a.field): f"{a.term}/{a.row}" for form in report.forms for a in form.amounts}
    cells = {id(f): (name, row) for form in report.forms for row in form.indicators for name, f in _cells(row)}
    for claim in report.claims:
        form = home.get(id(claim.field), report.forms[0])
        cell, row = cells.get(id(claim.field), ("", None))
        way = direction(row, claim) if row is not None and cell == "target" else ""
        yield (
            path, form.part, form.department, projects[form.part], form.year, *_figure(claim), claim.frame,
            claim.period, claim.indicator, claim.task, cell, way, terms.get(id(claim.field)) or _term(claim),
            list(claim.field.heads), claim.clause.quote, *_place(claim.span),
        )  # fmt: skip


def _cells(row: Indicator) -> Iterator[tuple[str, Field]]:
    for name in ("target", "result", "weight", "score", "reason"):
        if (cell := getattr(row, name)) is not None:
            yield name, cell


def _term(claim: Claim) -> str:
    """spent/said: a clause that names a total of the funds block by its full name, and nothing else (全年执行数780万元)."""
    if claim.quantity.dimension != "money" or claim.frame or claim.section not in ("prose", "result_narrative"):
        return ""
    word = key(claim.clause.quote[: claim.span.begin - claim.clause.begin]).rstrip("为是达共约:")
    term = vocabulary().terms.get(word) if len(word) >= _FULL else None
    return f"{term}/said" if term else ""


def _figure(claim: Claim) -> Row:
    quantity = claim.quantity
    return (
        claim.measure, claim.qualifier, claim.role, quantity.comparator, _float(quantity.value), _float(quantity.low),
        _float(quantity.high), quantity.unit, quantity.dimension, float(quantity.factor), float(quantity.step),
        quantity.form,
    )  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _texts(form: Form) -> Iterator[dict[str, Any]]:
    """Texts long enough to have been written for this report."""
    fields: list[Field] = [*form.goals, *form.results, *form.issues, *form.improvements, *form.prose]
    fields += [f for task in form.tasks for f in (task.goal, task.result) if f is not None]
    fields += [row.reason for row in form.indicators if row.reason is not None]
    for one in fields:
        if len(one.text.raw) >= NARRATIVE:
            label = one.heads[-1] if one.heads else ""
            yield {"section": one.section, "label": label, "line": one.text.place.line, "text": one.text.raw}


# --- rows → Arrow -------------------------------------------------------------------------------------------------


@cache
def schema(table: str) -> Any:
    """The Arrow schema of a table: strings, int64 and float64 that may be missing, lists of structs."""
    import pyarrow as pa

    return pa.schema([(name, arrow_kind(of)) for name, of in COLUMNS[table].items()])


def arrow_kind(of: Any) -> Any:
    """The Arrow type of a column as COLUMNS writes it."""
    import pyarrow as pa

    if isinstance(of, list):
        return pa.list_(arrow_kind(of[0]))
    if isinstance(of, dict):
        return pa.struct([(name, arrow_kind(inner)) for name, inner in of.items()])
    return {"str": pa.string(), "int": pa.int64(), "float": pa.float64()}[of]


def arrow(table: str, rows: Sequence[Row]) -> Any:
    """The rows as an Arrow table. What UTF-8 cannot hold (half a surrogate pair) becomes �."""
    import pyarrow as pa

    form = schema(table)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(form)
    arrays = []
    for column, kind in zip(columns, form.types, strict=True):
        try:
            arrays.append(pa.array(column, kind))
        except UnicodeEncodeError:
            arrays.append(pa.array(map(_valid, column), kind))
    return pa.Table.from_arrays(arrays, schema=form)


def _valid(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_valid(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _valid(item) for key, item in value.items()}
    return value


def pack(rows: Rows) -> dict[str, bytes]:
    """The rows of each table as Arrow IPC: a fifth of the time and a third of the bytes of pickled rows."""
    import pyarrow as pa

    packed: dict[str, bytes] = {}
    for name in TABLES:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema(name)) as stream:
            stream.write_table(arrow(name, getattr(rows, name)))
        packed[name] = sink.getvalue().to_pybytes()
    return packed


def unpack(packed: bytes) -> Any:
    """The Arrow table of one packed table."""
    import pyarrow as pa

    with pa.ipc.open_stream(packed) as stream:
        return stream.read_all()
