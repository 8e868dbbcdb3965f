"""Comma-separated values, and characters that nobody sees: read as the page shows them, every place the file's own."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import audit_document
from auditor.model import AuditError, Table, Text
from auditor.read import Limits, read

FIELD = st.text(alphabet='甲乙路桥12.5%,"（）', max_size=8).map(str.strip)
FORM = (
    '项目支出绩效自评表,,,,,,,\n"项目名称","道路""畅通""工程",,,,,,\n一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分,偏差原因\n'
    "产出指标,数量指标,甲路改造长度,≥10公里,8公里,50,40,\n"
    ',质量指标,验收合格率,100%,100%,50,50,"一是工期紧,\n二是雨天多"\n总分,,,,,100,90,\n'
)


def table(text: str) -> list[list[str]]:
    (block,) = read("form.csv", text.encode()).blocks
    assert isinstance(block, Table)
    return [[cell.text.raw for cell in row] for row in block.rows]


def texts(source: str) -> list[Text]:
    blocks = read("form", source.encode()).blocks
    return [c.text for b in blocks if isinstance(b, Table) for row in b.rows for c in row] + [
        b.text for b in blocks if not isinstance(b, Table)
    ]


class TestCommas:
    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.lists(FIELD, min_size=4, max_size=4), min_size=3, max_size=6))
    def test_what_a_program_writes_is_read_again(self, grid: list[list[str]]) -> None:
        """Commas and quotes within fields; every piece is a slice of the file."""
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(grid)
        source = out.getvalue()
        expected = [[text.strip() for text in row] for row in grid if any(text.strip() for text in row)]
        if len(expected) < 3:
            return
        (block,) = read("x", source.encode()).blocks
        assert isinstance(block, Table)
        if not block.spans_known:
            assert [[c.text.raw for c in row] for row in block.rows] == expected
        for text in (c.text for row in block.rows for c in row):
            ends = [*(p.at for p in text.pieces[1:]), len(text.raw)]
            for piece, end in zip(text.pieces, ends, strict=True):
                part = text.raw[piece.at : end]
                assert source[piece.start : piece.start + len(part)] == part

    def test_a_form_is_read_as_its_cells(self) -> None:
        """A title alone in its row, quotes in quotes, a reason over two lines."""
        rows = table(FORM)
        assert rows[1][:2] == ["项目名称", '道路"畅通"工程']
        assert rows[4][-1] == "一是工期紧,\n二是雨天多"
        report = audit_document(read("form.csv", FORM.encode()))
        assert [r.name.text.raw for r in report.form.indicators] == ["甲路改造长度", "验收合格率"]
        assert {f.rule.code for f in report.findings} >= {"TGT101"}
        assert report.form.total_score is not None

    @pytest.mark.parametrize(
        "text",
        [
            "一是修路,绿化,亮化。\n二是建桥,清淤,护岸。\n三是培训,宣传,检查。\n",
            "全年修路, 绿化, 亮化\n建桥, 清淤, 护岸, 养护\n培训, 宣传\n",
            "自评报告\n一、基本情况\n支出1,234.5万元,其中项目支出1,000万元,基本支出234.5万元。\n二、存在问题\n无\n三、建议\n无\n",
        ],
    )
    def test_sentences_are_no_table(self, text: str) -> None:
        """Commas of sentences and within figures."""
        assert not any(isinstance(b, Table) for b in read("x", text.encode()).blocks)

    def test_more_cells_than_the_limit_are_refused(self) -> None:
        with pytest.raises(AuditError, match="单元格"):
            read("x", ("甲,乙,丙,丁\n" * 100).encode(), limits=Limits(cells=50))


class TestUnseen:
    SOURCE = "绩\u200b效自评表\n三级指\u00ad标\t指标值\t完成值\t分值\n\ufeff道路\u2060长度\t10\u200b公里\t8公里\u200b \t10\n\u200b乙桥\t5座\t5座\t10\n"

    def test_what_nobody_sees_is_no_part_of_a_text(self) -> None:
        """指­标 is 指标; places stay those of the file."""
        found = texts(self.SOURCE)
        assert [t.raw for t in found[:8]] == ["三级指标", "指标值", "完成值", "分值", "道路长度", "10公里", "8公里", "10"]
        for text in found:
            ends = [*(p.at for p in text.pieces[1:]), len(text.raw)]
            for piece, end in zip(text.pieces, ends, strict=True):
                part = text.raw[piece.at : end]
                assert self.SOURCE[piece.start : piece.start + len(part)] == part

    def test_the_audit_is_the_same_with_and_without(self) -> None:
        """Findings by fingerprint."""
        plain = "".join(c for c in self.SOURCE if c not in "\u00ad\u200b\u2060\ufeff")
        one, other = (audit_document(read("x", s.encode())) for s in (self.SOURCE, plain))
        assert [f.fingerprint for f in one.findings] == [f.fingerprint for f in other.findings] != []

    def test_a_text_of_nothing_else_is_blank(self) -> None:
        assert [t.raw for t in texts("\u200b\u200b\t甲\t乙\n")][:1] == [""]
