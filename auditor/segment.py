"""3b (words): Chinese text -> words, by jieba's dictionary.

rjieba (extra `fast`) holds the same dictionary in Rust and cuts at the same borders; it is used where it is installed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=1)
def _cutter() -> Callable[[str], list[str]]:
    try:
        import rjieba

        return lambda text: list(rjieba.cut(text, hmm=False))
    except ImportError:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        return lambda text: jieba.lcut(text, HMM=False)


@lru_cache(maxsize=1 << 15)
def words(text: str) -> tuple[str, ...]:
    """The words of `text`, in order; joined they are `text`. Without the HMM: new words are not guessed, so that the
    same words come out of the same letters in any context."""
    return tuple(_cutter()(text))
