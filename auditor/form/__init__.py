"""Stage 2: Document -> Form. Tables are read by their heads, paragraphs as head or chapters, nothing by position.

    tables ─▶ rows that lost their columns get them back (flow) ─▶ grid: heads open regions, rows fill the draft
    paragraphs ─▶ head of the form (front), chapters (prose)

Vocabulary and layouts are data: rules/layouts.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from auditor.form.data import told_inline, told_line
from auditor.form.draft import FURNITURE, Draft, part
from auditor.form.flow import Row, has_heads, rows, tokens
from auditor.form.front import kind_of_head, put_head
from auditor.form.glued import flattened, glued
from auditor.form.grid import Grid, segments
from auditor.form.halved import whole_heads
from auditor.form.heads import Region
from auditor.form.pairs import open_section
from auditor.form.plain import is_caption, parts, read_plain
from auditor.form.prose import Chapters, is_chapter, rank_of
from auditor.form.turned import upright
from auditor.layout import Vocabulary, is_unit, key, title_key, vocabulary
from auditor.model import Cell, Document, Form, Paragraph, Table, Text

__all__ = ["forms"]

_CELLS = re.compile(r"\S+")
_SPACED = re.compile(r"\S+(?:[ \xa0]\S+)*")  # cells set off by two blanks or a wide one
_APART = 4  # heads on one line
_BRACKETED = re.compile(r"\([^()]{1,12}\)")
_FIGURE = re.compile(r"[≥≤=><≧≦约]*\d[\d,]*(?:\.\d+)?(?:%|\D{0,6})")
_DIGITS = re.compile(r"[≥≤=><≧≦约]*\d[\d,]*(?:\.\d+)?")
_SENTENCE = re.compile(r"[,，。;；:]")
_CAPTION = re.compile(r"\s*(?:附|续)?表\s*[\d一二三四五六七八九十-]{0,4}[:、.\s][^。]{2,40}$")  # 表1 支出情况(万元)
_NOTE = re.compile(r".{20}。|^\s*(?:备?注|(?:情况|补充|填[表报])?说明)\d?\s*[:.、].{8}", re.S)
_OPENED = frozenset(("issues", "improvements", "goals", "results", "remarks"))
_OF_YEAR = re.compile(r"20\d\d\s*年度?\s*$")
_MONEY = re.compile(r"\((?:万元|亿元|千元|元)\)")  # below 项目资金, on a line of its own
_PAGE = re.compile(r"\d{1,3}")
_CELL = re.compile(r"[≥≤=><≧≦约]*\d[\d,]*(?:\.\d+)?(?:[%‰分]|万?元)?")  # on a line of its own: of a row that came apart
_FEW = 8  # texts on one line that may be a whole form


def forms(document: Document, words: Vocabulary | None = None) -> tuple[Form, ...]:
    """The forms of a document, in its order; always at least one. Time is linear in the document."""
    return tuple(draft.close() for draft in drafts(document, words or vocabulary()))


def _with_annexes(found: list[Draft]) -> list[Draft]:
    """The drafts of the forms; tables with a title of their own (附件2 分乡镇情况表) behind the only form of a file are its
    annexes, and what they tell belongs to it."""
    own, others = found[:1], [draft for draft in found[1:] if draft.told_something]
    if others:
        return found
    for annex in found[1:]:
        own[0].annex(annex)
    return own


def drafts(document: Document, words: Vocabulary) -> list[Draft]:
    """The forms before they are closed: their `labels` are the texts that became heads and labels."""
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
    return _with_annexes(reader.drafts)


def _single(text: Text, joined: bool = True) -> list[Text]:
    """The pieces between blanks; 12 栋 is one, if units have no column of their own."""
    found: list[list[int]] = []
    for m in _CELLS.finditer(text.clean):
        if joined and found and _DIGITS.fullmatch(text.clean, *found[-1]) and is_unit(m[0]):
            found[-1][1] = m.end()
        else:
            found.append([m.start(), m.end()])
    return [part(text, a, b) for a, b in found]


def _row_of_figures(text: Text) -> bool:
    """Is a line the row of a table whose heads were not known, 新建厂房 1800平方米 1860平方米 10 10? It is no sentence."""
    pieces = [m[0] for m in _CELLS.finditer(text.clean)]
    if len(pieces) < _APART and text.raw.count(",") >= _APART - 1 and not set(text.raw) & set("，。；、"):
        pieces = [p.strip(' "') for p in text.clean.split(",")]
    return (
        len(pieces) >= _APART
        and sum(bool(_FIGURE.fullmatch(p)) for p in pieces) > 1
        and not any(_spoken(p) for p in pieces)
    )


def _spoken(piece: str) -> bool:
    """Is it a part of a sentence? 1,286.40 is none."""
    return _SENTENCE.search(piece) is not None and not _FIGURE.fullmatch(piece)


def _apart(text: Text) -> list[Text]:
    return [part(text, m.start(), m.end()) for m in _SPACED.finditer(text.raw)]


class _Reader:
    def __init__(self, document: Document, words: Vocabulary) -> None:
        self.document, self.words = document, words
        self.drafts: list[Draft] = []
        self.shape: tuple[int, str | None] = (0, None)  # of the last table
        self.between = False  # does a text stand between it and the next?
        self.below = False  # was a table the last that was read?
        self.caption: Text | None = None  # the last text between, if it may be the caption of a table
        self.scope: int | None = None  # rank of the chapter whose title prints a unit
        self._begin()

    def _begin(self) -> None:
        self.draft = Draft(self.document, self.words, part=len(self.drafts))
        self.drafts.append(self.draft)
        self.chapters = Chapters(self.words)
        self.grid = Grid(self.draft)

    # --- tables -------------------------------------------------------------------------------------------------

    def table(self, table: Table) -> None:
        announced, caption = self.between, self.caption
        self._continued(table)
        self.caption, self.below = None, True
        table = upright(whole_heads(table, self.words), self.words)
        for part_of in parts(table, self.grid.state, announced):
            if part_of.kind == "plain":
                read_plain(self.grid.state, part_of, self.words.unit(caption.raw) if caption else "")
            elif part_of.kind == "caption":
                caption = next(c.text for row in part_of.rows for c in row if c.text)
                self._begins(caption)
                continue
            else:
                self._rows_of(Table(part_of.rows, table.spans_known))
            caption = None

    def _begins(self, caption: Text) -> None:
        """The caption of another table: the one before is over."""
        state = self.grid.state
        state.region, state.section = None, ""
        self.draft.label(caption)
        if unit := self.words.unit(caption.raw):
            self.draft.block_unit = self.draft.scope_unit = unit if unit.endswith("元") else ""

    def _rows_of(self, table: Table) -> None:
        lost: list[tuple[Text, bool]] = []
        for some, how in segments(table, self.words, self.grid.state):
            if how == "ragged":
                for row in some:
                    lost += [(text, i == 0) for i, text in enumerate(c.text for c in row if c.text)]
                continue
            self._flow(lost, self.grid.state.region)
            lost = []
            for row in some:
                if how == "odd":
                    for cell in row:
                        self.draft.strayed(cell.text, "ambiguous")
                else:
                    self._row(row, table.spans_known)
        self._flow(lost, self.grid.state.region)

    def _continued(self, table: Table) -> None:
        """A region goes on in the next table only over a page break: same sheet, as wide, with no text between."""
        cells = [c for row in table.rows for c in row[-1:]]
        shape = (max((c.column + c.colspan for c in cells), default=0), cells[0].text.place.sheet if cells else None)
        if table.spans_known and (self.between or shape != self.shape):
            self.grid.state.region = None
        region = self.grid.state.region
        if region is not None and self.between and region.kind == "indicators" and not table.spans_known:
            ends = [c.start for c in region.columns if c.role in ("target", "result")]
            if ends and min(ends) >= shape[0]:
                self.grid.state.region = None  # too narrow to be more of it
        self.shape, self.between = shape, False

    def _row(self, cells: Sequence[Cell], exact: bool) -> None:
        full = [c for c in cells if c.text]
        if len(full) == 1 and (self._head(full[0].text) or self._chapter(full[0].text) or self._note(full[0])):
            return
        self.grid.row(cells, exact, self._head, self._under)

    def _chapter(self, text: Text) -> bool:
        """A row of one text that is a paragraph: a chapter title, or a sentence outside a table."""
        state = self.grid.state
        word = title_key(text.raw)
        inside = state.region is not None and state.region.kind in ("indicators", "tasks")
        if inside and (word in self.words.level1 or word in self.words.level2):
            return False
        prose = self.chapters.open and not self.words.known(word) and not state.section
        if is_chapter(text) or (not state.region and (prose or (not state.section and len(text.raw) > 40))):
            self.paragraph(text)
            return True
        return False

    def _note(self, cell: Cell) -> bool:
        """A sentence alone in its row, from the first column on, below indicators or a list: what is said about the table."""
        region = self.grid.state.region
        if (region is not None and region.kind != "indicators") or cell.column or not _NOTE.search(cell.text.clean):
            return False
        self.paragraph(cell.text)
        return True

    def _under(self, titles: tuple[str, ...], text: Text) -> None:
        self.chapters.under(self.draft, titles, text)

    def _flow(self, texts: Sequence[tuple[Text, bool]], region: Region | None = None, loose: bool = False) -> None:
        """Texts whose rows are lost. region: its heads stand above them. loose: one on a line, and some of them may be
        paragraphs."""
        self._rows(rows(self.words, tokens(self.words, texts), region), loose)

    def _rows(self, found: Iterable[Row], loose: bool = False) -> None:
        for row in found:
            if row.lost == "heads":
                for cell in row.cells:
                    self.draft.label(cell.text)
            elif row.lost:
                heads = (row.cells[0].text.clean,) if len(row.cells[0].text.raw) < 40 else ()
                for cell in row.cells:
                    self.draft.strayed(cell.text, row.lost, heads)
            elif loose and len(row.cells) == 1 and not self.grid.state.region:
                self._piece(row.cells[0].text)
            else:
                self._row(row.cells, True)

    # --- paragraphs ---------------------------------------------------------------------------------------------

    def paragraphs(self, texts: Sequence[Text]) -> None:
        """A run of paragraphs; where heads stand in it one after the other, it is a table with one cell a line, and
        where they stand in one paragraph, a form on one line."""
        run: list[Text] = []
        spaced = 0  # lines already read as rows
        for i, text in enumerate(texts):
            if spaced:
                spaced -= 1
                continue
            if lines := self._spaced(texts, i):
                self._run(run)
                run, spaced = [], len(lines) - 1
                self._flow([(piece, not k) for line in lines for k, piece in enumerate(line)])
                continue
            cells = [m.span() for m in _CELLS.finditer(text.raw)]
            pieces = [part(text, *span) for span in cells] if len(cells) >= _FEW else []
            if pieces and has_heads(self.words, tokens(self.words, [(p, False) for p in pieces])):
                self._run(run)
                run = []
                self._flow([(p, i == 0) for i, p in enumerate(pieces)])
            elif (found := glued(self.words, text)) is not None:
                self._run(run)
                run = []
                self._rows(found)
            else:
                run.append(text)
        self._run(run)

    def _spaced(self, texts: Sequence[Text], at: int) -> list[list[Text]]:
        """The lines from `at` on whose cells are set off by runs of blanks, heads in the first of them; or by single
        blanks, where that line is nothing but heads."""
        if len(texts[at].clean.split()) < _APART:
            return []
        cut: Callable[[Text], list[Text]] = _apart
        heads = cut(texts[at])
        single = len(heads) < _APART
        if single:
            heads = _single(texts[at])
            if not all(self.words.known(key(p.raw)) or _BRACKETED.fullmatch(p.clean) for p in heads):
                return []
            units = any("unit" in self.words.heads.get(key(m[0]), ()) for t in texts[at:] for m in _CELLS.finditer(t.clean))
            cut = partial(_single, joined=not units)
        if len(heads) < _APART or not has_heads(
            self.words, tokens(self.words, [(p, not k) for k, p in enumerate(heads)])
        ):
            return []
        lines = [heads]
        for text in texts[at + 1 :]:
            line = cut(text)
            if self._goals(lines[-1]) and len(line) > 1:
                lines.append(line)
                continue
            told = single and sum(_spoken(p.clean) for p in line) > 1
            if (len(line) < 2 and not FURNITURE.fullmatch(text.clean)) or is_chapter(text) or told:
                break
            lines.append(line)
        return lines if len(lines) > 2 else []

    def _goals(self, heads: Sequence[Text]) -> bool:
        """Heads of goals and results: what stands below them may look like a chapter, 一、… in one cell, 一、… in the next."""
        roles = {r for p in heads if len(p.raw) < 20 for r in self.words.heads.get(key(p.raw), ())}
        return {"goal", "goal_result"} <= roles

    def _run(self, texts: Sequence[Text]) -> None:
        if len(texts) >= _FEW and has_heads(self.words, tokens(self.words, [(t, True) for t in texts])):
            self._flow([(t, True) for t in texts], loose=True)
            return
        for text in texts:
            self.paragraph(text)

    def _piece(self, text: Text) -> None:
        """A cell on a line of its own that no heads claim."""
        if FURNITURE.fullmatch(text.clean):
            self.draft.label(text)
        elif len(text.raw) >= 40 or self._titles(text):
            self.paragraph(text)
        elif self._head(text) or self._opens(text, alone=True) or self._tells(text):
            return
        elif is_caption(self.words, text):
            self._begins(text)
        else:
            self.draft.strayed(text, "flattened")

    def paragraph(self, text: Text) -> None:
        """Head of a form, section label, text below one, or a paragraph of a chapter."""
        if not text:
            return
        state = self.grid.state
        if self.below and _PAGE.fullmatch(text.clean.strip()):
            self.draft.label(text)
            return
        self.below = False
        if not FURNITURE.fullmatch(text.clean):
            self.between = True
            self.caption = text if is_caption(self.words, text) else None
            if self.caption is not None and not is_chapter(text) and not kind_of_head(self.words, text):
                state.region = None
        if _CAPTION.match(text.clean) and (unit := self.words.unit(text.raw)):
            self.draft.block_unit = unit
        if _MONEY.fullmatch(text.clean.strip()):
            self.draft.block_unit = self.words.unit(text.raw)
            self.draft.label(text)
        elif FURNITURE.fullmatch(text.clean):
            self.draft.label(text)
        elif flattened(self.words, text) or _row_of_figures(text) or _CELL.fullmatch(text.clean.strip()):
            self.draft.strayed(text, "flattened")
        elif is_chapter(text):
            state.region, state.section = None, ""
            self._scope(text)
            self.chapters.paragraph(self.draft, text)
        elif told_line(state, text) or self._head(text) or self._opens(text) or (self.draft.amounts and told_inline(state, text)):
            return
        elif state.section in _OPENED:
            self.draft.told(state.section, text, (state.section_label,))
        else:
            self.chapters.paragraph(self.draft, text)

    def _scope(self, title: Text) -> None:
        """The unit in the title of a chapter, 二、资金情况（万元）, holds to the next title of its rank."""
        if len(title.raw) > 40 or _SENTENCE.search(_BRACKETED.sub("", title.clean)):
            return
        unit, rank = self.words.unit(title.raw), rank_of(title)
        if unit or (self.scope is not None and rank <= self.scope):
            self.draft.block_unit = self.draft.scope_unit = unit if unit.endswith("元") else ""
            self.scope = rank if unit else None

    def _titles(self, text: Text) -> bool:
        """The title of a chapter, without figures: no goal or result that is numbered (一、新建公路12公里)."""
        bare = _OF_YEAR.sub("", _BRACKETED.sub("", text.clean))
        return is_chapter(text) and not _SENTENCE.search(bare) and not any(ch.isdigit() for ch in bare)

    def _tells(self, text: Text) -> bool:
        """A sentence below the label of a section; a word or a figure may be of something else."""
        state = self.grid.state
        if state.section not in _OPENED or len(text.raw) < 12 or not _SENTENCE.search(text.clean):
            return False
        self.draft.told(state.section, text, (state.section_label,))
        return True

    def _opens(self, text: Text, alone: bool = False) -> bool:
        """A section label alone: what follows belongs to it. alone: among cells on lines of their own, where a part of
        it tells enough."""
        word = title_key(text.raw)
        like = self.words.like(word) if alone else ""
        sections = self.words.sections.get(word, ()) or ((like,) if like else ())
        if not sections or len(text.raw) >= 30:
            return False
        self.draft.label(text)
        self.grid.state.region = None
        open_section(self.grid.state, sections[0], text)
        return True

    def _head(self, text: Text) -> bool:
        """Title, (2021年度), 单位：万元, 部门名称：某局 填报日期：… The title of a second form begins one."""
        kind = kind_of_head(self.words, text) or self._untold_title(text)
        if not kind and not self._above_title(text):
            return False
        if kind == "form" and self.draft.filled:
            if not self.draft.rows and self._of_a_part(text):
                self._begins(text)
                return True
            self._begin()
        put_head(self.draft, kind, text)
        return True

    def _of_a_part(self, text: Text) -> bool:
        """绩效指标表, below the funds and goals of a form: the title of its next table, which names no form."""
        flat = "".join(text.clean.split())
        return self.words.captions["parts"].fullmatch(flat) is not None

    def _untold_title(self, text: Text) -> str:
        """The first text of a form that speaks of evaluation is its title, whatever it ends with."""
        flat = "".join(text.clean.split())
        fits = 8 <= len(flat) <= 40 and "绩效" in flat and ("自评" in flat or "评价" in flat)
        return "form" if fits and not self.draft.begun and not _SENTENCE.search(flat) and not is_chapter(text) else ""

    def _above_title(self, text: Text) -> bool:
        """The name of the department on a line above the title."""
        draft = self.draft
        name = _OF_YEAR.sub("", text.raw)
        if draft.titles or draft.begun or draft.part or len(name) > 30 or not name.endswith(self.words.offices):
            return False
        draft.department = draft.department or name
        return True
