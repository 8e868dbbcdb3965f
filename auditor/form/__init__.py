"""Stage 2: Document -> Form. Tables are read by their heads (`auditor.grid`), paragraphs as head or chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.form.draft import FURNITURE, Draft, part
from auditor.form.flow import has_heads, rows, tokens
from auditor.form.grid import Grid
from auditor.form.heads import Region
from auditor.form.prose import Chapters
from auditor.layout import Vocabulary, title_key, vocabulary
from auditor.model import Cell, Document, Field, Form, Paragraph, Table, Text

_CHAPTER = re.compile(r"第[一二三四五六七八九十]{1,3}(?:部分|章)|[一二三四五六七八九十]{1,3}、")
_INLINE = re.compile(r"([^\s:，。；]{2,14})\s*:\s*")


def forms(document: Document, words: Vocabulary | None = None) -> tuple[Form, ...]:
    """The forms of a document, in its order; always at least one."""
    return tuple(draft.close() for draft in _read(document, words or vocabulary()))


def _read(document: Document, words: Vocabulary) -> list[Draft]:
    reader = _Reader(document, words)
    loose: list[Text] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            loose.append(block.text)
            continue
        reader.paragraphs(loose)
        loose = []
        reader.table(block)
    reader.paragraphs(loose)
    return reader.drafts


class _Reader:
    def __init__(self, document: Document, words: Vocabulary) -> None:
        self.document, self.words = document, words
        self.drafts = [Draft(document, words)]
        self.grid = Grid(self.draft, alone=self._head, inline=self._inline)
        self.chapters = Chapters(words)

    @property
    def draft(self) -> Draft:
        return self.drafts[-1]

    def table(self, table: Table) -> None:
        if table.spans_known:
            for row in table.rows:
                self._row(row, True)
            return
        flow: list[tuple[Text, bool]] = []
        for rows, ragged in _segments(table, self.words, self.grid.region):
            if ragged:
                for row in rows:
                    full = [c.text for c in row if c.text]
                    flow += [(text, i == 0) for i, text in enumerate(full)]
                continue
            self._flow(flow)
            flow = []
            for row in rows:
                self._row(row, False)
        self._flow(flow)

    def _row(self, cells: Sequence[Cell], exact: bool) -> None:
        full = [c for c in cells if c.text]
        if not (len(full) == 1 and self._head(full[0].text)):
            self.grid.row(cells, exact)

    def _flow(self, texts: Sequence[tuple[Text, bool]], loose: bool = False) -> None:
        """Texts whose rows are lost. loose: they are paragraphs unless they are heads, labels and data of a table."""
        for row in rows(self.words, tokens(self.words, texts)):
            if row.lost == "heads":
                for cell in row.cells:
                    self.draft.label(cell.text)
            elif row.lost:
                heads = (row.cells[0].text.clean,) if len(row.cells[0].text.raw) < 40 else ()
                for cell in row.cells:
                    self.draft.strayed(cell.text, row.lost, heads)
            elif loose and len(row.cells) == 1 and not self.grid.region:
                self._piece(row.cells[0].text)
            else:
                self._row(row.cells, True)

    def _piece(self, text: Text) -> None:
        """A cell on a line of its own that no heads claim."""
        if FURNITURE.fullmatch(text.clean):
            self.draft.label(text)
        elif len(text.raw) >= 40:
            self.paragraph(text)
        elif not self._head(text) and not self._opens(text):
            self.draft.strayed(text, "flattened")

    def paragraphs(self, texts: Sequence[Text]) -> None:
        """A run of paragraphs; where heads stand in it one after the other, it is a table with one cell a line, and
        where they stand in one paragraph, a form on one line."""
        run: list[Text] = []
        for text in texts:
            pieces = _pieces(text)
            if len(pieces) >= 8 and has_heads(self.words, tokens(self.words, [(p, False) for p in pieces])):
                self._run(run)
                run = []
                self._flow([(p, i == 0) for i, p in enumerate(pieces)])
            else:
                run.append(text)
        self._run(run)

    def _run(self, texts: Sequence[Text]) -> None:
        if len(texts) >= 6 and has_heads(self.words, tokens(self.words, [(t, True) for t in texts])):
            self._flow([(t, True) for t in texts], loose=True)
            return
        for text in texts:
            self.paragraph(text)

    def paragraph(self, text: Text) -> None:
        if not text:
            return
        if FURNITURE.fullmatch(text.clean):
            self.draft.label(text)
            return
        if self._head(text):
            return
        if self._opens(text):
            return
        if self.grid.section in ("issues", "improvements", "goals", "results", "remarks") and not _CHAPTER.match(text.clean):
            self.draft.told(self.grid.section, text, (self.grid.section_label,))
            return
        self.chapters.paragraph(self.draft, text)

    def _opens(self, text: Text) -> bool:
        """A section label alone: what follows belongs to it."""
        sections = self.words.sections.get(title_key(text.raw), ())
        if not sections or len(text.raw) >= 30:
            return False
        self.draft.label(text)
        self.grid.region = None
        self.grid.section, self.grid.section_label = sections[0], text.clean.strip()
        return True

    def _head(self, text: Text) -> bool:
        """Title, (2021年度), 单位：万元, 部门名称：某局 填报日期：…"""
        draft, words = self.draft, self.words
        clean = text.clean
        flat = "".join(clean.split())
        if len(flat) > 80:
            return False
        if re.fullmatch(r"\(?20\d\d年度?\)?", flat) or re.fullmatch(r"\(?(?:金额)?单位:?\(?(?:万元|元|亿元|千元)\)?", flat):
            draft.head(text)
            return True
        if re.fullmatch(r"附件[一二三四五六七八九十\d]*[:]?|附表[一二三四五六七八九十\d-]*:?|公开\d*表", flat):
            draft.head(text)
            return True
        bare = re.sub(r"\([^()]*\)$", "", flat)
        if len(bare) <= 60 and (bare.endswith(words.form_titles) or bare.endswith(words.report_titles)) and not re.search(r"[,，。;；:]", bare):
            if draft.filled and bare.endswith(words.form_titles):
                self.drafts.append(Draft(self.document, words, part=len(self.drafts)))
                self.grid = Grid(self.draft, alone=self._head, inline=self._inline)
                draft = self.draft
            draft.title = draft.title or text.raw.strip("# \t")
            draft.titles.append(flat)
            draft.head(text)
            return True
        return self._inline(text)

    def _inline(self, text: Text) -> bool:
        """Labels and values in one text: 单位名称：… 填报日期：…"""
        found = [m for m in _INLINE.finditer(text.clean) if title_key(m[1]) in self.words.labels]
        if not found or text.clean[: found[0].start()].strip():
            return False
        for m, after in zip(found, [*(f.start() for f in found[1:]), len(text.raw)], strict=True):
            self.draft.label(part(text, m.start(), m.end()))
            name = part(text, m.start(1), m.end(1)).raw
            self.draft.name(self.words.labels[title_key(m[1])], name, part(text, m.end(), after))
        return True


def _pieces(text: Text) -> list[Text]:
    return [part(text, m.start(), m.end()) for m in re.finditer(r"\S+", text.raw)]


def _segments(table: Table, words: Vocabulary, region: Region | None) -> Iterator[tuple[list[tuple[Cell, ...]], bool]]:
    """The rows of a text table by the heads they stand under, and whether they lost their columns: read once on trial,
    the cells of some rows do not fit their heads, or heads open nothing."""
    trial = Grid(Draft(Document("", "", "text", ()), words), region)
    said = [trial.row(row, False) for row in table.rows]
    begin = 0
    for i in range(1, len(said) + 1):
        opens = i < len(said) and said[i] in ("heads", "orphan") and said[i - 1] not in ("heads", "orphan")
        if i < len(said) and not opens:
            continue
        some = said[begin:i]
        odd = some.count("odd")
        yield list(table.rows[begin:i]), "orphan" in some or odd * 6 > some.count("data") + odd
        begin = i
