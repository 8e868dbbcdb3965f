"""Exports that drop blanks, cut heads and break rows: a row is read as the form has it, or said to be unread."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from auditor import audit_document
from auditor.form import forms
from auditor.model import Document, Form, Report, Table, narrow
from auditor.read import read

DEV = sorted((Path(__file__).parents[1] / "corpus" / "dev").glob("*.txt"))
SOME = [p for p in DEV if p.stem in ("gd_zone", "gd_agri", "prov_md_archives", "ind_blood_center", "dept_env", "cq_farm_machinery")]
HEADS = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"


def flat(text: str) -> str:
    return "".join(narrow(text).split())


def form_of(text: str) -> Form:
    (form,) = forms(read("form.txt", data=text.encode()))
    return form


def rows(form: Form) -> list[tuple[str, ...]]:
    """Name, target, result, weight and score of every row, without white space."""
    fields = ("name", "target", "result", "weight", "score")
    return [tuple(flat(f.text.raw) if (f := getattr(r, n)) else "" for n in fields) for r in form.indicators]


def why(form: Form) -> set[str]:
    return {reason for _, reason in form.unread}


def grid(table: Table) -> list[list[str]]:
    return [[cell.text.raw for cell in row] for row in table.rows]


def dropped(row: list[str]) -> list[str]:
    return ["\t".join(filter(None, row))]


def shifted(row: list[str]) -> list[str]:
    first = next((i for i, text in enumerate(row) if text), 0)
    return ["\t".join(row[first:])]


def spaced(row: list[str]) -> list[str]:
    return ["   ".join(filter(None, row))]


def one_a_line(row: list[str]) -> list[str]:
    return list(filter(None, row))


def spoilt(document: Document, how: object, pages: bool = False) -> bytes:
    """The form with each row of its tables written by `how`; pages: a page number after every seventh line."""
    lines: list[str] = []
    for block in document.blocks:
        if not isinstance(block, Table):
            lines.append(block.text.raw)
            continue
        for n, row in enumerate(grid(block), 1):
            lines += how(row)  # type: ignore[operator]
            if pages and n % 7 == 0:
                lines.append(str(n // 7))
    return "\n".join(lines).encode()


@cache
def whole(path: Path) -> tuple[Document, Report]:
    document = read(path)
    return document, audit_document(document)


class TestSpoiltForms:
    @pytest.mark.parametrize("path", SOME, ids=lambda p: p.stem)
    @pytest.mark.parametrize(
        ("how", "pages"),
        [(dropped, False), (dropped, True), (shifted, False), (spaced, False), (one_a_line, False)],
        ids=["dropped", "dropped, pages", "shifted", "spaced", "one a line"],
    )
    def test_no_row_and_no_finding_that_the_form_has_not(self, path: Path, how: object, pages: bool) -> None:
        """What is read of a spoilt form stands so in the form; nothing new is wrong."""
        document, report = whole(path)
        other = audit_document(read("spoilt", spoilt(document, how, pages)))
        known = [row for form in report.forms for row in rows(form)]
        for row in (r for form in other.forms for r in rows(form)):
            fits = [k for k in known if k[0] == row[0] and all(a in ("", b) for a, b in zip(row, k, strict=True))]
            assert fits or not row[0], row
        sides = [(f.rule.code, {flat(e.span.quote) for e in f.evidence}) for f in report.findings]
        for finding in (f for f in other.findings if f.severity in ("major", "moderate")):
            quotes = {flat(e.span.quote) for e in finding.evidence}
            assert any(finding.rule.code == code and quotes <= said for code, said in sides), finding.message()


class TestShiftedRows:
    def test_rows_that_all_begin_at_the_left_are_laid_out_again(self) -> None:
        """Leading blanks dropped: types tell the columns, not places."""
        form = form_of(
            f"绩效自评表\n{HEADS}产出指标\t数量指标\t甲路改造长度\t10公里\t12公里\t20\t20\n乙桥加固\t5座\t5座\t20\t20\n"
            "质量指标\t工程验收合格率\t100%\t98%\t10\t9\n"
        )
        assert rows(form) == [
            ("甲路改造长度", "10公里", "12公里", "20", "20"), ("乙桥加固", "5座", "5座", "20", "20"),
            ("工程验收合格率", "100%", "98%", "10", "9"),
        ]  # fmt: skip

    def test_trailing_blanks_left_out_change_nothing(self) -> None:
        """Rows that keep their leading blanks keep their columns."""
        form = form_of(
            f"绩效自评表\n{HEADS}\t产出指标\t数量指标\t甲路改造长度\t10公里\t12公里\n\t\t\t乙桥加固\t5座\n\t\t质量指标\t验收合格率\t100%\t98%\n"
        )
        assert [r[:3] for r in rows(form)] == [("甲路改造长度", "10公里", "12公里"), ("乙桥加固", "5座", ""), ("验收合格率", "100%", "98%")]

    def test_a_row_glued_to_the_next_is_unread(self) -> None:
        """Two rows on one line: neither is read, and both are listed."""
        good = "".join(f"\t产出指标\t数量指标\t工程{n}期改造长度\t10公里\t12公里\t20\t20\n" for n in "一二三四五六七")
        form = form_of(f"绩效自评表\n{HEADS}{good}\t\t\t乙桥加固\t5座\t5座\t20\t20\t\t\t\t丙桥加固\t4座\t4座\t10\t10\n")
        assert len(form.indicators) == 7
        assert why(form) == {"ambiguous"}

    def test_texts_over_two_lines_are_not_one_row_where_each_may_be_one(self) -> None:
        """A task below an indicator: 新增场馆 | 9个 is not the beginning of the next task's row."""
        form = form_of(
            "绩效自评表\n主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n"
            "场馆建设\t建成场馆8个以上\t建成场馆9个\t120.00\n新增场馆\t9个\n设备购置\t购置设备\t购置设备30台套\t60.00\n设备数量\t30台套\n"
        )
        assert form.indicators == ()
        assert why(form) == {"ambiguous"}


