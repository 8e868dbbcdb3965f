"""Report → SARIF 2.1.0, as GitHub takes it: lines from 1, relative paths, fingerprints, settled findings marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote as escape

import auditor
from auditor.model import Evidence, Finding, Report, Rule
from auditor.report import PLAIN, View
from auditor.report.json import dump
from auditor.report.words import mark, settled, side

LEVEL = {"major": "error", "moderate": "warning", "minor": "note", "info": "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(reports: Sequence[Report], view: View = PLAIN) -> str:
    """One run over all the files. Columns count characters (unicodeCodePoints)."""
    rules = {finding.rule.code: finding.rule for report in reports for finding in report.findings}
    index = {code: number for number, code in enumerate(sorted(rules))}
    run = {
        "tool": {
            "driver": {
                "name": "gouji",
                "version": auditor.__version__,
                "semanticVersion": auditor.__version__,
                "rules": [_rule(rules[code], view.lang) for code in index],
            }
        },
        "columnKind": "unicodeCodePoints",
        "language": "en-US" if view.lang == "en" else "zh-CN",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(reports)}],
        "artifacts": [
            {"location": {"uri": _uri(r.document.path)}, "hashes": {"sha-256": r.document.sha256}} for r in reports
        ],
        "results": [
            _result(report, finding, index[finding.rule.code], number, view.lang)
            for number, report in enumerate(reports)
            for finding in report.findings
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return dump(log, indent=1) + "\n"


def _rule(rule: Rule, lang: str) -> dict[str, Any]:
    head = {"zh": ("依据", "应当报告的例子", "不应报告的例子"), "en": ("Authority", "Fires on", "Silent on")}[lang]
    texts = (f"{head[0]}: {rule.authority}", f"{head[1]}:\n\n{rule.example}", f"{head[2]}:\n\n{rule.clean}")
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": rule.reason(lang)},
        "help": {"text": "\n\n".join((rule.reason(lang), *texts))},
        "defaultConfiguration": {"level": LEVEL[rule.severity]},
        "properties": {
            "category": rule.category,
            "severity": rule.severity,
            "problem.severity": "recommendation" if LEVEL[rule.severity] == "note" else LEVEL[rule.severity],
            "tags": [rule.family, rule.category],
        },
    }


def _result(report: Report, finding: Finding, rule: int, artifact: int, lang: str) -> dict[str, Any]:
    sides = list(finding.evidence)
    text = finding.message(lang) + (f"\n{finding.arithmetic}" if finding.arithmetic else "")
    if "](" in text:  # would be a link
        text = _plain(text)
    for number, evidence in enumerate(sides[1:]):  # the other sides, as links that GitHub makes clickable
        words = f"{side(evidence, lang)} {evidence.label} {evidence.span.quote or '—'}"
        text += f"\n[{_plain(words)}]({number})"
    result: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": rule,
        "level": LEVEL[finding.severity],
        "message": {"text": text},
        "locations": [_location(report, sides[0] if sides else None, artifact)],
        "partialFingerprints": {"gouji/v1": finding.fingerprint},
        "properties": {"category": finding.rule.category, "severity": finding.severity},
    }
    if sides[1:]:
        result["relatedLocations"] = [
            {"id": number, **_location(report, evidence, artifact), "message": {"text": side(evidence, lang) or "—"}}
            for number, evidence in enumerate(sides[1:])
        ]
    if finding.suppressed:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": settled(finding, lang)}]
    return result


def _plain(text: str) -> str:
    """Link text: no brackets and no line ends of its own."""
    return "".join(f"\\{char}" if char in "[]\\" else " " if char in "\r\n" else char for char in text)


def _location(report: Report, evidence: Evidence | None, artifact: int) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": 1}
    place = {"artifactLocation": {"uri": _uri(report.document.path), "index": artifact}, "region": region}
    location: dict[str, Any] = {"physicalLocation": place}
    if evidence is None:
        return location
    at = evidence.span.place
    if at.line is not None and report.document.source:
        region |= _region(report.document.source, evidence)
    elif mark(at):
        location["logicalLocations"] = [{"fullyQualifiedName": mark(at), "kind": "element"}]
        if evidence.span.quote:
            region["snippet"] = {"text": evidence.span.quote}
    return location


def _region(source: str, evidence: Evidence) -> dict[str, Any]:
    starts = _line_starts(source)
    start, end = evidence.span.start, evidence.span.end
    first, last = bisect_right(starts, start), bisect_right(starts, max(start, end))
    region: dict[str, Any] = {"startLine": first, "startColumn": start - starts[first - 1] + 1}
    if end > start:
        region |= {"endLine": last, "endColumn": end - starts[last - 1] + 1, "snippet": {"text": source[start:end]}}
    return region


@lru_cache(maxsize=1)
def _line_starts(source: str) -> list[int]:
    starts = [0]
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    return starts


def _uri(path: str) -> str:
    """Relative to where audit runs (a repository's root, for GitHub); elsewhere a file: URI."""
    where = Path(path)
    if where.is_absolute():
        if not where.is_relative_to(Path.cwd()):
            return where.as_uri()
        where = where.relative_to(Path.cwd())
    return escape(where.as_posix(), safe="/-._~", errors="replace")


def _notes(reports: Iterable[Report]) -> list[dict[str, Any]]:
    return [
        {"level": "warning", "message": {"text": f"{report.document.path}: {note}"}}
        for report in reports
        for note in report.notes
    ]
