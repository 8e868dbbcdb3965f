"""Comments in the original Word file: on exactly the figures, and nothing else is changed."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import marks
import pytest
import samples
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from render import render as rendered
from syrupy.assertion import SnapshotAssertion

from auditor import audit
from auditor.model import AuditError, Finding, Place, Report
from auditor.read import read
from auditor.report import View, render
from auditor.report.annotate import AUTHOR, annotate
from auditor.report.quote import figure_of

FORM = Path(__file__).parent.parent / "corpus" / "dev" / "gd_zone.txt"


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_PARTS = {
    "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
    "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
    "<Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument."
    "wordprocessingml.document.main+xml'/></Types>",
    "_rels/.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship "
    "Id='rId1' Target='word/document.xml' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    "officeDocument'/></Relationships>",
}


def package(blocks: str) -> bytes:
    """The smallest .docx with these blocks, given as WordprocessingML."""
    out = BytesIO()
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    xml = f"<w:document {nsdecls('w', 'r', 'wp', 'a')} xmlns:wps='{shape}'><w:body>{blocks}</w:body></w:document>"
    with zipfile.ZipFile(out, "w") as file:
        for name, content in (_PARTS | {"word/document.xml": xml}).items():
            file.writestr(name, content)
    return out.getvalue()


def body(*paragraphs: str) -> bytes:
    """A document of paragraphs (the inside of w:p)."""
    return package("".join(f"<w:p>{xml}</w:p>" for xml in paragraphs))


def run(text: str, look: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def marked(data: bytes, *findings: Finding, lang: str = "zh") -> bytes:
    return annotate(marks.report("form.docx", data, *findings), data, lang)


def comments(data: bytes) -> list[tuple[str, str]]:
    """(the characters it sits on, what it says) of every comment, in the order of the comments part."""
    document = docx.Document(BytesIO(data))
    root = document.element.body
    found = []
    for comment in document.comments:
        number = str(comment.comment_id)
        inside, text, seen = False, "", []
        for element in root.iter():
            if element.get(qn("w:id")) == number:
                if element.tag == qn("w:commentRangeStart"):
                    inside = True
                if element.tag == qn("w:commentRangeEnd"):
                    inside = False
                seen.append(element.tag.split("}")[1])
            elif inside:
                text += {qn("w:t"): element.text or "", qn("w:tab"): "\t", qn("w:br"): "\n"}.get(element.tag, "")
        assert seen == ["commentRangeStart", "commentRangeEnd", "commentReference"]
        found.append((text, comment.text))
    return found


def letters(data: bytes) -> list[tuple[str, str]]:
    """(character, look) of all text, where the look is the properties of its run and its paragraph."""
    found = []
    root = etree.fromstring(zipfile.ZipFile(BytesIO(data)).read("word/document.xml"))
    for element in root.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        holder = element.getparent()
        looks = [holder.find(qn("w:rPr")), next(holder.iterancestors(qn("w:p"))).find(qn("w:pPr"))]
        look = "".join("" if one is None else etree.tostring(one, encoding="unicode") for one in looks)
        found += [(char, look) for char in (element.text or "") or element.tag]
    return found


def unchanged(before: bytes, after: bytes) -> bool:
    """Text, layout and every other part are what they were."""
    one, two = (zipfile.ZipFile(BytesIO(data)) for data in (before, after))
    touched = {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "word/comments.xml"}
    others = set(one.namelist()) - touched
    return (
        read("x", before).blocks == read("x", after).blocks
        and letters(before) == letters(after)
        and all(one.read(name) == two.read(name) for name in others)
        and set(two.namelist()) - set(one.namelist()) <= touched
    )


# --- on the very characters ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not FORM.exists(), reason="needs corpus/dev/gd_zone.txt")
def test_a_whole_form_has_a_comment_on_the_figure_of_every_side() -> None:
    """A real audit of a form as Word: the comments read back sit on the characters of the evidence, one a side."""
    data = rendered(read(FORM), "docx")
    report = _audited(data)
    after = annotate(report, data)
    wanted = [
        side.span.text.raw[slice(*figure_of(side))]
        for finding in sorted(report.findings, key=lambda f: ("major", "moderate", "minor", "info").index(f.severity))
        for side in {(s.span.text.place, *figure_of(s)): s for s in finding.evidence}.values()
    ]
    assert len(wanted) > 20
    assert [on for on, _ in comments(after)] == wanted
    assert unchanged(data, after)


def _audited(data: bytes) -> Report:
    from auditor import audit_document

    return audit_document(read("form.docx", data))


def test_a_figure_inside_a_run() -> None:
    """The run is split in three, each with its looks."""
    look = "<w:b/><w:color w:val='FF0000'/><w:sz w:val='28'/>"
    data = body(run("全年走访企业20家次，", look) + run("次年再访"))
    after = marked(data, marks.finding(marks.side(read("x", data), "20")))
    assert [on for on, _ in comments(after)] == ["20"]
    assert [r.text for r in docx.Document(BytesIO(after)).paragraphs[0].runs if r.text] == [
        "全年走访企业", "20", "家次，", "次年再访",
    ]  # fmt: skip
    assert unchanged(data, after)


def test_a_figure_across_several_runs() -> None:
    """Word cuts text into runs anywhere: 1|8.|5个 is one figure."""
    data = body(run("共1") + run("8.", "<w:i/>") + run("5个", "<w:b/>"))
    after = marked(data, marks.finding(marks.side(read("x", data), "18.5")))
    assert [on for on, _ in comments(after)] == ["18.5"]
    assert unchanged(data, after)


def test_a_figure_in_a_cell_of_several_paragraphs() -> None:
    """Characters are counted as the reader joined them, a line feed a paragraph."""
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 1)
    cell.text = "  一、走访企业20家；"
    cell.add_paragraph("")
    cell.add_paragraph("二、走访企业21家。")
    data = saved(document)
    sides = [marks.side(read("x", data), "20"), marks.side(read("x", data), "21")]
    after = marked(data, marks.finding(*sides), marks.finding(marks.side(read("x", data), "20家；\n\n二")))
    assert [on for on, _ in comments(after)] == ["20", "21", "20家；二"]
    assert unchanged(data, after)


@pytest.mark.parametrize(
    ("inside", "quote"),
    [
        ("<w:ins w:id='9' w:author='a'>" + run("走访20家") + "</w:ins>", "20"),
        ("<w:hyperlink w:anchor='x'>" + run("走访20家") + "</w:hyperlink>", "20"),
        ("<w:sdt><w:sdtContent>" + run("走访20家") + "</w:sdtContent></w:sdt>", "20"),
        ("<w:fldSimple w:instr='PAGE'>" + run("走访20家") + "</w:fldSimple>", "20"),
        ("<w:r><w:t>走访</w:t><w:tab/><w:t>20</w:t><w:br/><w:t>家</w:t></w:r>", "\t20\n"),
        (
            run("走访") + "<w:del w:id='9' w:author='a'><w:r><w:delText>19</w:delText></w:r></w:del>" + run("20"),
            "访20",
        ),
    ],
)  # fmt: skip
def test_figures_in_whatever_word_wraps_text_in(inside: str, quote: str) -> None:
    """Tracked insertions and deletions, links, content controls, fields, tabs and breaks."""
    data = body(run("前") + inside + run("后"))
    after = marked(data, marks.finding(marks.side(read("x", data), quote)))
    assert [on for on, _ in comments(after)] == [quote]
    assert unchanged(data, after)


def test_a_figure_in_a_text_box_is_commented_where_the_box_hangs() -> None:
    """Word allows no comment inside a text box."""
    box = (
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>"
        f"<w:p>{run('走访20家')}</w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )
    data = body(run("前") + box + run("后"))
    after = marked(data, marks.finding(marks.side(read("x", data), "20")))
    inside = docx.Document(BytesIO(after)).element.body.find(f".//{qn('w:txbxContent')}")
    assert not list(inside.iter(qn("w:commentRangeStart"), qn("w:commentReference")))
    assert [on for on, _ in comments(after)] == ["走访20家"]
    assert unchanged(data, after)


def test_a_blank_cell_has_its_comment_in_its_empty_paragraph() -> None:
    """An empty range in the cell that should have been filled in."""
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "群众满意度"
    data = saved(document)
    blank = next(text for text in marks.texts(read("x", data)) if not text)
    after = marked(data, marks.finding((blank, 0, 0)))
    cell = docx.Document(BytesIO(after)).tables[0].cell(0, 1)
    assert cell._element.find(f".//{qn('w:commentReference')}") is not None
    assert [on for on, _ in comments(after)] == [""]
    assert unchanged(data, after)


def test_a_cell_that_the_file_does_not_have() -> None:
    """The comment goes to the last cell of its row; without any place, to the first text."""
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "20家"
    data = saved(document)
    text = next(t for t in marks.texts(read("x", data)) if t)
    beyond = samples.Text("", (samples.Piece(0, 0, Place(table=0, row=0, column=5)),))
    nowhere = samples.Text("")
    after = marked(data, marks.finding((beyond, 0, 0)), marks.finding((nowhere, 0, 0)), marks.finding((text, 0, 2)))
    assert [on for on, _ in comments(after)] == ["20家", "", "20"]
    assert unchanged(data, after)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """Paragraphs of a cell, each cut into runs; and spans of the text as the reader joins it."""
    alphabet = st.sampled_from("走访企业20家 18.5个\t，")
    cell = draw(st.lists(st.lists(st.text(alphabet, max_size=6), max_size=4), min_size=1, max_size=3))
    length = len("\n".join("".join(runs) for runs in cell).strip())
    spans = [tuple(sorted(draw(st.tuples(*[st.integers(0, length)] * 2)))) for _ in range(draw(st.integers(1, 5)))]
    return cell, spans


@given(cut_texts())
@settings(max_examples=80, deadline=None)
def test_any_span_of_any_runs(case: tuple[list[list[str]], list[tuple[int, int]]]) -> None:
    """However the text is cut into runs and however comments overlap: each sits on its characters, nothing changes."""
    cell, spans = case
    looks = ["<w:b/>", "<w:i/>", ""]
    inside = [[run(text, looks[(n + i) % 3]) for i, text in enumerate(runs)] for n, runs in enumerate(cell)]
    lines = "".join(f"<w:p>{''.join(runs)}</w:p>" for runs in inside)
    data = package(f"<w:tbl><w:tr><w:tc>{lines}</w:tc></w:tr></w:tbl><w:p>{run('完')}</w:p>")
    text = next((t for t in marks.texts(read("x", data)) if t.place.table is not None), None)
    if text is None:
        return
    after = marked(data, *(marks.finding((text, begin, stop)) for begin, stop in spans))
    for (begin, stop), (on, _) in zip(spans, comments(after), strict=True):
        wanted = text.raw[begin:stop].replace("\n", "")
        assert on == (wanted or _whole(cell, text.raw))
    assert unchanged(data, after)


def _whole(cell: list[list[str]], raw: str) -> str:
    """An empty span in a cell with text is said of all of it."""
    return "".join("".join(runs) for runs in cell) if raw else ""


# --- what it says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_comments_are_what_they_were(lang: str, snapshot: SnapshotAssertion) -> None:
    """Severity, message, code, arithmetic, and where the other sides are, in both languages."""
    data = _archive()
    report = _sample(data)
    assert comments(annotate(report, data, lang)) == snapshot


def _archive() -> bytes:
    """The sample form as Word, its rows and columns as `samples.report("docx")` has them."""
    document = docx.Document()
    lines = samples.LINES[:-1]
    for line in lines[:3]:
        document.add_paragraph(line)
    width = max(line.count("\t") + 1 for line in lines)
    table = document.add_table(len(lines) - 3, width)
    for row, line in enumerate(lines[3:]):
        for column, text in enumerate(line.split("\t")):
            table.cell(row, column).text = text
    return saved(document)


def _sample(data: bytes) -> Report:
    """The findings of the sample form on that file."""
    at = {text.place: text for text in marks.texts(read("x", data))}
    moved = []
    for finding in samples.findings("docx"):
        sides = []
        for side in finding.evidence:
            text = at[side.span.place]
            assert text.raw == side.span.text.raw
            sides.append(side._replace(span=side.span._replace(text=text)))
        moved.append(samples.replace(finding, evidence=tuple(sides)))
    return marks.report("form.docx", data, *moved)


def test_every_side_names_the_others() -> None:
    """Its comment has the other sides' places and quotes, not its own; a long list is counted."""
    data = body(*(run(f"走访企业{n}家") for n in range(30, 45)))
    sides = [marks.side(read("x", data), str(n)) for n in range(30, 45)]
    said = comments(marked(data, marks.finding(*sides)))
    assert [on for on, _ in said] == [str(n) for n in range(30, 45)]
    assert "第2段：走访企业31家" in said[0][1]
    assert "第1段" not in said[0][1]
    assert said[0][1].endswith("……另有 6 处")


