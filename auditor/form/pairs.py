"""2 (labels and values): 部门名称 | 某局 | 填报日期 | …, the funds block in pairs, 总分 | 100 | 96 | 优."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from auditor.form.data import row_name, tasks_total, told_inline
from auditor.form.draft import FURNITURE, part, plain
from auditor.form.heads import Region
from auditor.form.state import AMONG, AMOUNT, ORDINAL, POINTS, State
from auditor.layout import Vocabulary, is_total, key, title_key
from auditor.model import Cell, Field, Text

_NUMBER = re.compile(r"[≥≤=><]?\d[\d,]*(?:\.\d+)?\s*(?:分|%)?")
_COUNT = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:%|[^\W\d]{0,3})")
_PLAIN = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:%|万元|元)?")
_FIGURE_FIRST = re.compile(r"\s*[≥≤=><]?\d[\d,.]*(?!\d*年)\D?")
_SAID = re.compile(r"[\d一二三四五六七八九十百无—–/*-]")  # in a text that may be an amount
_TOLD = frozenset(("goals", "results", "issues", "improvements", "remarks"))
_GRADE = re.compile(r"([^\s:]{2,10}):\s*(\S{1,4})")
Label = tuple[str, str, Cell]  # kind, canonical name, cell


def pairs(
    state: State,
    cells: Sequence[Cell],
    alone: Callable[[Text], bool],
    under: Callable[[tuple[str, ...], Text], None] | None = None,
) -> None:
    """Labels and values in turn; a label without a value has the blank cell beside it.

    alone: takes a text that has no label (a title, a year), and says whether it did. under: takes a text below titles.
    """
    full = [c for c in cells if c.text]
    if under is not None and _titled(state, full):
        for c in full[:-1]:
            state.draft.label(c.text)
        under(tuple(plain(c.text) for c in full[:-1]), full[-1].text)
        return
    if labels_a_sentence(state, full):
        state.draft.label(full[0].text)
        state.draft.told("remarks", full[1].text, (plain(full[0].text),))
        return
    if _counts(state, full):
        _counted(state, full)
        return
    if _untold(state, full):
        for c in full:
            if label_kind(state, c, len(full))[0]:
                state.draft.label(c.text)
            else:
                state.draft.strayed(c.text, "unread", (state.section_label,) if state.section_label else ())
        return
    if (told := _goal_and_result(state, full)) is not None:
        for c in full[:-2]:
            open_section(state, "goals", c.text)
            state.draft.label(c.text)
        for name, cell in zip(("goals", "results"), told, strict=True):
            state.draft.told(name, cell.text, (state.section_label,))
        return
    unnamed = _unnamed(state, full)
    sided = _sided(state, full)
    rated = _rated(state, full)
    crowded = _crowded(state, full)
    waiting: Label | None = None
    answered, state.beside = False, None
    blank: Text | None = None
    for cell in cells:
        if not cell.text:
            blank = blank or cell.text
            continue
        kind, name = label_kind(state, cell, len(full))
        if not kind and answered and cell in unnamed:
            kind, name = "label", "other"
        if id(cell) in sided:
            kind, name = "row", sided[id(cell)]
        elif id(cell) in rated:
            kind, name = "term", rated[id(cell)]
        if kind:
            if waiting and not answered:
                _value(state, waiting, blank)
            waiting, answered, blank = (kind, name, cell), False, None
            state.draft.label(cell.text)
            if kind == "section":
                open_section(state, name, cell.text)
        elif waiting:
            if id(waiting[2]) in crowded:
                state.draft.strayed(cell.text, "unread", (plain(waiting[2].text),))
            else:
                _value(state, waiting, cell.text)
            answered = True
        elif state.section in _TOLD:
            state.draft.told(state.section, cell.text, (state.section_label,))
        elif state.draft.told_both(cell.text):
            pass
        elif not alone(cell.text) and not (state.draft.amounts and told_inline(state, cell.text)):
            state.draft.strayed(cell.text, "unread")
    if waiting and not answered:
        _value(state, waiting, blank)


_MARKED = re.compile(r"\s*(?:\d{1,2}[.、)]|目标\s*[一二三四五六七八九十\d]{0,2}\s*:|(?:预期|年初)?目标:)")
_ANSWERED = re.compile(
    r"\s*(?:目标)?(?:实际)?(?:完成|实现)(?:情况|结果)?\s*[一二三四五六七八九十\d]{0,2}\s*:|\s*实际(?:情况)?:"
)


def _goal_and_result(state: State, full: list[Cell]) -> list[Cell] | None:
    """年度目标 | 目标1：… | 完成情况1：…, below no heads: each text says itself what it is."""
    if len(full) < 2 or not _MARKED.match(full[-2].text.clean) or not _ANSWERED.match(full[-1].text.clean):
        return None
    labelled = len(full) == 3 and label_kind(state, full[0]) == ("section", "goals")
    return full[-2:] if labelled or (len(full) == 2 and state.section == "goals") else None


def _untold(state: State, full: list[Cell]) -> bool:
    """Does a row below the label of goals, results or remarks hold a table's cells, short words and figures, and not the
    text that the label announces? Heads nobody knows stand above it."""
    first = label_kind(state, full[0], len(full)) if full else ("", "")
    if first[0] == "section":
        inside, rest = first[1] in _TOLD, full[1:]
    else:
        inside, rest = state.section in _TOLD and not first[0], full
    if not inside or any(label_kind(state, c, len(full))[0] == "label" for c in rest):
        return False
    if len(rest) == 2 and (first[1] if first[0] else state.section) == "goals":
        return not _ANSWERED.match(rest[1].text.clean)  # goal and result, or two goals?
    return len(rest) > 2 and sum(len(c.text.raw) < 12 for c in rest) * 2 > len(rest)


def label_kind(state: State, cell: Cell, texts: int = 0) -> tuple[str, str]:
    """What a text is a label of: ("section" | "term" | "grade" | "total" | "label" | "row", its name), or ("", "").

    texts: how many texts its row has; beside one value, a label is known by a part of it (未完成原因说明及…).
    """
    words, raw = state.words, cell.text.raw
    if len(raw) > 40:
        return "", ""
    word = title_key(raw)
    if word in words.sections:
        return "section", words.sections[word][0]
    if word in words.terms:
        return "term", words.terms[word]
    if word in words.grade_labels:
        return "grade", word
    if word in words.totals and word not in words.rows:
        return "total", word
    if word in words.labels:
        return "label", words.labels[word]
    row = words.rows.get(key(AMONG.sub("", cell.text.clean)))
    if row and (AMONG.match(cell.text.clean) or state.section == "funds"):
        return "row", row
    if texts == 2 and (told := told_under(words, word)):
        return "section", told
    like = words.like(word) if texts and texts <= 2 else ""
    return ("section", like) if like else ("", "")


def _counts(state: State, full: list[Cell]) -> bool:
    """教职工（人） | 3058 | 其中：专任教师 | 2874: names that no list has, each with its figure. At least two, or one that
    gives its unit; the names of the funds block have their own places."""
    names, figures = full[::2], full[1::2]
    if len(full) % 2 or not full or state.section in (*_TOLD, "funds"):
        return False
    if not all(_COUNT.fullmatch("".join(c.text.clean.split())) for c in figures):
        return False
    if any(key(AMONG.sub("", c.text.clean)) in state.words.rows for c in names):
        return False
    if any(label_kind(state, c)[0] not in ("", "label") or len(c.text.raw) > 24 for c in names):
        return False
    if all(label_kind(state, c)[0] for c in names) or any(_FIGURE_FIRST.match(c.text.clean) for c in names):
        return False
    return len(names) > 1 or bool(state.words.unit(names[0].text.raw))


def _counted(state: State, full: list[Cell]) -> None:
    """Each figure is a claim of the text under its name; a name without a unit has that of the one before it."""
    unit = ""
    for name, figure in zip(full[::2], full[1::2], strict=True):
        unit = state.words.unit(name.text.raw) or unit
        state.draft.label(name.text)
        said = "" if figure.text.clean.strip().endswith("%") or plain(name.text).endswith("率") else unit
        state.draft.prose.append(Field(figure.text, "prose", "result", (plain(name.text),), said))


def labels_a_sentence(state: State, full: list[Cell]) -> bool:
    """支出情况 | 截至12月底支出357.96万元，执行率97.27%: a short label that no list has, and what it says in a sentence."""
    if len(full) != 2 or state.section in _TOLD or any(label_kind(state, c, 2)[0] for c in full):
        return False
    label, said = full[0].text.clean.strip(), full[1].text.clean
    short = 2 <= len(label) <= 12 and not any(ch.isdigit() or ch in ":,。;" for ch in label)
    return short and len(said) >= 12 and any(ch in ",。;" for ch in said) and any(ch.isdigit() for ch in said)


def told_under(words: Vocabulary, word: str) -> str:
    """The head of a column of goals or results that stands before its text instead: 年度工作目标 | 1.改造…"""
    roles = words.heads.get(word, ())
    if "goal_result" in roles and word[-2:] in ("情况", "综述", "效果"):
        return "results"
    return "goals" if "goal" in roles and word.endswith("目标") else ""


def _titled(state: State, full: list[Cell]) -> bool:
    """一、部门基本情况 | （一）收支情况 | a paragraph: titles that no list has, then a text below them."""
    if len(full) not in (2, 3) or len(full[-1].text.raw) < 8 or any(label_kind(state, c)[0] for c in full[1:]):
        return False
    titles = [title_key(c.text.raw) for c in full[:-1]]
    marked = any(ORDINAL.match(c.text.clean) for c in full[:-1])
    short = all(len(t) <= 24 and not any(ch.isdigit() for ch in t) for t in titles)
    return short and marked and not state.words.like(titles[0])


def _sided(state: State, full: list[Cell]) -> dict[int, str]:
    """一般公共预算 | 800 | 基本支出 | 500: rows of the funds block with a figure each, by the id of the label."""
    if len(full) % 2 or not all(AMOUNT.fullmatch("".join(c.text.clean.split())) for c in full[1::2]):
        return {}
    names = [state.words.rows.get(key(AMONG.sub("", c.text.clean))) for c in full[::2]]
    if len(names) < 2 or not all(names):
        return {}
    return {id(c): name for c, name in zip(full[::2], names, strict=True) if name}


def _rated(state: State, full: list[Cell]) -> dict[int, str]:
    """预算执行率 | 97.20% | 预算调整率 | 3.65%: what may also name a block of the form is a figure's label right before
    one, in a row of labels and figures; by the id of the label."""
    if len(full) < 4 or len(full) % 2 or not all(_PLAIN.fullmatch("".join(c.text.clean.split())) for c in full[1::2]):
        return {}
    terms = ((c, state.words.terms.get(title_key(c.text.raw))) for c in full[::2])
    return {id(c): name for c, name in terms if name}


def _crowded(state: State, full: list[Cell]) -> set[int]:
    """Labels of a figure that stand before several, by id: 分值 | 40 | 30 | 20 says of none what it is of."""
    out: set[int] = set()
    label, count = None, 0
    for cell in full:
        if label_kind(state, cell)[0]:
            label, count = (cell if label_kind(state, cell)[0] in ("row", "term") else None), 0
            continue
        count += 1
        if label is not None and count > 1 and AMOUNT.fullmatch("".join(cell.text.clean.split())):
            out.add(id(label))
    return out


def _unnamed(state: State, full: list[Cell]) -> list[Cell]:
    """Labels that are in no list: label and value take turns, and the other labels are known."""
    kinds = [label_kind(state, c)[0] for c in full]
    if len(full) % 2 or kinds[0] not in ("label", "term") or any(kinds[1::2]):
        return []
    rest = [c for c, k in zip(full[::2], kinds[::2], strict=True) if not k]
    fits = all(len(c.text.raw) <= 16 and not any(ch.isdigit() for ch in c.text.raw) for c in rest)
    return rest if fits else []


def open_section(state: State, name: str, label: Text) -> None:
    """A section label: what follows without heads belongs to it."""
    state.section, state.section_label = name, plain(label)
    state.draft.sections.add(name)
    if name == "funds":
        state.terms_above = {}
    block(state, label, name == "funds")


def block(state: State, label: Text, funds: bool, weighed: bool = False) -> None:
    """What the label of a block prints for all of it: 预算执行情况(万元)(20分), 绩效指标(90分).

    weighed: the block has a column of weights, which says its points.
    """
    draft = state.draft
    found = POINTS.search(label.clean)
    if funds:
        unit = state.words.unit(label.raw)
        draft.block_unit = unit if unit and unit != "分" else draft.block_unit  # 得分（分）: of the points alone
        if found and not weighed:
            draft.unlabel(label, found.start(), found.end())
            heads = (plain(label),)
            draft.amount("weight", "total", heads[0], part(label, found.start(), found.end()), heads)
    elif found:
        draft.blocks.add(found[1])


_DIVIDED = frozenset(("initial_budget", "year_budget", "arrived", "spent", "income", "expenditure"))


def _value(state: State, waiting: Label, text: Text | None) -> None:
    kind, name, cell = waiting
    label, draft = plain(cell.text), state.draft
    unit = state.words.unit(cell.text.raw)
    if kind == "section":
        if name in _TOLD and text is not None:
            draft.told(name, text, (label,))
        elif text and len(text.raw) > 20:
            draft.told("remarks", text, (label,))
        elif text:
            draft.strayed(text, "unread", (label,))
    elif kind == "term" and text and not _SAID.search(text.clean):
        draft.strayed(text, "unread", (label,))
    elif kind == "term":
        state.terms_above[cell.column] = (name, label)
        if text is not None and (text or name not in ("income", "expenditure")):
            draft.amount(name, "total", label, text, (label,), unit)
    elif not text:
        if kind == "label" and text is not None:
            draft.name(name, label, text)
    elif kind == "row":
        side = "expenditure" if name in state.words.expenditure_rows else "income"
        default = "year_budget" if state.section == "funds" or "year_budget" in draft.terms else side
        if any(t == side for t, _ in state.terms_above.values()):
            default = side  # below 按支出性质分, though not in its column
        term, above = state.terms_above.setdefault(cell.column, (default, ""))
        if state.beside and label_kind(state, cell)[0] == "row" and not AMONG.match(cell.text.clean):
            term, above = state.beside  # 其中：一般公共预算 | 900 | 政府性基金 | 20: parts of one figure
        if term not in _DIVIDED:  # sources beside 其中 are parts of what 其中 divides, not of the adjustment above them
            left = (state.terms_above[c] for c in sorted(state.terms_above, reverse=True) if c < cell.column)
            term, above = next((t for t in left if t[0] in _DIVIDED), (side, ""))  # of which figure, is not said
        if AMONG.match(cell.text.clean):
            state.beside = (term, above)
        draft.amount(term, row_name(state, label), label, text, (above, label) if above else (label,), unit)
    elif kind == "total" and _NUMBER.fullmatch(text.clean):
        _keep(state, "total_score", Field(text, "indicators", "result", (label,), "分"))
    elif kind == "grade":
        _keep(state, "grade", Field(text, "header", "result", (label,)))
    elif kind == "label":
        draft.name(name, label, text)
    else:
        draft.strayed(text, "unread", (label,))


def total_row(state: State, cells: Sequence[Cell], exact: bool) -> bool:
    """总分 | 100 | 96 | 优: two numbers are weight and score; one is the score, unless it stands under the weight."""
    words, draft, region = state.words, state.draft, state.region
    full = [c for c in cells if c.text]
    of_tasks = region is not None and region.kind == "tasks"  # 小计, also where it ends the table
    at = next((i for i, c in enumerate(full[:4]) if _totals(words, c.text)), None)
    if at is None and of_tasks and full and words.rows.get(key(full[0].text.raw)) == "total":
        at = 0
    if at is None or (region and region.kind in ("funds", "narrative")) or not (draft.rows or draft.tasks or region):
        return False
    if at and not (label_kind(state, full[0])[0] and at > 1):
        return False
    label, rest = plain(full[at].text), full[at + 1 :]
    if region and region.kind == "tasks":
        draft.label(full[at].text)
        tasks_total(state, region, [c for c in cells if c.column > full[at].column], label, exact)
        return True
    numbers = [c for c in rest if _NUMBER.fullmatch("".join(c.text.clean.split()))]
    if len(numbers) > 2:  # 合计 | 100 | 88.45 | 88.45%: a share of the weight is no score
        numbers = [c for c in numbers if not c.text.clean.strip().endswith("%")]
    grades = [c for c in rest if key(c.text.raw) in words.grades]
    others = [c for c in rest if c not in numbers and c not in grades]
    if not numbers or len(numbers) > 2 or (draft.total_score and not region):
        return False
    if at:
        pairs(state, full[:at], lambda text: False)
    draft.label(full[at].text)
    for c in others:
        _beside(state, c.text, label)
    for cell, weight in zip(numbers, _which(region, numbers), strict=True):
        value = Field(cell.text, "indicators", "plan" if weight else "result", (label,), "分")
        if weight:
            _keep(state, "total_weight", value)
        else:
            _keep(state, "total_score", value)
    if grades:
        _keep(state, "grade", Field(grades[0].text, "indicators", "result", (label,)))
    for c in grades[1:]:
        draft.label(c.text)
    return True


def _totals(words: Vocabulary, text: Text) -> bool:
    if len(text.raw) > 100 or words.total_marks.isdisjoint(text.clean.lower()):
        return False
    return is_total(words, key(text.raw)) or is_total(words, title_key(text.raw))


def _which(region: Region | None, numbers: Sequence[Cell]) -> list[bool]:
    """Which of the numbers of a total row are weights."""
    out = []
    for i, c in enumerate(numbers):
        column = region.by_start.get(c.column) if region else None
        role = column.role if column else ""
        out.append(role == "weight" if role in ("weight", "score") else len(numbers) == 2 and i == 0)
    if len(out) == 2 and len(set(out)) == 1:
        return [True, False]  # one column off their heads: in the order of all forms
    return out


def _keep(state: State, name: str, value: Field) -> None:
    """The first total stays (a second one is of another table)."""
    if getattr(state.draft, name) is None:
        setattr(state.draft, name, value)
    else:
        state.draft.strayed(value.text, "unread", value.heads)


def _beside(state: State, text: Text, label: str) -> None:
    """A text in a total row: 自评等级：优, or a remark."""
    draft, words = state.draft, state.words
    found = _GRADE.fullmatch(text.clean.strip())
    if found and key(found[1]) in words.grade_labels | words.totals and key(found[2]) in words.grades:
        at = text.clean.index(found[0]) + found.start(2)
        draft.label(part(text, 0, at))
        _keep(state, "grade", Field(part(text, at, len(text.raw)), "indicators", "result", (label,)))
    elif words.known(key(text.raw)) or FURNITURE.fullmatch(text.clean):
        draft.label(text)
    else:
        draft.prose.append(Field(text, "prose", "result", (label,)))
