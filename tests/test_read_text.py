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


def test_without_a_page_break_nothing_is_stitched() -> None:
    assert len(tables("甲\t建成卡口（含\t1\n\t闸机6台）\t\n")[0]) == 2


def test_the_same_bytes_have_the_same_hash_and_the_path_is_kept() -> None:
    a, b = read("a.txt", b"x"), read("b.txt", b"x")
    assert (a.path, b.path, a.sha256) == ("a.txt", "b.txt", b.sha256)
