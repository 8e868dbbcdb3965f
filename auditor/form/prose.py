"""2 (chapters): paragraphs of a report -> fields, under the titles of their chapters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditor.form.draft import Draft, part
from auditor.layout import Vocabulary, title_key
from auditor.model import Field, Role, Text

_MARKS = (
    re.compile(r"第[一二三四五六七八九十]{1,3}(?:部分|章|节)[、.:\s]*"),
    re.compile(r"[一二三四五六七八九十]{1,3}[、.．]\s*"),
    re.compile(r"\([一二三四五六七八九十]{1,3}\)[、.．]?\s*"),
    re.compile(r"\d{1,2}(?:[、．]|\.(?!\d))\s*"),
    re.compile(r"\d{1,2}(?:\.\d{1,2}){1,2}[.、]?\s+(?=[一-鿿]{2})(?![万亿千]|平方|立方|公[里斤顷]|个)"),  # 1.3 绩效目标
    re.compile(r"\(\d{1,2}\)[、.．]?\s*"),
    re.compile(r"[①-⑳]\s*|\d{1,2}\)\s*"),
)  # from the outermost chapter mark to the innermost
_TITLE = re.compile(r"(?:20\d\d年度?)?[^\d,，。;；:%]{2,24}")
_TITLE_ENDS = re.compile(r"[。:]|\s|$")
_LABEL = re.compile(r"([^\s,，。;；:\d]{2,14}):")
_GOAL = re.compile(r"(?:^|(?<=[。;；:\s]))(?:年初|年度|总体|绩效|预期|整体|项目|设定|全年)*目标:")
# 年度目标为接待观众50万人次…。 among the sentences of another chapter: of that sentence
_AIMED = re.compile(
    r"(?:^|(?<=[。;\s]))(?:本|该|项目|单位|我[局院校馆站办委]|20\d\d年度?|年初|年度|全年|当年|总体|绩效|预期|整体|设定|确定|批复|主要|既定|的|,)*"
    r"目标(?:任务)?(?:[为是]:?|包括:?)(?=[^。;]*\d)"
)
_ON = re.compile(r"\s*(?:\(?\d{1,2}[.、)]|[①-⑳]|[二三四五六七八九]是)")
_DONE = re.compile(r"(?:实际|目标|全年|年度)*(?:完成|实现)(?:情况|结果)?:|实际情况:")
_CAPTION = re.compile(
    r"[^。;]{0,40}(?:单位:(?:人民币)?|^表[^。;]{0,30}\()(万元|亿元|千元|元)\)?\s*"
)  # of the table that follows
_UNIT = re.compile(r"\s*\(?(?:金额)?单位:(?:人民币)?(?:万元|亿元|千元|元)\)?\s*$")


def is_chapter(text: Text) -> bool:
    """Does the paragraph begin with the mark of a chapter (一、 or (一) or 第一部分)?"""
    return any(mark.match(text.clean.lstrip()) for mark in _MARKS[:3])


def rank_of(text: Text) -> int:
    """The rank of a chapter by the mark it begins with, 0 the outermost."""
    return next((i for i, mark in enumerate(_MARKS) if mark.match(text.clean.lstrip())), len(_MARKS))


def role_of(words: Vocabulary, title: str) -> Role | None:
    """The role that a chapter title gives to the figures below it; None where it says nothing."""
    known = words.chapters
    told = known["told"].search(title)
    if known["set"].search(title) or (not told and known["target"].search(title)):
        return "target"
    if told:
        return "result"
    return "plan" if known["plan"].search(title) else None


@dataclass
class Chapters:
    """Reads paragraphs into a draft; the titles that are open stay open until one of their rank or higher comes."""

    words: Vocabulary
    open: list[tuple[int, str]] = field(default_factory=list)

    def paragraph(self, draft: Draft, text: Text) -> None:
        at, rank = 0, -1
        clean = text.clean
        if caption := _CAPTION.fullmatch(clean):
            draft.block_unit = caption[1]
        if printed := _UNIT.search(clean):
            clean = clean[: printed.start()]  # 二、预算执行情况（单位：元）
        while found := self._mark(clean, at):
            rank, at = found
            self.open = [(r, t) for r, t in self.open if r < rank]
            self.open.append((rank, ""))
        title = self._title(clean, at) if rank >= 0 else ""
        if title:
            self.open[-1] = (rank, title)
            if not clean[at + len(title) :].strip(" 。:"):
                draft.label(text)
                return
        heads = tuple(t for _, t in self.open if t)
        self._told(draft, text, at, heads)

    def under(self, draft: Draft, titles: tuple[str, ...], text: Text) -> None:
        """A text beside its titles, in a table: 三、存在的问题 | 进度偏慢。"""
        bare = []
        for title in titles:
            at = 0
            while found := self._mark(title, at):
                at = found[1]
            bare.append(title[at:] or title)
        self._told(draft, text, 0, tuple(bare))

    def _mark(self, clean: str, at: int) -> tuple[int, int] | None:
        for rank, pattern in enumerate(_MARKS):
            if found := pattern.match(clean, at):
                return rank, found.end()
        return None

    def _title(self, clean: str, at: int) -> str:
        found = _TITLE.match(clean, at)
        if not found:
            return ""
        end = _TITLE_ENDS.search(clean, at)
        return clean[at : end.start()].strip() if end and end.start() <= found.end() else ""

    def _section(self, heads: tuple[str, ...]) -> str:
        for title in reversed(heads):
            known = self.words.sections.get(title_key(title), ())
            for section in ("issues", "improvements"):
                if self.words.chapters[section].search(title) or section in known:
                    return section
        return ""

    def _is_scope(self, heads: tuple[str, ...]) -> bool:
        """Whether the innermost title is of what a project is to do, and none speaks of what was done."""
        scope, done = self.words.chapters["scope"], self.words.chapters["done"]
        return bool(heads) and bool(scope.search(heads[-1])) and not any(done.search(t) for t in heads)

    def _told(self, draft: Draft, text: Text, at: int, heads: tuple[str, ...]) -> None:
        label = _LABEL.match(text.clean, at)
        if label and (section := self._section((label[1],))):
            draft.told(section, text, heads if heads[-1:] == (label[1],) else (*heads, label[1]))
            return
        if section := self._section(heads):
            draft.told(section, text, heads)
            return
        role: Role = next((r for t in reversed(heads) if (r := role_of(self.words, t))), "result")
        if label and (said := role_of(self.words, label[1])):
            role = said
        elif role == "result" and self._is_scope((*heads, label[1]) if label else heads):
            role = "plan"
        goal, done = _GOAL.search(text.clean, at), _DONE.search(text.clean, at)
        if goal and done and done.start() > goal.end():
            cuts = [0, goal.start(), done.start(), len(text.raw)]
            roles: list[Role] = [role, "target", "result"]
            for i, each in enumerate(roles):
                if piece := part(text, cuts[i], cuts[i + 1]):
                    draft.prose.append(Field(piece, "prose", each, heads))
            return
        if goal and not done and role != "target" and goal.start() > 0 and text.clean[goal.start() - 1] in "。;；":
            for piece, each in (
                (part(text, 0, goal.start()), role),
                (part(text, goal.start(), len(text.raw)), "target"),
            ):
                if piece:
                    draft.prose.append(Field(piece, "prose", each, heads))  # 资金…万元。绩效目标：造林0.8万亩
            return
        if role == "result" and (aimed := _AIMED.search(text.clean, at)):
            cuts = [0, aimed.start(), _sentence_end(text.clean, aimed.end()), len(text.raw)]
            spoken: tuple[Role, ...] = (role, "target", role)
            for i, each in enumerate(spoken):
                if piece := part(text, cuts[i], cuts[i + 1]):
                    draft.prose.append(Field(piece, "prose", each, heads))
            return
        draft.prose.append(Field(text, "prose", role, heads))


def _sentence_end(clean: str, at: int) -> int:
    """Where the sentence ends, with those that go on its list (。2.…)."""
    while True:
        end = clean.find("。", at)
        if end < 0 or not _ON.match(clean, end + 1):
            return len(clean) if end < 0 else end + 1
        at = end + 1
