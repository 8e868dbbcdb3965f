"""Stage 1 on Word, Excel, PDF and HTML: the same texts as the text form, in the file's own terms."""

from __future__ import annotations

import datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import FORM, old_workbook
from render import KINDS, areas, render

from auditor.model import Document, Paragraph, Table, Text
from auditor.read import read

CORPUS = sorted(Path(__file__).parents[1].glob("corpus/*/*.txt"))
BINARY = ("docx", "xlsx", "pdf", "html")


def texts(doc: Document) -> list[Text]:
    found: list[Text] = []
    for block in doc.blocks:
        found += [cell.text for row in block.rows for cell in row] if isinstance(block, Table) else [block.text]
    return [text for text in found if text]


def squeezed(doc: Document) -> list[str]:
    return ["".join(text.raw.split()).replace("☑", "√") for text in texts(doc)]


def spans(table: Table) -> set[tuple[int, int, int, int, str]]:
    return {(c.row, c.column, c.rowspan, c.colspan, "".join(c.text.raw.split())) for row in table.rows for c in row}


def the_table(doc: Document) -> Table:
    (table,) = (block for block in doc.blocks if isinstance(block, Table))
    return table


# --- every format against the text --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_says_the_same_in_every_format(kind: str) -> None:
    """Every text once, in the same order, and the kind is told by content, not by name."""
    form = read("form.txt", FORM.encode())
    again = read("form.bin", render(form, kind))
    assert squeezed(again) == squeezed(form)
    assert again.kind == (kind if kind in BINARY else "text")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["docx", "xlsx", "html"])
def test_no_text_of_the_corpus_is_lost_or_moved(path: Path, kind: str) -> None:
    form = read(path)
    assert squeezed(read("x", render(form, kind))) == squeezed(form)


@pytest.mark.parametrize("path", CORPUS[::5], ids=lambda path: path.stem)
def test_no_text_of_the_corpus_is_lost_in_a_pdf(path: Path) -> None:
    """Nor by the page breaks that cut its rows."""
    form = read(path)
    assert squeezed(read("x", render(form, "pdf"))) == squeezed(form)


@pytest.mark.parametrize("kind", ["docx", "html", "pdf"])
def test_merged_cells_are_those_of_the_file(kind: str) -> None:
    form = read("form.txt", FORM.encode())
    table = the_table(read("x", render(form, kind)))
    assert table.spans_known
    wanted = {(r, c, down, across, "".join(text.split())) for r, c, down, across, text in areas(the_table(form))}
    if kind == "pdf":  # columns that no cell of the page begins in are not drawn
        assert {(r, down, text) for r, _, down, _, text in spans(table)} == {(r, d, t) for r, _, d, _, t in wanted}
    else:
        assert spans(table) == wanted


def test_merged_cells_of_a_workbook_are_told_within_the_area_that_it_uses() -> None:
    form = read("form.txt", FORM.encode())
    found = {(r, down, text) for r, _, down, _, text in spans(the_table(read("x", render(form, "xlsx")))) if text}
    assert found == {(r, down, "".join(t.split())) for r, _, down, _, t in areas(the_table(form)) if t}


PHRASES = st.lists(
    st.sampled_from(
        ["完成", "培训", "3场", "12.50", "万元", "，", "。", "（含", "）", "≥95%", "第二季度", "A区", "1-2天", "、"]
    ),
    min_size=1,
    max_size=12,
).map("".join)
ROWS = st.lists(st.lists(PHRASES | st.just(""), min_size=3, max_size=3), min_size=2, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS.filter(lambda rows: all(any(row) for row in rows)), st.sampled_from(["docx", "xlsx", "html", "pdf"]))
def test_whatever_a_table_says_it_says_in_every_format(rows: list[list[str]], kind: str) -> None:
    """A table of any texts, blanks among them, keeps its texts and their order."""
    form = read("form.txt", "\n".join("\t".join(["项", *row, "末"]) for row in rows).encode())
    assert squeezed(read("x", render(form, kind))) == squeezed(form)


# --- places -------------------------------------------------------------------------------------------------------


def test_a_place_in_word_is_its_table_row_and_column() -> None:
    doc = read("x", render(read("f", "标题\n甲\t乙\t1\n丙\t丁\t2\n".encode()), "docx"))
    last = texts(doc)[-1]
    assert (last.place.table, last.place.row, last.place.column, last.place.line) == (0, 1, 2, None)
    assert texts(doc)[0].place.paragraph is not None


