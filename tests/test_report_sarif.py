"""SARIF 2.1.0 as GitHub takes it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import samples
from syrupy.assertion import SnapshotAssertion

import auditor
from auditor.model import Report
from auditor.report import View, render

KINDS = ("text", "docx", "xlsx", "pdf")


def run_of(*reports: Report, **view: Any) -> Any:
    log = json.loads(render(reports, "sarif", View(**view)))
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    return log["runs"][0]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["text", "xlsx"])
def test_the_log_is_what_it_was(kind: str, lang: str, snapshot: SnapshotAssertion) -> None:
    """The whole log, but for the version."""
    text = str(render([samples.report(kind)], "sarif", View(lang=lang)))
    assert text.replace(f'"{auditor.__version__}"', '"VERSION"') == snapshot


@pytest.mark.parametrize("kind", KINDS)
def test_every_result_has_what_github_asks_for(kind: str) -> None:
    """A rule of the run, a level, a message, a place with a line from 1, a fingerprint, a relative path."""
    run = run_of(samples.report(kind))
    rules = run["tool"]["driver"]["rules"]
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["gouji/v1"])
        for location in result["locations"] + result.get("relatedLocations", []):
            place = location["physicalLocation"]
            assert place["region"]["startLine"] >= 1
            assert place["artifactLocation"]["uri"] == f"forms/archive.{'txt' if kind == 'text' else kind}"


def test_regions_cut_the_source_at_the_quote() -> None:
    """Line and column, counted from 1 in characters, lead to the quote; the end is exclusive."""
    lines = samples.SOURCE.split("\n")
    for result in run_of(samples.report())["results"]:
        for location in result["locations"] + result.get("relatedLocations", []):
            region = location["physicalLocation"]["region"]
            if "snippet" in region:
                assert region["startLine"] == region["endLine"]
                line = lines[region["startLine"] - 1]
                assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]


def test_places_without_lines_are_logical_locations() -> None:
    """What has no line is named: sheet and cell, table and row."""
    names = [
        location["logicalLocations"][0]["fullyQualifiedName"]
        for result in run_of(samples.report("xlsx"))["results"]
        for location in result["locations"]
    ]
    assert names[0] == "自评表!C7"


def test_the_other_sides_are_links_in_the_message() -> None:
    """[text](0) leads to the related location with that id."""
    for result in run_of(samples.report())["results"]:
        links = [int(number) for number in re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])]
        assert links == [location["id"] for location in result.get("relatedLocations", [])]


def test_settled_findings_are_marked_not_dropped() -> None:
    """A waived finding is a result with a suppression that gives the reason."""
    results = run_of(samples.settled())["results"]
    assert len(results) == 8
    given = [r["suppressions"][0]["justification"] for r in results if "suppressions" in r]
    assert given == ["已豁免：宣传月统一安排，已书面说明（周宁，至 2024-12-31）", "已在基线中"]


def test_paths_are_relative_and_escaped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Inside the working directory relative, elsewhere a file: URI; blanks and Chinese are percent-encoded."""
    monkeypatch.chdir(tmp_path)

    def uri(path: str) -> str:
        whole = samples.report()
        run = run_of(replace(whole, document=replace(whole.document, path=path)))
        return str(run["artifacts"][0]["location"]["uri"])

    assert uri("a b/自评.txt") == "a%20b/%E8%87%AA%E8%AF%84.txt"
    assert uri(str(tmp_path / "x.txt")) == "x.txt"
    assert uri("/elsewhere/x.txt") == "file:///elsewhere/x.txt"


def test_hostile_text_is_data() -> None:
    """Brackets of the form make no link."""
    hostile = samples.hostile()
    finding = hostile.findings[0]
    facts = {**finding.facts, "measure": "[here](0) and [there](https://x.example)"}
    result = run_of(replace(hostile, findings=(replace(finding, facts=facts),)))["results"][0]
    assert re.findall(r"(?<!\\)\]\(\d+\)", result["message"]["text"]) == ["](0)"]
