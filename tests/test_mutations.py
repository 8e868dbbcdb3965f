"""Any one recurring figure changed in one place: the finding appears, names both places, and nothing else changes."""

import random
from pathlib import Path

import pytest

from auditor import audit, audit_text
from auditor.corpus import LOUD, files, load, touches
from auditor.harmless import harmless
from auditor.mutation import Mutation, disturbed, found, harmful

DEV = Path(__file__).parent.parent / "corpus" / "dev"
FORMS = [p for p in files(DEV) if p.suffix == ".txt" and not p.stem.startswith("prose")]
KINDS = ("digit_changed", "digits_swapped", "point_shifted")
EACH = 5  # changes a form


def _changes(path: Path) -> tuple[object, list[Mutation]]:
    """Changes to figures of results that the labels put in a fact of two places or more, one a fact."""
    report = audit(path)
    gold = load(path, report)
    picked: list[Mutation] = []
    used: set[int] = set()
    for change in harmful(report, gold, random.Random(7)):
        of = [
            n for n, (fact, _) in enumerate(gold.facts) if len(fact) > 1 and any(touches_place(change, p) for p in fact)
        ]
        digits = sum(c.isdigit() for c in report.document.source[change.start : change.stop])
        if change.kind in KINDS and change.recurs and of and not used & set(of) and digits > 2:
            used.update(of)
            picked.append(change)
    return report, picked[:EACH]


def touches_place(change: Mutation, place: tuple[int, int]) -> bool:
    return change.start < place[1] and place[0] < change.stop


CASES = [
    (path, *pair) for path in FORMS for report, changes in [_changes(path)] for pair in [(report, c) for c in changes]
]


@pytest.fixture(scope="module")
def answers():
    """Every change with the report before and after it and the new findings that name its place."""
    results = []
    for path, before, change in CASES:
        after = audit_text(change.apply(before.document.source), name=path.name)
        results.append((path.stem, change, before, after, found(before, after, change)))
    return results


def test_sixty_changes_and_six_in_seven_are_found(answers):
    """Those that are not share no telling word with their other place (docs/accuracy.md)."""
    hits = [a for a in answers if a[4]]
    missed = [(name, change) for name, change, *_, new in answers if not new]
    assert len(hits) >= 60, missed
    assert len(hits) >= 6 / 7 * len(answers), missed


def test_a_finding_names_the_changed_place_and_another(answers):
    """Both sides are quoted."""
    for name, change, _, _, new in answers:
        if new:
            assert any(len({(e.span.start, e.span.end) for e in f.evidence}) > 1 for f in new), (name, change)


def test_nothing_else_changes(answers):
    """Every new loud finding is about the changed place or about a place that its findings quote."""
    for name, change, before, after, new in answers:
        place = [(change.start, change.start + len(change.text))]
        quoted = [(e.span.start, e.span.end) for f in new for e in f.evidence]
        old = {f.fingerprint for f in before.findings}
        for finding in after.findings:
            if finding.severity in LOUD and finding.fingerprint not in old:
                near = any(touches(e.span, [*place, *quoted]) for e in finding.evidence)
                assert near or finding.rule.category == "no_problem_declared", (name, change, finding.message())


@pytest.mark.parametrize("path", FORMS[::3], ids=lambda p: p.stem)
def test_harmless_changes_change_no_finding(path):
    """Full width, page breaks, line ends, row order, converted units: the same findings of moderate and more."""
    before = audit(path)
    for change, _ in zip(harmless(before, load(path, before), random.Random(7)), range(8), strict=False):
        after = audit_text(change.apply(before.document.source), name=path.name)
        assert not disturbed(before, after), change
