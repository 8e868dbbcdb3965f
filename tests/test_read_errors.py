"""Stage 1 on files that cannot be read, or should not be: one line that says what is wrong and what to do."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from mutants import FORM, old_workbook
from render import render

from auditor.model import AuditError
from auditor.read import Limits, read

FORM_DOC = read("form", FORM.encode())
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def refused(data: bytes, limits: Limits | None = None) -> str:
    """The message; in both languages it is one line."""
    with pytest.raises(AuditError) as caught:
        read("a.bin", data, limits=limits or Limits())
    assert "\n" not in str(caught.value)
    assert caught.value.en.isascii()
    return str(caught.value)


def package(**parts: str | bytes) -> bytes:
    """A zip; `__` in a name is a slash, `_` a dot."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), body)
    return out.getvalue()


def word(body: str, head: str = "") -> bytes:
    """A .docx with this body."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        link = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        made.writestr("_rels/.rels", f'<Relationships xmlns="{LINKS}">{link}</Relationships>')
        document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        made.writestr("word/document.xml", head + document)
    return out.getvalue()


def sheet(body: str) -> bytes:
    """An .xlsx with one sheet of this XML."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        types = "http://schemas.openxmlformats.org/package/2006/content-types"
        made.writestr(
            "[Content_Types].xml", f'<Types xmlns="{types}"><Default Extension="xml" ContentType="a/b"/></Types>'
        )
        link = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        made.writestr("_rels/.rels", f'<Relationships xmlns="{LINKS}">{link}</Relationships>')
        sheets = '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
        made.writestr("xl/workbook.xml", f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}">{sheets}</workbook>')
        link = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        made.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{LINKS}">{link}</Relationships>')
        made.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{SHEET}">{body}</worksheet>')
    return out.getvalue()


