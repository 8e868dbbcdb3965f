"""Units: what may be converted, by which exact factor, and what may only be named as a mismatch."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.lexicon import vocabulary
from auditor.unit import dimension_of, factor_of, resolve, scaled, squeeze, words


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("万元", "元", 10000), ("亿元", "万元", 10000), ("千元", "元", 1000), ("公顷", "亩", 15),
        ("平方公里", "亩", 1500),
        ("万m²", "平方米", 10000), ("㎡", "m²", 1), ("hm²", "公顷", 1), ("吨", "公斤", 1000), ("公斤", "斤", 2),
        ("万t", "吨", 10000),
        ("公里", "米", 1000), ("km", "公里", 1), ("天", "小时", 24), ("年", "个月", 12), ("季度", "个月", 3),
        ("%", "‰", 10), ("成", "%", 10),
        ("倍", "%", 100), ("万人次", "人次", 10000), ("名", "人", 1), ("场次", "场", 1), ("册", "本", 1),
        ("千瓦时", "度电", 1),
        ("立方米", "升", 1000), ("万元/亩", "元/亩", 10000), ("元/亩", "元/公顷", 15),
    ],
)  # fmt: skip
def test_units_of_one_dimension_convert_exactly(one: str, other: str, times: int) -> None:
    """Factors are exact decimals: 15 mu are a hectare, not 14.9999."""
    assert dimension_of(one) == dimension_of(other)
    ratio = factor_of(one) / factor_of(other)
    assert abs(ratio - times) <= Decimal("1E-24") * times


@pytest.mark.parametrize(
    ("one", "other", "may_be_named"),
    [
        ("人", "人次", True), ("个", "项", True), ("户", "人", True), ("次", "场", True), ("台", "套", True),
        ("万元", "万美元", False),
        ("%", "个百分点", False), ("亩", "米", False), ("元", "元/亩", False), ("工作日", "天", False),
        ("月", "天", False), ("分", "%", False),
    ],
)  # fmt: skip
def test_what_counts_different_things_is_never_converted(one: str, other: str, may_be_named: bool) -> None:
    """Some pairs often stand for one fact (rules/matching.toml): they compare as numbers, or a reviewer may be told of the
    mismatch."""
    assert dimension_of(one) != dimension_of(other)
    pairs = vocabulary()["units"]
    assert (frozenset((one, other)) in pairs["loose"] | pairs["mismatch"]) is may_be_named


@pytest.mark.parametrize(
    ("unit", "dimension"),
    [
        ("万元", "money"), ("万 m ²", "area"), ("场次", "count:场"), ("", ""), ("万", ""),
        ("元/生.年", "money/生.年"), ("元/亩", "money/area"),
        ("μg/m³", "mass/volume"), ("名", "count:人"), ("（万人）", "count:人"), ("怪词", "count:怪词"),
        ("个百分点", "points"),
    ],
)  # fmt: skip
def test_a_unit_has_a_dimension(unit: str, dimension: str) -> None:
    """A word that the table does not know counts its own thing."""
    assert dimension_of(unit) == dimension


@pytest.mark.parametrize(
    ("scale", "outer", "unit"),
    [("万", "元", "万元"), ("万", "万元", "万元"), ("亿", "万元", "亿元"), ("万", "千瓦时", "万千瓦时")],
)
def test_a_figure_with_its_own_scale_takes_the_word_of_the_outer_unit(scale: str, outer: str, unit: str) -> None:
    """5万 under 单位：万元 is fifty thousand yuan, not five hundred million."""
    assert scaled(scale, outer) == unit


known = st.sampled_from(sorted(words()))


@given(known, known, st.decimals(0, 10**6, allow_nan=False, places=3))
def test_conversion_round_trips(one: str, other: str, value: Decimal) -> None:
    """There and back again, within what 28 digits can hold."""
    if dimension_of(one) == dimension_of(other):
        there = value * factor_of(one) / factor_of(other)
        assert abs(there * factor_of(other) / factor_of(one) - value) <= Decimal("1E-18") * max(1, value)


@given(st.text(max_size=12))
def test_any_word_resolves(unit: str) -> None:
    """No exception, a positive factor, the same answer squeezed or not."""
    found = resolve(squeeze(unit))
    assert found.factor > 0
    assert dimension_of(unit) == found.dimension
