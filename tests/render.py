"""A text form as the files that departments hand in: docx, xlsx, pdf, html, pipes, other encodings; real merged cells.

    render(read("form.txt"), "docx") -> bytes

What is merged is inferred from the blanks of the text, and only where no blank cell can mean "not filled in".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from io import BytesIO

from auditor.model import Document, Table

KINDS = ("docx", "xlsx", "pdf", "html", "pipes", "gb18030", "utf-16", "crlf")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,12})(\.\d{1,6})?(%?)")

Area = tuple[int, int, int, int, str]  # row, column, rowspan, colspan, text


def render(document: Document, kind: str) -> bytes:
    """The file of one of KINDS that says what the text form says."""
    match kind:
        case "docx":
            return _docx(document)
        case "xlsx":
            return _xlsx(document)
        case "pdf":
            return _pdf(document)
        case "html":
            return _html(document)
        case "pipes":
            return _pipes(document)
        case "crlf":
            return b"\xef\xbb\xbf" + document.source.replace("\n", "\r\n").encode()
        case _:
            return document.source.encode(kind)


# --- which cells are merged ---------------------------------------------------------------------------------------


def areas(table: Table) -> list[Area]:
    """The cells of a text table as they stand on the form, merged ones included."""
    grid = [[cell.text.raw for cell in row] for row in table.rows]
    width = max(map(len, grid))
    grid = [row + [""] * (width - len(row)) for row in grid]
    owner = [[(r, c) for c in range(width)] for r in range(len(grid))]
    used = [[c for c, text in enumerate(row) if text] for row in grid]
    for r, columns in enumerate(used):
        for left, right in _across(grid, used, r, width):
            for c in range(left, right):
                owner[r][c] = (r, left)
        if r and columns:
            _down(owner, used, grid, r, columns[0])
    return list(_areas(grid, owner))


def _across(grid: list[list[str]], used: list[list[int]], r: int, width: int) -> Iterator[tuple[int, int]]:
    """(first, last + 1) columns of the cells of row `r` that span several."""
    columns = used[r]
    head = all(len(row) < 3 for row in used[: r + 1])
    tail = all(len(row) < 3 and (not row or row[0] == 0) for row in used[r:])
    if len(columns) == 2 and columns[0] == 0 and (head or tail):
        if columns[1] > 1:
            yield 0, columns[1]
        if columns[1] + 1 < width:
            yield columns[1], width
        return
    inner = [c for c in columns if c]
    twin = any(0 <= n < len(used) and [c for c in used[n] if c] == inner for n in (r - 1, r + 1))
    if len(inner) == 2 and twin and inner[1] - inner[0] > 1:  # goals beside results
        yield inner[0], inner[1]
        if inner[1] + 1 < width:
            yield inner[1], width
        return
    last = _last(used, r)
    if columns and last + 1 < width and columns[-1] <= last:
        yield last, width


def _last(used: list[list[int]], r: int) -> int:
    """The last column that the block of row `r` has: that of its first row, as no later row of it goes further."""
    last = -1
    for row in used[: r + 1]:
        last = max(last, row[-1]) if row else last
    return last


def _down(owner: list[list[tuple[int, int]]], used: list[list[int]], grid: list[list[str]], r: int, first: int) -> None:
    """Leading blanks of row `r` belong to the cells above them."""
    c = 0
    while c < first:
        top, left = owner[r - 1][c]
        right = max(i for i, o in enumerate(owner[r - 1]) if o == (top, left)) + 1
        labelled = bool(grid[top][left])
        if labelled and left == c and right <= first:
            for i in range(c, right):
                owner[r][i] = (top, left)
        c = max(right, c + 1)


def _areas(grid: list[list[str]], owner: list[list[tuple[int, int]]]) -> Iterator[Area]:
    extent: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(owner):
        for c, (top, left) in enumerate(row):
            extent[top, left] = (r - top + 1, c - left + 1)
    for (top, left), (down, across) in extent.items():
        yield top, left, down, across, grid[top][left]


# --- files --------------------------------------------------------------------------------------------------------


def _docx(document: Document) -> bytes:
    from docx import Document as Word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    word = Word()
    body = word.element.body
    for block in document.blocks:
        if not isinstance(block, Table):
            word.add_paragraph(block.text.raw)
            continue
        found = {(r, c): (down, across, text) for r, c, down, across, text in areas(block)}
        hanging = {
            (r + i, c): across for (r, c), (down, across, _) in found.items() for i in range(1, down)
        }  # rows below the first of a merged cell
        width = max(c + across for (_, c), (_, across, _) in found.items())
        xml = [f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='TableGrid'/></w:tblPr><w:tblGrid>"]
        xml += ["<w:gridCol w:w='1400'/>"] * width + ["</w:tblGrid>"]
        for r in range(len(block.rows)):
            xml.append("<w:tr>")
            for c in range(width):
                if (r, c) in hanging:
                    xml.append(f"<w:tc><w:tcPr><w:gridSpan w:val='{hanging[r, c]}'/><w:vMerge/></w:tcPr><w:p/></w:tc>")
                elif (r, c) in found:
                    down, across, text = found[r, c]
                    merge = "<w:vMerge w:val='restart'/>" if down > 1 else ""
                    run = f"<w:r><w:t xml:space='preserve'>{escape(text)}</w:t></w:r>" if text else ""
                    xml.append(f"<w:tc><w:tcPr><w:gridSpan w:val='{across}'/>{merge}</w:tcPr><w:p>{run}</w:p></w:tc>")
            xml.append("</w:tr>")
        body.insert(len(body) - 1, parse_xml("".join([*xml, "</w:tbl>"])))
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _xlsx(document: Document) -> bytes:
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("自评表")
    formats: dict[str, object] = {}
    width = max((len(row) for b in document.blocks if isinstance(b, Table) for row in b.rows), default=1)
    top = 0

    def put(r: int, c: int, text: str) -> None:
        number = _NUMBER.fullmatch(text)
        if not text:
            sheet.write_blank(r, c, None, styled(""))
        elif number and not (number[2] and number[1] and len(number[1]) > 4):
            decimals = len(number[1] or ".") - 1
            code = ("#,##0" if "," in text else "0") + ("." + "0" * decimals if decimals else "") + (number[2] or "")
            value = float(text.rstrip("%").replace(",", ""))
            sheet.write_number(r, c, value / 100 if number[2] else value, styled("" if code == "0" else code))
        else:
            sheet.write_string(r, c, text, styled(""))

    def styled(code: str) -> object:
        if code not in formats:
            formats[code] = book.add_format({"border": 1, "text_wrap": True} | ({"num_format": code} if code else {}))
        return formats[code]

    for block in document.blocks:
        if not isinstance(block, Table):
            if width > 1:
                sheet.merge_range(top, 0, top, width - 1, "", styled(""))
            sheet.write_string(top, 0, block.text.raw, styled(""))
            top += 1
            continue
        for r, c, down, across, text in areas(block):
            if down * across > 1:
                sheet.merge_range(top + r, c, top + r + down - 1, c + across - 1, "", styled(""))
            put(top + r, c, text)
        top += len(block.rows)
    book.close()
    return out.getvalue()


def _html(document: Document) -> bytes:
    out = [
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>自评表</title>",
        "<style>td{border:1px solid}</style></head><body>",
    ]
    for block in document.blocks:
        if not isinstance(block, Table):
            out.append(f"<p>{escape(block.text.raw)}</p>")
            continue
        found = sorted(areas(block))
        out.append("<table>")
        for row in range(len(block.rows)):
            out.append("<tr>")
            for r, _, down, across, text in found:
                if r == row:
                    spans = f' rowspan="{down}"' * (down > 1) + f' colspan="{across}"' * (across > 1)
                    out.append(f"<td{spans}>{escape(text)}</td>")
            out.append("</tr>")
        out.append("</table>")
    return "\n".join([*out, "</body></html>"]).encode()


def _pipes(document: Document) -> bytes:
    lines = []
    for block in document.blocks:
        if isinstance(block, Table):
            lines += ["| " + " | ".join(cell.text.raw for cell in row) + " |" for row in block.rows]
        else:
            lines.append(block.text.raw)
    return "\n".join(lines).encode()


# --- pdf: drawn by hand, so that pages cut rows as Word's do --------------------------------------------------------

_PAGE, _MARGIN, _SIZE, _LEAD, _PAD = (842.0, 595.0), 40.0, 9.0, 12.0, 4.0


def _pdf(document: Document) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    sheet = _Sheet(Canvas(out, pagesize=_PAGE))
    for block in document.blocks:
        if isinstance(block, Table):
            sheet.table(areas(block), len(block.rows))
        else:
            sheet.paragraph(block.text.raw)
    sheet.canvas.save()
    return out.getvalue()


class _Sheet:
    """Pages filled from top to bottom."""

    def __init__(self, canvas: object) -> None:
        self.canvas = canvas
        self.y = _PAGE[1] - _MARGIN
        self.begin()

    def begin(self) -> None:
        self.canvas.setFont("STSong-Light", _SIZE)

    def print(self, x: float, y: float, line: str) -> None:
        for part, font in _runs(line):
            self.canvas.setFont(font, _SIZE)
            self.canvas.drawString(x, y, part)
            x += _width(part)

    def turn(self) -> None:
        self.canvas.drawCentredString(_PAGE[0] / 2, 20, f"— {self.canvas.getPageNumber()} —")
        self.canvas.showPage()
        self.begin()
        self.y = _PAGE[1] - _MARGIN

    def paragraph(self, text: str) -> None:
        for line in _wrap(text, _PAGE[0] - 2 * _MARGIN):
            if self.y - _LEAD < _MARGIN:
                self.turn()
            self.print(_MARGIN, self.y - _SIZE, line)
            self.y -= _LEAD
        self.y -= 4

    def table(self, cells: list[Area], rows: int) -> None:
        width = max(c + across for _, c, _, across, _ in cells)
        step = (_PAGE[0] - 2 * _MARGIN) / width
        lines = {(r, c): _wrap(text, across * step - 2 * _PAD) for r, c, _, across, text in cells}
        span = {(r, c): (down, across) for r, c, down, across, _ in cells}
        height = [1] * rows  # in lines of text
        for (r, c), (down, _) in span.items():
            if down == 1:
                height[r] = max(height[r], len(lines[r, c]))
        for (r, c), (down, _) in sorted(span.items()):
            missing = len(lines[r, c]) - sum(height[r : r + down])
            height[r + down - 1] += max(missing, 0)
        left = dict(lines)  # what is still to be printed of every cell
        row = 0
        done = 0  # lines of the row that stand on earlier pages
        while row < rows:
            first, y = row, self.y
            tops = {row: y}
            while row < rows:
                room = int((y - _MARGIN - 2 * _PAD) // _LEAD)
                need = height[row] - done
                if need <= room:
                    y -= need * _LEAD + 2 * _PAD
                    row, done = row + 1, 0
                    tops[row] = y
                    continue
                if room > 1 and need > 2:  # cut the row
                    y -= room * _LEAD + 2 * _PAD
                    done += room
                    tops[row + 1] = y
                break
            last = max(tops)
            for (r, c), (down, across) in span.items():
                top, bottom = max(r, first), min(r + down, last)
                if top >= bottom:
                    continue
                x0, x1 = _MARGIN + c * step, _MARGIN + (c + across) * step
                self.canvas.rect(x0, tops[bottom], x1 - x0, tops[top] - tops[bottom])
                room = int((tops[top] - tops[bottom] - 2 * _PAD) / _LEAD + 0.01)
                for i, line in enumerate(left[r, c][:room]):
                    self.print(x0 + _PAD, tops[top] - _PAD - _SIZE - i * _LEAD, line)
                left[r, c] = left[r, c][room:]
            self.y = tops[last]
            if row < rows:
                self.turn()
        self.y -= 8


def _runs(line: str) -> Iterator[tuple[str, str]]:
    """Parts of a line with their fonts: the Chinese one has no ² and ·."""
    for part in re.findall(r"[\xa0-\xff]+|[^\xa0-\xff]+", line.replace("☑", "√")):
        yield part, "Helvetica" if "\xa0" <= part[0] <= "\xff" else "STSong-Light"


def _width(line: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(stringWidth(part, font, _SIZE) for part, font in _runs(line))


def _wrap(text: str, width: float) -> list[str]:
    """Lines that fit, broken as Chinese text is: anywhere but inside a number or Latin word, never before a stop."""
    lines, line = [], ""
    for token in re.findall(r"[!-~]+[，。；：、）》”％]*|.[，。；：、）》”％]*", text):
        if line and _width(line + token) > width:
            lines.append(line.rstrip())
            line = ""
        while _width(token) > width:
            fit = len(token) - 1
            while _width(token[:fit]) > width:
                fit -= 1
            lines.append(token[:fit])
            token = token[fit:]
        line += token
    return [*lines, line] if line.strip() else lines
