"""Excel and PDF files with their findings marked where they stand, and nothing else changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import marks
import openpyxl
import pdfplumber
import pypdf
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from render import render as rendered
from reportlab.pdfgen.canvas import Canvas
from syrupy.assertion import SnapshotAssertion

from auditor import audit_document, cli
from auditor.model import SEVERITIES, AuditError, Document, Evidence, Finding, Piece, Place, Report, Text
from auditor.read import read
from auditor.report import View, render
from auditor.report.annotate import AUTHOR, annotate, notes
from auditor.report.annotate.sheet import FILL, LONGEST
from auditor.report.quote import figure_of

FORM = Path(__file__).parent.parent / "corpus" / "dev" / "gd_zone.txt"
needs_form = pytest.mark.skipif(not FORM.exists(), reason="needs corpus/dev/gd_zone.txt")


def marked(name: str, data: bytes, *findings: Finding, lang: str = "zh") -> bytes:
    return annotate(marks.report(name, data, *findings), data, lang)


@cache
def whole(kind: str) -> tuple[bytes, Report]:
    """A real audit of a form as a file of `kind`."""
    data = rendered(read(FORM), kind)
    return data, audit_document(read(f"form.{kind}", data))


def sides(report: Report) -> list[tuple[Finding, Evidence]]:
    """Every side of every finding, each place once."""
    return [
        (finding, side)
        for finding in report.findings
        for side in {(s.span.text.place, *figure_of(s)): s for s in finding.evidence}.values()
    ]


# --- Excel --------------------------------------------------------------------------------------------------------


def workbook(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data), rich_text=True)


def commented(data: bytes) -> dict[tuple[str, str], str]:
    """(sheet, cell) → what its comment says."""
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in workbook(data) for row in sheet.iter_rows() for cell in row if cell.comment
    }  # fmt: skip


def parts(data: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(BytesIO(data))
    return {name: package.read(name) for name in package.namelist()}


def untouched(before: bytes, after: bytes) -> None:
    """What the sheets say, their formulas and formats but for the fill, and every other part."""
    assert read("x", before).blocks == read("x", after).blocks
    for one, two in zip(workbook(before), workbook(after), strict=True):
        assert one.merged_cells == two.merged_cells
        for row in one.iter_rows():
            for cell in row:
                other = two[cell.coordinate]
                assert (cell.value, cell.number_format, cell.data_type) == (
                    other.value,
                    other.number_format,
                    other.data_type,
                )
                for look in ("fontId", "borderId", "numFmtId", "protectionId", "alignmentId"):
                    assert getattr(cell._style, look) == getattr(other._style, look)
    one, two = parts(before), parts(after)
    changed = {name for name in one if one[name] != two[name]}
    allowed = r"\[Content_Types\]\.xml|xl/styles\.xml|xl/worksheets/.*|xl/comments.*|xl/drawings/.*\.vml"
    assert all(re.fullmatch(allowed, name) for name in changed), changed
    assert set(one) <= set(two)


def book(cells: dict[str, Any], **more: Any) -> bytes:
    """A workbook made by openpyxl with one sheet of these cells."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "自评表"
    for at, value in cells.items():
        sheet[at] = value
    if (setup := more.get("setup")) is not None:
        setup(made, sheet)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@needs_form
def test_every_side_of_every_finding_has_its_cell_marked() -> None:
    """A real audit of a form as Excel: the cells with comments are those of the evidence, filled by the worst."""
    data, report = whole("xlsx")
    after = annotate(report, data)
    wanted: dict[str, list[Finding]] = {}
    for finding, side in sides(report):
        place = side.span.place
        assert place.row is not None
        assert place.column is not None
        name = openpyxl.utils.get_column_letter(place.column + 1) + str(place.row + 1)
        wanted.setdefault(name, []).append(finding)
    assert len(wanted) > 20
    said = commented(after)
    assert {at for _, at in said} == set(wanted)
    sheet = workbook(after)["自评表"]
    for at, found in wanted.items():
        worst = min((finding.severity for finding in found), key=SEVERITIES.index)
        assert sheet[at].fill.fgColor.rgb == FILL[worst]
        assert all(finding.message() in said["自评表", at] for finding in found)
    untouched(data, after)


