"""The workbook: everything that is known, room for verdicts, text that is only text; and the verdicts read back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from syrupy.assertion import SnapshotAssertion

from auditor import cli
from auditor.memory import Memory, load_waivers
from auditor.model import AuditError, Report
from auditor.report import View, render
from auditor.report.book import LONGEST, Book, Column, safe
from auditor.report.excel import LINE
from auditor.report.review import read_verdicts, waivers

RED = "FFC00000"
ZH = ["问题", "数据", "相符", "未核对", "不是数量", "汇总"]
EN = ["Findings", "Claims", "Held", "Not checked", "Counts nothing", "Summary"]


def workbook(*reports: Report, lang: str = "zh") -> Any:
    data = render(reports, "xlsx", View(lang=lang, several=len(reports) > 1))
    assert isinstance(data, bytes)
    return openpyxl.load_workbook(BytesIO(data), rich_text=True)


def said(cell: Any) -> str:
    """The text of a cell, what is red in «»."""
    value = "" if cell.value is None else cell.value
    if not isinstance(value, CellRichText):
        return f"«{value}»" if cell.font.color is not None and cell.font.color.rgb == RED else str(value)
    red = [isinstance(part, TextBlock) and part.font.color and part.font.color.rgb == RED for part in value]
    return "".join(f"«{part}»" if mark else str(part) for part, mark in zip(value, red, strict=True))


def rows(sheet: Any) -> list[dict[str, str]]:
    """The rows of a sheet by the heads of their columns."""
    head, *rest = sheet.iter_rows()
    titles = [cell.value for cell in head]
    return [dict(zip(titles, (said(cell) for cell in row), strict=True)) for row in rest]


# --- what it holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_is_what_it_was(lang: str, snapshot: SnapshotAssertion) -> None:
    """Every cell of every sheet, in both languages."""
    book = workbook(samples.report(), lang=lang)
    assert {s.title: [[said(c) for c in row] for row in s.iter_rows()] for s in book} == snapshot


def test_the_same_report_gives_the_same_bytes() -> None:
    """No clock and no chance in the file."""
    assert render([samples.report()], "xlsx") == render([samples.report()], "xlsx")


@pytest.mark.parametrize(("lang", "titles"), [("zh", ZH), ("en", EN)])
def test_the_sheets_in_order(lang: str, titles: list[str]) -> None:
    """Findings first: that is where the work is."""
    assert workbook(samples.report(), lang=lang).sheetnames == titles


def test_a_finding_is_told_in_full() -> None:
    """Code, name, severity, message, arithmetic, why, fingerprint; and where each side stands."""
    found = {row["指纹"]: row for row in rows(workbook(samples.report())["问题"])}
    assert len(found) == len(samples.report().findings)
    for finding in samples.report().findings:
        row = found[finding.fingerprint]
        assert (row["代码"], row["规则"], row["问题"]) == (finding.rule.code, finding.rule.name, finding.message())
        assert (row["核算"], row["为什么"]) == (finding.arithmetic, finding.rule.why)
        assert len(row["位置"].split("\n")) == len({side.span.place for side in finding.evidence})


def test_the_figure_of_every_side_is_red() -> None:
    """In the quotes the figure is red, and only it; a blank cell is said to be one."""
    found = {row["指纹"]: row["原文"] for row in rows(workbook(samples.report())["问题"])}
    for finding in samples.report().findings:
        figures = [part.split("»")[0] for part in found[finding.fingerprint].split("«")[1:]]
        assert figures == [side.value or side.span.quote or "（空白）" for side in finding.evidence]


def test_severe_findings_first_and_settled_ones_last() -> None:
    """The order of work; why a finding is settled stands in a column of its own, which is only there then."""
    found = rows(workbook(samples.settled())["问题"])
    assert [row["级别"] for row in found] == ["重要"] * 3 + ["一般"] * 2 + ["提示", "一般", "轻微"]
    assert [row["已处理"] for row in found[-2:]] == [
        "已豁免：宣传月统一安排，已书面说明（周宁，至 2024-12-31）",
        "已在基线中",
    ]
    assert [row["结论"] for row in found] == ["待核"] * 6 + ["", ""]
    assert "已处理" not in rows(workbook(samples.report())["问题"])[0]


def test_verdicts_are_chosen_from_a_list() -> None:
    """The verdict column has the four verdicts, for every finding."""
    sheet = workbook(samples.report())["问题"]
    (choice,) = sheet.data_validations.dataValidation
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "结论")
    assert choice.formula1 == '"待核,属实,误报,已更正"'
    assert str(choice.sqref) == f"{column}2:{column}{sheet.max_row}"


def test_claims_are_numbers_to_calculate_with() -> None:
    """Value and bounds are numbers shown with the decimals that were printed; unbounded is empty."""
    sheet = workbook(samples.report())["数据"]
    by_quote = {said(row[11]): row for row in sheet.iter_rows(min_row=2)}
    budget = by_quote["«1486.20»"]
    assert (budget[4].value, budget[4].number_format, budget[7].value) == (1486.2, "0.00", "万元")
    target = by_quote["不少于«2000»人次"]
    assert [cell.value for cell in target[3:7]] == ["≥", 2000, 2000, None]


def test_what_held_and_what_was_not_checked_is_there_to_the_last() -> None:
    """A line a pass, its places and quotes side by side; a line an unchecked number with the reason, and a line a
    number that counts nothing."""
    book, report = workbook(samples.report()), samples.report()
    held = rows(book["相符"])
    assert sorted(row["核对"] for row in held) == sorted(p.message() for p in report.passes)
    assert all(row["位置"].count("\n") == row["原文"].count("\n") for row in held)
    assert len(rows(book["未核对"])) == len(report.unchecked)
    aside = [(row["原因"], row["位置"]) for row in rows(book["不是数量"])]
    assert aside == [("年份或日期", "第12行第4格"), ("年份或日期", "第13行第4格"), ("序号", "第9行第4格")]


def test_the_summary_counts() -> None:
    """A line a file, a total over several, and how often every rule fired; settled findings are counted apart."""
    book = workbook(samples.report(), samples.settled())
    assert book.sheetnames == ZH
    cells = [[cell.value for cell in row] for row in book["汇总"].iter_rows(min_row=4)]
    assert cells[0][:9] == ["文件", "部门", "年度", "版式", "重要", "一般", "轻微", "提示", "已处理"]
    assert cells[1][:9] == ["forms/archive.txt", "青禾区数字档案馆", "2023", "guangdong-department", 3, 3, 1, 1, 0]
    assert cells[2][4:9] == [3, 2, 0, 1, 2]
    assert cells[3][4:9] == [6, 5, 1, 2, 2]
    assert ["same-fact-two-values", "前后一致", "重要", "AGR101", 2] in [row[:5] for row in cells]


def test_several_reports_share_the_sheets() -> None:
    """Then the first column names the file; with one report there is none."""
    both = workbook(samples.report(), samples.report("docx"))
    assert {row["文件"] for row in rows(both["问题"])} == {"forms/archive.txt", "forms/archive.docx"}
    assert all(both[title]["A1"].value == "文件" for title in ZH[:4])
    assert "文件" not in rows(workbook(samples.report())["问题"])[0]


def test_a_clean_form_gives_a_workbook_too() -> None:
    """No findings: the sheet has its heads, and the ledger is there."""
    book = workbook(samples.clean())
    assert rows(book["问题"]) == []
    assert len(rows(book["相符"])) == len(samples.clean().passes)


# --- how it looks -------------------------------------------------------------------------------------------------


def test_heads_stay_and_filter() -> None:
    """Every table has a frozen head and a filter over all its columns; the findings' first columns stay too."""
    book = workbook(samples.report())
    for title in ZH[:4]:
        sheet = book[title]
        assert sheet.freeze_panes == ("C2" if title == "问题" else "A2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"


def test_text_wraps_and_fits() -> None:
    """Columns are wide enough for a head in Chinese; rows are high enough for what wraps in them."""
    sheet = workbook(samples.report())["问题"]
    for cell in sheet[1]:
        assert sheet.column_dimensions[cell.column_letter].width >= 2 * len(cell.value) + 2
    for row in sheet.iter_rows(min_row=2):
        assert all(cell.alignment.wrap_text for cell in row)
        lines = max(said(cell).count("\n") + 1 for cell in row)
        assert sheet.row_dimensions[row[0].row].height >= min(15 * lines, 409)


def test_severities_have_a_colour_each() -> None:
    """Four severities, four fills."""
    sheet = workbook(samples.report())["问题"]
    fills = {sheet.cell(row, 1).value: sheet.cell(row, 1).fill.fgColor.rgb for row in range(2, sheet.max_row + 1)}
    assert len(set(fills.values())) == len(fills) == 4


# --- text is only text --------------------------------------------------------------------------------------------

ATTACKS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A1", "http://a.cn", "file:///etc/passwd", "1E5",
    "{=A1}", "_x0041_", "\x00\x01\x1b[31m", "\ud800", "\ufffe", "\u202e反", "<b>&amp;", "'=1", "0012",
]  # fmt: skip


