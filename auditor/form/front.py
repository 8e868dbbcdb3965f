"""2 (the head of a form): titles, years, units and labels with their values in one text."""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest

from auditor.form.draft import Draft, part
from auditor.layout import Vocabulary, title_key
from auditor.model import Field, Text

_YEAR = re.compile(r"\(?20\d\d年度?\)?|\(?20[xX*]{2}年度?\)?")
_TITLED_YEAR = re.compile(r"20\d\d年")
_UNIT = re.compile(r"\(?(?:金额)?单位:?\(?(?:人民币)?(?:万元|亿元|千元|元)\)?")
_GRADE = re.compile(r"[“\"]?(?:优秀|良好|较好|合格|不合格|一般|较差|[优良中差])[”\"]?(?![^\s(,，;；。])")
_SCORE = re.compile(r"\d{1,3}(?:\.\d+)?\s*分?(?![^\s(,，;；。])")
_ANNEX = re.compile(r"附[件表][一二三四五六七八九十\d-]*:?|公开\d*表?")
_INLINE = re.compile(r"([^\s:，。；]{2,14}(?:\([^()]{1,8}\))?)\s*:\s*")
_SENTENCE = re.compile(r"[,，。;；:]")
_PIECE = re.compile(r"\S+")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]{1,3}(?:部分|章)|[(]?[一二三四五六七八九十]{1,3}[)、.]|\d{1,2}[、.]")
_AFTER_TITLE = re.compile(r"\([^()]*\)$")
_BEFORE_TITLE = re.compile(r"^(?:附[件表][一二三四五六七八九十\d-]*[:、.]?|#+)")


def kind_of_head(words: Vocabulary, text: Text) -> str:
    """What part of a form's head the text is: "form" or "report" (titles), "year", "unit", "annex", "inline", "spaced", or ""."""
    flat = "".join(text.clean.split())
    if not flat or len(flat) > 80:
        return ""
    for name, pattern in (("year", _YEAR), ("unit", _UNIT), ("annex", _ANNEX)):
        if pattern.fullmatch(flat):
            return name
    bare = _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", flat))
    if len(bare) <= 60 and not _SENTENCE.search(bare) and not _ORDINAL.match(bare):
        if bare.endswith(words.form_titles):
            return "form"
        if bare.endswith(words.report_titles):
            return "report"
    if _spaced(words, text):
        return "spaced"
    labels = _labels(words, text)
    return "inline" if labels and not text.clean[: labels[0].start()].strip() else ""


def _labels(words: Vocabulary, text: Text) -> list[re.Match[str]]:
    known = (words.labels, words.grade_labels, words.totals)
    found = list(_INLINE.finditer(text.clean))
    ends = (m.start() for m in found[1:])
    return [
        m
        for m, end in zip_longest(found, ends)
        if any(title_key(m[1]) in some for some in known) or _of_office(words, m[1], text.clean[m.end() : end])
    ]


def _of_office(words: Vocabulary, label: str, value: str) -> bool:
    """单位：白水镇人民政府 names the department, 单位：万元 does not."""
    return title_key(label) in words.office_labels and value.strip().endswith(words.offices)


def _spaced(words: Vocabulary, text: Text) -> list[tuple[int, int]]:
    """[begin, stop) of the labels of a line without colons, 项目名称 校舍维修 主管部门 教育局; none where it is no such line."""
    pieces = [m.span() for m in _PIECE.finditer(text.clean)]
    labels = [i for i, (a, b) in enumerate(pieces) if b - a > 2 and title_key(text.clean[a:b]) in words.labels]
    beside = any(b - a == 1 for a, b in pairwise([*labels, len(pieces)]))
    if not labels or labels[0] or beside or _SENTENCE.search(text.clean) or ":" in text.clean:
        return []
    return [pieces[i] for i in labels]


def put_head(draft: Draft, kind: str, text: Text) -> None:
    """A text of the form's head, of a kind that `kind_of_head` told, goes into the draft."""
    if kind == "inline":
        found = _labels(draft.words, text)
        for m, after in zip(found, [*(f.start() for f in found[1:]), len(text.raw)], strict=True):
            draft.label(part(text, m.start(), m.end()))
            _inline(draft, title_key(m[1]), part(text, m.start(1), m.end(1)).raw, part(text, m.end(), after))
        return
    if kind == "spaced":
        spans = _spaced(draft.words, text)
        for (begin, stop), after in zip(spans, [*(a for a, _ in spans[1:]), len(text.raw)], strict=True):
            label = part(text, begin, stop)
            draft.label(label)
            _inline(draft, title_key(label.raw), label.raw, part(text, stop, after))
        return
    if kind in ("form", "report"):
        if not draft.titles and _TITLED_YEAR.search(text.clean):
            draft.year = None  # 2022年度 | 2023年度 | 2024年度 above it are where else one may go on a page
        draft.title = draft.title or text.raw.strip("# \t")
        draft.titles.append("".join(text.clean.split()))
        draft.kinds.add(kind)
    draft.head(text)


def _inline(draft: Draft, word: str, label: str, value: Text) -> None:
    if word in draft.words.office_labels:
        draft.name("department", label, value)
        return
    if word in draft.words.labels:
        draft.name(draft.words.labels[word], label, value)
        return
    pattern = _GRADE if word in draft.words.grade_labels else _SCORE
    found = pattern.match(value.clean)
    at = found.end() if found else 0
    said = Field(part(value, 0, at), "indicators", "result", (label,), "" if pattern is _GRADE else "分")
    if found and pattern is _GRADE and draft.grade is None:
        draft.grade = said
    elif found and pattern is _SCORE and draft.total_score is None:
        draft.total_score = said
    else:
        at = 0
    draft.strayed(part(value, at, len(value.raw)), "criteria" if at else "unread", (label,))