def pdf(content: bytes, *more: bytes, flags: bytes = b"") -> bytes:
    """A one-page PDF with this content stream and these further objects (from number 6 on)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources 5 0 R>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), flags, content),
        b"<</Font<</F 6 0 R>>/XObject<</X0 7 0 R>>>>",
        *more,
    ]
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def container(*names: str) -> bytes:
    """An old office container whose root holds empty streams of these names."""
    import struct

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        return (head + struct.pack("<III", 0xFFFFFFFF, right, child)).ljust(116, b"\0") + struct.pack(
            "<IQ", 0xFFFFFFFE, 0
        )

    entries = [entry("Root Entry", 5, 0xFFFFFFFF, 1)]
    for number, name in enumerate(names, 1):
        entries.append(entry(name, 2, number + 1 if number < len(names) else 0xFFFFFFFF, 0xFFFFFFFF))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    return head + fat + b"".join(entries).ljust(512, b"\0")


# --- not a form at all --------------------------------------------------------------------------------------------


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="找不到文件"):
        read(tmp_path / "没有.docx")
    with pytest.raises(AuditError, match="文件夹"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", "\u3000\n".encode(), b"\0" * 100])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert "空的" in refused(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (container("WordDocument"), "另存为 .docx"),
        (container("WordDocument", "Workbook")[:-256] + bytes(256), "另存为"),
        (container("PowerPoint Document"), "演示文稿"),
        (container("EncryptionInfo", "EncryptedPackage"), "取消打开密码"),
        (container("Contents"), "另存为"),
        (b"{\\rtf1\\ansi text}", "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "图片"),
        (b"II*\0" + b"\0" * 50, "图片"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "图片"),
        (b"Rar!\x1a\x07\x00" + b"\0" * 50, "压缩包"),
        (package(a_txt="x"), "压缩包"),
        (package(content_xml="x", mimetype="application/vnd.oasis.opendocument.spreadsheet"), ".ods"),
        (package(OFD_xml="x"), ".ofd"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"From: a\r\nMIME-Version: 1.0\r\n\r\nx", ".mht"),
        (b"MZ\x90\0\3\0\0\0" + bytes(range(256)), "二进制"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_document_is_named_and_the_way_out_told(data: bytes, said: str) -> None:
    assert said in refused(data)


@pytest.mark.parametrize(("wrote", "took"), [("utf-8", "gb18030"), ("gbk", "big5")])
def test_a_text_once_decoded_by_the_wrong_table_is_called_garbled(wrote: str, took: str) -> None:
    """Its figures are whole and would be audited against nonsense."""
    assert "乱码" in refused((FORM * 3).encode(wrote).decode(took, "ignore").encode())


def test_rare_and_traditional_characters_are_not_garbled() -> None:
    for text in (
        "部門整體支出績效自評表預算執行情況與項目資金使用單位填報日期及備註說明" * 3,
        "亳州涡阳县砀山濉溪" * 9,
    ):
        assert read("a", text.encode()).blocks


def test_without_the_pdf_extra_a_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "auditor.read.pages", None)
    assert "gouji[pdf]" in refused(render(FORM_DOC, "pdf"))


def test_a_text_may_begin_with_the_letters_of_a_magic_number() -> None:
    """BM is a picture's first two letters, and a project's."""
    assert read("a", "BM项目\t12\n".encode()).kind == "text"


def test_an_embedded_document_does_not_decide_the_kind() -> None:
    """A workbook with a Word text inside is a workbook: only the root counts."""
    assert read("a", old_workbook(FORM_DOC) + "WordDocument".encode("utf-16-le") * 3).kind == "xls"


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_a_truncated_file_is_called_damaged(kind: str) -> None:
    """Half a form is never audited as if it were whole."""
    data = render(FORM_DOC, kind)
    assert "已损坏" in refused(data[: len(data) * 2 // 3])


def test_an_encrypted_pdf_is_called_encrypted() -> None:
    from pypdf import PdfReader, PdfWriter

    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(render(FORM_DOC, "pdf")))), io.BytesIO()
    writer.encrypt("geheim", algorithm="RC4-128")
    writer.write(out)
    assert "加密" in refused(out.getvalue())


def test_an_encrypted_zip_is_called_encrypted() -> None:
    data = bytearray(word("<w:p/>"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "加密" in refused(bytes(data))


def test_a_scan_is_told_to_be_recognised_first() -> None:
    assert "OCR" in refused(pdf(b"0 0 100 100 re f", FONT))


def test_a_document_with_pictures_only_is_told_to_be_recognised_first() -> None:
    assert "OCR" in refused(word("<w:p><w:r><w:drawing/></w:r></w:p>"))


def test_an_empty_document_workbook_and_page_are_called_empty() -> None:
    assert "没有内容" in refused(word("<w:p/>"))
    assert "没有内容" in refused(sheet("<sheetData/>"))
    assert "没有文字" in refused(b"<html><body> </body></html>")


# --- hostile ------------------------------------------------------------------------------------------------------


def test_every_limit_is_told_with_its_figure() -> None:
    """And configurable."""
    text = FORM.encode()
    assert "0.0001 MB" in refused(text, Limits(size=100))
    assert "20" in refused(text, Limits(cells=20))
    for kind in ("docx", "xlsx", "html", "pdf"):
        assert "20" in refused(render(FORM_DOC, kind), Limits(cells=20))
    assert "0.001 MB" in refused(render(FORM_DOC, "docx"), Limits(unpacked=1_000))
    long = read("a", ("一段说明文字\n" * 200).encode())
    assert "2 页" in refused(render(long, "pdf"), Limits(pages=2))


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    assert "250 倍" in refused(word("<w:p/>" * 5_000_000))


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    """The size told is small; what comes out is not."""
    data = bytearray(word("<w:p/>" * 300_000))
    at = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert "已损坏" in refused(bytes(data), Limits(unpacked=3_000_000))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY e "x">]>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd" [<!ENTITY e "x">]>',
        "<!DOCTYPE a [" + '<!ENTITY e "xxxxxxxxxx">' + '<!ENTITY f "' + "&e;" * 10 + '">]>',
    ],
)
def test_xml_entities_are_never_resolved(head: str) -> None:
    """Inner or outer, in a file or over the net: the file is refused."""
    assert "XML 实体" in refused(word("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", head))


def test_entities_that_multiply_are_refused() -> None:
    entities = '<!ENTITY a0 "xxxxxxxxxx">' + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    refused(word("<w:p w:x='&a9;'/>", f"<!DOCTYPE a [{entities}]>"))


def test_markup_nested_without_end_is_refused_or_flattened() -> None:
    assert "已损坏" in refused(word("<w:tbl><w:tr><w:tc>" * 5_000))
    deep = b"<html><body>" + b"<div>" * 240 + "深".encode()
    assert read("a", deep).blocks


def test_spans_that_a_table_cannot_have_cost_nothing() -> None:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'
    assert read("a", word(f"<w:tbl><w:tr>{wide * 20}</w:tr></w:tbl>")).blocks
    html = "<table>" + "<tr><td rowspan=65534 colspan=99999999>x<td>y" * 2_000 + "</table>"
    assert "单元格" in refused(html.encode())
    merged = '<mergeCell ref="A1:XFD1048576"/>' * 5_000
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="B{r}"><v>2</v></c></row>' for r in range(1, 300))
    assert read("a", sheet(f"<sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells>")).blocks


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">' + "<c/>" * 9_000 + "<c><v>2</v></c></row>",
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='99999'><c r='Z99999'><v>2</v></c></row>",
    ],
)
def test_two_cells_a_million_rows_apart_do_not_take_all_memory(rows: str) -> None:
    """The library lays a sheet out densely; the extent is measured first."""
    assert "单元格" in refused(sheet(f"<sheetData>{rows}</sheetData>"))


def test_strings_announced_by_the_thousand_million_are_refused() -> None:
    """calamine would set room aside for all of them, which ends the process."""
    whole, out = ZipFile(io.BytesIO(render(FORM_DOC, "xlsx"))), io.BytesIO()
    with ZipFile(out, "w") as made:
        for name in whole.namelist():
            made.writestr(name, re.sub(rb'(uniqueCount=")\d+', rb"\g<1>2147483647", whole.read(name)))
    assert "损坏" in refused(out.getvalue())


@pytest.mark.parametrize("chain", ["directory", "workbook", "small sectors", "table of sectors"])
def test_sectors_in_a_circle_are_refused(chain: str) -> None:
    """calamine goes round until there is no memory left; every chain it may follow is followed to its end first."""
    data = bytearray(old_workbook(FORM_DOC))
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    directory = struct.unpack_from("<I", data, 48)[0]
    match chain:
        case "directory":
            struct.pack_into("<I", data, table + 4 * directory, directory)
        case "workbook":
            struct.pack_into("<I", data, table, 0)
        case "small sectors":
            struct.pack_into("<I", data, table, 0)
            struct.pack_into("<I", data, (directory + 1) * 512 + 116, 0)
        case _:
            struct.pack_into("<I", data, 68, 0)  # the list of tables goes on in a sector …
            struct.pack_into("<I", data, 512 + 508, 0)  # … that names itself as the next
    assert "损坏" in refused(bytes(data))


def test_a_far_blank_cell_is_no_cell() -> None:
    """Whole columns are formatted in honest files."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert read("a", sheet(f"<sheetData>{rows}</sheetData>")).blocks