def test_a_cell_says_each_finding_once_with_all_its_figures() -> None:
    """Several findings share the cell's one comment; a finding with two figures in it names both."""
    data = book({"A1": "指标", "B1": "结果", "A2": "一季度走访企业20家，二季度走访企业21家", "B2": "走访企业22家"})
    one, two, three = (marks.side(read("x", data), quote) for quote in ("20", "21", "22"))
    said = commented(
        marked("f.xlsx", data, marks.finding(one, two, three), marks.finding(one, severity="minor", measure="乙"))
    )
    assert set(said) == {("自评表", "A2"), ("自评表", "B2")}
    text = said["自评表", "A2"]
    assert text.index("【重要】") < text.index("【轻微】")
    assert text.count("【重要】") == 1
    assert text.count("此处：") == 3
    assert "另见 正文 自评表!B2：走访企业22家" in text
    assert "另见 正文 自评表!A2" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_comments_of_a_workbook_are_what_they_were(lang: str, snapshot: SnapshotAssertion) -> None:
    """In both languages."""
    data = book({"A1": "走访企业", "B1": "目标20家", "C1": 21, "A2": "满意度", "B2": "95%", "C2": ""})
    document = read("x", data)
    found = [
        marks.finding(marks.side(document, "20"), marks.side(document, "21")),
        marks.finding(marks.side(document, "95%"), severity="moderate", measure="满意度", one="95%", two="无"),
    ]
    assert commented(marked("f.xlsx", data, *found, lang=lang)) == snapshot