def test_two_sides_at_one_place_are_one_comment() -> None:
    """A finding says at one place what it has to say once."""
    data = body(run("走访企业20家"))
    side = marks.side(read("x", data), "20")
    assert len(comments(marked(data, marks.finding(side, side)))) == 1


def test_settled_findings() -> None:
    """What is waived says so, after everything that counts; what the baseline holds is left out."""
    data = body(run("走访企业20家"))
    one = marks.finding(marks.side(read("x", data), "20"))
    waived = samples.replace(one, suppressed="waived: 口径不同（周宁）")
    known = samples.replace(one, suppressed="baseline")
    said = [text for _, text in comments(marked(data, waived, known, samples.replace(one, severity="minor")))]
    assert [text[:12] for text in said] == ["【轻微】“走访企业”两处", "【已豁免：口径不同（周宁"]


def test_comments_that_are_there_stay() -> None:
    """A reviewed document keeps its comments; ours come after them with numbers of their own."""
    document = docx.Document()
    paragraph = document.add_paragraph("走访企业20家")
    document.add_comment(paragraph.runs, "请核实", "周宁", "周")
    data = saved(document)
    after = marked(data, marks.finding(marks.side(read("x", data), "20")))
    assert [(on, text.split("\n")[0][:4]) for on, text in comments(after)] == [
        ("走访企业20家", "请核实"),
        ("20", "【重要】"),
    ]
    assert [c.author for c in docx.Document(BytesIO(after)).comments] == ["周宁", AUTHOR[0]]
    assert unchanged(data, after)


