"""Stage 2 as a whole: nothing is lost, nothing stands in two places, no document is too odd, time is linear."""



from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.form import drafts, forms
from auditor.layout import vocabulary
from auditor.model import Cell, Document, Field, Form, Paragraph, Piece, Place, Table, Text
from auditor.read import read

REPORTS = Path(__file__).parents[2] / "shared" / "reports"
CORPUS = Path(__file__).parents[1] / "corpus"
WORDS = vocabulary()

Where = tuple[object, int]


def characters(text: Text) -> Iterator[Where]:
    """Every character that is not white space, by its place and offset in the source."""
    ends = [p.at for p in text.pieces[1:]] + [len(text.raw)]
    for piece, end in zip(text.pieces, ends, strict=True):
        for i in range(piece.at, end):
            if not text.raw[i].isspace():
                place = piece.place
                yield (
                    (place.sheet, place.page, place.table, place.row, place.column, place.paragraph, place.line),
                    (piece.start + i - piece.at),
                )


def covered(document: Document) -> Counter[Where]:
    """How often each character is in the form, as a field, a label or furniture. Fields shared by rows count once."""
    found: Counter[Where] = Counter()
    for draft in drafts(document, WORDS):
        seen: set[int] = set()
        for text in (*(f.text for f in draft.close().fields()), *draft.labels):
            if id(text) not in seen:
                seen.add(id(text))
                found.update(characters(text))
    return found


def texts(document: Document) -> Iterator[Text]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row)


def assert_each_once(document: Document) -> None:
    found = covered(document)
    for text in texts(document):
        for where in characters(text):
            assert found[where] == 1, f"{text.raw!r} at {where} is {found[where]} times in the form"


@pytest.mark.parametrize("path", sorted([*CORPUS.glob("*/*.txt"), *REPORTS.glob("[0-9]*.txt")]), ids=lambda p: p.stem)
def test_every_text_is_in_one_place(path: Path) -> None:
    """Every character of a real or made form is in exactly one field or label."""
    assert_each_once(read(path))


# --- any document -------------------------------------------------------------------------------------------------

