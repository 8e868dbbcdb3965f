"""What keeps an audit fast, as far as it can be told without a clock (benchmarks/ measure)."""

from __future__ import annotations

import gc

import pytest
from samples import SOURCE

import auditor
from auditor import audit_document, audit_text
from auditor.read import read


def test_an_audit_leaves_nothing_for_the_collector() -> None:
    """Its values hold no cycles: they are gone with the last name, so the collector can be left out while it lasts."""
    audit_document(read("warm", SOURCE.encode()))
    gc.collect()
    gc.disable()
    try:
        audit_document(read("form", SOURCE.encode()))
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_as_it_was_after_an_audit(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        audit_text(SOURCE)
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_the_collector_is_as_it_was_after_an_audit_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(auditor, "_check", fail)
    with pytest.raises(MemoryError):
        audit_text(SOURCE)
    assert gc.isenabled()
