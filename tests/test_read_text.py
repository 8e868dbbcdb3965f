"""Stage 1 on text: how it is decoded, cut into tables and paragraphs, and that every piece is a slice of the file."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import AuditError, Cell, Document, Paragraph, Table, Text
from auditor.read import decode, read

SAMPLE = "表\r\n甲\t乙 \t\t丙"


def document(text: str) -> Document:
    return read("form.txt", text.encode())


def tables(text: str) -> list[list[list[str]]]:
    """The raw texts of every table of a text."""
    return [[[c.text.raw for c in row] for row in b.rows] for b in document(text).blocks if isinstance(b, Table)]


def cells(doc: Document) -> list[Cell]:
    return [cell for block in doc.blocks if isinstance(block, Table) for row in block.rows for cell in row]


def texts(doc: Document) -> list[Text]:
    found = []
    for block in doc.blocks:
        found += [cell.text for row in block.rows for cell in row] if isinstance(block, Table) else [block.text]
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_every_encoding_that_departments_use(encoding: str) -> None:
    """The mark at the beginning is not part of the text."""
    assert decode(SAMPLE.encode(encoding)) == SAMPLE


def test_utf16_is_read_in_either_byte_order() -> None:
    assert decode(b"\xfe\xff" + SAMPLE.encode("utf-16-be")) == SAMPLE


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\x81\x00\x81\x00", "甲".encode() + b"\0" * 9, bytes(range(1, 32)) * 4]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """Half a UTF-16 character, bytes of no encoding, NULs, control characters."""
    with pytest.raises(AuditError):
        decode(data)


@settings(max_examples=200)
@given(st.text(alphabet="甲乙12.%（），。|｜\t\t\n\n\r \u3000\xa0—-其中", max_size=120).filter(str.strip))
def test_every_piece_of_a_text_is_the_slice_of_the_file_that_its_offset_says(text: str) -> None:
    """Whatever the file holds: no text is re-typed, none is lost, none is told twice."""
    doc = document(text)
    assert doc.source == text
    taken: list[tuple[int, int]] = []
    for found in texts(doc):
        ends = [*(piece.at for piece in found.pieces[1:]), len(found.raw)]
        for piece, end in zip(found.pieces, ends, strict=True):
            raw = found.raw[piece.at : end]
            assert text[piece.start : piece.start + len(raw)] == raw
            assert piece.place.line == text.count("\n", 0, piece.start) + 1
            taken.append((piece.start, piece.start + len(raw)))
    taken.sort()
    assert all(a[1] <= b[0] for a, b in pairwise(taken))
    left, at = "", 0
    for start, stop in taken:
        left, at = left + text[at:start], stop
    assert not (left + text[at:]).translate({ord(c): None for c in "|｜"}).strip()


def test_a_line_with_tabs_is_a_row_and_its_column_is_the_number_of_the_cell() -> None:
    doc = document("标题\n项目\t\t 甲 \n")
    title, table = doc.blocks
    assert isinstance(title, Paragraph)
    assert isinstance(table, Table)
    (_, _, value) = table.rows[0]
    assert (value.text.raw, value.column, value.text.place.column, value.text.place.line) == ("甲", 2, 2, 2)
    assert (title.text.place.line, title.text.place.column) == (1, 0)
    assert not table.spans_known


def test_a_blank_cell_has_a_place_too() -> None:
    """So that a finding about it can say where it is."""
    blank = cells(document("名称\t\t12\n"))[1]
    assert (blank.text.raw, blank.text.pieces[0].start) == ("", 3)


def test_blank_lines_and_page_numbers_inside_a_table_do_not_end_it() -> None:
    """They are page breaks; the page number is still told."""
    text = "甲\t1\n\n\n乙\t2\n— 3 —\n丙\t3\n第 4 页 共 9 页\n丁\t4\n"
    assert tables(text) == [[["甲", "1"], ["乙", "2"], ["丙", "3"], ["丁", "4"]]]
    assert [b.text.raw for b in document(text).blocks if isinstance(b, Paragraph)] == ["— 3 —", "第 4 页 共 9 页"]


def test_a_line_of_prose_ends_a_table() -> None:
    assert len(tables("甲\t1\n说明：见附件。\n乙\t2\n")) == 2


def test_tabs_before_a_paragraph_are_an_indent() -> None:
    assert tables("\t一、基本情况\n") == []


def test_rows_may_be_set_with_pipes() -> None:
    """Full-width ones too; the outer pipes of `| a | b |` are a frame, trailing blank cells stay."""
    assert tables("| a | b |\n|---|---|\n| 1 |  |\n") == [[["a", "b"], ["---", "---"], ["1", ""]]]
    assert tables("甲 ｜ 乙 ｜\n1 | 2 ||\n") == [[["甲", "乙", ""], ["1", "2", "", ""]]]


def test_a_leading_pipe_is_a_frame_or_a_blank_cell_by_what_its_table_shows() -> None:
    """Beside lines that begin with a text a pipe has a blank cell before it; alone it is a frame."""
    assert tables("甲 | 1 | 2\n | 3 | 4\n") == [[["甲", "1", "2"], ["", "3", "4"]]]
    assert tables("| 甲 | 1 |\n| | 3 |\n") == [[["甲", "1"], ["", "3"]]]
    assert tables("甲 | 1\n| 乙 | 3 |\n") == [[["甲", "1"], ["乙", "3"]]]


def test_marks_of_markdown_are_no_text() -> None:
    doc = document("# 自评表\n| **合计** | **100** |\n| 2**3 | ** |\n")
    assert [text.raw for text in texts(doc)] == ["自评表", "合计", "100", "2**3", "**"]
    assert all(doc.source[t.pieces[0].start :].startswith(t.raw) for t in texts(doc))


def test_pipes_and_tabs_make_different_tables() -> None:
    assert len(tables("甲\t1\n乙 | 2\n")) == 2


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("甲\t建成卡口（含\t1", "\t闸机6台）\t"),
        ("甲\t购置《年\t1", "\t鉴》200册\t"),
        ("甲\t新建两处，\t1", "\t改建一处\t"),
    ],
)
def test_a_row_cut_by_a_page_break_is_stitched_when_its_text_says_so(above: str, below: str) -> None:
    """An open bracket that is closed below, or a comma at the end: the text then has a piece on each line."""
    doc = document(f"{above}\n\n{below}\n")
    row = [cell.text for cell in cells(doc)]
    assert [text.raw for text in row] == [a + b for a, b in zip(above.split("\t"), below.split("\t"), strict=True)]
    assert [piece.place.line for piece in row[1].pieces] == [1, 3]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("甲\t安全培训\t1次", "\t安全检查\t32次"),
        ("甲\t建成卡口（含\t1", "乙\t闸机6台）\t"),
        ("甲\t一、培训（含演练），\t1", "\t二、检查\t2"),
        ("甲\t建成卡口（含\t1", "\t闸机6台）"),
    ],
)
def test_other_rows_below_a_page_break_are_rows_of_their_own(above: str, below: str) -> None:
    """Complete texts, a label of its own, a numbered item, other columns: a row is never glued on a guess."""
    assert len(tables(f"{above}\n\n{below}\n")[0]) == 2


CUT = (
    "任务\t目标\t完成\t资金\n帮扶\t走访\t慰问困难职工1260人次，按标准发放慰问{0}薪213元\t45.2{1}\n竞赛\t办赛\t12场\t\n"
)


def test_a_row_cut_within_a_cell_is_one_row_again() -> None:
    """The two lines make up a row as wide as the one above, and the file keeps blank cells at line ends."""
    doc = document(CUT.format("金，追回欠\n\n", ""))
    row = doc.blocks[0].rows[1]  # type: ignore[union-attr]
    assert [cell.text.raw for cell in row][2:] == ["慰问困难职工1260人次，按标准发放慰问金，追回欠薪213元", "45.2"]
    assert [cell.column for cell in row] == [0, 1, 2, 3]
    assert [piece.place.line for piece in row[2].text.pieces] == [2, 4]


@pytest.mark.parametrize(
    "text",
    [
        CUT.format("金，追回欠\n", ""),
        CUT.format("金，追回欠款。\n\n", ""),
        CUT.format("金，追回欠\n\n（1）", ""),
        CUT.format("金，追回欠\n\n", "\t"),
        CUT.format("金，追回欠\n\n", "").replace("12场\t\n", "12场\t3\n"),
    ],
)
def test_a_short_line_that_may_be_a_row_of_its_own_is_one(text: str) -> None:
    """No page break, a full stop, a numbered item, too many cells together, or a file that drops blank cells."""
    assert len(tables(text)[0]) == 4


REPEATED = (
    "绩效自评表\t绩效自评表\t绩效自评表\t绩效自评表\t绩效自评表\n部门\t甲市图书馆\t甲市图书馆\t甲市图书馆\t甲市图书馆\n"
    "级别\t指标\t目标\t完成\t得分\n产出\t册数\t合格\t合格\t20\n产出\t场次\t20\t20\t20\n"
)


def test_a_merged_cell_whose_text_is_repeated_is_one_cell() -> None:
    """Across, and down from the left; a target and its result that say the same stay two cells, and so do figures."""
    (table,) = (b for b in document(REPEATED).blocks if isinstance(b, Table))
    assert table.spans_known
    told = [[(c.text.raw, c.column, c.rowspan, c.colspan) for c in row] for row in table.rows]
    assert told[0] == [("绩效自评表", 0, 1, 5)]
    assert told[1] == [("部门", 0, 1, 1), ("甲市图书馆", 1, 1, 4)]
    assert [text for text, *_ in told[3]] == ["产出", "册数", "合格", "合格", "20"]
    assert [(text, at) for text, at, *_ in told[4]] == [("场次", 1), ("20", 2), ("20", 3), ("20", 4)]


def test_a_table_without_repeated_titles_keeps_equal_neighbours() -> None:
    (table,) = (b for b in document("甲\t按期完成\t按期完成\t按期完成\n乙\t1\t1\t1\n").blocks if isinstance(b, Table))
    assert not table.spans_known
    assert len(table.rows[0]) == 4


def test_without_a_page_break_nothing_is_stitched() -> None:
    assert len(tables("甲\t建成卡口（含\t1\n\t闸机6台）\t\n")[0]) == 2


def test_the_same_bytes_have_the_same_hash_and_the_path_is_kept() -> None:
    a, b = read("a.txt", b"x"), read("b.txt", b"x")
    assert (a.path, b.path, a.sha256) == ("a.txt", "b.txt", b.sha256)


def test_line_ends_in_the_quotes_of_a_copied_cell_end_no_row() -> None:
    """What is copied from a workbook has "…" around cells with line ends; other quotes are the text's own."""
    text = '目标\t"1.改厕；\n2.“绿水”""青山""。"\t"优"\n完成\t3处\n"乙\n丙"\t丁\n'
    assert tables(text) == [[["目标", '1.改厕；\n2.“绿水”"青山"。', '"优"'], ["完成", "3处"], ["乙\n丙", "丁"]]]
    assert [cell.text.place.line for cell in cells(document(text))] == [1, 1, 1, 3, 3, 4, 4]
    for cell in cells(document(text)):
        for piece, after in pairwise((*cell.text.pieces, None)):
            part = cell.text.raw[piece.at : after.at if after else None]
            assert text[piece.start : piece.start + len(part)] == part
    assert len(tables('甲\t"乙\n丙\t丁\n')[0]) == 2
