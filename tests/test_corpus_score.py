"""How a form is scored: what counts as found, what an allowance covers, and that every format scores like its text."""

from dataclasses import replace
from pathlib import Path

import pytest
from render import render

from auditor import audit, audit_document
from auditor.corpus import Answer, answers_to, flat, load, score, tolerates
from auditor.read import read
from auditor.score import _share, as_dict, measure, score_command

DEV = Path(__file__).parent.parent / "corpus" / "dev"
FORM = "prov_xj_tea"


@pytest.fixture(scope="module")
def scored():
    path = DEV / f"{FORM}.txt"
    report = audit(path)
    return report, load(path, report)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "html"])
def test_a_file_as_handed_in_scores_like_its_text(tmp_path, scored, kind):
    """Quotes are found in the running text of Word, Excel and web pages, and mean the same places."""
    (tmp_path / f"{FORM}.{kind}").write_bytes(render(read(DEV / f"{FORM}.txt"), kind))
    (tmp_path / f"{FORM}.toml").write_bytes((DEV / f"{FORM}.toml").read_bytes())
    total, _, _ = measure(tmp_path)
    wanted = score(*scored)
    assert (total.total, total.quantities, total.pairs) == (wanted.total, wanted.quantities, wanted.pairs)


def test_the_running_text_says_all_that_the_file_says():
    """Every text of the document stands in it where its span says."""
    document = flat(read("form.html", render(read(DEV / f"{FORM}.txt"), "html")))
    for claim in audit_document(document).claims:
        assert document.source[claim.span.start : claim.span.end] == claim.span.quote


@pytest.mark.parametrize(
    ("severity", "clean", "loud", "covered"),
    [
        ("moderate", False, True, True),  # which of major and moderate is not disputed
        ("minor", False, True, False),
        ("minor", False, False, True),
        ("moderate", True, True, False),  # nothing loud on a clean form
        ("info", True, False, True),
    ],
)
def test_an_allowance_covers_nothing_louder_than_it_says(scored, severity, clean, loud, covered):
    """A form's own reason may be remarked on quietly; a loud finding beside it is a false alarm."""
    finding = replace(scored[0].findings[0], severity="major" if loud else "info")
    sides = tuple(((e.span.start, max(e.span.end, e.span.start + 1)),) for e in finding.evidence)
    assert tolerates(Answer("allowed", (finding.rule.category,), severity, sides), finding, clean) is covered


def test_a_finding_beside_the_quoted_place_is_not_it(scored):
    """The next cell but one is another place."""
    finding = next(f for f in scored[0].findings if len(f.evidence) == 2)
    exact = tuple(((e.span.start, e.span.end),) for e in finding.evidence)
    beside = tuple(((e.span.end + 3, e.span.end + 6),) for e in finding.evidence)
    assert answers_to(finding, Answer("finding", (), "major", exact))
    assert not answers_to(finding, Answer("finding", (), "major", beside))


def test_figures_do_not_depend_on_the_number_of_processes(tmp_path):
    """One process or two: the same changes, the same answers."""
    for suffix in ("txt", "toml"):
        (tmp_path / f"{FORM}.{suffix}").write_bytes((DEV / f"{FORM}.{suffix}").read_bytes())
    one, two = (as_dict(*measure(tmp_path, 24, 3, jobs)) for jobs in (1, 2))
    assert one == two
    assert one["changes"]["all"]["right"] + one["changes"]["all"]["missed"] == 24


@pytest.mark.parametrize(
    ("total", "offers", "given"),
    [(10, [20, 20], [5, 5]), (10, [2, 20], [2, 8]), (9, [1, 1, 1], [1, 1, 1]), (7, [9, 9, 9], [3, 2, 2]), (5, [], [])],
)
def test_changes_are_spread_evenly_and_what_a_form_lacks_others_give(total, offers, given):
    """No form is asked for more than it has."""
    assert _share(total, offers) == given


def test_the_text_that_quotes_are_taken_from_can_be_printed(tmp_path, capsys):
    """For labelling a Word file."""
    (tmp_path / "form.docx").write_bytes(render(read(DEV / f"{FORM}.txt"), "docx"))
    assert score_command([str(tmp_path / "form.docx"), "--text"]) == 0
    assert "改造低产茶园面积\t≥1200亩\t1230亩" in capsys.readouterr().out
