"""4a  Words: how telling each one is in a form, and how far one description says what another needs.

Short names (综保区, 高企), swapped letters, synonyms and narrower words are told by method; the vocabulary is rules/matching.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from auditor.model import Form
from auditor.rules import rules_dir
from auditor.segment import words


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """rules/matching.toml, with its word lists as sets."""
    with (rules_dir() / "matching.toml").open("rb") as file:
        data = tomllib.load(file)
    said = {key: frozenset(text.split()) for key, text in data["words"].items()}
    lines = frozenset(frozenset(line.split("|")) for line in said.pop("contrast"))
    synonyms: dict[str, frozenset[str]] = {}
    for line in said.pop("synonym"):
        for word in line.split("|"):
            synonyms[word] = synonyms.get(word, frozenset()) | frozenset(line.split("|"))
    units = {key: frozenset(frozenset(pair.split()) for pair in pairs) for key, pairs in data["units"].items()}
    return {**data, "words": said, "contrast": lines, "synonyms": synonyms, "units": units}


@dataclass(frozen=True)
class Description:
    """What a claim says it counts. needs: words and weights that the other side must say; says: all its words;
    pairs: its words in twos, for short names (高新技术|企业 → 高企)."""

    needs: tuple[tuple[str, float], ...]
    says: frozenset[str]
    joined: str
    pairs: tuple[tuple[str, str], ...] = ()

    @cached_property
    def weight(self) -> float:
        return sum(w for _, w in self.needs)

    @cached_property
    def firsts(self) -> frozenset[str]:
        return frozenset(one[0] for one, _ in self.pairs)

    @cached_property
    def said_firsts(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.says)


class Lexicon:
    """How telling each word is in this form."""

    def __init__(self, form: Form) -> None:
        data = vocabulary()
        self.values: dict[str, float] = data["weights"]
        self.filler, self.generic, self.telling = (data["words"][k] for k in ("filler", "generic", "telling"))
        self.topic = frozenset(w for w in words(f"{form.department} {form.title}") if len(w) > 1)

    def weight(self, word: str) -> float:
        if word in self.telling:
            return 1.0
        if word in self.filler:
            return self.values["filler"]
        if word in self.generic:
            return self.values["generic"]
        if len(word) == 1:
            return self.values["generic"]
        if word in self.topic:
            return self.values["topic"]
        return 1.0

    def describe(self, needs: Iterable[str], says: Iterable[str]) -> Description:
        needed, more = self._joined(needs), self._joined(says)
        need = {w: self.weight(w) for w in needed}
        all_words = frozenset(need) | frozenset(more)
        pairs = tuple((a, b) for text in (needed, more) for a, b in pairwise(text) if len(a) > 1 and len(b) > 1)
        return Description(
            tuple((w, k) for w, k in need.items() if k > 0), all_words, "\n".join(sorted(all_words)), pairs
        )

    def _joined(self, text: Iterable[str]) -> list[str]:
        """Letters that no dictionary word holds are a word of their own: 巡|库|员 → 巡库员."""
        found: list[str] = []
        run = ""
        for word in (*text, ""):
            if len(word) == 1 and "一" <= word <= "鿿" and word not in self.filler and word not in self.telling:
                run += word
                continue
            if run:
                found.append(run)
                run = ""
            if word:
                found.append(word)
        return found


def _abbreviates(short: str, long: str) -> bool:
    """综保区 / 综合保税区: the letters of the short name in their order in the long one, same first and last letter."""
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


@lru_cache(maxsize=1 << 16)
def _word_covered(word: str, says: frozenset[str], joined: str) -> float:
    """How far `word` is said among `says`, 0…1."""
    if word in says:
        return 1.0
    if len(word) > 1 and word in joined:
        return 0.95
    letters = sorted(word)
    best = 0.9 if says & vocabulary()["synonyms"].get(word, frozenset()) else 0.0
    for other in says:
        if len(other) > 1 and other in word:
            narrower = word.replace(other, "", 1) in vocabulary()["words"]["telling"]  # 女职工 is no 职工
            best = max(best, 0.4 if narrower else 0.9 if len(other) * 2 >= len(word) else 0.6)
        elif len(word) == len(other) > 1 and sorted(other) == letters:
            best = max(best, 0.9)  # 发案 / 案发
        elif _abbreviates(word, other) or _abbreviates(other, word):
            best = max(best, 0.9)
        elif len(word) == len(other) == 2 and (word[0] == other[0] or word[1] == other[1]):
            best = max(best, 0.4)  # 清理 / 清运: kindred, not the same
    return best


def coverage(one: Description, other: Description) -> tuple[float, tuple[str, ...]]:
    """Share of what `one` needs that `other` says, and the words that it does not say."""
    total = covered = 0.0
    missing: list[str] = []
    for word, weight in one.needs:
        share = _word_covered(word, other.says, other.joined)
        if share < 0.9 and _shortened(word, one, other):
            share = 0.9
        total += weight
        covered += weight * share
        if share < 0.5 or (share == 0.9 and _narrows(word, other.says)):
            missing.append(word)
    return (covered / total if total else 0.0), tuple(missing)


def _shortened(word: str, one: Description, other: Description) -> bool:
    """Whether the word is a short name for two words of the other side, or one of two words that the other shortens."""
    first = word[0]
    if first in other.firsts and any(_short_for(word, pair) for pair in other.pairs if pair[0][0] == first):
        return True
    for pair in one.pairs:
        if word in pair and pair[0][0] in other.said_firsts:
            first = pair[0][0]
            if any(said[0] == first and _short_for(said, pair) for said in other.says):
                return True
    return False


def _short_for(short: str, pair: tuple[str, str]) -> bool:
    """高企 / 高新技术|企业, 综保区 / 综合|保税区."""
    one, two = pair
    if short[0] != one[0] or not 2 <= len(short) < len(one) + len(two):
        return False
    return short == one[0] + two[0] or _abbreviates(short, one + two)


@lru_cache(maxsize=1 << 14)
def _narrows(word: str, says: frozenset[str]) -> bool:
    """Whether the word is one that is said, made narrower: 业务培训 is one kind of 培训."""
    return any(1 < len(other) <= len(word) - 2 and word.endswith(other) for other in says)
