"""Words are jieba's, whichever way its dictionary is loaded."""

from pathlib import Path

import pytest

from auditor import segment

TEXTS = [p.read_text("utf-8") for p in sorted((Path(__file__).parent.parent / "corpus").rglob("*.txt"))]


@pytest.fixture(scope="module")
def whole():
    return segment.full()


@pytest.mark.parametrize("text", TEXTS)
def test_the_dictionary_by_letter_cuts_as_the_whole_one(text, whole, tmp_path_factory, monkeypatch):
    """Same words on every form of the corpus, from a fresh cache and from a kept one."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert segment._lazy()(text) == whole(text)
    assert segment._lazy()(text) == whole(text)
    assert list((folder / "gouji").iterdir())


def test_a_cache_that_is_cut_short_is_made_again(tmp_path, monkeypatch, whole):
    """A half-written dictionary never changes a word."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    segment._lazy()
    file = next((tmp_path / "gouji").iterdir())
    file.write_bytes(file.read_bytes()[:-5])
    assert segment._lazy()("完成预算执行率") == whole("完成预算执行率")


def test_an_unwritable_cache_costs_only_time(tmp_path, monkeypatch, whole):
    """Without a place to keep the dictionary the audit still runs."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert segment._lazy()("组织安全生产培训") == whole("组织安全生产培训")


@pytest.mark.parametrize("text", TEXTS[:4])
def test_rjieba_cuts_at_the_same_borders(text, whole):
    """The accelerator changes no word of the corpus."""
    pytest.importorskip("rjieba", reason="extra `fast` is not installed")
    assert segment._rust()(text) == whole(text)