def parts_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def hostile(text: str) -> Report:
    """A report that says `text` wherever a form can make it say something."""
    whole = samples.hostile()
    finding = replace(whole.findings[0], facts={"measure": text, "one": text, "two": text}, arithmetic=text)
    side = finding.evidence[0]
    raw = replace(side.span.text, raw=text)
    sides = (side._replace(span=side.span._replace(text=raw, begin=0, stop=len(text)), value=None, label=text),) * 2
    form = replace(whole.forms[0], title=text, department=text)
    claim = samples.claims()[0]._replace(measure=text, qualifier=text, period=text)
    return replace(
        whole, findings=(replace(finding, evidence=sides),), forms=(form,), notes=(text,), claims=(claim,),
        document=replace(whole.document, path=text),
    )  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    """Whatever a form says, it is written as a string; control characters are spelled out."""
    data = render([hostile(text), hostile(text)], "xlsx", View(several=True))
    assert isinstance(data, bytes)
    for name, xml in parts_of(data).items():
        assert "<f>" not in xml
        assert "hyperlink" not in xml
        assert not any(ord(char) < 32 and char not in "\t\r\n" for char in xml), name
    sheet = openpyxl.load_workbook(BytesIO(data))["问题"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert all(cell.value is None for row in sheet.iter_rows() for cell in row if cell.data_type == "n")


def test_text_that_begins_like_a_formula_stays_text_when_it_is_edited() -> None:
    """Excel would read `=1+1` anew when someone presses F2 and Enter; the cell is marked as text."""
    sheet = workbook(hostile("=1+1"))["问题"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if said(cell).startswith("=")]
    assert cells
    assert all(cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("char", ["长", "𠮷", "=", "\n", "\x01"])
def test_no_cell_is_longer_than_excel_allows(char: str) -> None:
    """A longer text ends in … instead of being lost; astral characters count twice, as Excel counts."""
    data = render([hostile(char * 40_000)], "xlsx")
    assert isinstance(data, bytes)
    book = openpyxl.load_workbook(BytesIO(data))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(len(text.encode("utf-16-le")) // 2 <= LONGEST for text in texts)
    assert any(text.endswith("…") for text in texts)


@given(st.text(st.characters(exclude_categories=()), max_size=40))
@settings(max_examples=100, deadline=None)
def test_safe_text_survives_the_trip(text: str) -> None:
    """Any string can be written, and what is read back is what `safe` says."""
    book = Book("zh", "")
    book.table("t", [Column("甲", "a", 8, 20)], [(text,)])
    read = openpyxl.load_workbook(BytesIO(book.finish()))["t"]["A2"]
    assert (read.value or "") == safe(text)
    assert read.data_type != "f"


def test_more_rows_than_excel_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to do, and no row lost in silence."""
    monkeypatch.setattr("auditor.report.book.ROWS", 5)
    with pytest.raises(AuditError, match=r"问题.*8 行.*jsonl"):
        render([samples.report()], "xlsx")


def test_a_thousand_findings() -> None:
    """Every one has its row."""
    data = render([samples.hostile(1_000)], "xlsx")
    assert isinstance(data, bytes)
    assert 'A1001"' in parts_of(data)["xl/worksheets/sheet1.xml"]


def test_quotes_of_the_ledger_stand_on_one_line() -> None:
    """So that places and quotes of a check line up."""
    for row in rows(workbook(samples.report())["相符"]):
        assert all(len(line) <= LINE + 4 for line in row["原文"].split("\n"))


# --- the verdicts, read back ---------------------------------------------------------------------------------------


@pytest.fixture
def reviewed(tmp_path: Path) -> Callable[..., Path]:
    """A workbook whose rows were filled in: row → (verdict, remark, reviewer)."""

    def fill(entries: dict[int, tuple[str, str, str]], lang: str = "zh", *reports: Report) -> Path:
        path = tmp_path / "复核.xlsx"
        data = render(reports or [samples.report()], "xlsx", View(lang=lang))
        assert isinstance(data, bytes)
        path.write_bytes(data)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        at = {str(cell.value): cell.column for cell in sheet[1]}
        heads = ("结论", "备注", "复核人") if lang == "zh" else ("Verdict", "Remark", "Reviewer")
        for row, values in entries.items():
            for head, value in zip(heads, values, strict=True):
                sheet.cell(row, at[head], value)
        book.save(path)
        return path

    return fill


def waive(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main(["waive", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(("lang", "verdict"), [("zh", "误报"), ("en", "false alarm"), ("en", "False Alarm")])
def test_a_false_alarm_becomes_a_waiver(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str], lang: str, verdict: str, tmp_path: Path
) -> None:
    """The remark is its reason and the reviewer its name; `--waivers` takes it and covers that finding only."""
    path = reviewed({3: (verdict, "口径不同：其中含“展览”", "周宁")}, lang)
    code, out, _ = waive(capsys, path)
    assert code == 0
    (table,) = tomllib.loads(out)["waiver"]
    finding = samples.report().findings[1]
    assert table == {"fingerprint": finding.fingerprint, "reason": "口径不同：其中含“展览”", "by": "周宁"}
    (tmp_path / "w.toml").write_text(out, encoding="utf-8")
    settled, memory = Memory(load_waivers(tmp_path / "w.toml")).settle(samples.report())
    assert [f.rule.code for f in settled.findings if f.suppressed] == [finding.rule.code]
    assert memory.unused == ()


def test_the_other_verdicts_are_summed_up(reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Confirmed, corrected and open findings give no waiver; how many there are goes to stderr."""
    path = reviewed({2: ("属实", "", "周宁"), 3: ("已更正", "", ""), 4: ("误报", "另一口径", "周宁")})
    code, out, err = waive(capsys, path)
    assert (code, out.count("[[waiver]]")) == (0, 1)
    assert err == "audit: 待核 5，属实 1，误报 1，已更正 1；豁免 1 条\n"


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (("误报", "", "周宁"), "第 3 行：误报没有写明理由"),
        (("误报", " ", "周宁"), "第 3 行：误报没有写明理由"),
        (("误报", "另一口径", ""), "第 3 行：误报没有署名"),
        (("也许", "", ""), "第 3 行：结论或指纹无法识别"),
    ],
)
def test_what_is_incomplete_is_refused_by_row(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str], entry: tuple[str, str, str], lines: str
) -> None:
    """A waiver without a reason or a name is none; the line says which row."""
    code, out, err = waive(capsys, reviewed({3: entry}))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert lines in err


