"""The pages of a PDF, opened within limits: pdfminer itself bounds neither what a stream unpacks to nor what runs."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.layout import LTChar
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfplumber.page import Page as PlumberPage
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from auditor.model import RADICALS, AuditError
from auditor.read.guard import Limits, damaged, encrypted, too_much

# a form's malformed corners are told by its text; pdfminer's own warnings would go to stderr
logging.getLogger("pdfminer").addHandler(logging.NullHandler())

_SWELL = {"FlateDecode": 1032, "Fl": 1032, "LZWDecode": 2730, "LZW": 2730, "RunLengthDecode": 64, "RL": 64}
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]{1,32})>\s*<([0-9A-Fa-f\s]{1,32})>\s*[<\[\d]")
_CODES = 1 << 18  # codes that the ranges of one character map may span
_CONTENT = 64_000_000  # bytes of page content that one file may run


@dataclass
class _Budget:
    """What is left to one file, in bytes."""

    limits: Limits
    unpacked: int
    content: int = _CONTENT

    def unpack(self, size: int) -> None:
        self.unpacked -= size
        if self.unpacked < 0:
            raise too_much(self.limits)

    def run(self, size: int) -> None:
        self.content -= size
        if self.content < 0:
            raise too_much(self.limits)


def open_pages(data: bytes, limits: Limits) -> Iterator[PlumberPage]:
    """pdfplumber pages in order. Errors: AuditError for what is encrypted, damaged or over the limits."""
    if b"%%EOF" not in data[-8192:]:
        raise damaged()
    budget = _Budget(limits, limits.unpacked)
    try:
        document = PDFDocument(_Parser(BytesIO(data), budget))
        owner: Any = SimpleNamespace(
            doc=document, rsrcmgr=_Fonts(), laparams=None, unicode_norm=None, raise_unicode_errors=False, budget=budget
        )
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            if number > limits.pages:
                raise AuditError(
                    f"PDF 超过 {limits.pages} 页的上限：请只保留自评表所在的页后再试",
                    f"more than {limits.pages} pages: keep only those of the form and try again",
                )
            yield _Page(owner, page, number)
    except AuditError:
        raise
    except PDFEncryptionError:
        raise encrypted() from None
    except GeneratorExit:
        raise
    except Exception as error:  # pdfminer raises whatever a broken file makes it trip over
        raise damaged(type(error).__name__) from None


class _Page(PlumberPage):
    pdf: Any

    @property
    def layout(self) -> Any:
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=None)
            device.limits = self.pdf.budget.limits
            interpreter = _Interpreter(self.pdf.rsrcmgr, device)
            interpreter.budget = self.pdf.budget
            interpreter.process_page(self.page_obj)
            self._layout = device.get_result()
        return self._layout

    def process_object(self, obj: Any) -> dict[str, Any]:
        """A character with what the reader asks for: pdfplumber's own dozen attributes cost a quarter of the time."""
        if not isinstance(obj, LTChar):
            return super().process_object(obj)
        left, above = self.mediabox[:2]
        text = obj.get_text()
        return {
            "object_type": "char", "text": RADICALS.get(text, text), "size": obj.size, "upright": obj.upright,
            "rises": 0 if obj.upright else obj.matrix[1],
            "x0": obj.x0 + left, "x1": obj.x1 + left,
            "top": self.height - obj.y1 + above, "bottom": self.height - obj.y0 + above,
        }  # fmt: skip


def level(page: PlumberPage) -> Any:
    """The page as it is read: where most of its text runs up or down the sheet, turned by a quarter."""
    rises = [c["rises"] for c in page.chars]
    up, down = sum(r > 0 for r in rises), sum(r < 0 for r in rises)
    if max(up, down) * 2 <= len(rises):
        return page
    width, height = float(page.width), float(page.height)

    def turned(thing: dict[str, Any]) -> dict[str, Any]:
        x0, x1, top, bottom = thing["x0"], thing["x1"], thing["top"], thing["bottom"]
        across = (height - bottom, height - top) if up >= down else (top, bottom)
        along = (x0, x1) if up >= down else (width - x1, width - x0)
        new = thing | {"x0": across[0], "x1": across[1], "top": along[0], "bottom": along[1]}
        return new | {"width": across[1] - across[0], "height": along[1] - along[0]}

    chars = [
        turned(c) | {"upright": (c["rises"] > 0) if up >= down else (c["rises"] < 0), "size": c["x1"] - c["x0"]}
        for c in page.chars
    ]
    edges = [turned(e) | {"orientation": "v" if e["orientation"] == "h" else "h"} for e in page.curve_edges]
    return SimpleNamespace(
        chars=chars, lines=[turned(line) for line in page.lines], rects=[turned(rect) for rect in page.rects],
        curve_edges=edges, page_number=page.page_number, width=height,
    )  # fmt: skip


