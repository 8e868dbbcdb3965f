"""One line a finding, for editors, grep and CI: `path:line: CODE severity message`.

The line is what the file has instead where it has no lines: Sheet1!D5, p2, table1!R3C2 (see words.mark).
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model import Finding, Report
from auditor.report import PLAIN, View
from auditor.report.quote import inert
from auditor.report.words import mark, settled


def render(reports: Sequence[Report], view: View = PLAIN) -> str:
    """What the baseline holds is left out; what is waived says so."""
    return "".join(
        _line(report, finding, view) + "\n"
        for report in reports
        for finding in report.findings
        if view.everything or finding.suppressed != "baseline"
    )


def _line(report: Report, finding: Finding, view: View) -> str:
    place = mark(finding.evidence[0].span.place) if finding.evidence else ""
    where = report.document.path + (f":{place}" if place else "")
    line = f"{where}: {finding.rule.code} {finding.severity} {finding.message(view.lang)}"
    if finding.suppressed:
        line += f" [{settled(finding, view.lang)}]"
    return inert(line)
