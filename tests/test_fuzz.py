"""Broken files of every kind through the readers and the whole audit; benchmarks/fuzz.py runs ten thousand of them."""

from __future__ import annotations

import pytest
from mutants import mutant, seeds

from auditor import audit_document
from auditor.model import AuditError
from auditor.read import Limits, read

LIMITS = Limits(size=5_000_000, unpacked=50_000_000, cells=100_000)
READ, AUDITED, GROUP = 400, 60, 20


def test_every_seed_is_read_whole() -> None:
    """What is mutated below begins as a good file."""
    assert {read("x", data).kind for _, data in seeds()} == {"text", "docx", "xlsx", "xls", "pdf", "html"}


@pytest.mark.parametrize("first", range(0, READ, GROUP))
def test_a_broken_file_is_read_or_refused_in_one_line(first: int) -> None:
    """Nothing but AuditError, whatever the bytes."""
    for number in range(first, first + GROUP):
        kind, data = mutant(number)
        said = "read"
        try:
            read(f"{number}.{kind}", data, limits=LIMITS)
        except AuditError as error:
            said = str(error)
        assert said, number
        assert "\n" not in said, number


@pytest.mark.parametrize("first", range(READ, READ + AUDITED, GROUP))
def test_what_could_be_read_can_be_audited(first: int) -> None:
    for number in range(first, first + GROUP):
        kind, data = mutant(number)
        try:
            document = read(f"{number}.{kind}", data, limits=LIMITS)
        except AuditError:
            continue
        report = audit_document(document)
        assert report.document is document
