"""Stage 2: Document -> Form. Tables are read by their heads (`auditor.grid`), paragraphs as head or chapters."""

from __future__ import annotations

import re

from auditor.form.draft import Draft, part
from auditor.form.grid import Grid
from auditor.layout import Vocabulary, title_key, vocabulary
from auditor.model import Document, Field, Form, Paragraph, Table, Text

_FURNITURE = re.compile(r"[\s.…·\-—–_=＿*\[\]（）()]*|\[\.\.\.\].*|第\s*\d+\s*页.*|-?\s*\d+\s*-?页?")
_INLINE = re.compile(r"([^\s:，。；]{2,14})\s*:\s*")


def forms(document: Document, words: Vocabulary | None = None) -> tuple[Form, ...]:
    """The forms of a document, in its order; always at least one."""
    return tuple(draft.close() for draft in _read(document, words or vocabulary()))


def _read(document: Document, words: Vocabulary) -> list[Draft]:
    reader = _Reader(document, words)
    for block in document.blocks:
        if isinstance(block, Table):
            reader.table(block)
        else:
            reader.paragraph(block)
    return reader.drafts


class _Reader:
    def __init__(self, document: Document, words: Vocabulary) -> None:
        self.document, self.words = document, words
        self.drafts = [Draft(document, words)]
        self.grid = Grid(self.draft)

    @property
    def draft(self) -> Draft:
        return self.drafts[-1]

    def table(self, table: Table) -> None:
        for row in table.rows:
            full = [c for c in row if c.text]
            if len(full) == 1 and self._head(full[0].text):
                continue
            self.grid.row(row, table.spans_known)

    def paragraph(self, block: Paragraph) -> None:
        text = block.text
        if not text:
            return
        if _FURNITURE.fullmatch(text.clean):
            self.draft.label(text)
            return
        if self._head(text):
            return
        word = title_key(text.raw)
        sections = self.words.sections.get(word, ())
        if sections and len(text.raw) < 30:
            self.draft.label(text)
            self.grid.region = None
            self.grid.section, self.grid.section_label = sections[0], text.clean.strip()
            return
        if self.grid.section in ("issues", "improvements", "goals", "results", "remarks"):
            self.draft.told(self.grid.section, text, (self.grid.section_label,))
            return
        self.draft.prose.append(Field(text, "prose", "result"))

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
                self.grid = Grid(self.draft)
                draft = self.draft
            draft.title = draft.title or text.raw.strip()
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
            label = part(text, m.start(1), m.end(1))
            self.draft.label(label)
            self.draft.name(self.words.labels[title_key(m[1])], label.raw, part(text, m.end(), after))
        return True
