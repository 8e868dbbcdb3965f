"""Report → pandas frames with typed columns, and the plain rows that tests and exports want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from auditor.model import SECTIONS, SEVERITIES, Evidence, Finding, Place, Report, Span, Unchecked
from auditor.report.words import reason

if TYPE_CHECKING:
    import pandas as pd

What = Literal["findings", "evidence", "passes", "claims", "unchecked", "refused"]
_TEXT = "string"
_WHOLE = "Int64"  # whole numbers that may be missing
_DOCUMENT = {"path": _TEXT, "department": _TEXT, "year": _WHOLE, "layout": _TEXT}
_PLACE = {
    "section": "section", "line": _WHOLE, "page": _WHOLE, "sheet": _TEXT, "table": _WHOLE, "row": _WHOLE,
    "column": _WHOLE, "paragraph": _WHOLE, "start": _WHOLE, "end": _WHOLE, "quote": _TEXT,
}  # fmt: skip
_RULE = {"rule": _TEXT, "name": _TEXT, "family": _TEXT, "category": _TEXT}
_SIDE = {"role": _TEXT, "label": _TEXT, "value": _TEXT, "unit": _TEXT}
COLUMNS: dict[What, dict[str, str]] = {
    "findings": _DOCUMENT | _RULE | {
        "severity": "severity", "message": _TEXT, "arithmetic": _TEXT, "fingerprint": _TEXT, "suppressed": _TEXT,
        "sides": _WHOLE,
    } | _PLACE,
    "evidence": _DOCUMENT | _RULE | {"severity": "severity", "fingerprint": _TEXT, "side": _WHOLE} | _PLACE | _SIDE,
    "passes": _DOCUMENT | _RULE | {"message": _TEXT, "arithmetic": _TEXT, "sides": _WHOLE} | _PLACE,
    "claims": _DOCUMENT | {
        "measure": _TEXT, "qualifier": _TEXT, "role": _TEXT, "comparator": _TEXT, "value": "float64",
        "low": "float64", "high": "float64", "unit": _TEXT, "dimension": _TEXT, "frame": _TEXT, "period": _TEXT,
    } | _PLACE,
    "unchecked": _DOCUMENT | {"reason": _TEXT, "message": _TEXT} | _PLACE,
    "refused": _DOCUMENT | {"reason": _TEXT, "message": _TEXT} | _PLACE,
}  # fmt: skip


def to_frame(report: Report | Iterable[Report], what: What = "findings", *, lang: str = "zh") -> pd.DataFrame:
    """One row a finding (with its first place), side of a finding, pass, claim, unchecked number, or (refused) number
    that counts nothing.

    Text is `string`, whole numbers `Int64`, figures of claims `float64` (NaN where unbounded), section a category,
    severity an ordered one (info < minor < moderate < major). Types never depend on the data: frames concatenate.
    """
    import pandas as pd

    if what not in COLUMNS:
        raise ValueError(f"what is {what!r}, not one of {', '.join(COLUMNS)}")
    reports = [report] if isinstance(report, Report) else list(report)
    rows = [row for one in reports for row in _ROWS[what](one, lang)]
    types = COLUMNS[what]
    fixed = {
        "severity": pd.CategoricalDtype(list(reversed(SEVERITIES)), ordered=True),
        "section": pd.CategoricalDtype(list(SECTIONS)),
    }
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=fixed.get(kind, kind)) for name, kind in types.items()}
    )


def flatten(report: Report, columns: Sequence[str]) -> list[list[Any]]:
    """The findings as plain rows: `report.flatten(["rule", "line", "quotes"])`.

    Columns: those of the findings frame; `lines`, `quotes`, `values`, `sections`, `labels`, `places` hold a list, one
    entry a side.
    """
    rows = [row | _sides(finding) for row, finding in zip(_findings(report, "zh"), report.findings, strict=True)]
    known = [*COLUMNS["findings"], *_MANY]
    for column in columns:
        if column not in known:
            raise ValueError(f"no column {column!r}; there are {', '.join(known)}")
    return [[row[column] for column in columns] for row in rows]


_MANY: dict[str, Callable[[Evidence], Any]] = {
    "sections": lambda side: side.span.section,
    "lines": lambda side: side.span.place.line,
    "places": lambda side: side.span.place,
    "quotes": lambda side: side.span.quote,
    "values": lambda side: side.value,
    "labels": lambda side: side.label,
}


def _sides(finding: Finding) -> dict[str, list[Any]]:
    return {name: [of(side) for side in finding.evidence] for name, of in _MANY.items()}


def _document(report: Report) -> dict[str, Any]:
    form = report.forms[0] if report.forms else None
    return {
        "path": report.document.path,
        "department": form.department if form else "",
        "year": form.year if form else None,
        "layout": form.layout if form else "unknown",
    }


def _rule(item: Any) -> dict[str, Any]:
    rule = item.rule
    return {"rule": rule.code, "name": rule.name, "family": rule.family, "category": rule.category}


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return dict.fromkeys(_PLACE)
    place: Place = span.place
    return {
        "section": span.section, "line": place.line, "page": place.page, "sheet": place.sheet, "table": place.table,
        "row": place.row, "column": place.column, "paragraph": place.paragraph,
        "start": span.start, "end": span.end, "quote": span.quote,
    }  # fmt: skip


def _first(item: Any) -> dict[str, Any]:
    return {"sides": len(item.evidence)} | _place(item.evidence[0].span if item.evidence else None)


def _findings(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        yield _document(report) | _rule(finding) | _first(finding) | {
            "severity": finding.severity, "message": finding.message(lang), "arithmetic": finding.arithmetic,
            "fingerprint": finding.fingerprint, "suppressed": finding.suppressed,
        }  # fmt: skip


def _evidence(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        for number, side in enumerate(finding.evidence):
            yield _document(report) | _rule(finding) | _place(side.span) | {
                "severity": finding.severity, "fingerprint": finding.fingerprint, "side": number,
                "role": side.role, "label": side.label, "value": side.value, "unit": side.unit,
            }  # fmt: skip


def _passes(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    for held in report.passes:
        yield _document(report) | _rule(held) | _first(held) | {
            "message": held.message(lang), "arithmetic": held.arithmetic,
        }  # fmt: skip


def _claims(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    for claim in report.claims:
        quantity = claim.quantity
        yield _document(report) | _place(claim.span) | {
            "measure": claim.measure, "qualifier": claim.qualifier, "role": claim.role,
            "comparator": quantity.comparator, "value": _float(quantity.value), "low": _float(quantity.low),
            "high": _float(quantity.high), "unit": quantity.unit, "dimension": quantity.dimension,
            "frame": claim.frame, "period": claim.period,
        }  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _unchecked(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    return _with_reason(report, report.unchecked, lang)


def _refused(report: Report, lang: str) -> Iterator[dict[str, Any]]:
    return _with_reason(report, report.refused, lang)


def _with_reason(report: Report, items: Iterable[Unchecked], lang: str) -> Iterator[dict[str, Any]]:
    for item in items:
        yield _document(report) | _place(item.span) | {"reason": item.reason, "message": reason(item.reason, lang)}


_ROWS: dict[str, Callable[[Report, str], Iterator[dict[str, Any]]]] = {
    "findings": _findings, "evidence": _evidence, "passes": _passes, "claims": _claims, "unchecked": _unchecked,
    "refused": _refused,
}  # fmt: skip