class _Device(PDFPageAggregatorWithMarkedContent):
    """Refuses pages that hold more than paper does."""

    limits: Limits
    left = 200_000  # characters and lines; a form within counts for a hundred

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self.count()
        return float(super().render_char(*args, **kwargs))

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self.count()
        super().paint_path(*args, **kwargs)

    def count(self, things: int = 1) -> None:
        self.left -= things
        if self.left < 0:
            raise too_much(self.limits)


class _Interpreter(PDFPageInterpreter):
    """Counts what it runs, forms within forms included: ten that call ten others ten deep would never end."""

    budget: _Budget

    def execute(self, streams: Any) -> None:
        for stream in streams:
            found = resolve1(stream)
            if isinstance(found, PDFStream):
                self.budget.run(len(found.get_data()))
        super().execute(streams)

    def subinterp(self) -> Any:
        device: Any = self.device
        device.count(100)
        inner: Any = super().subinterp()
        inner.budget = self.budget
        return inner


class _Parser(PDFParser):
    """Hands out streams that spend a budget when they unpack."""

    def __init__(self, file: BytesIO, budget: _Budget) -> None:
        super().__init__(file)
        self.budget = budget

    def push(self, *objects: Any) -> None:
        for _, found in objects:
            if type(found) is PDFStream:
                found.__class__ = _Stream
                vars(found)["budget"] = self.budget
        super().push(*objects)


class _Stream(PDFStream):
    budget: _Budget

    def decode(self) -> None:
        if self.rawdata is not None:
            self._measure(self.rawdata)
        super().decode()
        data = self.data or b""
        self.budget.unpack(len(data))
        if b"endbfrange" in data or b"endcidrange" in data:
            codes = sum(max(_code(m[2]) - _code(m[1]), 0) for m in _RANGE.finditer(data))
            if codes > _CODES:
                raise damaged("character map")

    def _measure(self, data: bytes) -> None:
        """Is this more than the budget? Unpacked here only when its size alone cannot tell."""
        names = [str(getattr(name, "name", "")) for name, _ in self.get_filters()]
        bound = len(data)
        for name in names:
            bound *= _SWELL.get(name, 1)
        if bound <= self.budget.unpacked:
            return
        if self.decipher and self.objid is not None and self.genno is not None:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        for name in names:
            if name in ("FlateDecode", "Fl"):
                data = self._inflate(data)
            elif name in ("ASCII85Decode", "A85"):
                data = ascii85decode(data)
            elif name in ("ASCIIHexDecode", "AHx"):
                data = asciihexdecode(data)
            elif name in _SWELL and len(data) * _SWELL[name] > self.budget.unpacked:
                raise too_much(self.budget.limits)

    def _inflate(self, data: bytes) -> bytes:
        try:
            room = zlib.decompressobj()
            out = room.decompress(data, self.budget.unpacked + 1)
        except zlib.error:
            return b""
        self.budget.unpack(0 if len(out) <= self.budget.unpacked else len(out))
        return out


class _Fonts(PDFResourceManager):
    """Refuses width tables that span more codes than there are characters."""

    def get_font(self, objid: object, spec: Any) -> Any:
        for key in ("W", "W2", "Widths"):
            for item in resolve1(spec.get(key)) or ():
                if isinstance(item, (int, float)) and abs(item) > _CODES and key != "Widths":
                    raise damaged("font widths")
        return super().get_font(objid, spec)


def _code(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)
