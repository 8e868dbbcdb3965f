"""4b  What a target wants: which way is better, and the words that tell (rules/targets.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from auditor.model import Claim, Indicator
from auditor.rules import rules_dir

Direction = Literal["up", "down", ""]


@dataclass(frozen=True)
class Vocabulary:
    """rules/targets.toml. alike: classifiers that count one thing either way, as sets."""

    words: dict[str, tuple[str, ...]]
    generic: frozenset[str]
    alike: tuple[frozenset[str], ...]
    deviation_of_all: str = ""

    def has(self, text: str, *kinds: str) -> bool:
        return any(word in text for kind in kinds for word in self.words[kind])

    def gives_reason(self, text: str) -> str:
        """The words of `text` that give a reason; "" for none."""
        found = _reasons(self.words["reasons"]).search(text)
        return found[0].strip(" ,;。(") if found else ""


@lru_cache(maxsize=1)
def _reasons(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """rules/targets.toml."""
    with (rules_dir() / "targets.toml").open("rb") as file:
        data = tomllib.load(file)
    these = data["deviations"].pop("these")
    tables = ("direction", "answers", "deviations")
    lists = {key: tuple(value) for table in tables for key, value in data[table].items()}
    units = data["units"]
    return Vocabulary(lists, frozenset(units["generic"]), tuple(frozenset(u.split()) for u in units["alike"]), these)


def kind(dimension: str) -> str:
    """count:场 → count."""
    return dimension.split(":")[0]


def turned(row: Indicator, target: Claim) -> bool:
    """Whether a ≤ stands before what is the better the more there is of it."""
    quantity, known = target.quantity, vocabulary()
    if quantity.comparator not in ("≤", "<"):
        return False
    said = row.name.text.clean + target.measure
    if known.has(said, "lower", "spending"):
        return False
    if quantity.dimension == "rate":
        return known.has(said, "rising")
    return (not quantity.unit or kind(quantity.dimension) == "count") and known.has(said, "achieving")


def direction(row: Indicator, target: Claim) -> Direction:
    """Which way is better; "" where nothing tells, or where the comparator and the words disagree."""
    quantity, known = target.quantity, vocabulary()
    if quantity.comparator in ("≥", ">"):
        return "up"
    if quantity.comparator in ("≤", "<") or quantity.form == "date":
        return "" if turned(row, target) else "down"
    said = row.name.text.clean + target.measure
    what = kind(quantity.dimension)
    if known.has(said, "neutral"):
        return ""
    if what in ("time", "months", "workday"):
        return "up" if known.has(said, "longer") else ""
    if what == "money":
        if known.has(said, "earning"):
            return "up"
        return "down" if known.has((row.level2.text.clean if row.level2 else "") + said, "spending") else ""
    if what == "rate" and _rises(row.name.text.clean, known.words["rising"]):
        return "up"
    if known.has(said, "lower") and not known.has(said, "raise"):
        return "down"
    return "" if quantity.value == 0 else "up"  # a target of nothing: less, or none planned?


def _rises(name: str, rising: tuple[str, ...]) -> bool:
    """Does the name end with a rate that can only be too low? 案件评查合格率 does, whatever it is of; 不合格率 does not."""
    bare = "".join(name.split("(")[0].split())
    return any(bare.endswith(w) and bare[: -len(w)][-1:] not in ("不", "未", "非") for w in rising)