def test_a_pdf_stream_that_swells_is_refused() -> None:
    """Also behind a second filter."""
    bomb = zlib.compress(b"(x) Tj " * 3_000_000)
    assert "MB" in refused(pdf(bomb, FONT, flags=b"/Filter/FlateDecode"), Limits(unpacked=5_000_000))
    twice = zlib.compress(bomb).hex().encode() + b">"
    flags = b"/Filter[/ASCIIHexDecode/FlateDecode/FlateDecode]"
    assert "MB" in refused(pdf(twice, FONT, flags=flags), Limits(unpacked=5_000_000))


def test_pdf_forms_that_call_each_other_end() -> None:
    """Ten that call ten others ten times, ten deep."""
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X0 %d 0 R>>>>/Length 70>>stream\n"
    forms = [head % (number + 1) + b"/X0 Do " * 10 + b"\nendstream" for number in range(7, 17)]
    refused(pdf(b"/X0 Do " * 10, FONT, *forms))


def test_a_pdf_font_that_claims_a_billion_characters_is_refused() -> None:
    text = b"BT /F 10 Tf 50 400 Td <0041> Tj ET"
    descriptor = b"<</Type/FontDescriptor/FontName/A/Flags 4>>"
    base = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[8 0 R]/ToUnicode 10 0 R>>"
    child = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/FontDescriptor 9 0 R/W[%s]>>"
    codes = b"1 beginbfrange <0000> <%s> <0041> endbfrange"
    for widths, last in ((b"0 4000000000 500", b"0001"), (b"0 9 500", b"FFFFFFFF")):
        body = codes % last
        stream = b"<</Length %d>>stream\n%s\nendstream" % (len(body), body)
        refused(pdf(text, base, b"null", child % widths, descriptor, stream))


def test_a_drawing_is_no_table() -> None:
    """A thousand lines across a thousand: the page is read as text, and that is said."""
    grid = b"".join(b"%d 0 m %d 500 l 0 %d m 500 %d l S " % (x, x, x, x) for x in range(0, 500, 4))
    doc = read("a", pdf(grid + b"BT /F 10 Tf 50 400 Td (text) Tj ET", FONT))
    assert doc.notes == ("第 1 页线条过多，按无表格读取",)
    assert len(doc.blocks) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<" + " " * 200_000,
        "<!-- -->" * 20_000 + "x",
        "<?xml " * 20_000,
        "a:b:c:d:e:f\n" * 200,
        "甲\t乙，\n" + "\n\t丙，\n" * 5_000,
        "甲\t" + "（" * 100_000 + "\n\n\t" + "）" * 100_000,
        "甲\t乙\n" + " " * 200_000 + "1",
        "|" * 100_000,
        "<html><p>" + "中 \n" * 50_000,
        "<html><table>" + "<tr>" * 20_000,
    ],
    ids=lambda text: text[:12],
)
def test_text_made_to_be_slow_is_not(text: str) -> None:
    """Each of these once took, or would take, longer than the suite: they end."""
    with suppress(AuditError):
        assert read("a", text.encode()).blocks


def test_broken_old_workbooks_say_nothing_but_our_line() -> None:
    """The library panics on some, and says so on the process's stderr."""
    from mutants import mutant, seeds

    assert "xls" in dict(seeds())
    code = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "from mutants import mutant\nfrom auditor.model import AuditError\nfrom auditor.read import read\n"
        "for n in range(400):\n"
        "    kind, data = mutant(n)\n"
        "    if kind == 'xls':\n"
        "        try: read('a', data)\n"
        "        except AuditError: pass\n"
    )
    assert mutant(0) == mutant(0)
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