def test_formulas_keep_the_values_they_had() -> None:
    """A form is read by the values its formulas last had: they must survive."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet("自评表")
    sheet.write_row(0, 0, ["合计", 20, 30])
    sheet.write_formula(0, 3, "=B1+C1", None, 51)
    sheet.write_rich_string(1, 0, "走访", made.add_format({"bold": True}), "企业", "20家")
    chart = made.add_chart({"type": "column"})
    chart.add_series({"values": "=自评表!$B$1:$C$1"})
    sheet.insert_chart("E5", chart)
    sheet.insert_textbox("A8", "说明")
    made.close()
    data = out.getvalue()
    after = marked(
        "f.xlsx", data, marks.finding(marks.side(read("x", data), "51"), marks.side(read("x", data), "20", 1))
    )
    assert set(commented(after)) == {("自评表", "D1"), ("自评表", "A2")}
    cell = re.search(rb'<c r="D1"[^>]*>(.*?)</c>', parts(after)["xl/worksheets/sheet1.xml"])
    assert cell is not None
    assert cell[1] == b"<f>B1+C1</f><v>51</v>"
    untouched(data, after)


def test_comments_that_are_there_stay() -> None:
    """A comment on another cell stays as it is; on the same cell ours stands under it."""

    def setup(_: Any, sheet: Any) -> None:
        sheet["A1"].comment = Comment("请核实", "周宁")
        sheet["B1"].comment = Comment("另一处", "周宁")

    data = book({"A1": "走访企业20家", "B1": "21家", "C1": "22家"}, setup=setup)
    document = read("x", data)
    after = marked("f.xlsx", data, marks.finding(marks.side(document, "20"), marks.side(document, "22")))
    said = commented(after)
    assert said["自评表", "A1"].startswith("请核实\n\n【重要】")
    assert said["自评表", "B1"] == "另一处"
    assert said["自评表", "C1"].startswith("【重要】")
    assert workbook(after)["自评表"]["C1"].comment.author == AUTHOR[0]
    shapes = re.findall(
        rb'<(?:\w+:)?shape [^>]*id="(\w+)"', b"".join(v for k, v in parts(after).items() if k.endswith(".vml"))
    )
    assert len(set(shapes)) == 3
    untouched(data, after)


def test_blank_cells_are_made_where_they_belong() -> None:
    """A cell or row that the sheet leaves out is put in its order, with the other cells of its row."""

    def setup(_: Any, sheet: Any) -> None:
        sheet.merge_cells("A4:A5")

    data = book({"A1": "指标", "C1": "结果", "A4": "走访企业", "C5": "20家"}, setup=setup)
    text = next(marks.texts(read("x", data)))
    blanks = [
        Text("", (Piece(0, 0, Place(sheet="自评表", row=row, column=column)),))
        for row, column in ((0, 1), (2, 0), (9, 3))
    ]
    after = marked("f.xlsx", data, marks.finding((text, 0, 2), *((blank, 0, 0) for blank in blanks)))
    assert {at for _, at in commented(after)} == {"A1", "B1", "A3", "D10"}
    rows = re.findall(rb'<row r="(\d+)"', parts(after)["xl/worksheets/sheet1.xml"])
    assert [int(row) for row in rows] == sorted(int(row) for row in rows)
    first = re.search(rb'<row r="1".*?</row>', parts(after)["xl/worksheets/sheet1.xml"])
    assert first is not None
    assert re.findall(rb'<c r="(\w+)"', first[0]) == [b"A1", b"B1", b"C1"]


def test_sheets_are_marked_each_by_its_own() -> None:
    """Comments and boxes of two sheets do not mix."""

    def setup(made: Any, sheet: Any) -> None:
        made.create_sheet("附表")["B2"] = "走访企业21家"

    data = book({"A1": "走访企业20家"}, setup=setup)
    document = read("x", data)
    after = marked("f.xlsx", data, marks.finding(marks.side(document, "20"), marks.side(document, "21")))
    assert set(commented(after)) == {("自评表", "A1"), ("附表", "B2")}
    boxes = [v for k, v in parts(after).items() if k.endswith(".vml")]
    assert len(boxes) == 2
    assert len(set(re.findall(rb'id="(_x0000_s\d+)"', b"".join(boxes)))) == 2
    untouched(data, after)


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "\ud800", "\ufffe", "</t><f>1</f>", "_x0041_", "=1+1", "长" * 40_000])
def test_hostile_text_in_a_comment_is_inert(text: str) -> None:
    """Control characters are spelled out, markup and escapes are text, a comment has an end."""
    data = book({"A1": "走访企业20家"})
    after = marked("f.xlsx", data, marks.finding(marks.side(read("x", data), "20"), measure=text, one=text))
    (said,) = commented(after).values()
    assert not set(said) & set("\x00\x1b\ud800\ufffe")
    assert len(said) <= LONGEST
    if text in ("_x0041_", "=1+1"):
        assert text in said.replace("_x005F_", "_")
    untouched(data, after)


def test_the_box_of_a_comment_is_as_large_as_its_text() -> None:
    """A short one is small, a long one is not cut."""
    data = book({"A1": "20", "A2": "21"})
    document = read("x", data)
    found = [marks.finding(marks.side(document, "20")), marks.finding(marks.side(document, "21"), measure="长" * 300)]
    drawn = next(v.decode() for k, v in parts(marked("f.xlsx", data, *found)).items() if k.endswith(".vml"))
    anchors = [list(map(int, a.split(","))) for a in re.findall(r"<x:Anchor>([^<]*)</x:Anchor>", drawn)]
    heights = [(bottom - top) * 20 + below - above for _, _, top, above, _, _, bottom, below in anchors]
    assert 60 <= heights[0] < heights[1] <= 600


def test_a_macro_workbook_keeps_its_macros(tmp_path: Path) -> None:
    """Parts that are not known are copied."""
    data = book({"A1": "20"})
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf macro")
    after = marked("f.xlsm", out.getvalue(), marks.finding(marks.side(read("x", data), "20")))
    assert parts(after)["xl/vbaProject.bin"] == b"\xd0\xcf macro"


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (soffice) to open the workbook")
def test_libreoffice_opens_the_marked_workbook(tmp_path: Path) -> None:
    """It sees every comment, in the cell it belongs to."""
    data = book({"A1": "走访企业20家", "C3": 21})
    document = read("x", data)
    after = marked("f.xlsx", data, marks.finding(marks.side(document, "20"), marks.side(document, "21")))
    (tmp_path / "f.xlsx").write_bytes(after)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods",
         "--outdir", str(tmp_path), str(tmp_path / "f.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / "f.fods").read_text(encoding="utf-8")
    assert text.count("<office:annotation ") == 2


# --- PDF ----------------------------------------------------------------------------------------------------------


def highlights(data: bytes) -> list[tuple[int, str, str]]:
    """(page, the characters under it, what it says) of every highlight."""
    found = []
    with pdfplumber.open(BytesIO(data)) as file:
        for number, page in enumerate(pypdf.PdfReader(BytesIO(data)).pages, 1):
            chars = file.pages[number - 1].chars
            for reference in page.get("/Annots", []):
                annotation = reference.get_object()
                if annotation["/Subtype"] == "/Highlight":
                    corners = list(map(float, annotation["/QuadPoints"]))
                    found.append((number, _under(chars, corners), annotation["/Contents"]))
    return found


def _under(chars: list[Any], corners: list[float]) -> str:
    """The characters whose middle is in one of the quads (in the page's own space), in the order of the quads."""
    text = ""
    for at in range(0, len(corners), 8):
        xs, ys = corners[at : at + 8 : 2], corners[at + 1 : at + 8 : 2]
        inside = [
            c for c in chars
            if min(xs) <= (c["x0"] + c["x1"]) / 2 <= max(xs) and min(ys) <= (c["y0"] + c["y1"]) / 2 <= max(ys)
        ]  # fmt: skip
        text += "".join(c["text"] for c in sorted(inside, key=lambda c: c["x0"]) if not c["text"].isspace())
    return text


_SEEN = {  # how text is drawn so that it stands upright on a page that is turned
    0: lambda canvas: None,
    90: lambda canvas: (canvas.translate(400, 0), canvas.rotate(90)),
    180: lambda canvas: (canvas.translate(400, 300), canvas.rotate(180)),
    270: lambda canvas: (canvas.translate(0, 300), canvas.rotate(270)),
}


def pages(*lines: list[str], rotate: int = 0) -> bytes:
    """A PDF of pages with these lines, upright to the reader."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    for page in lines:
        canvas.setPageRotation(rotate)
        _SEEN[rotate](canvas)
        for number, line in enumerate(page):
            canvas.drawString(40, 260 - 40 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@needs_form
def test_every_side_of_every_finding_is_highlighted() -> None:
    """A real audit of a form as PDF, rows cut by pages: the characters under the highlights are those of the
    evidence, and a blank cell has its own place coloured."""
    data, report = whole("pdf")
    after = annotate(report, data)
    wanted: set[tuple[int, str]] = set()
    for _, side in sides(report):
        for spot, text in _spots(side):
            wanted.add((spot, text))
    found = {(page, under) for page, under, _ in highlights(after)}
    assert len(wanted) > 20
    assert found == wanted
    assert after.startswith(data)


def _spots(side: Evidence) -> list[tuple[int, str]]:
    """(page, characters) of a side, one a page that it stands on."""
    begin, stop = figure_of(side)
    found: dict[int, str] = {}
    for at in range(begin, stop):
        page = side.span.text.piece(at).place.page or 0
        found[page] = found.get(page, "") + side.span.text.raw[at]
    return [(page, "".join(t.split())) for page, t in found.items()] or [(side.span.place.page or 0, "")]


def test_the_original_stays_in_front() -> None:
    """What is added is appended: the bytes of the original are there, signatures and all."""
    data = pages(["Visits 20"])
    after = marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20")))
    assert after.startswith(data)
    assert read("x", after).blocks == read("x", data).blocks


@pytest.mark.parametrize(
    ("rotate", "middle"), [(0, (76, 264)), (90, (400 - 264, 76)), (180, (400 - 76, 300 - 264)), (270, (264, 300 - 76))]
)
def test_turned_pages(rotate: int, middle: tuple[int, int]) -> None:
    """The highlight is on the figure however the page is turned for the reader (as landscape forms are)."""
    data = pages(["Visits 20 total"], rotate=rotate)
    after = marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20")))
    (annotation,) = (a.get_object() for a in pypdf.PdfReader(BytesIO(after)).pages[0]["/Annots"])
    x0, y0, x1, y1 = map(float, annotation["/Rect"])
    assert x0 < middle[0] < x1
    assert y0 < middle[1] < y1
    assert sorted((round(x1 - x0), round(y1 - y0))) == [12, 13]


def test_a_page_that_begins_elsewhere() -> None:
    """Media boxes need not begin at 0, 0."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pages(["Visits 20"])))
    writer.pages[0].mediabox = pypdf.generic.RectangleObject((-50, 20, 350, 320))
    out = BytesIO()
    writer.write(out)
    data = out.getvalue()
    after = marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20")))
    (annotation,) = (a.get_object() for a in pypdf.PdfReader(BytesIO(after)).pages[0]["/Annots"])
    x0, y0, x1, y1 = map(float, annotation["/Rect"])
    assert y0 <= 264 <= y1
    assert 60 < x0 < x1 < 100


def test_cells_with_the_same_text_are_told_apart(tmp_path: Path) -> None:
    """20家 stands in three cells: the second is meant."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    for row, texts in enumerate((("Name", "Plan", "Done"), ("Visits", "20", "20"), ("Talks", "20", "30"))):
        for column, text in enumerate(texts):
            canvas.rect(40 + 100 * column, 220 - 30 * row, 100, 30)
            canvas.drawString(50 + 100 * column, 230 - 30 * row, text)
    canvas.save()
    data = out.getvalue()
    after = marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20", 1)))
    (annotation,) = (a.get_object() for a in pypdf.PdfReader(BytesIO(after)).pages[0]["/Annots"])
    x0, y0, _, _ = map(float, annotation["/Rect"])
    assert 240 < x0 < 270
    assert 190 < y0 < 205


def test_findings_at_one_figure_share_a_note() -> None:
    """One highlight, in the colour of the worst, that says all."""
    data = pages(["Visits 20 and 21"])
    document = read("x", data)
    one, two = marks.side(document, "20"), marks.side(document, "21")
    after = marked(
        "f.pdf", data, marks.finding(one, severity="minor", measure="甲"), marks.finding(one, two, measure="乙")
    )
    (_, first, said), (_, second, _) = sorted(highlights(after), key=lambda found: found[1])
    assert (first, second) == ("20", "21")
    assert said.index("【重要】“乙”") < said.index("【轻微】“甲”")


def test_what_is_nowhere_is_said_at_the_top_of_the_page() -> None:
    """A finding about the file as a whole is not dropped."""
    data = pages(["Visits 20"])
    after = marked("f.pdf", data, marks.finding((Text(""), 0, 0)))
    assert [(page, under) for page, under, _ in highlights(after)] == [(1, "")]


def test_a_file_with_a_permissions_password() -> None:
    """Opened without a password, it cannot be appended to: it is written anew."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pages(["Visits 20"])))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    data = out.getvalue()
    after = marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20")))
    assert [under for _, under, _ in highlights(after)] == ["20"]


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler-utils (pdftoppm) to draw the page")
def test_the_highlight_is_seen(tmp_path: Path) -> None:
    """Drawn by poppler, the marked page has a colour that the original has not."""
    data = pages(["Visits 20"])
    colours = []
    for name, content in (
        ("one", data),
        ("two", marked("f.pdf", data, marks.finding(marks.side(read("x", data), "20")))),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        subprocess.run(["pdftoppm", "-r", "50", str(tmp_path / f"{name}.pdf"), str(tmp_path / name)], check=True)
        raw = next(tmp_path.glob(f"{name}-*.ppm")).read_bytes().split(b"255\n", 1)[1]
        colours.append({raw[i : i + 3] for i in range(0, len(raw), 3)})
    assert any(red > green + 40 for red, green, _ in colours[1])
    assert not any(red > green + 40 for red, green, _ in colours[0])


# --- all kinds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
@needs_form
def test_the_program_writes_a_file_of_the_same_kind(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`audit form -o marked` with --format annotated; another run gives the same bytes; the original stays."""
    data, report = whole(kind)
    path, out = (tmp_path / f"{name}.{kind}" for name in ("form", "marked"))
    path.write_bytes(data)
    assert cli.main([str(path), "--format", "annotated", "-o", str(out), "--exit-zero"]) == 0
    assert path.read_bytes() == data
    assert out.read_bytes() == annotate(report, data) != data
    assert read(out).kind == kind
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_the_input_is_never_written_over(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is a file of another kind asked for."""
    path = tmp_path / f"form.{kind}"
    path.write_bytes(b"x")
    assert cli.main([str(path), "--format", "annotated", "-o", str(path)]) == 2
    assert "会覆盖被审计的文件" in capsys.readouterr().err
    assert cli.main([str(path), "--format", "annotated", "-o", str(tmp_path / "other.html")]) == 2
    assert f"后缀应为 .{kind}" in capsys.readouterr().err
    assert path.read_bytes() == b"x"


@pytest.mark.parametrize("kind", ["text", "html", "xls"])
def test_kinds_without_comments_are_answered(kind: str) -> None:
    """One line that names the format to take."""
    document = Document("form", "0" * 64, kind, ())
    with pytest.raises(AuditError, match="--format html"):
        render([Report(document, (), (), (), (), ())], "annotated", View())


@needs_form
@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_no_note_is_lost(kind: str) -> None:
    """Every note stands somewhere in the file, word for word."""
    data, report = whole(kind)
    after = annotate(report, data)
    made = list(notes(report))
    assert len(made) == len(sides(report))
    if kind == "pdf":
        said = "\n".join(text for _, _, text in highlights(after))
    elif kind == "xlsx":
        said = "\n".join(commented(after).values())
    else:
        said = "\n".join(re.findall(r"<w:t [^>]*>([^<]*)<", parts(after)["word/comments.xml"].decode()))
        said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert all(note.title in said for note in made)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PDFs are written with pypdf, which comes with gouji[pdf]."""
    path = tmp_path / "form.pdf"
    path.write_bytes(pages(["Visits 20"]))
    data = path.read_bytes()
    report = marks.report(str(path), data, marks.finding(marks.side(read("x", data), "20")))
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(AuditError, match=r"pip install 'gouji\[pdf\]'"):
        render([report], "annotated", View())