def test_a_marked_document_can_be_marked_again() -> None:
    """And is audited as the original is."""
    data = body(run("走访企业20家"))
    once = marked(data, marks.finding(marks.side(read("x", data), "20")))
    twice = marked(once, marks.finding(marks.side(read("x", once), "20")))
    assert [on for on, _ in comments(twice)] == ["20", "20"]
    assert unchanged(data, twice)


@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m", "\ud800", "\ufffe", "</w:t><script>", "\u202e反", "长" * 40_000, "&amp;"]
)
def test_hostile_text_in_a_comment_is_inert(text: str) -> None:
    """What XML cannot say and what turns text round is spelled out; markup is text."""
    data = body(run("走访企业20家"))
    after = marked(data, marks.finding(marks.side(read("x", data), "20"), measure=text, one=text))
    ((_, said),) = comments(after)
    assert not set(said) & set("\x00\x1b\ud800\ufffe\u202e")
    assert unchanged(data, after)


def test_the_same_report_gives_the_same_bytes() -> None:
    """No clock in the file."""
    data = body(run("走访企业20家"))
    one = marks.finding(marks.side(read("x", data), "20"))
    assert marked(data, one) == marked(data, one)


def test_without_findings_the_file_is_the_original() -> None:
    """To the byte."""
    data = body(run("走访企业20家"))
    assert marked(data) == data