_words = st.sampled_from(
    """一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 备注 预算数 执行数 执行率 年初预算数 年度资金总额 其中：财政拨款 预期目标
    实际完成情况 主要任务 任务涉及资金 关键指标 产出指标 数量指标 合计 总分 存在问题 改进措施 部门名称 填报人：甲 项目支出绩效自评表
    （2023年度） 单位：万元 一、概况 （一）目标 预算执行情况（20分） 年度绩效目标 指标性质 度量单位 评分标准 [...] —— 优 按支出性质分:12.5
    自评得分：98分 其他资金 序号 得分系数 任务名称""".split()
)
_figures = st.sampled_from("≥ 95 % 100% 5人 12.5万元 — - 0 10 ≥95% 9月前 2023年 3.14 1,200.50 無 无 98分 ≤4".split())
_cells = st.one_of(_words, _figures, st.text(max_size=12), st.just(""), st.just("开展培训12场，参训300人次。"))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of any shape: tables with and without known spans, paragraphs, words of forms in any order."""
    blocks: list[Table | Paragraph] = []
    for number in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            place = Place(paragraph=number)
            blocks.append(Paragraph(Text(draw(_cells), (Piece(0, 0, place),))))
            continue
        known = draw(st.booleans())
        rows = []
        for r in range(draw(st.integers(0, 8))):
            row, at = [], 0
            for raw in draw(st.lists(_cells, max_size=8)):
                at += draw(st.integers(0, 1)) if known else 0
                wide, high = (draw(st.integers(1, 3)), draw(st.integers(1, 3))) if known else (1, 1)
                text = Text(raw, (Piece(0, 0, Place(table=number, row=r, column=at)),))
                row.append(Cell(text, r, at, high, wide))
                at += wide
            rows.append(tuple(row))
        blocks.append(Table(tuple(rows), known))
    return Document("any", "", "docx", tuple(blocks))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_document_is_read_and_nothing_lost(document: Document) -> None:
    """Whatever stands in whatever order, there is a form and each text is in it once."""
    assert forms(document)
    assert_each_once(document)


_lines = st.lists(st.lists(_cells, min_size=1, max_size=8), max_size=12)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_lines, st.sampled_from(["\t", " | ", " ", "\n"]))
def test_any_text_is_read_and_nothing_lost(lines: list[list[str]], between: str) -> None:
    """Tabs, pipes, blanks or one cell a line: the same promise."""
    source = "\n".join(between.join(line) for line in lines)
    if not source.strip():
        return
    try:
        document = read("any.txt", data=source.encode("utf-8", "ignore"))
    except Exception:  # what is no text is the reader's to refuse
        return
    assert_each_once(document)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_rows_point_at_what_exists(document: Document) -> None:
    """Indices are positions; parents and tasks stand before the rows that name them."""
    for form in forms(document):
        assert [r.index for r in form.indicators] == list(range(len(form.indicators)))
        assert all(r.parent is None or r.parent < r.index for r in form.indicators)
        assert all(r.task is None or r.task < len(form.tasks) for r in form.indicators)


# --- the real ones ------------------------------------------------------------------------------------------------


def report(name: str) -> Form:
    path = next(REPORTS.glob(f"{name}_*.txt"), None)
    if path is None:
        pytest.skip("../shared/reports is not there")
    return forms(read(path))[-1]


def said(field: Field | None) -> str | None:
    return None if field is None else field.text.raw


def counts(form: Form) -> dict[str, int]:
    mine = [r for r in form.indicators if r.section == "indicators"]
    return {
        "indicators": len(mine), "in tasks": len(form.indicators) - len(mine), "tasks": len(form.tasks), "amounts": len(form.amounts),
        "goals": len(form.goals), "results": len(form.results), "prose": len(form.prose), "unread": len(form.unread),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "layout", "expected"),
    [
        ("00", "guangdong-department", {"indicators": 18, "in tasks": 23, "tasks": 5, "amounts": 7, "goals": 1, "results": 1}),
        ("01", "mof-project", {"indicators": 9, "amounts": 9, "goals": 1, "results": 1}),
        ("14", "mof-project", {"indicators": 9, "amounts": 5, "goals": 1, "results": 1, "prose": 1, "unread": 5}),
        ("17", "mof-project", {"indicators": 14, "amounts": 10, "goals": 1, "results": 1, "prose": 1}),
        ("19", "mof-department", {"indicators": 8, "amounts": 9, "goals": 1, "results": 1}),
        ("20", "prose-report", {"prose": 5}),
        ("21", "unknown", {"amounts": 13}),
        ("22", "hubei-20-80", {"indicators": 18, "amounts": 5, "unread": 3}),
        ("26", "prose-report", {"prose": 5}),
        ("28", "prose-report", {"prose": 6}),
        ("31", "hubei-20-80", {"indicators": 9, "amounts": 5}),
        ("38", "prose-report", {"prose": 4}),
        ("40", "prose-report", {"prose": 2}),
        ("43", "scorecard", {"indicators": 6, "unread": 11}),
        ("46", "prose-report", {"prose": 7}),
        ("48", "prose-report", {"prose": 3}),
    ],
)  # fmt: skip
def test_real_reports(name: str, layout: str, expected: dict[str, int]) -> None:
    """What is in them, by count; not a text without a place that is not named here."""
    form = report(name)
    assert form.layout == layout
    assert {k: v for k, v in counts(form).items() if v} == expected


def test_flagship_rows() -> None:
    """Blank first cells (lines 17-21), a label in the first cell (23), tasks with their indicators over a page break."""
    form = report("00")
    rows = {r.name.text.place.line: r for r in form.indicators}
    assert sorted(rows) == [*range(17, 22), *range(23, 36), *range(38, 41), 42, *range(44, 47), 48, *range(50, 55), 56, 57, *range(59, 67)]  # fmt: skip
    assert said(rows[38].result) == ""
    assert [said(t.funds) for t in form.tasks] == ["562.52", "20.41", "79.95", "11.01", "15"]
    assert [sum(r.task == t for r in form.indicators) for t in range(5)] == [3, 4, 1, 7, 8]
    assert (said(form.issues[0]), said(form.improvements[0])) == ("无", "无")
