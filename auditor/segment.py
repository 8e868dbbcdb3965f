"""3b (words): Chinese text -> words, by jieba.

jieba's dictionary takes 0.6 s to load and a report uses a twentieth of it. So it is kept once more, cut up by first letter,
in the user's cache folder, and only the letters that occur are loaded; jieba's own code cuts with it, at the same borders
(tests/test_segment.py). rjieba (extra `fast`) is the same dictionary in Rust, used where it is installed.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

Cut = Callable[[str], list[str]]


@lru_cache(maxsize=1 << 15)
def words(text: str) -> tuple[str, ...]:
    """The words of `text`, in order; joined they are `text`. Without the HMM: new words are not guessed, so that the
    same letters give the same words in any context."""
    return tuple(_cutter()(text))


@lru_cache(maxsize=1)
def _cutter() -> Cut:
    try:
        return _rust()
    except ImportError:
        return _lazy()


def _rust() -> Cut:
    import rjieba

    return lambda text: list(rjieba.cut(text, hmm=False))


def full() -> Cut:
    """jieba with its whole dictionary in memory: what the others are held against."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    return lambda text: list(jieba.lcut(text, HMM=False))


def _lazy() -> Cut:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    shelf = _Shelf(_cache_folder() / f"jieba-{jieba.__version__}-{sys.hexversion:x}.dict")
    tokenizer: Any = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = {}, shelf.total, True
    known: set[str] = set()

    def cut(text: str) -> list[str]:
        new = set(text) - known
        if new:
            known.update(new)
            for letter in new:
                tokenizer.FREQ.update(shelf.words(letter))
        return list(tokenizer.lcut(text, HMM=False))

    return cut


def _cache_folder() -> Path:
    """Of this user alone: what is read from it is trusted."""
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "gouji"


class _Shelf:
    """jieba's word frequencies by first letter, in one file: marshal of {letter: (offset, length)}, then the parts."""

    def __init__(self, file: Path) -> None:
        try:
            self._open(file.read_bytes())
        except (OSError, ValueError, EOFError, TypeError):
            self._open(self._make(file))

    def _open(self, data: bytes) -> None:
        size = int.from_bytes(data[:8], "big")
        self.index, self.total = marshal.loads(data[8 : 8 + size])
        self._data, self._base = data, 8 + size
        if self._base + sum(length for _, length in self.index.values()) != len(data):
            raise ValueError("cut short")

    def words(self, letter: str) -> dict[str, int]:
        """{word or beginning of a word: frequency, 0 for a mere beginning} of the words that begin with `letter`."""
        offset, length = self.index.get(letter, (0, 0))
        found: dict[str, int] = (
            marshal.loads(self._data[self._base + offset : self._base + offset + length]) if length else {}
        )
        return found

    @staticmethod
    def _make(file: Path) -> bytes:
        """The shelf from jieba's own dictionary; kept in `file` if the folder can be written."""
        import tempfile

        import jieba

        frequencies, total = jieba.dt.gen_pfdict(jieba.dt.get_dict_file())
        parts: dict[str, dict[str, int]] = defaultdict(dict)
        for word, frequency in frequencies.items():
            parts[word[0]][word] = frequency
        index, blobs, at = {}, [], 0
        for letter, entries in parts.items():
            blob = marshal.dumps(entries)
            index[letter] = (at, len(blob))
            blobs.append(blob)
            at += len(blob)
        head = marshal.dumps((index, total))
        data = len(head).to_bytes(8, "big") + head + b"".join(blobs)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
                part.write(data)
            os.replace(part.name, file)
        except OSError:
            pass  # a read-only home costs time, not the audit
        return data
