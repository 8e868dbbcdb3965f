"""A form and its answers: where every quote stands, and what a printed figure may stand for. The format: README.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TEN = {"十": 10, "百": 100, "千": 1000}
FIGURE = re.compile(r"\d[\d,，]*(?:\.\d+)?")


def han(text: str) -> Decimal:
    """The value of a Chinese numeral below ten thousand (三百二十一 → 321)."""
    total = current = 0
    for char in text:
        if char in _DIGIT:
            current = _DIGIT[char]
        else:
            total, current = total + (current or 1) * _TEN[char], 0
    return Decimal(total + current)


def figures(mark: str) -> list[Decimal]:
    """The figures printed in a marked text, Chinese numerals where there are no digits."""
    sign = -1 if mark.startswith(("-", "−")) else 1
    found = [Decimal(re.sub("[,，]", "", m)) * sign for m in FIGURE.findall(mark)]
    return found or [han(m) for m in re.findall("[零一二三四五六七八九两十百千]+", mark)]


@dataclass(frozen=True)
class Side:
    """A quote of the answers: where the marked part (or all of it) stands in the text, once or several times."""

    quote: str
    section: str | None
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Labelled:
    """One form with its answers."""

    path: Path
    text: str
    answers: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Labelled:
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        return cls(path, text, tomllib.loads(path.read_text(encoding="utf-8")))

    def side(self, raw: str | dict[str, str]) -> Side:
        quote, section = (raw, None) if isinstance(raw, str) else (raw["quote"], raw.get("section"))
        begin, plain = quote.find("⟦"), quote.replace("⟦", "").replace("⟧", "")
        stop = quote.find("⟧") - 1 if begin >= 0 else len(plain)
        places, at = [], self.text.find(plain) if plain else -1
        while at >= 0:
            places.append((at + max(begin, 0), at + stop))
            at = self.text.find(plain, at + 1)
        return Side(quote, section, tuple(places))

    @cached_property
    def quantities(self) -> dict[tuple[int, int], tuple[str, str, str]]:
        """(start, end) → (value, unit, comparator) of every labelled quantity."""
        return {p: (v, u, c) for quote, v, u, c in self.answers.get("quantities", ()) for p in self.side(quote).places}

    def groups(self, *kinds: str) -> Iterator[tuple[dict[str, Any], list[tuple[int, int]]]]:
        for kind in kinds:
            for group in self.answers.get(kind, ()):
                yield group, [p for raw in group["sides"] for p in self.side(raw).places]

    def reported(self, *places: tuple[int, int]) -> bool:
        """True where some finding, required or allowed, stands on one of the places."""
        return any(a < e and s < b for _, told in self.groups("finding", "allowed") for s, e in told for a, b in places)

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1


# --- what a printed figure may stand for ---

_SCALE = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_SAME = {
    "公顷": ("亩", Decimal(15)), "平方公里": ("亩", Decimal(1500)), "m²": ("平方米", Decimal(1)),
    "㎡": ("平方米", Decimal(1)), "吨": ("公斤", Decimal(1000)), "千米": ("米", Decimal(1000)),
    "公里": ("米", Decimal(1000)),
    "km": ("米", Decimal(1000)), "名": ("人", Decimal(1)), "场次": ("场", Decimal(1)),
    "百分比": ("%", Decimal(1)), "成": ("%", Decimal(10)), "‰": ("%", Decimal("0.1")),
}  # fmt: skip


def interval(value: str, unit: str) -> tuple[Decimal, Decimal, str]:
    """What a printed figure may stand for, in a base unit: 99.6% is 99.55 to 99.65."""
    factor = Decimal(1)
    if unit not in _SAME and unit[:1] in _SCALE and len(unit) > 1:
        factor, unit = _SCALE[unit[0]], unit[1:]
    if unit in _SAME:
        unit, more = _SAME[unit]
        factor *= more
    low, high = Decimal(value.split("..")[0]), Decimal(value.split("..")[-1])
    half = Decimal(1).scaleb(int(low.as_tuple().exponent)) / 2
    return (low - half) * factor, (high + half) * factor, unit


def meet(a: tuple[str, str, str], b: tuple[str, str, str]) -> bool:
    """Could both figures stand for one amount?"""
    (low, high, unit), (low2, high2, unit2) = interval(a[0], a[1]), interval(b[0], b[1])
    if set(a[2]) & set(">≥"):
        high = Decimal("Infinity")
    if set(b[2]) & set(">≥"):
        high2 = Decimal("Infinity")
    return unit.split("/")[0] == unit2.split("/")[0] and low <= high2 and low2 <= high
