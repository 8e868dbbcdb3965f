"""勾稽 (gouji): cross-checks the figures of Chinese budget-performance self-evaluations.

from auditor import audit
report = audit("report.txt")
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.model import (
    AuditError,
    Claim,
    Document,
    Evidence,
    Finding,
    Form,
    Match,
    Pass,
    Report,
    Rule,
    Span,
    Unchecked,
)

if TYPE_CHECKING:
    from auditor.check import Case

__version__ = "0.1.0"
__all__ = [
    "AuditError", "Claim", "Document", "Evidence", "Finding", "Form", "Match", "Pass", "Report", "Rule", "Span",
    "__version__", "audit", "audit_document", "audit_text",
]  # fmt: skip


def audit(
    path: str | Path, *, rules: Sequence[Rule] | None = None, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> Report:
    """Audit one file: text, Word, Excel, PDF or HTML, told by its content.

    rules: default all that ship. select, ignore: codes, their beginnings, or names ("AGR", "SUM4", "sum-only").
    Raises AuditError (one line: what, where, what to do) when the file cannot be read or a selector names no rule.
    """
    from auditor.read import read
    from auditor.rules import load_rules
    from auditor.select import choose

    chosen = choose(load_rules() if rules is None else rules, select, ignore)
    return audit_document(read(path), rules=chosen)


def audit_text(text: str, *, name: str = "text", rules: Sequence[Rule] | None = None) -> Report:
    """Audit a form given as text: tabs between cells, one line a row."""
    from auditor.read import read

    return audit_document(read(name, text.encode()), rules=rules)


def audit_document(document: Document, *, rules: Sequence[Rule] | None = None) -> Report:
    """The whole pipeline: form → claims → matches → checks → report."""
    from auditor.rules import load_rules

    with _uncollected():
        return _audited(document, load_rules() if rules is None else rules)


def _audited(document: Document, rules: Sequence[Rule]) -> Report:
    from auditor.check import Case
    from auditor.claim import stated
    from auditor.form import forms
    from auditor.ledger import unchecked
    from auditor.match import matches
    from auditor.rules import words

    every: list[Claim] = []
    none: list[Unchecked] = []
    found: list[Finding] = []
    held: list[Pass] = []
    parts = forms(document)
    for form in parts:
        claims, refused = stated(form)
        case = Case(form, claims, matches(form, claims), words())
        results = _check(rules, case)
        found += [r for r in results if isinstance(r, Finding)]
        held += [r for r in results if isinstance(r, Pass)]
        every += claims
        none += refused
    left, aside = unchecked(parts, every, found, held, none)
    return Report(document, parts, tuple(every), tuple(found), tuple(held), left, document.notes, aside)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cyclic garbage, which would go over the growing values of the audit again and again, an
    eighth of its time: an audit leaves no cycles behind (tests/test_speed.py)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _check(rules: Iterable[Rule], case: Case) -> list[Finding | Pass]:
    """What the rules say, by code; those that are about the report itself come last and see the findings before them."""
    from dataclasses import replace

    from auditor.check import run

    results: list[Finding | Pass] = []
    case.memo["told"] = results  # grows: a rule can see what those before it have told of a figure
    for rule in sorted(rules, key=lambda r: (r.options.get("last", False), r.code)):
        if rule.options.get("last"):
            case = replace(case, findings=tuple([r for r in results if isinstance(r, Finding)]))
        results += run(rule, case)
    return results
