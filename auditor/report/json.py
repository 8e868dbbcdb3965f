"""Report → JSON, schema `gouji/1` (docs/gouji-1.schema.json): for one file an object, for several a list; or lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auditor.model import SEVERITIES, Claim, Evidence, Finding, Pass, Place, Report, Span, Unchecked
from auditor.report import PLAIN, View
from auditor.report.words import reason

SCHEMA = "gouji/1"


def render(reports: Sequence[Report], view: View = PLAIN) -> str:
    """One document, or a list of them where several were asked for: docs/gouji-1.schema.json."""
    documents = [document(report, view.lang) for report in reports]
    whole = documents if view.several or len(documents) != 1 else documents[0]
    return dump(whole, indent=1) + "\n"


def render_lines(reports: Sequence[Report], view: View = PLAIN) -> str:
    """One document a line."""
    return "".join(dump(document(report, view.lang)) + "\n" for report in reports)


def dump(value: Any, indent: int | None = None) -> str:
    """JSON with Chinese as it is; what UTF-8 cannot hold and what ends a line elsewhere (U+2028 …) is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def document(report: Report, lang: str = "zh") -> dict[str, Any]:
    """One report as plain values, in the order of the schema."""
    form = report.forms[0] if report.forms else None
    return {
        "schema": SCHEMA,
        "document": {
            "path": report.document.path,
            "sha256": report.document.sha256,
            "kind": report.document.kind,
            "layout": form.layout if form else "unknown",
            "title": form.title if form else "",
            "department": form.department if form else "",
            "year": form.year if form else None,
        },
        "summary": {
            "findings": {severity: report.count(severity) for severity in SEVERITIES},
            "claims": len(report.claims),
            "passes": len(report.passes),
            "unchecked": len(report.unchecked),
            "refused": len(report.refused),
        },
        "findings": [_finding(finding, lang) for finding in report.findings],
        "passes": [_pass(held, lang) for held in report.passes],
        "claims": [_claim(claim) for claim in report.claims],
        "unchecked": [_unchecked(item, lang) for item in report.unchecked],
        "refused": [_unchecked(item, lang) for item in report.refused],
        "notes": list(report.notes),
    }


def _finding(finding: Finding, lang: str) -> dict[str, Any]:
    return {
        "rule": finding.rule.code,
        "name": finding.rule.name,
        "category": finding.rule.category,
        "severity": finding.severity,
        "message": finding.message(lang),
        "arithmetic": finding.arithmetic,
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "evidence": [_evidence(side) for side in finding.evidence],
    }


def _pass(held: Pass, lang: str) -> dict[str, Any]:
    return {
        "rule": held.rule.code,
        "category": held.rule.category,
        "message": held.message(lang),
        "arithmetic": held.arithmetic,
        "evidence": [_evidence(side) for side in held.evidence],
    }


def _evidence(side: Evidence) -> dict[str, Any]:
    return {
        "role": side.role,
        "section": side.span.section,
        **_place(side.span.place),
        **_offsets(side.span),
        "label": side.label,
        "value": side.value,
        "unit": side.unit,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    quantity = claim.quantity
    return {
        "measure": claim.measure,
        "role": claim.role,
        "comparator": quantity.comparator,
        "value": number(quantity.value),
        "low": number(quantity.low),
        "high": number(quantity.high),
        "unit": quantity.unit,
        "section": claim.section,
        **_place(claim.span.place),
        **_offsets(claim.span),
    }


def _unchecked(item: Unchecked, lang: str) -> dict[str, Any]:
    return {
        "section": item.span.section,
        **_place(item.span.place),
        **_offsets(item.span),
        "reason": item.reason,
        "message": reason(item.reason, lang),
    }


def _place(place: Place) -> dict[str, int | str | None]:
    return {
        "line": place.line,
        "page": place.page,
        "sheet": place.sheet,
        "table": place.table,
        "row": place.row,
        "column": place.column,
        "paragraph": place.paragraph,
    }


def _offsets(span: Span) -> dict[str, int | str]:
    return {"start": span.start, "end": span.end, "quote": span.quote}


def number(value: Decimal | None) -> str | None:
    """A Decimal as it is written, never 1E+3."""
    return None if value is None else format(value, "f")
