"""2 (the head of a form): titles, years, units and labels with their values in one text."""

from __future__ import annotations

import re

from auditor.form.draft import Draft, part
from auditor.layout import Vocabulary, title_key
from auditor.model import Field, Text

_YEAR = re.compile(r"\(?20\d\d年度?\)?|\(?20[xX*]{2}年度?\)?")
_UNIT = re.compile(r"\(?(?:金额)?单位:?\(?(?:人民币)?(?:万元|亿元|千元|元)\)?")
_GRADE = re.compile(r"[“\"]?(?:优秀|良好|较好|合格|不合格|一般|较差|[优良中差])[”\"]?(?![^\s(,，;；。])")
_SCORE = re.compile(r"\d{1,3}(?:\.\d+)?\s*分?(?![^\s(,，;；。])")
_ANNEX = re.compile(r"附[件表][一二三四五六七八九十\d-]*:?|公开\d*表?")
_INLINE = re.compile(r"([^\s:，。；]{2,14}(?:\([^()]{1,8}\))?)\s*:\s*")
_SENTENCE = re.compile(r"[,，。;；:]")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]{1,3}(?:部分|章)|[(]?[一二三四五六七八九十]{1,3}[)、.]|\d{1,2}[、.]")
_AFTER_TITLE = re.compile(r"\([^()]*\)$")
_BEFORE_TITLE = re.compile(r"^(?:附[件表][一二三四五六七八九十\d-]*[:、.]?|#+)")


def kind_of_head(words: Vocabulary, text: Text) -> str:
    """What part of a form's head the text is: "form" or "report" (titles), "year", "unit", "annex", "inline", or ""."""
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
    labels = _labels(words, text)
    return "inline" if labels and not text.clean[: labels[0].start()].strip() else ""


def _labels(words: Vocabulary, text: Text) -> list[re.Match[str]]:
    known = (words.labels, words.grade_labels, words.totals)
    return [m for m in _INLINE.finditer(text.clean) if any(title_key(m[1]) in some for some in known)]


def put_head(draft: Draft, kind: str, text: Text) -> None:
    """A text of the form's head, of a kind that `kind_of_head` told, goes into the draft."""
    if kind == "inline":
        found = _labels(draft.words, text)
        for m, after in zip(found, [*(f.start() for f in found[1:]), len(text.raw)], strict=True):
            draft.label(part(text, m.start(), m.end()))
            _inline(draft, title_key(m[1]), part(text, m.start(1), m.end(1)).raw, part(text, m.end(), after))
        return
    if kind in ("form", "report"):
        draft.title = draft.title or text.raw.strip("# \t")
        draft.titles.append("".join(text.clean.split()))
        draft.kinds.add(kind)
    draft.head(text)


def _inline(draft: Draft, word: str, label: str, value: Text) -> None:
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
