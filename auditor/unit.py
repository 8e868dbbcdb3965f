"""Units of Chinese reports: what may be compared with what, and by which exact factor. Data: rules/units.toml.

A unit may carry a scale (万元, 亿m²) and a denominator (元/亩, 元/生.年). A word the table does not know counts its own
thing: dimension "count:词", factor 1.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import auditor

ONE = Decimal(1)
_BLANKS = re.compile(r"[\s()（）]+")
_PER = re.compile(r"[/／每]")


class Unit(NamedTuple):
    """dimension, factor to its base unit, and whether figures in it are counted (exact) or measured (rounded)."""

    dimension: str
    factor: Decimal
    exact: bool


@cache
def table() -> dict[str, Any]:
    """rules/units.toml, of the wheel or of the checkout (not auditor.rules: that stands further down the pipeline)."""
    package = Path(auditor.__file__).parent
    packed = package / "_rules"
    folder = packed if packed.is_dir() else package.parent / "rules"
    return tomllib.loads((folder / "units.toml").read_text(encoding="utf-8"))


@cache
def scales() -> dict[str, Decimal]:
    """万 -> 10000: what may stand before a unit, and how many of it."""
    return {word: Decimal(factor) for word, factor in table()["scale"].items()}


@cache
def words() -> dict[str, Unit]:
    """Every unit word without scale or denominator."""
    data = table()
    found = {word: Unit("count:" + word, ONE, True) for word in data["count"]["words"].split()}
    for group in data["count"]["groups"]:
        members = group.split()
        found.update((word, Unit("count:" + members[0], ONE, True)) for word in members)
    for dimension, entry in data["dimension"].items():
        for word, factor in entry["units"].items():
            found[word] = Unit(dimension, Decimal(factor), entry["exact"])
    return found


def squeeze(unit: str) -> str:
    """As printed, without blanks and brackets: `万m ²` -> `万m²`."""
    return _BLANKS.sub("", unit)


@lru_cache(maxsize=1 << 14)
def resolve(unit: str) -> Unit:
    """The meaning of a squeezed unit; "" is a bare number, exact where whole."""
    known = words()
    if unit in known:
        return known[unit]
    if not unit:
        return Unit("", ONE, True)
    head, *below = _PER.split(unit)
    if below:
        top = resolve(head)
        bottom = "/".join(below)
        under = known.get(bottom)
        if under is not None and not under.dimension.startswith("count:"):
            # 1600元/亩 in (1/3 m²): dividing keeps 28 digits, far below any printed precision
            return Unit(f"{top.dimension}/{under.dimension}", top.factor / under.factor, False)
        return Unit(f"{top.dimension}/{under.dimension[6:] if under else bottom}", top.factor, False)
    scale, rest = split(unit)
    if not scale:
        return Unit("count:" + unit, ONE, True)
    factor = ONE
    for word in scale:
        factor *= scales()[word]
    if not rest:
        return Unit("", factor, False)
    base = known.get(rest) or Unit("count:" + rest, ONE, True)
    return Unit(base.dimension, base.factor * factor, False)


@lru_cache(maxsize=1 << 14)
def split(unit: str) -> tuple[str, str]:
    """The scale of a squeezed unit and its word: 万|元, 万|千瓦时, |千米."""
    known, by_scale, at = words(), scales(), 0
    while at < len(unit) and unit[at:] not in known and unit[at] in by_scale:
        at += 1
    return unit[:at], unit[at:]


def dimension_of(unit: str) -> str:
    """`万元` -> "money", `㎡` -> "area", `场次` -> "count:场", "" -> ""."""
    return resolve(squeeze(unit)).dimension


def factor_of(unit: str) -> Decimal:
    """How many base units of its dimension one `unit` is: `万元` -> 10000."""
    return resolve(squeeze(unit)).factor


def scaled(scale: str, unit: str) -> str:
    """The unit of a figure that carries its own scale where `unit` is printed elsewhere: (万, 元 or 万元) -> 万元."""
    return scale + split(unit)[1]