def test_a_place_in_excel_is_the_sheets_own() -> None:
    doc = read("x", render(read("f", "标题\n甲\t乙\t1\n丙\t丁\t2\n".encode()), "xlsx"))
    last = texts(doc)[-1]
    assert (last.place.sheet, last.place.row, last.place.column) == ("自评表", 2, 2)
    assert the_table(doc).rows[0][0].row == 0


def test_a_text_over_two_pages_has_a_piece_on_each() -> None:
    """One cell, one text; each piece says its page."""
    long = "".join(f"完成第{n}批设备更新改造和人员培训工作" for n in range(200))
    doc = read("x", render(read("f", f"目标\t情况\n更新\t{long}\n".encode()), "pdf"))
    text = max(texts(doc), key=lambda text: len(text.raw))
    assert text.raw == long
    assert len(text.pieces) > 1
    assert [piece.place.page for piece in text.pieces] == list(range(1, len(text.pieces) + 1))


# --- Word ---------------------------------------------------------------------------------------------------------


def word(*paragraphs: str) -> bytes:
    """A .docx whose body is this XML."""
    from docx import Document as Word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made = Word()
    for xml in paragraphs:
        made.element.body.insert(len(made.element.body) - 1, parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_deleted_text_is_not_read_and_inserted_text_is() -> None:
    gone = "<w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
    xml = f"<w:p>{run('完成')}{gone}<w:ins>{run('6')}</w:ins>{run('场')}</w:p>"
    assert squeezed(read("x", word(xml))) == ["完成6场"]


def test_the_paragraphs_of_a_cell_are_lines() -> None:
    first = f"<w:tc><w:p>{run('一')}</w:p><w:p>{run('二')}</w:p></w:tc>"
    xml = f"<w:tbl><w:tr>{first}<w:tc><w:p>{run('三')}</w:p></w:tc></w:tr></w:tbl>"
    assert [text.raw for text in texts(read("x", word(xml)))] == ["一\n二", "三"]


def test_a_table_inside_a_frame_is_the_table() -> None:
    """A table of one cell that holds the form is how some templates draw a border."""
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('甲')}</w:p></w:tc><w:tc><w:p>{run('乙')}</w:p></w:tc></w:tr></w:tbl>"
    doc = read("x", word(f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"))
    assert [[cell.text.raw for cell in row] for row in the_table(doc).rows] == [["甲", "乙"]]


def test_a_table_inside_a_cell_is_a_table_after_its_row() -> None:
    """The rows of the outer table stay around it; a small table inside a cell is text of the cell."""

    def table(*rows: str) -> str:
        cells = ("".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in row) for row in rows)
        return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"

    def around(inner: str) -> bytes:
        first, label = f"<w:tc><w:p>{run('上')}</w:p></w:tc>", f"<w:tc><w:p>{run('指标')}</w:p></w:tc>"
        last = f"<w:tr><w:tc><w:p>{run('下')}</w:p></w:tc></w:tr>"
        return word(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{label}<w:tc>{inner}<w:p/></w:tc></w:tr>{last}</w:tbl>")

    doc = read("x", around(table("甲乙丙丁", "戊己庚辛")))
    rows = [[[c.text.raw for c in row] for row in b.rows] for b in doc.blocks if isinstance(b, Table)]
    assert rows == [[["上"], ["指标", ""]], [list("甲乙丙丁"), list("戊己庚辛")], [["下"]]]
    assert len({text.place for text in texts(doc)}) == 11
    assert squeezed(read("x", around(table("甲乙", "丙丁")))) == ["上", "指标", "甲乙丙丁", "下"]


def test_cells_in_content_controls_are_cells() -> None:
    xml = (
        f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:p>{run('甲')}</w:p></w:tc></w:sdtContent></w:sdt>"
        f"<w:tc><w:p><w:sdt><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt></w:p></w:tc></w:tr></w:tbl>"
    )
    assert squeezed(read("x", word(xml))) == ["甲", "乙"]


def test_the_text_of_a_text_box_follows_its_paragraph_once() -> None:
    """Word writes it twice, for itself and for older programs."""
    box = f"<w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent>"
    ns = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    choice = f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
    twice = f"<mc:AlternateContent {ns}>{choice}<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    xml = f"<w:p>{run('框外')}<w:r>{twice}</w:r></w:p>"
    assert squeezed(read("x", word(xml))) == ["框外", "框内"]


def test_a_picture_in_word_is_noted() -> None:
    doc = read("x", word(f"<w:p>{run('见图')}<w:r><w:drawing/></w:r></w:p>"))
    assert doc.notes == ("1 张图片或嵌入对象未读",)


def test_footnotes_in_word_are_noted() -> None:
    doc = read("x", word(f"<w:p>{run('受益人口11.38万人')}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"))
    assert doc.notes == ("1 条脚注或尾注未读",)


# --- Excel --------------------------------------------------------------------------------------------------------


def workbook(cells: list[tuple[Any, str]], hidden: bool = False) -> bytes:
    """A sheet with a head row and below it these (value, number format)."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["项目", "数值"])
    for row, (value, code) in enumerate(cells, 1):
        sheet.write(row, 0, "行")
        style = book.add_format({"num_format": code})
        if isinstance(value, datetime.date):
            sheet.write_datetime(row, 1, value, style)
        else:
            sheet.write(row, 1, value, style)
    if hidden:
        book.add_worksheet("底稿").write(0, 0, "草稿")
        book.worksheets()[1].hide()
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.996, "0.0%", "99.6%"),
        (0.9955, "0%", "100%"),
        (1, "0.00%", "100.00%"),
        (12, "General", "12"),
        (12.0, "0.00", "12.00"),
        (2208.985, "0.00", "2208.99"),
        (0.1 + 0.2, "General", "0.3"),
        (139.433578, "General", "139.433578"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (48.6, '0.0"万元"', "48.6万元"),
        (3, "0.00_ ", "3.00"),
        (-17.53, "0.00_);[Red]\\(0.00\\)", "-17.53"),
        (0.00001, "General", "0.00001"),
        (datetime.date(2021, 12, 31), "yyyy年m月d日", "2021年12月31日"),
        (datetime.date(2021, 2, 1), '[$-804]yyyy"年"m"月"', "2021年2月"),
        (datetime.date(2021, 2, 1), "yyyy/mm/dd", "2021/02/01"),
        (datetime.date(2021, 2, 1), "mmm yyyy", "2021-02-01"),
        ("0.50", "@", "0.50"),
    ],
)
def test_a_number_is_read_as_the_sheet_shows_it(value: Any, code: str, shown: str) -> None:
    assert texts(read("x", workbook([(value, code)])))[-1].raw == shown


@pytest.mark.parametrize(
    "tag", ['<c r="B2" s="1">', "<c s='1' r='B2'>", '<c t="n" r="B2" s="1" >', '<c\n r="B2" s="1">']
)
def test_a_format_is_found_however_the_cell_is_written(tag: str) -> None:
    """Other programs order and quote attributes in other ways."""
    from zipfile import ZipFile

    out = BytesIO()
    with ZipFile(BytesIO(workbook([(0.996, "0.0%")]))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                body = body.replace('<c r="B2" s="1">', tag)
            new.writestr(name, body)
    assert texts(read("x", out.getvalue()))[-1].raw == "99.6%"


def test_an_old_workbook_shows_its_numbers_by_their_formats_too() -> None:
    doc = read("x", old_workbook(read("f", "项目\t执行率\n培训\t99.6%\n".encode())))
    assert doc.kind == "xls"
    assert squeezed(doc) == ["项目", "执行率", "培训", "99.6%"]


def test_lines_alone_on_top_of_a_sheet_are_paragraphs() -> None:
    """The title, the year and the unit stand above the table, not in it."""
    doc = read("x", render(read("f", FORM.encode()), "xlsx"))
    assert [b.text.raw for b in doc.blocks if isinstance(b, Paragraph)] == [
        "安平县部门整体支出绩效自评表",
        "单位：万元",
    ]


def test_a_hidden_sheet_is_not_read_and_that_is_said() -> None:
    doc = read("x", workbook([(1, "General")], hidden=True))
    assert "草稿" not in squeezed(doc)
    assert doc.notes == ("隐藏的工作表“底稿”未读",)


def codes_beside(codes: list[Any], how: str) -> Document:
    """A sheet with its table in A and B, and these in a third column."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    for row, (name, value, code) in enumerate(zip(["项目", "甲", "乙"], ["数值", 1, 2], codes, strict=True)):
        sheet.write_row(row, 0, [name, value, code])
    sheet.set_column(2, 2, 10, None, {"hidden": how == "hidden"})
    book.close()
    return read("x", out.getvalue())


def test_a_hidden_column_without_figures_is_not_read_and_that_is_said() -> None:
    """Codes and keys that a system hides in the sheet are no part of the form; figures may be part of a sum."""
    keys: list[Any] = ["编码", "XM01", "XM02"]
    hidden = codes_beside(keys, "hidden")
    assert squeezed(hidden) == ["项目", "数值", "甲", "1", "乙", "2"]
    assert hidden.notes == ("工作表“表”隐藏的 C 列没有数值，未读",)
    assert "XM01" in squeezed(codes_beside(keys, "shown"))
    assert squeezed(codes_beside(["上年", 3, 4], "hidden")) == ["项目", "数值", "上年", "甲", "1", "3", "乙", "2", "4"]


# --- HTML ---------------------------------------------------------------------------------------------------------


def page(body: str) -> Document:
    return read("x", f"<!DOCTYPE html><html><head><title>题</title></head><body>{body}</body></html>".encode())


def test_html_cells_are_placed_as_a_browser_places_them() -> None:
    doc = page("<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>丙<td>丁<tr><td rowspan=0>戊<td>己<td>庚</table>")
    found = {text: (row, column, down, across) for row, column, down, across, text in spans(the_table(doc))}
    assert found == {
        "甲": (0, 0, 2, 1), "乙": (0, 1, 1, 2), "丙": (1, 1, 1, 1), "丁": (1, 2, 1, 1),
        "戊": (2, 0, 1, 1), "己": (2, 1, 1, 1), "庚": (2, 2, 1, 1),
    }  # fmt: skip


def test_a_table_for_layout_is_no_table() -> None:
    doc = page("<table><tr><td>栏目</td><td><table><tr><td>甲</td><td>1</td></tr></table></td></tr></table>")
    assert [[cell.text.raw for cell in row] for row in the_table(doc).rows] == [["甲", "1"]]
    assert "栏目" in squeezed(doc)


def test_scripts_styles_comments_and_hidden_text_are_not_read() -> None:
    doc = page("<style>p{}</style><script>var a='1';</script><!-- 注 --><p style='display: none'>藏</p><p>文</p>")
    assert squeezed(doc) == ["文"]


def test_a_line_end_in_the_source_is_no_blank_in_chinese() -> None:
    assert [text.raw for text in texts(page("<p>完成\n  培训 3\n场<br>另起</p>"))] == ["完成培训 3 场", "另起"]


def test_an_html_page_with_a_workbooks_name_is_html() -> None:
    """Some systems export tables so."""
    assert read("report.xls", "<table><tr><td>甲<td>1</table>".encode("gb18030")).kind == "html"


def test_a_text_that_merely_mentions_markup_is_text() -> None:
    assert read("f", "<p>一、总体目标</p>\t1\n".encode()).kind == "text"


# --- PDF ----------------------------------------------------------------------------------------------------------


def drawn(*pages: list[tuple[str, float, float]], size: float = 10) -> bytes:
    """A PDF with these strings at (x, y from the top)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    for strings in pages:
        canvas.setFont("STSong-Light", size)
        for text, x, y in strings:
            canvas.drawString(x, 300 - y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def sideways(turn: int) -> bytes:
    """A ruled table of two rows that runs up (90) or down (-90) an upright page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(300, 400))
    canvas.setFont("STSong-Light", 10)
    canvas.translate(300 if turn > 0 else 0, 0 if turn > 0 else 400)
    canvas.rotate(turn)
    for r, row in enumerate((("指标", "目标"), ("场次", "≥12场"))):
        for c, text in enumerate(row):
            canvas.rect(50 + 100 * c, 200 - 20 * r, 100, 20)
            canvas.drawString(55 + 100 * c, 206 - 20 * r, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("turn", [90, -90])
def test_a_page_printed_sideways_is_read_as_it_is_held(turn: int) -> None:
    doc = read("x", sideways(turn))
    assert [[c.text.raw for c in row] for row in the_table(doc).rows] == [["指标", "目标"], ["场次", "≥12场"]]
    assert doc.notes == ()


def test_columns_without_rules_stay_apart() -> None:
    """Two blanks between them, and no line of them is joined to the next."""
    rows = [("指标", "目标值", "完成值"), ("培训场次", "≥12场", "13场")]
    doc = read(
        "x", drawn([(text, 40.0 + 100 * c, 60.0 + 15 * r) for r, row in enumerate(rows) for c, text in enumerate(row)])
    )
    assert [text.raw for text in texts(doc)] == ["指标  目标值  完成值", "培训场次  ≥12场  13场"]


def test_wrapped_lines_are_one_paragraph_and_short_ones_are_not() -> None:
    """A line goes on when the next word had no room on it and the next line begins at the margin."""
    full = "完成" * 16
    lines = [
        ("标题", 180.0, 40.0),
        (full[:30], 60.0, 60.0),
        (full, 40.0, 75.0),
        ("三场。", 40.0, 90.0),
        ("二、说明", 40.0, 105.0),
    ]
    assert [len(text) for text in squeezed(read("x", drawn(lines)))] == [2, 30 + 32 + 3, 4]


def test_page_numbers_and_running_heads_are_left_out() -> None:
    pages = [[("某市财政局", 40, 20), (f"第{n}条说明文字", 40, 100), (f"— {n} —", 190, 290)] for n in (1, 2, 3, 4)]
    assert squeezed(read("x", drawn(*pages))) == [f"第{n}条说明文字" for n in (1, 2, 3, 4)]


def test_bold_drawn_twice_is_read_once() -> None:
    assert squeezed(read("x", drawn([("合计118.5万元", 40, 40), ("合计118.5万元", 40.3, 40)]))) == ["合计118.5万元"]


def test_a_page_without_text_is_noted() -> None:
    doc = read("x", drawn([("说明", 40, 40)], []))
    assert doc.notes == ("第 2 页没有文字层（扫描页或空白页），未读",)


def test_a_new_row_on_a_new_page_is_never_glued_to_the_one_above() -> None:
    """Rows of complete one-line cells, over many pages, whatever they say."""
    rows = [[f"指标{n}", f"完成{n}项", f"{n}%"] for n in range(200)]
    form = read("f", "\n".join("\t".join(row) for row in rows).encode())
    assert squeezed(read("x", render(form, "pdf"))) == list(chain.from_iterable(rows))


def test_a_head_repeated_on_every_page_is_read_once() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, TableStyle
    from reportlab.platypus import Table as Drawn

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    rows = [["指标", "完成值"], *([f"指标{n}", f"{n}项"] for n in range(80))]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light", 10)])
    out = BytesIO()
    SimpleDocTemplate(out).build([Drawn(rows, repeatRows=1, style=style)])
    table = the_table(read("x", out.getvalue()))
    assert [[cell.text.raw for cell in row] for row in table.rows] == rows
    assert {cell.text.place.page for row in table.rows for cell in row} == {1, 2, 3}


def ruled(*pages: list[list[str]]) -> bytes:
    """A PDF with a table of three columns of ten characters over its pages; `/` ends a line in a cell."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    for rows in pages:
        canvas.setFont("STSong-Light", 10)
        top = 280.0
        for row in rows:
            height = 13.0 * max(cell.count("/") + 1 for cell in row)
            for c, cell in enumerate(row):
                canvas.rect(40 + 104 * c, top - height, 104, height)
                for i, line in enumerate(cell.split("/")):
                    canvas.drawString(42 + 104 * c, top - 10 - 13 * i, line)
            top -= height
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(("head", "rows"), [("", 2), ("推进老旧小区改造提升/民生工程提质增效。", 3)])
def test_a_row_below_a_page_break_with_a_head_of_its_own_is_a_row(head: str, rows: int) -> None:
    """Without one it is the rest of the row above where a text certainly goes on, even if another ended a sentence."""
    above = [
        ["任务", "目标", "完成"],
        [
            "持续推进城乡环境整治/民生工程再上新台阶。",
            "建成便民服务站点共计/十二个覆盖全部社区并",
            "全年建成服务站点十二/个。群众满意度提升。",
        ],
    ]
    below = [[head, "配备专职工作人员。", "" if head else "另有三个在建。"]]
    (table,) = (block for block in read("x", ruled(above, below)).blocks if isinstance(block, Table))
    assert len(table.rows) == rows
