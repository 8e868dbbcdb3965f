"""4a  Words: how telling each one is in a form, and how far one description says what another needs.

Short names (综保区, 高企), swapped letters, synonyms and narrower words are told by method; the vocabulary is rules/matching.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar
from weakref import ReferenceType, ref

from auditor.model import Form
from auditor.rules import rules_dir
from auditor.segment import words


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """rules/matching.toml, with its word lists as sets."""
    with (rules_dir() / "matching.toml").open("rb") as file:
        data = tomllib.load(file)
    said = {key: frozenset(text.split()) for key, text in data["words"].items()}
    lines: dict[str, list[frozenset[str]]] = {}
    for line in said.pop("contrast"):
        for word in line.split("|"):
            lines.setdefault(word, []).append(frozenset(line.split("|")))
    synonyms: dict[str, frozenset[str]] = {}
    for line in said.pop("synonym"):
        for word in line.split("|"):
            synonyms[word] = synonyms.get(word, frozenset()) | frozenset(line.split("|"))
    units = {key: frozenset(frozenset(pair.split()) for pair in pairs) for key, pairs in data["units"].items()}
    values = (("generic", data["weights"]["generic"]), ("filler", data["weights"]["filler"]), ("telling", 1.0))
    weight = {word: value for kind, value in values for word in said[kind]}
    return {**data, "words": said, "weight": weight, "contrast": lines, "synonyms": synonyms, "units": units}


Two = tuple[str, str]


class Shorts:
    """Which words of a form are short for which two (高企 for 高新技术|企业). Few are: asked when a word or a pair is first
    met, of those that begin and end alike. long: the pairs that a word is short for; short: the short words of a pair,
    by each of its words."""

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {}  # by first and last letter
        self.pairs: dict[str, list[Two]] = {}  # by those of the short names that they may have
        self.met: set[str | Two] = set()
        self.long: dict[str, list[Two]] = {}
        self.short: dict[str, list[tuple[str, Two]]] = {}

    def meet(self, words: frozenset[str], pairs: Iterable[Two]) -> None:
        new = words - self.met
        self.met |= new
        for word in new:
            ends = word[0] + word[-1]
            self.words.setdefault(ends, []).append(word)
            for pair in self.pairs.get(ends, ()):
                self._note(word, pair)
        for pair in pairs:
            if pair in self.met:
                continue
            self.met.add(pair)
            one, two = pair
            for ends in {one[0] + two[0], one[0] + two[-1], one[-1] + two[-1]}:
                self.pairs.setdefault(ends, []).append(pair)
                for word in self.words.get(ends, ()):
                    self._note(word, pair)

    def _note(self, word: str, pair: Two) -> None:
        if _short_for(word, pair):
            self.long.setdefault(word, []).append(pair)
            for part in pair:
                self.short.setdefault(part, []).append((word, pair))


_CUT = 8  # letters of a word that the dictionary may have cut: a longer one is a code, and costs a step a letter


class _Shares(dict[str, float]):
    """How far each word is said among `says`, 0…1; told when it is first asked for."""

    def __init__(self, says: frozenset[str]) -> None:
        super().__init__(dict.fromkeys(says, 1.0))
        self.says, self.joined = says, "\n".join(says)
        self.letters = frozenset(self.joined)

    def __missing__(self, word: str) -> float:
        found = self[word] = self._told(word)
        return found

    def _told(self, word: str) -> float:
        size = len(word)
        if size > 1 and word in self.joined:
            return 0.95
        known = vocabulary()
        alike = known["synonyms"].get(word)
        if alike is not None and not self.says.isdisjoint(alike):
            return 0.9
        if size == 1:
            return 0.0
        best = 0.0
        shared = self.letters.intersection(word)
        for other in [w for w in self.says if not shared.isdisjoint(w)] if shared else ():
            share = 0.0
            if len(other) > 1 and other in word:
                narrower = word.replace(other, "", 1) in known["words"]["telling"]  # 女职工 is no 职工
                share = 0.4 if narrower else 0.9 if len(other) * 2 >= size else 0.6
            elif size == len(other):
                if sorted(other) == sorted(word):
                    share = 0.9  # 发案 / 案发
                elif size == 2 and (word[0] == other[0] or word[1] == other[1]):
                    share = 0.4  # 清理 / 清运: kindred, not the same
            elif _abbreviates(word, other) if size < len(other) else _abbreviates(other, word):
                share = 0.9
            if share == 0.9:
                return share
            best = max(best, share)
        if 2 < size <= _CUT:  # 新建村 / 村|建设: the dictionary cut it elsewhere
            for at in (2, size - 1):
                if self[word[:at]] >= 0.9 <= self[word[at:]]:
                    return 0.9
        return best


@dataclass(slots=True, eq=False)
class Description:
    """What a claim says it counts. needs: words and weights that the other side must say; says: all its words;
    pairs: its words in twos, for short names (高新技术|企业 → 高企). One a form for the same words (`Lexicon.describe`)."""

    needs: tuple[tuple[str, float], ...]
    weight: float  # of all it needs
    says: frozenset[str]
    pairs: tuple[Two, ...]
    shares: _Shares  # how far each word is said
    shorts: Shorts  # of the form


class _Weights(dict[str, float]):
    """By word: as rules/matching.toml says, else by its length and whether it is of the form's own name."""

    def __init__(self, topic: frozenset[str]) -> None:
        super().__init__(vocabulary()["weight"])
        self.topic, self.kinds = topic, vocabulary()["weights"]

    def __missing__(self, word: str) -> float:
        weight: float = self.kinds["generic"] if len(word) == 1 else self.kinds["topic"] if word in self.topic else 1.0
        self[word] = weight
        return weight


