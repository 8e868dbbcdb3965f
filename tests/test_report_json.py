"""JSON to the contract of docs/gouji-1.schema.json; one line a document; one line a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import samples
from syrupy.assertion import SnapshotAssertion

from auditor.model import Report
from auditor.report import View, render

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent.parent / "docs/gouji-1.schema.json").read_text("utf-8"))
KINDS = ("text", "docx", "xlsx", "pdf")
REPORTS = {
    **{kind: samples.report(kind) for kind in KINDS},
    "clean": samples.clean(),
    "settled": samples.settled(),
    "hostile": samples.hostile(),
}


def closed(schema: Any) -> Any:
    """The schema with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    extra = {"additionalProperties": False} if schema.get("type") == "object" else {}
    return {key: closed(value) for key, value in schema.items()} | extra


def loaded(report: Report, **view: Any) -> Any:
    return json.loads(render([report], "json", View(**view)))


def test_the_schema_is_a_schema() -> None:
    """docs/gouji-1.schema.json is a valid JSON Schema."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_keeps_the_contract(name: str) -> None:
    """Every output is valid, and has no key that the schema does not document."""
    jsonschema.validate(loaded(REPORTS[name]), closed(SCHEMA))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_is_what_it_was(lang: str, snapshot: SnapshotAssertion) -> None:
    """The whole JSON of a report with settled findings."""
    assert render([samples.settled()], "json", View(lang=lang)) == snapshot


def test_several_files_are_a_list_even_if_there_is_one() -> None:
    """The shape follows from what was asked, not from what was found."""
    assert isinstance(loaded(samples.report()), dict)
    assert isinstance(loaded(samples.report(), several=True), list)
    both = json.loads(render([samples.report(), samples.clean()], "json", View(several=True)))
    jsonschema.validate(both, SCHEMA)
    assert [item["document"]["path"] for item in both] == ["forms/archive.txt", "forms/clean.txt"]


def test_quotes_are_slices_of_the_source() -> None:
    """start and end are offsets in the decoded text, line is 1-based, and the quote stands there."""
    data = loaded(samples.report())
    sides = [side for item in data["findings"] + data["passes"] for side in item["evidence"]]
    for item in sides + data["claims"] + data["unchecked"]:
        assert samples.SOURCE[item["start"] : item["end"]] == item["quote"]
        assert item["line"] == samples.SOURCE.count("\n", 0, item["start"]) + 1


def test_other_formats_tell_their_own_places() -> None:
    """A workbook has sheet, row and column; a PDF pages; Word tables; none of them lines."""
    for kind, key in (("xlsx", "sheet"), ("pdf", "page"), ("docx", "table")):
        side = loaded(samples.report(kind))["findings"][0]["evidence"][0]
        assert side["line"] is None
        assert side[key] is not None
        assert side["row"] is not None


def test_decimals_are_text_and_unbounded_is_null() -> None:
    """Figures keep their printed digits; 不少于2000 has no upper end; nothing is a float."""
    text = render([samples.report()], "json")
    assert isinstance(text, str)
    claims = json.loads(text, parse_float=lambda value: pytest.fail(f"a float: {value}"))["claims"]
    assert [(c["value"], c["low"], c["high"]) for c in claims if c["quote"] == "1486.20"] == [
        ("1486.20", "1486.195", "1486.205")
    ]
    assert [(c["comparator"], c["low"], c["high"]) for c in claims if "不少于" in c["quote"]] == [("≥", "2000", None)]


def test_suppressed_findings_stay_and_do_not_count() -> None:
    """A settled finding is in the list with its reason, and not in the summary."""
    data = loaded(samples.settled())
    assert len(data["findings"]) == 8
    assert sum(data["summary"]["findings"].values()) == 6
    assert [f["suppressed"] for f in data["findings"] if f["suppressed"]] == [
        "waived: 宣传月统一安排，已书面说明（周宁，至 2024-12-31）",
        "baseline",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_jsonl_has_one_document_a_line(kind: str) -> None:
    """Each line is the document of one file, whatever line ends its texts hold."""
    hostile = samples.hostile()
    lines = str(render([samples.report(kind), hostile, samples.clean()], "jsonl")).splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0]) == loaded(samples.report(kind))
    assert json.loads(lines[1]) == loaded(hostile)


def test_any_text_survives_utf8() -> None:
    """Lone surrogates and U+2028 are escaped, not lost and not an error."""
    from auditor.report.json import dump

    text = "\ud800 \u2028 \x85 m² \\u2028 \x7f"
    assert json.loads(dump(text).encode("utf-8")) == text
    assert len(dump(text).splitlines()) == 1


# --- concise ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_concise_is_what_it_was(kind: str, lang: str, snapshot: SnapshotAssertion) -> None:
    """path:line: CODE severity message; sheet!cell, page or table in place of the line."""
    assert render([samples.report(kind)], "concise", View(lang=lang)) == snapshot


def test_concise_has_one_line_a_finding_that_counts() -> None:
    """The baseline is left out, a waived finding says so, a clean report is silent."""
    lines = str(render([samples.settled()], "concise")).splitlines()
    assert len(lines) == 7
    waived = [line for line in lines if "已豁免" in line]
    assert len(waived) == 1
    assert waived[0].startswith("forms/archive.txt:14: TGT201 moderate “档案宣传活动”目标 3场")
    assert waived[0].endswith("[已豁免：宣传月统一安排，已书面说明（周宁，至 2024-12-31）]")
    assert render([samples.clean()], "concise") == ""


def test_concise_stays_one_line_for_a_hostile_name() -> None:
    """Line ends and escapes of a file name or a text do not make lines of their own."""
    text = str(render([samples.hostile()], "concise"))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
