"""Every finding of the corpus, one line each: a change of behaviour shows as a diff of findings, to be accepted on purpose
(`pytest tests/test_corpus.py --snapshot-update`, then read the diff)."""

from pathlib import Path

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from auditor import audit
from auditor.corpus import LOUD, files, load
from auditor.model import Report

CORPUS = Path(__file__).parent.parent / "corpus"
SPLITS = ("dev", "test")
WIDTH = 24  # characters of a quote


class Lines(SingleFileSnapshotExtension):
    """A text file for each split: tests/__snapshots__/test_corpus/…"""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(scope="module")
def reports() -> dict[Path, Report]:
    return {path: audit(path) for split in SPLITS for path in files(CORPUS / split) if path.suffix == ".txt"}


def lines(path: Path, report: Report) -> list[str]:
    """`form CODE severity | quote | quote …`, in the order of codes and places."""
    told = []
    for finding in report.findings:
        quotes = [" ".join(e.span.quote.split()) or "（空）" for e in finding.evidence]
        short = [q if len(q) <= WIDTH else f"{q[: WIDTH - 1]}…" for q in quotes[:6]]
        more = [f"… {len(quotes) - 6}"] if len(quotes) > 6 else []
        places = tuple(e.span.start for e in finding.evidence)
        told.append(
            (
                finding.rule.code,
                places,
                f"{path.stem} {finding.rule.code} {finding.severity} | " + " | ".join(short + more),
            )
        )
    return [line for *_, line in sorted(told)]


@pytest.mark.parametrize("split", SPLITS)
def test_the_findings_are_those_that_were_accepted(split, reports, snapshot):
    """A rule, a word or a threshold that changes shows here what it does to sixty forms."""
    every = [line for path, report in reports.items() if path.parent.name == split for line in lines(path, report)]
    assert "\n".join(every) + "\n" == snapshot(extension_class=Lines)


def test_clean_forms_stay_clean(reports):
    """No finding of moderate or more on a form that is called clean."""
    clean = [(path, report) for path, report in reports.items() if load(path, report).clean]
    assert len(clean) >= 19
    assert [(path.stem, f.message()) for path, report in clean for f in report.findings if f.severity in LOUD] == []
