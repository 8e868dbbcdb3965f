"""A report as rows, as pandas frames and in a notebook."""

from __future__ import annotations

import re
from typing import get_args

import pandas as pd
import pytest
import samples

from auditor.report.frame import COLUMNS, What, to_frame

REPORT = samples.report()


def test_flatten_gives_rows_of_the_columns_asked_for() -> None:
    """One row a finding; plural columns hold one entry a side."""
    assert REPORT.flatten(["rule", "severity", "line"])[:2] == [["RAT101", "major", 7], ["AGR301", "major", 9]]
    assert REPORT.flatten(["lines", "values"])[1] == [[9, 12, 13], ["18.5", "14.5", "4"]]
    assert samples.clean().flatten(["rule"]) == []


def test_flatten_names_the_columns_it_has() -> None:
    """A wrong column is answered with the right ones."""
    with pytest.raises(ValueError, match=r"no column 'colour'; there are path, .*quotes"):
        REPORT.flatten(["colour"])


@pytest.mark.parametrize("what", get_args(What))
def test_types_do_not_depend_on_the_data(what: What) -> None:
    """A frame of nothing has the columns and types of a full one, so that frames of many reports concatenate."""
    full, empty = to_frame(REPORT, what), to_frame([], what)
    assert list(full) == list(COLUMNS[what])
    assert len(full) > 0
    assert len(empty) == 0
    pd.testing.assert_series_equal(full.dtypes, empty.dtypes)
    pd.testing.assert_series_equal(to_frame([REPORT, samples.report("pdf")], what).dtypes, full.dtypes)


def test_rows_are_the_report() -> None:
    """Findings, their sides, passes, claims, unchecked numbers and those that count nothing, each one row."""
    assert len(REPORT.to_frame()) == len(REPORT.findings) == 8
    assert len(REPORT.to_frame("evidence")) == sum(len(f.evidence) for f in REPORT.findings)
    assert len(REPORT.to_frame("passes")) == len(REPORT.passes)
    assert len(REPORT.to_frame("claims")) == len(REPORT.claims)
    assert len(REPORT.to_frame("unchecked")) == len(REPORT.unchecked)
    refused = REPORT.to_frame("refused")
    assert list(zip(refused.quote, refused.reason, refused.message, strict=True)) == [
        ("2023年", "period", "年份或日期"), ("2023年", "period", "年份或日期"), ("一、", "list_marker", "序号"),
    ]  # fmt: skip


def test_severity_is_ordered() -> None:
    """`frame[frame.severity >= "moderate"]` is what it says."""
    frame = REPORT.to_frame()
    assert len(frame[frame.severity >= "moderate"]) == 6
    assert frame.severity.max() == "major"


def test_claims_are_numbers() -> None:
    """Figures of claims can be computed with; unbounded is NaN; whole numbers that are missing stay whole."""
    claims = REPORT.to_frame("claims").set_index("quote")
    assert claims.loc["1486.20", "value"] - claims.loc["1429.73", "value"] == pytest.approx(56.47)
    assert pd.isna(claims.loc["不少于2000人次", "high"])
    assert claims["page"].isna().all()
    assert str(claims["line"].dtype) == "Int64"


def test_messages_come_in_the_language_asked_for() -> None:
    """Chinese by default, English on request."""
    assert REPORT.to_frame().message.iloc[2].endswith("2186人次 与 2168人次")
    assert REPORT.to_frame(lang="en").message.iloc[2].endswith("2186人次 and 2168人次")


def test_a_wrong_frame_is_answered_with_the_right_ones() -> None:
    """to_frame("x") names what there is."""
    with pytest.raises(ValueError, match="findings, evidence, passes, claims, unchecked, refused"):
        REPORT.to_frame("x")  # type: ignore[arg-type]


def test_spans_cut_the_texts_they_belong_to() -> None:
    """Each text once, its claims labelled by role; for displaCy's ent style nothing overlaps."""
    items = REPORT.spans()
    assert len({item["text"] for item in items}) == len(items)
    quotes = [item["text"][span["start"] : span["end"]] for item in items for span in item["spans"]]
    assert sorted(quotes) == sorted(claim.span.quote for claim in REPORT.claims)
    for item in REPORT.spans("findings"):
        ends = [0, *(ent["end"] for ent in item["ents"])]
        assert all(ent["start"] >= end for ent, end in zip(item["ents"], ends, strict=False))


def test_displacy_draws_the_spans() -> None:
    """Both of displaCy's styles take them without a model."""
    from spacy import displacy

    drawn = displacy.render(REPORT.spans(), style="ent", manual=True, jupyter=False)
    assert "18.5家" in drawn
    drawn = displacy.render(REPORT.spans("findings"), style="span", manual=True, jupyter=False)
    assert "AGR301" in drawn


def test_a_notebook_shows_the_findings() -> None:
    """The HTML of a report in a cell: who, counts, every finding with its sides."""
    html = REPORT._repr_html_()
    assert "青禾区数字档案馆 2023" in html
    for finding in REPORT.findings:
        assert finding.message() in html
        assert finding.rule.code in html
    assert "（空白）" in html


def test_a_hostile_form_is_inert_in_a_notebook() -> None:
    """Markup of the form is text; nothing is fetched or run."""
    html = samples.hostile(60)._repr_html_()
    assert "</script>" not in html
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "p", "b", "br", "span", "code"}
    assert "\x1b" not in html
    assert "另有 10 项" in html