class Lexicon:
    """How telling each word is in this form. `of` gives the same one to all who ask in turn."""

    _last: ClassVar[tuple[ReferenceType[Form], Lexicon] | None] = None

    @classmethod
    def of(cls, form: Form) -> Lexicon:
        found = cls._last
        if found is None or found[0]() is not form:
            found = cls._last = ref(form), cls(form)
        return found[1]

    def __init__(self, form: Form) -> None:
        data = vocabulary()
        self.filler, self.telling = data["words"]["filler"], data["words"]["telling"]
        self.names: frozenset[str] = data["words"]["names"]
        self.trends: dict[str, frozenset[str]] = {key: data["words"][key] for key in ("up", "down", "against")}
        self.topic = frozenset(w for w in words(f"{form.department} {form.title}") if len(w) > 1)
        self.weights, self.shorts = _Weights(self.topic), Shorts()
        self.described: dict[tuple[tuple[str, ...], tuple[str, ...]], Description] = {}

    def weight(self, word: str) -> float:
        return self.weights[word]

    def describe(self, needs: Sequence[str], says: Sequence[str]) -> Description:
        """The description of these words, made once."""
        told = (*needs,), (*says,)
        found = self.described.get(told)
        if found is None:
            found = self.described[told] = self._describe(*told)
        return found

    def _describe(self, needs: tuple[str, ...], says: tuple[str, ...]) -> Description:
        needed, more = self._joined(needs), self._joined(says)
        weights = self.weights
        wanted = tuple([(w, k) for w in dict.fromkeys(needed) if (k := weights[w]) > 0])
        said = frozenset((*needed, *more))
        pairs = tuple([p for text in (needed, more) for p in pairwise(text) if len(p[0]) > 1 and len(p[1]) > 1])
        self.shorts.meet(said, pairs)
        return Description(wanted, sum([k for _, k in wanted]), said, pairs, _Shares(said), self.shorts)

    def _joined(self, text: tuple[str, ...]) -> list[str]:
        """Letters that no dictionary word holds are a word of their own: 巡|库|员 → 巡库员; so is a name: 细|颗粒物."""
        if 1 not in map(len, text):
            return [w for w in text if w]
        if not self.names.isdisjoint(map("".join, pairwise(text))):
            at = next(i for i, both in enumerate(pairwise(text)) if "".join(both) in self.names)
            return [*self._joined(text[:at]), text[at] + text[at + 1], *self._joined(text[at + 2 :])]
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
    """综保区 / 综合保税区: the letters of the short name in their order in the long one, same first and last letter; or one
    letter of each two: 地灾 / 地质灾害."""
    if 2 <= len(short) == len(long) // 2 and short == long[::2]:
        return True
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


@lru_cache(maxsize=1 << 14)
def grams(word: str) -> tuple[str, ...]:
    """The word, and each two of its letters."""
    return (word, *map("".join, pairwise(word)))


def coverage(one: Description, other: Description) -> tuple[float, tuple[str, ...]]:
    """Share of what `one` needs that `other` says, and the words that it does not say."""
    total = covered = 0.0
    missing: list[str] = []
    shares, long, short = other.shares, other.shorts.long, other.shorts.short
    for word, weight in one.needs:
        share = shares[word]
        if share < 0.9 and (
            (word in long and any(pair in other.pairs for pair in long[word]))
            or (word in short and any(name in other.says and pair in one.pairs for name, pair in short[word]))
        ):
            share = 0.9
        total += weight
        covered += weight * share
        if share < 0.5 or (share == 0.9 and _narrows(word, other.says)):
            missing.append(word)
    return (covered / total if total else 0.0), tuple(missing)


def _short_for(short: str, pair: tuple[str, str]) -> bool:
    """高企 / 高新技术|企业, 综保区 / 综合|保税区, 信访 / 来信|来访."""
    one, two = pair
    if len(short) == len(one) == len(two) == 2 and short == one[1] + two[1]:
        return one[0] == two[0]
    if short in pair or short[0] != one[0] or not 2 <= len(short) < len(one) + len(two):
        return False
    return short == one[0] + two[0] or _abbreviates(short, one + two)


def _narrows(word: str, says: frozenset[str]) -> bool:
    """Whether the word is one that is said, made narrower: 业务培训 is one kind of 培训."""
    return not says.isdisjoint([word[at:] for at in range(2, len(word) - 1)])
