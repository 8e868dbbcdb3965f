"""Stage 1: bytes → Document. The reader is chosen by what the file holds, never by its name."""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from auditor.model import AuditError, Document, Paragraph, Table
from auditor.read.guard import Limits, encrypted, open_package, part
from auditor.read.text import decode, garbled, read_text
from auditor.read.unseen import visible

USUAL = Limits()

__all__ = ["USUAL", "Limits", "decode", "read"]

_HTML = re.compile(  # atomic: comments must not be tried in every combination
    r"\s*+(?>(?:<\?xml[^>]*\?>|<!--(?>.*?-->))\s*+)*+<(?:!doctype\s+html|(?:html|head|body|table|meta|div|style)\b)",
    re.I | re.S,
)
_XML = re.compile(r"\s*<\?xml\b")
_HEADER = re.compile(r"[A-Za-z-]{1,40}:")
_MHTML = re.compile(r"^MIME-Version:", re.I | re.M)

_DOC = "旧版 Word（.doc）或 WPS 文字（.wps）文件：请在 Word 或 WPS 中另存为 .docx"
_DOC_EN = "an old Word (.doc) or WPS (.wps) file: save it as .docx in Word or WPS"
_PICTURE = "这是图片：请提供可编辑的文件或先做文字识别（OCR）"
_PICTURE_EN = "a picture: give the editable file, or recognise the text (OCR) first"
_PACKED = "这是压缩包，不是文档：请解压后逐个审核"
_PACKED_EN = "an archive, not a document: unpack it first"
_SLIDES = "这是演示文稿：请把自评表另存为 .docx 或 .xlsx"
_SLIDES_EN = "a slide show: save the form as .docx or .xlsx"

_PACKAGE = (b"PK\x03\x04", b"PK\x05\x06")
_REFUSED = (
    ((b"{\\rtf",), "RTF 文件：请在 Word 或 WPS 中另存为 .docx", "an RTF file: save it as .docx in Word or WPS"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF"), _PICTURE, _PICTURE_EN),
    ((b"\0\0\0\x18ftyp", b"\0\0\0\x1cftyp", b"\0\0\0 ftyp"), _PICTURE, _PICTURE_EN),
    ((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _PACKED, _PACKED_EN),
)


def read(path: str | Path, data: bytes | None = None, *, limits: Limits = USUAL) -> Document:
    """Read one file, or `data` that came under that name ("-" is standard input).

    Errors: AuditError, one line that says what is wrong and what to do.
    """
    if data is None:
        data = _load(path, limits)
    if len(data) > limits.size:
        raise AuditError(
            f"文件超过 {limits.size / 1e6:g} MB 的上限：请拆分后再试",
            f"the file is over the limit of {limits.size / 1e6:g} MB: split it and try again",
        )
    package = open_package(data, limits) if data.startswith(_PACKAGE) else None
    kind, source = _kind_of_package(package) if package else _kind_of(data), ""
    notes: tuple[str, ...] = ()
    blocks: tuple[Table | Paragraph, ...]
    match kind:
        case "docx" if package:
            from auditor.read.word import read_word

            blocks, notes = read_word(package, limits)
        case "xlsx" | "xls":
            from auditor.read.sheet import read_sheets

            blocks, notes = read_sheets(data, package, limits)
        case "pdf":
            from auditor.read.pdf import read_pdf

            blocks, notes = read_pdf(data, limits)
        case _:
            source = decode(data)
            if garbled(source):
                raise AuditError(
                    "文字是乱码（编码曾被错误转换）：请从原系统重新导出，存为 UTF-8",
                    "the text is garbled (once converted with the wrong encoding): export it again, as UTF-8",
                )
            if _HTML.match(source):
                from auditor.read.html import read_html

                kind, blocks, source = "html", read_html(source, limits), ""
            elif _XML.match(source) or (_HEADER.match(source) and _MHTML.search(source[:2000])):
                raise AuditError(
                    "XML 或单个文件网页（.mht）：请用原软件另存为 .docx、.xlsx 或 .html",
                    "an XML or MHTML file: save it as .docx, .xlsx or .html where it was made",
                )
            else:
                blocks = read_text(source, limits)
            if not blocks:
                raise _empty()
    return Document(str(path), sha256(data).hexdigest(), kind, visible(blocks), source, notes)


def _kind_of(data: bytes) -> str:
    """xls, pdf, or "text" for what is no package either. Errors: AuditError for a kind that cannot be read."""
    if not data.strip(b"\0 \t\r\n"):
        raise _empty()
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_container(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for starts, zh, en in _REFUSED:
        if data.startswith(starts) and not _is_text(data):
            raise AuditError(zh, en)
    return "text"


def _is_text(data: bytes) -> bool:
    """A text may begin with the letters of a magic number (BM, RIFF)."""
    return data[:1].isalpha() and b"\0" not in data[:4096]


def _kind_of_package(package: ZipFile) -> str:
    names = set(package.namelist())
    if "word/document.xml" in names or ("_rels/.rels" in names and b"wordprocessingml" in part(package, "_rels/.rels")):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "_rels/.rels" in names and "[Content_Types].xml" in names:
        types = part(package, "[Content_Types].xml")
        if b"wordprocessingml.document.main" in types:
            return "docx"
        if b"presentationml" in types:
            raise AuditError(_SLIDES, _SLIDES_EN)
    if "xl/workbook.bin" in names or "content.xml" in names or "OFD.xml" in names:
        raise AuditError(
            "不支持的文档格式（.xlsb、.ods、.odt、.ofd）：请另存为 .xlsx、.docx 或 .pdf",
            "a format that is not read (.xlsb, .ods, .odt, .ofd): save it as .xlsx, .docx or .pdf",
        )
    raise AuditError(_PACKED, _PACKED_EN)


def _kind_of_container(data: bytes) -> str:
    from auditor.read.ole import Container

    names = set(Container(data).streams)
    if "EncryptedPackage" in names:
        raise encrypted()
    if names & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in names:
        raise AuditError(_DOC, _DOC_EN)
    if "PowerPoint Document" in names:
        raise AuditError(_SLIDES, _SLIDES_EN)
    raise AuditError(
        "旧版办公文件，无法识别：请另存为 .docx、.xlsx 或 .pdf",
        "an old office file of an unknown kind: save it as .docx, .xlsx or .pdf",
    )


def _load(path: str | Path, limits: Limits) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(limits.size + 1)
    path = Path(path)
    try:
        if path.is_dir():
            raise AuditError("这是一个文件夹，不是文件", "this is a directory, not a file")
        with path.open("rb") as file:
            return file.read(limits.size + 1)
    except FileNotFoundError:
        raise AuditError("找不到文件：请检查路径", "no such file: check the path") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AuditError(f"无法打开文件：{why}", f"cannot open the file: {why}") from None


def _empty() -> AuditError:
    return AuditError("文件是空的：请检查是否选错了文件", "the file is empty: check that it is the right one")
