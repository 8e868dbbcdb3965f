"""Other projects' own cases for Chinese numbers, held against numbers(): thresholds and every miss, printed.

The cases are data beside the project (../shared/quantities): Recognizers-Text's and Duckling's, development halves.
"""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auditor.model import Quantity
from auditor.number import numbers

CASES = Path(os.environ.get("GOUJI_SHARED", Path(__file__).parents[2] / "shared")) / "quantities"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/quantities is not here")

# What the peers call their units: (dimension of rules/units.toml, factor to its base).
UNITS = {
    "Chinese yuan": ("money", "1"),
    "United States dollar": ("money:美元", "1"), "Euro": ("money:欧元", "1"),
    "Swiss franc": ("money:瑞士法郎", "1"), "Hong Kong dollar": ("money:港元", "1"),
    "Japanese yen": ("money:日元", "1"),
    "Nigerian naira": ("money:奈拉", "1"),
    "Mu": ("area", "2000"), "Centimeter": ("length", "0.01"), "Meter": ("length", "1"),
    "Kilometer": ("length", "1000"), "Jin": ("mass", "0.5"), "Kilogram": ("mass", "1"), "Liang": ("mass", "0.05"),
    "Kilobit": ("information", "1000"), "Kilobyte": ("information", "8000"), "Megahertz": ("frequency", "1000000"),
    "Bit": ("information", "1"), "Kilowatt": ("power", "1"), "Degree": ("temperature", "1"), "C": ("temperature", "1"),
    "F": ("temperature:华氏", "1"), "Year": ("age", "12"), "Month": ("age", "1"), "Day": ("age:days", "1"),
    "Cent": ("money", "0.01"), "Dollar": ("money", "1"), "CNY": ("money", "1"), "HKD": ("money", "1"),
    "Centimetre": ("length", "0.01"), "Metre": ("length", "1"), "Kilometre": ("length", "1000"),
    "Foot": ("length", "0.3048"),
    "Inch": ("length", "0.0254"), "Mile": ("length", "1609.344"), "Litre": ("volume", "0.001"),
    "Millilitre": ("volume", "0.000001"), "Gallon": ("volume", "0.003785411784"), "Gram": ("mass", "0.001"),
}  # fmt: skip
PHYSICAL = {"area", "length", "mass", "volume", "information", "frequency", "power", "energy"}


def near(one: Decimal | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return abs(float(one) - other) <= 1e-9 * max(1.0, abs(other))


def taken(kind: str, text: str) -> list[Quantity]:
    """The quantities that a recognizer of one kind is about. Money is left to the currency model, as upstream."""
    found = numbers(text)
    if kind == "NumberModel":
        return [q for q in found if not q.dimension.startswith("money") or q.unit in ("分", "毛", "毫", "块")]
    if kind == "PercentModel":
        return [q for q in found if q.form == "percent" or (q.dimension == "rate" and q.form != "range")]
    if kind == "OrdinalModel":
        return [q for q in found if q.form == "ordinal"]
    if kind == "CurrencyModel":
        return [q for q in found if q.dimension.startswith("money")]
    if kind == "DimensionModel":
        return [q for q in found if q.dimension in PHYSICAL]
    if kind == "AgeModel":
        return [q for q in found if q.dimension.startswith("age")]
    if kind == "TemperatureModel":
        return [q for q in found if q.dimension.startswith("temperature")]
    return [q for q in found if q.form == "range" or q.comparator != "=" or "等于" in text[q.start : q.figure_start]]


def holds(kind: str, want: dict[str, Any], q: Quantity) -> bool:
    if kind.startswith("NumberRange"):
        # 多 and 余 have a ceiling here (500多 < 600), none upstream
        high = None if q.comparator == ">" else q.high
        return near(q.low, want["lo"]) and near(high, want["hi"]) and q.start < want["end"] and want["start"] < q.end
    if kind in ("NumberModel", "OrdinalModel"):
        return near(q.value, want["value"]) and (q.figure_start, q.figure_end) == (want["start"], want["end"])
    if not (q.start <= want["start"] and want["end"] <= q.end):
        return False
    if kind == "PercentModel":
        return near(q.value, want["value"])
    if want["value"] is None or q.value is None:
        return False
    dimension, factor = UNITS[want["unit"]]
    return q.dimension == dimension and near(q.value * q.factor / Decimal(factor), want["value"])


def recognizers() -> list[tuple[str, str, bool]]:
    """(kind, text, passed): as many found as expected, each with its value, its place and its unit."""
    rows = []
    for line in (CASES / "recognizers_zh_dev.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        kind = case["source"].split("/")[1]
        found = taken(kind, case["text"])
        wanted = case["expected"]
        passed = len(found) == len(wanted) and all(holds(kind, w, q) for w, q in zip(wanted, found, strict=True))
        rows.append((kind, case["text"], passed))
    return rows


def duckling(dim: str) -> list[tuple[str, str, bool]]:
    rows = []
    for line in (CASES / "duckling_zh_dev.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["dim"] != dim:
            continue
        found = numbers(case["text"])
        rows.append((case["dim"], case["text"], len(found) == 1 and equal(case, found[0])))
    return rows


def equal(case: dict[str, Any], q: Quantity) -> bool:
    values: list[float] = case["values"]
    if case["dim"] == "Numeral":
        return q.value is not None and near(q.value * (q.factor if q.dimension == "pair" else 1), values[0])
    dimension, factor = UNITS.get(case["unit"], ("", "1"))
    if case["unit"] == "HKD" and q.unit not in ("港幣", "港币", "港元"):
        return False
    if q.unit and q.dimension != dimension and not q.dimension.startswith("money:"):
        return False
    scale = q.factor / Decimal(factor) if q.unit else Decimal(1)
    if case["expect"].startswith("between"):
        if q.low is None or q.high is None:
            return False
        return near(q.low * scale, values[0]) and near(q.high * scale, values[1])
    signs = {"under": ("≤", "<"), "above": ("≥", ">"), "simple": ("=", "≈")}[case["expect"].split()[0]]
    return q.comparator in signs and q.value is not None and near(q.value * scale, values[0])


def rate(rows: list[tuple[str, str, bool]]) -> float:
    for kind, text, passed in rows:
        if not passed:
            print(kind, repr(text), [(q.comparator, str(q.value), str(q.low), q.unit) for q in numbers(text)][:3])
    passed = sum(row[2] for row in rows)
    print(f"{passed}/{len(rows)}")
    return passed / len(rows)


def test_recognizers_text_own_cases_other_than_ranges() -> None:
    """Numbers, percents, ordinals, currencies, dimensions, ages and temperatures: at least 97 in 100."""
    assert rate([row for row in recognizers() if not row[0].startswith("NumberRange")]) >= 0.97


def test_recognizers_text_own_ranges() -> None:
    """Bounds and ranges, both modes of upstream, open and closed ends taken as equal: at least 90 in 100."""
    assert rate([row for row in recognizers() if row[0].startswith("NumberRange")]) >= 0.90


def test_duckling_own_numerals() -> None:
    """At least 99 in 100."""
    assert rate(duckling("Numeral")) >= 0.99


@pytest.mark.parametrize("dim", ["AmountOfMoney", "Distance", "Quantity", "Volume"])
def test_duckling_own_measures(dim: str) -> None:
    """Money, distance, mass and volume: at least 90 in 100 each."""
    assert rate(duckling(dim)) >= 0.90
