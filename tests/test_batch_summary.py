"""`audit summary`: what it counts is what is there, and nothing a report says can harm where it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="audit batch needs the extra [batch]")
pytest.importorskip("duckdb", reason="audit summary needs the extra [batch]")

from auditor import audit
from auditor.batch import questions as q
from auditor.batch import summary_command
from auditor.batch.page import page
from auditor.batch.run import Options, batch
from auditor.batch.screen import screen
from auditor.batch.shards import Chunk
from auditor.batch.summary import Summary, as_book, as_json, summarise
from auditor.batch.work import Job, Result, audit_chunk
from auditor.model import SEVERITIES, AuditError
from auditor.report import View
from auditor.report.quote import cells

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>[bold]&amp;:100:局'
FORM = """部门整体支出绩效自评表
（{year}年度）
部门名称	{name}
关键指标	预期实现值	指标完成情况
巡查次数	20次	{result}次
走访户数	{result}户	20户
"""


def here(chunks: Iterator[Chunk], job: Job) -> Iterator[tuple[Chunk, Result]]:
    for chunk in chunks:
        yield chunk, audit_chunk(chunk, job)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve reports of three years and four departments, one of them hostile, and one that cannot be read."""
    base = tmp_path_factory.mktemp("summary")
    (base / "in").mkdir()
    names = ["青石县水利局", "临湖市林业局", "云岭县农业局", HOSTILE]
    for number in range(12):
        text = FORM.format(year=2021 + number % 3, name=names[number % 4], result=20 - number % 3)
        (base / "in" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    (base / "in" / "=cmd.txt").write_bytes(b"")
    batch(Options((str(base / "in"),), base / "out", size=5, seconds=0), here)
    return base / "out"


@pytest.fixture(scope="module")
def summary(out: Path) -> Summary:
    return summarise([out], 15)


def rows(summary: Summary, key: str) -> dict[Any, dict[str, Any]]:
    """Rows of a table by their first column."""
    table = next(t for t in summary.tables if t.key == key)
    return {row[table.columns[0].key]: row for row in table.rows}


class TestCounts:
    def test_totals_are_those_of_the_reports(self, out: Path, summary: Summary) -> None:
        """Findings, figures, checks that held and figures not checked, as `auditor.audit` has them."""
        reports = [audit(path) for path in sorted((out.parent / "in").glob("[0-9]*.txt"))]
        of = summary.overview
        assert (of["reports"], of["failed"]) == (13, 1)
        for severity in SEVERITIES:
            failed = severity == "minor"
            assert of[severity] == sum(r.count(severity) for r in reports) + failed
        assert of["claims"] == sum(len(r.claims) for r in reports)
        assert of["passes"] == sum(len(r.passes) for r in reports)
        assert of["unchecked"] == sum(len(r.unchecked) for r in reports)
        assert of["clean"] == sum(not r.count("major") and not r.count("moderate") for r in reports)

    def test_rules_count_findings_and_reports(self, out: Path, summary: Summary) -> None:
        """How often, in how many reports, in how great a share of them; in words."""
        reports = [audit(path) for path in sorted((out.parent / "in").glob("[0-9]*.txt"))]
        for code, row in rows(summary, "rules").items():
            if code == "RUN201":
                assert (row["findings"], row["reports"]) == (1, 1)
                continue
            mine = [sum(f.rule.code == code for f in r.findings) for r in reports]
            assert (row["findings"], row["reports"]) == (sum(mine), sum(map(bool, mine)))
            assert row["share"] == sum(map(bool, mine)) / 13
            assert row["what"]

    def test_years_and_departments_add_up(self, summary: Summary) -> None:
        """Every audited report is in one year and one department."""
        for key in ("years", "departments", "layouts"):
            table = rows(summary, key)
            assert sum(row["reports"] for row in table.values()) == 12
            assert sum(row["major"] for row in table.values()) == summary.overview["major"]
        assert set(rows(summary, "years")) == {2021, 2022, 2023}
        assert rows(summary, "years")[2021]["clean"] == 1
        assert HOSTILE in rows(summary, "departments")

    def test_the_worst_come_first_and_failures_are_named(self, summary: Summary) -> None:
        """By major findings; what could not be read has its reason."""
        table = next(t for t in summary.tables if t.key == "worst")
        majors = [row["major"] for row in table.rows]
        assert majors == sorted(majors, reverse=True)
        (failed,) = next(t for t in summary.tables if t.key == "failed").rows
        assert (Path(failed["path"]).name, "空" in failed["reason"]) == ("=cmd.txt", True)

    def test_several_results_are_one(self, out: Path, summary: Summary) -> None:
        """Two OUT folders, both counted."""
        both = summarise([out, out], 15)
        assert both.overview["reports"] == 26

    def test_an_unfinished_batch_is_said_to_be(self, out: Path, tmp_path: Path) -> None:
        """How many of how many, before anything else."""
        import shutil

        part = tmp_path / "out"
        shutil.copytree(out, part)
        next((part / "documents").glob("*.parquet")).unlink()
        half = summarise([part], 15)
        assert half.notes[0][0] == f"未完成：13 份报告中的 {half.overview['reports']} 份"
        assert 0 < half.overview["reports"] < 13
        assert half.overview["major"] == sum(row["major"] for row in rows(half, "years").values())

    @pytest.mark.parametrize("name", ["no such", "in"])
    def test_what_is_no_result_is_said(self, out: Path, name: str) -> None:
        """A folder that is not there, or holds something else."""
        with pytest.raises(AuditError, match="不是 audit batch 的结果"):
            summarise([out.parent / name], 15)

    def test_a_path_may_look_like_a_pattern(self, out: Path, tmp_path: Path) -> None:
        """[1] and ' in the name of OUT are letters."""
        import shutil

        odd = tmp_path / "re'sults [1]*"
        shutil.copytree(out, odd)
        assert summarise([odd], 15).overview["reports"] == 13


class TestOutputs:
    def test_screen_keeps_its_width_and_its_columns(self, summary: Summary) -> None:
        """No line is wider than the terminal; report text is only text."""
        for width in (60, 80, 120):
            for lang in ("zh", "en"):
                text = screen(summary, 5, View(lang=lang, width=width))
                assert max(map(cells, text.splitlines())) <= max(width, 80)
        text = screen(summary, 15, View(width=200))
        assert "[bold]&amp;:100:局" in "".join(text.split("\n"))
        assert str(Path("in") / "00.txt") not in text  # paths are told from the folder on
        assert "01.txt" in text

    def test_long_tables_say_what_is_left_out(self, summary: Summary) -> None:
        """--top cuts, and says how much."""
        assert "另有" in screen(summary, 1, View(width=100))

    def test_json_has_every_table(self, summary: Summary) -> None:
        """Totals and rows, plain."""
        data = json.loads(as_json(summary))
        assert data["schema"] == "gouji-summary/1"
        assert data["overview"]["reports"] == 13
        assert [row["reports"] for row in data["tables"]["years"]] == [4, 4, 4]

    def test_workbook_holds_no_formula(self, summary: Summary) -> None:
        """What begins like a formula is text; figures are figures."""
        openpyxl = pytest.importorskip("openpyxl", reason="reads the workbook back")
        pytest.importorskip("xlsxwriter", reason="needs the extra [excel]")
        book = openpyxl.load_workbook(BytesIO(as_book(summary, "zh")))
        every = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
        assert not [cell for cell in every if cell.data_type == "f" or cell.hyperlink]
        assert any(cell.value == HOSTILE for cell in every)
        years = {row[0].value: row[1].value for row in book["按年度"].iter_rows(min_row=2)}
        assert years == {"2021": 4, "2022": 4, "2023": 4}
        assert len(book["按年度"]._charts) == len(book["按规则"]._charts) == 1
        assert len(book["问题最多的报告"]._charts) == 0

    def test_page_stands_alone_and_is_harmless(self, summary: Summary) -> None:
        """Nothing is fetched or run, every bar is drawn in the page, report text is escaped."""
        for lang in ("zh", "en"):
            html = page(summary, lang)
            assert "<script" not in html
            assert "&lt;script&gt;" in html
            assert not re.search(r"(?:src|href)=|url\(|@import", html)
            assert html.count("<svg") == html.count("</svg>") > 10
            assert "default-src 'none'" in html

    def test_command_writes_what_the_suffix_tells(
        self, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """-o x.html, -o x.json; a workbook needs a file."""
        for name, begins in (("s.html", "<!DOCTYPE html>"), ("s.json", '{\n "schema"')):
            assert summary_command([str(out), "-o", str(tmp_path / name)]) == 0
            assert (tmp_path / name).read_text("utf-8").startswith(begins)
        with pytest.raises(AuditError, match="-o 文件名"):
            summary_command([str(out), "--format", "xlsx"])
        capsys.readouterr()
        assert summary_command([str(out), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["overview"]["reports"] == 13

    def test_across_is_shown_once_asked_for(self, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """--across runs the rules, and what they say stays in OUT."""
        assert summary_command([str(out), "--across"]) == 0
        assert (out / "across.parquet").is_file()
        assert "跨报告核对：没有发现问题" in capsys.readouterr().out
        (out / "across.parquet").unlink()
        capsys.readouterr()


SCALE = Path(__file__).parent.parent / "docs" / "scale.md"


class TestDocumentation:
    @pytest.mark.parametrize(
        "block", re.findall(r"```sql\n(.*?)```", SCALE.read_text("utf-8"), re.S) if SCALE.exists() else []
    )
    def test_every_question_of_the_guide_has_an_answer(self, out: Path, block: str) -> None:
        """The SQL of docs/scale.md runs as it is printed, from beside OUT."""
        connection = q.connect([out])
        for statement in filter(str.strip, re.sub(r"'out/(\w+)/\*\.parquet'", r"\1", block).split(";")):
            connection.execute(statement).fetchall()

    def test_every_column_is_explained(self) -> None:
        """docs/scale.md names each column of each table."""
        text = SCALE.read_text("utf-8")
        for table, names in q.columns().items():
            part = text.partition(f"### {table}")[2].partition("\n### ")[0]
            assert [name for name in names if f"`{name}`" not in part] == [], table