class TestHeads:
    def test_heads_cut_in_two_lines_are_whole(self) -> None:
        """年度指 | 实际完 over 标值 | 成值."""
        form = form_of(
            "绩效自评表\n绩效指标\t一级\t二级\t三级\t年度指\t实际完\t分值\t得分\n\t指标\t指标\t指标\t标值\t成值\t\t\n"
            "\t产出指标\t数量指标\t甲路改造长度\t10公里\t12公里\t20\t20\n"
        )
        assert rows(form) == [("甲路改造长度", "10公里", "12公里", "20", "20")]

    def test_groups_of_heads_are_not_halves(self) -> None:
        """绩效指标 above 指标值 and 单位 names a group: both rows stay."""
        form = form_of(
            "绩效自评表\n三级指标\t绩效指标\t\t完成值\t分值\n\t指标值\t单位\t\t\n甲路改造长度\t10\t公里\t12\t20\n乙桥加固\t5\t座\t5\t20\n"
        )
        assert rows(form)[0][:3] == ("甲路改造长度", "10", "12")

    def test_a_page_number_does_not_end_a_table(self) -> None:
        """2, alone on a line between two rows: the rows below have the same heads."""
        head = HEADS.replace("\n", "\t偏差原因\n")
        body = "产出指标\t数量指标\t甲路改造长度\t10公里\t12公里\t20\t20\n"
        form = form_of(f"绩效自评表\n{head}{body}2\n乙桥加固\t5座\t5座\t20\t20\n丙桥加固\t4座\t4座\t10\t10\n")
        assert [r[0] for r in rows(form)] == ["甲路改造长度", "乙桥加固", "丙桥加固"]
        assert not form.unread


class TestSums:
    def test_a_sum_over_rows_that_came_apart_is_not_wrong(self) -> None:
        """One row of the tasks lost its line: what is left need not make up the total."""
        table = "绩效自评表\n工作任务\t预期目标\t完成情况\t涉及资金\n甲任务\t修路\t已修\t100.00\n{}\n丙任务\t建桥\t已建\t60.00\n合计\t\t\t240.00\n"
        lost = audit_document(read("lost", table.format("乙任务\n绿化\n已绿化\n80.00").encode()))
        assert "SUM111" not in {f.rule.code for f in lost.findings}
        wrong = audit_document(read("wrong", table.format("乙任务\t绿化\t已绿化\t70.00").encode()))
        assert "SUM111" in {f.rule.code for f in wrong.findings}


class TestLongWords:
    @pytest.mark.parametrize("word", ["A" * 3_000, "9" * 3_000, "九" * 3_000, "目标" * 1_500])
    def test_a_word_of_any_length_is_compared(self, word: str) -> None:
        """Words are taken apart where the dictionary may have cut them, not letter by letter."""
        report = audit_document(
            read(
                "long",
                "绩效自评表\n年度总体目标\t预期目标\t实际完成情况\n\t举办读书活动20场。\t举办读书活动24场，新增图书1.25万册，"
                f"{word}活动24场。\n一级指标\t二级指标\t三级指标\t指标值\t完成值\n产出指标\t数量指标\t读书活动\t20场\t24场\n".encode(),
            )
        )
        assert report.claims