def test_runs_keep_their_fonts() -> None:
    """Split runs have the font, size and colour of the run they come from."""
    document = docx.Document()
    written = document.add_paragraph().add_run("全年走访企业20家次")
    written.font.size, written.font.color.rgb, written.font.name = Pt(22), RGBColor(1, 2, 3), "仿宋"
    data = saved(document)
    after = marked(data, marks.finding(marks.side(read("x", data), "20")))
    split = [r for r in docx.Document(BytesIO(after)).paragraphs[0].runs if r.text]
    assert {(r.font.size, r.font.color.rgb, r.font.name) for r in split} == {(Pt(22), RGBColor(1, 2, 3), "仿宋")}


# --- as the program gives it ---------------------------------------------------------------------------------------


def test_docx_is_the_audited_file(tmp_path: Path) -> None:
    """`--format docx` and `--format annotated` read the original, which must be the one that was audited."""
    path = tmp_path / "form.docx"
    path.write_bytes(body(run("预算完成情况：全年预算数100万元，实际支出数80万元，预算执行率90%。")))
    report = audit(path)
    assert render([report], "docx", View()) == render([report], "annotated", View())
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(AuditError, match="改动过"):
        render([report], "docx", View())
    path.unlink()
    with pytest.raises(AuditError, match="无法打开"):
        render([report], "docx", View())


@pytest.mark.parametrize(("kind", "hint"), [("text", "html"), ("html", "html"), ("xls", "xlsx"), ("pdf", "annotated")])
def test_other_kinds_are_answered_with_what_to_do(kind: str, hint: str) -> None:
    """One line; the format to take instead."""
    whole = samples.report()
    report = samples.replace(whole, document=samples.replace(whole.document, kind=kind))
    with pytest.raises(AuditError, match=hint) as caught:
        render([report], "docx", View())
    assert hint in caught.value.en


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (soffice) to open the document")
def test_libreoffice_opens_the_document(tmp_path: Path) -> None:
    """It converts the file; all comments are there, and without them the text is that of the original."""
    data = _archive()
    after = annotate(_sample(data), data)
    for name, content in (("one", data), ("two", after)):
        (tmp_path / f"{name}.docx").write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fodt",
         "--outdir", str(tmp_path), str(tmp_path / "one.docx"), str(tmp_path / "two.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    one, two = (etree.parse(tmp_path / f"{name}.fodt").find(f".//{office}text") for name in ("one", "two"))
    notes = list(two.iter(f"{office}annotation"))
    assert len(notes) == len(comments(after))
    for note in notes:
        note.getparent().replace(note, _tail(note))
    assert "".join("".join(two.itertext()).split()) == "".join("".join(one.itertext()).split())


def _tail(note: Any) -> Any:
    """What stands in for a note: the text after it."""
    rest = etree.Element("rest")
    rest.tail = note.tail
    return rest
