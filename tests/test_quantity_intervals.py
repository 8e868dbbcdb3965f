"""When two figures agree: intervals by the printed precision, symmetric, monotone, in exact decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Quantity
from auditor.quantity import agree, contains, exact, interval_of_sum, quantities, ratio_interval


def one(text: str, unit: str = "") -> Quantity:
    found = quantities(text, unit=unit)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("99.6%", "99.555%", True), ("1329120.67元", "132.91万元", True), ("99.6%", "99.5%", False),
        ("18.5个", "14.5个", False), ("4次以上", "32次", True),
        ("不少于6场", "5场", False), ("超369项次", "400项次", True), ("100.0%", "100%", True),
        ("10万元", "11万元", False), ("10万元", "10.4万元", True), ("10万元", "10.6万元", False),
        ("15亩", "1公顷", True), ("12人", "12名", True), ("12人", "12人次", None), ("5个", "5项", None),
        ("3户", "3人", None), ("约53.47万m²", "534712㎡", True), ("约53.47万m²", "54.5万㎡", False),
        ("30余家", "36家", True), ("30余家", "41家", False), ("近百家", "95家", True), ("1-2天内", "2天", True),
        ("1-2天内", "3天", False), ("100.0%", "100", True), ("3吨", "3000公斤", True), ("0件", "0件", True),
        ("24小时", "1天", True), ("12个月", "1年", True), ("95.0%以上", "94.9%", False), ("5公里", "5000米", True),
        ("三分之一", "33.3%", True), ("5成", "50%", True), ("2倍", "200%", True), ("3‰", "0.3%", True),
    ],
)  # fmt: skip
def test_two_figures_agree_when_their_intervals_meet(a: str, b: str, expected: bool | None) -> None:
    """At the coarser precision; None where the dimensions cannot be compared; the order does not matter."""
    first, second = one(a), one(b)
    assert agree(first, second) is expected
    assert agree(second, first) is expected


def test_containment_exactness_sums_and_ratios() -> None:
    """The arithmetic of the check stage, in base units."""
    assert contains(one("4次以上"), one("32次")) is True
    assert contains(one("不少于6场"), one("5场")) is False
    assert contains(one("5个"), one("5项")) is None
    assert exact(one("14.5个"))
    assert not exact(one("约5个"))
    assert not exact(one("3-5个"))
    assert interval_of_sum([one("14.5个"), one("4个")]) == (Decimal("18.5"), Decimal("18.5"))
    assert interval_of_sum([one("1.5万元"), one("200元")]) == (Decimal("14699.5"), Decimal("15700.5"))
    assert interval_of_sum([one("3个"), one("5个以上")]) == (8, None)
    found = ratio_interval(one("2208.99", "万元"), one("2218.86", "万元"))
    assert found is not None
    low, high = found
    assert low is not None
    assert high is not None
    assert low < Decimal("0.99555") < high
    assert high - low < Decimal("0.00001")
    assert ratio_interval(one("5个"), one("0个")) is None
    assert ratio_interval(one("5个"), one("5项")) is None


UNITS = ["%", "个", "万元", "元", "亩", "公顷", "人", "万人次", "天", "小时"]
printed = st.builds(
    lambda sign, value, places, unit, end: f"{sign}{value:.{places}f}{unit}{end}",
    st.sampled_from(["", "约", "不少于", "超", "不超过", "近", "达"]),
    st.decimals(0, 100000, allow_nan=False, places=3),
    st.integers(0, 3),
    st.sampled_from(UNITS),
    st.sampled_from(["", "以上", "左右", "以内"]),
)
width = st.decimals(0, 1000, allow_nan=False, places=2)


@given(printed, printed)
def test_agreement_is_symmetric_and_every_figure_agrees_with_itself(a: str, b: str) -> None:
    """agree(a, b) == agree(b, a); agree(a, a)."""
    first, second = quantities(a), quantities(b)
    assert len(first) == len(second) == 1
    assert agree(first[0], second[0]) == agree(second[0], first[0])
    assert agree(first[0], first[0]) is True


@given(printed, printed, width, width)
def test_widening_an_interval_never_creates_a_conflict(a: str, b: str, below: Decimal, above: Decimal) -> None:
    """What agreed before still agrees."""
    (first,), (second,) = quantities(a), quantities(b)
    wider = first._replace(
        low=None if first.low is None or below > 900 else first.low - below,
        high=None if first.high is None or above > 900 else first.high + above,
    )
    if agree(first, second):
        assert agree(wider, second)