def test_a_name_for_all_rows(reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """--by is for rows without a reviewer; a row's own name goes before it."""
    path = reviewed({3: ("误报", "甲", ""), 4: ("误报", "乙", "周宁")})
    code, out, _ = waive(capsys, path, "--by", "李平")
    assert code == 0
    assert [table["by"] for table in tomllib.loads(out)["waiver"]] == ["李平", "周宁"]


def test_a_finding_judged_in_two_ways_is_refused(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same fingerprint in two files is one finding to a waiver."""
    two = (samples.report(), samples.report("docx"))
    count = len(two[0].findings)
    path = reviewed({2: ("误报", "甲", "周宁"), 2 + count: ("属实", "", "周宁")}, "zh", *two)
    code, _, err = waive(capsys, path)
    assert code == 2
    assert f"第 {2 + count} 行" in err
    path = reviewed({2: ("误报", "甲", "周宁"), 2 + count: ("误报", "甲", "周宁")}, "zh", *two)
    assert waive(capsys, path)[1].count("[[waiver]]") == 1


def test_columns_may_be_moved_and_rows_sorted(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns are found by their heads; the row that is named is that of the sheet."""
    path = reviewed({3: ("误报", "甲", "周宁")})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
    sheet.delete_rows(1, sheet.max_row)
    for row in [[], grid[0], *reversed(grid[1:])]:
        sheet.append(list(reversed(row)))
    book.save(path)
    assert waive(capsys, path)[1].count("[[waiver]]") == 1


def test_an_existing_file_is_added_to(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What stands in the file stays; waivers that it has are not written twice."""
    target = tmp_path / "waivers.toml"
    target.write_text(
        '# 我们的\n[[waiver]]\nrule = "SUM"\nsection = "tasks"\nreason = "甲"\nby = "乙"', encoding="utf-8"
    )
    path = reviewed({3: ("误报", '甲"]]\\', "周宁"), 4: ("误报", "乙", "周宁")})
    assert waive(capsys, path, "-o", target)[0] == 0
    assert waive(capsys, path, "-o", target)[2].endswith("豁免 0 条（另有 2 条已在文件中）\n")
    text = target.read_text(encoding="utf-8")
    assert text.startswith("# 我们的\n")
    assert [waiver.reason for waiver in load_waivers(target)] == ["甲", '甲"]]\\', "乙"]


def test_every_waiver_says_which_finding_it_is(
    reviewed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A comment line with code and message, which nothing in a message can break out of."""
    _, out, _ = waive(capsys, reviewed({2: ("误报", "甲", "周宁")}, "zh", hostile("甲\n[[waiver]]\x1b")))
    assert out.startswith("# AGR101 ")
    assert len(tomllib.loads(out)["waiver"]) == 1


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit code 2."""
    (tmp_path / "x.xlsx").write_bytes(content)
    code, _, err = waive(capsys, tmp_path / "x.xlsx")
    assert (code, err.count("\n")) == (2, 1)
    assert waive(capsys, tmp_path / "missing.xlsx")[0] == 2
    assert waive(capsys)[0] == 2


def test_a_workbook_of_another_kind_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which sheet and columns it wants."""
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    code, _, err = waive(capsys, tmp_path / "x.xlsx")
    assert code == 2
    assert "复核人" in err


def test_changed_fingerprints_are_refused(reviewed: Callable[..., Path]) -> None:
    """A waiver for a finding that does not exist would hide nothing and say nothing."""
    path = reviewed({})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = next(cell.column for cell in sheet[1] if cell.value == "指纹")
    sheet.cell(4, at, 1234567890123456)
    sheet.cell(5, at, "abc")
    book.save(path)
    with pytest.raises(AuditError, match="第 5 行"):
        read_verdicts(path)
    sheet.cell(5, at, "0" * 16)
    book.save(path)
    assert waivers(read_verdicts(path), path) == ()


# --- other programs ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (soffice) to open the workbook")
def test_libreoffice_opens_the_workbook(tmp_path: Path) -> None:
    """It is converted to PDF, and to CSV with every finding in it."""
    data = render([samples.report()], "xlsx")
    assert isinstance(data, bytes)
    (tmp_path / "book.xlsx").write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / "book.csv").read_text(encoding="utf-8")
    assert all(finding.fingerprint in text for finding in samples.report().findings)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_the_extra_it_says_what_to_install(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the command."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(AuditError, match=r"pip install 'gouji\[excel\]'"):
        render([samples.report()], "xlsx", View(lang=lang))


def test_the_verb_helps_and_answers_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    """--help in both languages; an unknown option is one line and exit code 2."""
    assert "误报" in waive(capsys, "--help")[1]
    assert "false alarms" in waive(capsys, "--help", "--lang", "en")[1]
    code, _, err = waive(capsys, "x.xlsx", "--nonsense")
    assert (code, err.count("\n")) == (2, 1)
