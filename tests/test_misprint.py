"""Slips of the pen: what counts as one, and when it can hardly be chance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.misprint import misprint, telling

FIGURES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10**8), places=2).map(lambda d: d.normalize())


@pytest.mark.parametrize(
    ("printed", "right", "kind"),
    [
        ("2994", "2949", "swap"), ("98.5", "95.8", "swap"), ("2619", "2916", "swap"), ("10579.7", "10759.7", "swap"),
        ("1264", "1234", "digit"), ("6.12", "6.02", "digit"), ("45", "450", "point"), ("3.2", "0.32", "point"),
        ("1200", "0.12", "unit"), ("1264", "1243", ""), ("98.5", "98.5", ""), ("98.50", "98.5", ""), ("12", "0", ""),
    ],
)  # fmt: skip
def test_a_slip_is_two_digits_swapped_one_changed_or_a_moved_point(printed: str, right: str, kind: str) -> None:
    """Anything else is another figure."""
    assert misprint(Decimal(printed), Decimal(right)) == kind


@given(FIGURES, FIGURES)
def test_a_slip_goes_both_ways_and_no_figure_is_a_slip_of_itself(one: Decimal, other: Decimal) -> None:
    """Which of the two is wrong cannot be seen from the figures."""
    assert misprint(one, other) == misprint(other, one)
    assert misprint(one, one) == ""


@given(FIGURES, st.integers(min_value=1, max_value=50))
def test_more_tries_never_make_a_slip_more_telling(figure: Decimal, tries: int) -> None:
    """What hardly happens by chance once may happen among many."""
    right = figure * 10
    if telling(figure, right, tries + 1):
        assert telling(figure, right, tries)


@pytest.mark.parametrize(
    ("printed", "right", "tries", "told"),
    [("31", "13", 1, False), ("95.8", "98.5", 1, True), ("95.8", "98.5", 60, False), ("1264", "1234", 20, True), ("126", "123", 1, False)],
)  # fmt: skip
def test_short_figures_and_many_candidates_tell_nothing(printed: str, right: str, tries: int, told: bool) -> None:
    """31 and 13 meet too often."""
    assert telling(Decimal(printed), Decimal(right), tries) is told
