"""3b (how a figure is said): a plan, a growth, a share, a figure of another year, one for each.

Patterns of spaCy's Matcher (rules/frames.toml) over jieba's words, in a Doc with each quantity as one word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.rules import rules_dir
from auditor.segment import words

if TYPE_CHECKING:
    from spacy.tokens import Doc

WORD = re.compile(r"[\w%]")  # how a word begins that is no mark
_FIGURE = "0"
_VOCABULARY = 50_000  # words; then a new one is begun, so that thousands of reports need no more memory than hundreds


@lru_cache(maxsize=1)
def _data() -> list[dict[str, Any]]:
    with (rules_dir() / "frames.toml").open("rb") as file:
        data: list[dict[str, Any]] = tomllib.load(file)["frame"]
    return data


@lru_cache(maxsize=1)
def _triggers() -> dict[str, str]:
    """Word -> frame, for heads."""
    return {w: f["name"] for f in _data() for w in f.get("heads", ())}


def frame_of(head: str) -> str:
    """The frame that a head gives to the bare figures in its cells (受益农户户均增收: per_unit); "" for none."""
    return next((_triggers()[w] for w in words(head) if w in _triggers()), "")


@lru_cache(maxsize=1)
def _matcher():  # type: ignore[no-untyped-def]
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    data = _data()
    vocab = Vocab()
    matcher = Matcher(vocab)
    for number, frame in enumerate(data):
        matcher.add(str(number), frame["patterns"])
    return matcher, vocab, [frozenset(f.get("after", ())) for f in data]


@lru_cache(maxsize=1)
def _openings() -> re.Pattern[str]:
    """The words that a pattern begins with: where none is, spaCy need not look."""
    firsts = [pattern[0] for frame in _data() for pattern in frame["patterns"]]
    return re.compile("|".join(re.escape(word) for first in firsts for word in first["TEXT"]["IN"]))


class Frame(NamedTuple):
    """name; said: the words that say so; announces: whether all that the sentence tells after it is meant."""

    name: str = ""
    said: str = ""
    announces: bool = False


def frames(said: Iterable[tuple[str, int, int, int]]) -> dict[int, Frame]:
    """The frames of the quantities that have one, by their number. said: of each its text, the begin of its clause, its
    own begin and end, in reading order.

    Words are told from the clause's begin, or the figure before, to the figure; tags: W word, P mark, Q quantity.
    """
    text: list[str] = []
    tags: list[str] = []
    owner: dict[int, int] = {}
    openings = _openings()
    at, of = 0, ""
    for number, (clean, clause, start, end) in enumerate(said):
        begin = clause if clean is not of else max(clause, at)
        of, at = clean, end
        if openings.search(clean, begin, start) is None:
            continue
        before = [word for word in words(clean[begin:start]) if word.strip()]
        owner[len(text) + len(before)] = number
        # A vocabulary keeps every word it meets: figures, each another one, stand in it as one word.
        text += [*before, _FIGURE, "\n"]
        tags += [*("W" if WORD.match(word) else "P" for word in before), "Q", "P"]
    if not text:
        return {}
    from spacy.tokens import Doc

    matcher, vocab, after = _matcher()
    data = _data()
    if len(vocab) > _VOCABULARY:
        _matcher.cache_clear()
    doc: Doc = Doc(vocab, words=text, spaces=[False] * len(text), tags=tags)
    found: dict[int, Frame] = {}
    for key, begin, end in matcher(doc):
        number, quantity = int(vocab.strings[key]), owner[end - 1]
        left = text[begin - 1] if begin and tags[begin - 1] == "W" else ""
        if after[number] and left and not left.endswith((*after[number], "年", "月", "底", "前")):
            continue
        if quantity not in found or len(found[quantity].said) < len("".join(text[begin : end - 1])):
            frame = data[number]
            found[quantity] = Frame(frame["name"], "".join(text[begin : end - 1]), frame.get("announces", False))
    return found
