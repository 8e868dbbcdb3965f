"""3b  Form -> claims: what is counted, how much, in which role, where.

A figure belongs to a clause. What it counts stands before it in the clause (召开座谈会7场), after it (9个项目完成注册),
in the clause before (土地49块，约53.47万m²), or in the heads of its table cell. The words are jieba's; how the figure is said
(a plan, a growth, a share …) is told by frames.py.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from auditor.clause import ORDINAL, readable
from auditor.frames import WORD, Frame, frame_of, frames
from auditor.model import Claim, Field, Form, Quantity, Span, Unchecked
from auditor.quantity import figures, periods
from auditor.rules import rules_dir
from auditor.segment import words

_CLAUSE_END = re.compile(r"[。;!?\n\r\t]|,(?!\d{3}(?!\d))")
_SENTENCE_END = re.compile(r"[。;!?\t]|(?<![,、])\r|(?<![,、\r])\n")  # a line may end behind a comma
_JOINT = re.compile(r"[、和及与或并]|以及")  # where the words between two figures part
_NAME = re.compile(r"[A-Za-z]+\d+(?:\.\d+)?")
_EACH_OF = re.compile(r"(?<=[^\W\d_]{2})(?:已?(?:均|都|皆)已?|(?:已|均)?全部)(?=[^\W\d_]{2})")  # 工程|全部|通过验收
# 上年度(2022年)新建4处，铺设管网97.5公里: what the sentence tells is last year's, until it names this one
_LAST_YEAR = re.compile(r"\W*(?:上|上一|去|前一)年度?(?!以来|结转|结余|[末底初\d])(?:\(20\d\d年度?\))?")
_THIS_YEAR = re.compile(r"[本今当]年|年[初内]|20\d\d年")
_DONE = re.compile("实际|已|完成|建成|实有")  # after a plan: no longer planned
_FROM = re.compile(r"(?:由|从|自)(?P<was>[^,。;由从]{0,14})$")  # 由上年的8.1天缩短到7.9天: what it was, and what it is
_INTO = re.compile(r"[^\W\d]{0,5}(?:到|至|为|成)了?")
_PARTS = 12  # figures before a total that may be its parts
_SAID = 12  # words that a sentence keeps for the claims to come
_BRACKETED = re.compile(r"[(][^()]*[)]")
_PLAIN = Frame()
_BEHIND = re.compile(r"[、():]")  # what stands behind says no more what is counted


class _Slot(NamedTuple):
    """A quantity in its clause: the words to its left and right are what it may count."""

    quantity: Quantity
    clause: tuple[int, int]
    sentence: int
    left: tuple[int, int]
    right: tuple[int, int]
    shared: bool  # the words to the right stand before the next figure
    before: tuple[int, int]  # what the sentence says before the clause, back to its last figure
    tail: tuple[int, int]  # what its clause says behind the last figure, of all of them (对42座公园、86万平方米绿地进行养护)


def _slots(clean: str, found: tuple[Quantity, ...]) -> Iterator[_Slot]:
    """Each quantity with its clause and the stretches of text that it shares with no other quantity."""
    if len(found) == 1 and _CLAUSE_END.search(clean) is None:  # most cells of a table
        [quantity], stop = found, max(len(clean), found[0].end)
        listed = ORDINAL.match(clean)
        begin = listed.end() if listed and listed.end() <= quantity.start else 0
        sides = (begin, quantity.start), (quantity.end, stop)
        yield _Slot(quantity, (begin, stop), 0, *sides, False, (0, 0), (stop, stop))
        return
    ends = [m.span() for m in _CLAUSE_END.finditer(clean)]
    if ends and len(found) < 40:
        ends = [e for e in ends if not any(q.start <= e[0] < q.end for q in found)]
    borders = [0, *(e for _, e in ends), len(clean) + 1]
    sentences, begins = [0], [0]
    for start, end in ends:
        new = bool(_SENTENCE_END.match(clean, start))
        sentences.append(sentences[-1] + new)
        begins.append(end if new else begins[-1])
    at = 0
    by_clause: dict[int, list[Quantity]] = {}
    for quantity in found:
        while borders[at + 1] <= quantity.start:
            at += 1
        by_clause.setdefault(at, []).append(quantity)
    last = 0
    for index, inside in by_clause.items():
        begin, stop = borders[index], max(borders[index], borders[index + 1] - 1)
        stop = max(stop, inside[-1].end)
        prior = (max(last, begins[index], begin - 40), begin)
        listed = ORDINAL.match(clean[begin:stop])
        begin += listed.end() if listed and begin + listed.end() <= inside[0].start else 0
        for order, quantity in enumerate(inside):
            before = inside[order - 1].end if order else begin
            after, shared = stop, False
            if order:
                joint = _JOINT.search(clean, before, quantity.start)
                before = joint.end() if joint else before
            if order + 1 < len(inside):
                joint = _JOINT.search(clean, quantity.end, inside[order + 1].start)
                after, shared = (joint.start(), False) if joint else (inside[order + 1].start, True)
            end = quantity.end
            for beside in range(order + 1, min(order + 4, len(inside))):  # 86户312人监测对象: both count them
                if clean[end : inside[beside].start].strip():
                    break
                end, after = inside[beside].end, inside[beside + 1].start if beside + 1 < len(inside) else stop
            yield _Slot(
                quantity, (begin, stop), sentences[index], (before, quantity.start), (end, after), shared,
                prior if not order else (begin, begin),
                (inside[-1].end, stop) if order + 1 < len(inside) and not shared else (stop, stop),
            )  # fmt: skip
        last = inside[-1].end


def _measure(clean: str, slot: _Slot) -> tuple[str, bool, str]:
    """The words that say what the figure counts, whether they stand in its own clause, and what is said of all of them."""
    left = clean[slice(*slot.left)]
    while (shorter := _BRACKETED.sub("", left)) != left:
        left = shorter
    left = left.rpartition("(")[2]
    right = clean[slice(*slot.right)]
    if (slot.shared or right[:1].isspace()) and _says(_content(left)):
        right = ""  # 培训学员860人合格率98%: the words belong to the next figure; after a blank, to the next sentence
    right = "" if right[:1] in "、:()" else _BEHIND.split(right, 1)[0]
    beyond = ""
    if (split := _EACH_OF.search(right)) is not None and not _says(_content(left)):
        right, beyond = right[: split.start()], right[split.end() :]
    text = _trim(f"{left.strip()}{right.strip()}")
    return text, WORD.search(text) is not None, beyond


def _trim(text: str) -> str:
    """Without periods and words that say nothing at its ends: 至2021年底，共完成洽谈项目数 -> 洽谈项目数."""
    for start, end, _ in reversed(periods(text)):
        text = text[:start] + text[end:]
    pieces = list(words(text))
    edge = _data()["edge"]
    while pieces and (not WORD.match(pieces[0]) or (pieces[0] in edge and not _glued(pieces))):
        pieces.pop(0)
    while pieces and (pieces[-1] in edge or not WORD.match(pieces[-1])):
        pieces.pop()
    return "".join(pieces) or text


def _glued(pieces: list[str]) -> bool:
    """Whether the first letter belongs to a word that no dictionary holds: 到|报|率."""
    return len(pieces) > 2 and all(len(p) == 1 for p in pieces[:3])


@lru_cache(maxsize=1 << 12)
def _content(text: str) -> tuple[str, ...]:
    """The words of a label; a name of letters and digits is one word (PM2.5, CO2)."""
    named = _NAME.search(text)
    if named is None:
        return tuple([w for w in words(text) if WORD.match(w)])
    return (*_content(text[: named.start()]), named[0].upper(), *_content(text[named.end() :]))


def claims(form: Form) -> tuple[Claim, ...]:
    """All numeric claims of the form, in the order of its fields."""
    return stated(form)[0]


def stated(form: Form) -> tuple[tuple[Claim, ...], tuple[Unchecked, ...]]:
    """The claims, and the numbers that are none (years, list marks, codes …) with the reason, in the order of the fields."""
    drafts, refused = _drafts(form)
    manners = frames((clean, slot.clause[0], slot.quantity.start, slot.quantity.end) for _, clean, slot in drafts)
    rows, first = _rows(form), initial(form)
    dated: dict[int, tuple[tuple[int, int, str], ...]] = {}
    found: list[Claim] = []
    sentence = _Sentence()
    for number, (field, clean, slot) in enumerate(drafts):
        if (place := (id(field), slot.sentence)) != sentence.place:
            sentence = _Sentence(place, len(found))
        heads, bare = tuple([h for h in field.heads if h]), _bare(clean, slot.quantity)
        label = _label(field, heads, bare, clean, slot, sentence, found)
        if id(field) not in dated:
            dated[id(field)] = periods(clean) if not bare else ()
        when = _last_before(dated[id(field)], slot.quantity.start)
        headed = _told_by(heads) if bare and field.section == "prose" else ""
        period = when[2] if when and when[0] >= min(slot.clause[0], slot.before[0]) else headed or sentence.until
        if period.startswith("到"):  # 到2025年建成书房30家，接待游客1200万人次: each of them by then
            sentence.until = period
        frame, qualifier, announces = manners.get(number, _PLAIN)
        sentence.announced = sentence.announced or announces
        if bare and heads and not frame:
            frame = frame_of(heads[-1])
        if not frame and len(found) > sentence.begun and _goes_on(found[-1], slot, clean, sentence.announced):
            frame = "plan"
        if found and found[-1].field is field and (origin := _moved(found[-1], slot, clean)):
            before = found[-1]
            found[-1] = before._replace(frame="previous")
            label = _Label(origin, _content(origin), (), label.beyond)
            frame = frame or (before.frame if before.frame in ("per_unit", "plan") else "")
            period = period if when and when[0] >= before.span.stop else ""
        if len(found) == sentence.begun:
            told = _SENTENCE_END.split(clean[: slot.quantity.start])[-1]
            opening = _LAST_YEAR.match(told)
            sentence.past = opening is not None and _THIS_YEAR.search(told, opening.end()) is None
        elif sentence.past:
            sentence.past = _THIS_YEAR.search(clean, found[-1].span.stop, slot.quantity.start) is None
        if sentence.past:
            frame = frame or "previous"
        if id(field) in first:
            frame = "initial"
        indicator, task = rows.get(id(field), (None, None))
        claim = Claim(
            index=number,
            measure=label.measure,
            qualifier=qualifier,
            quantity=slot.quantity,
            role="plan" if frame == "plan" and field.role == "result" else field.role,
            span=Span(field.text, slot.quantity.start, slot.quantity.end, field.section),
            clause=Span(field.text, *slot.clause, field.section),
            field=field,
            words=(*label.inherited, *label.words),
            context=(*sentence.said, *_content(label.beyond)) if label.beyond else sentence.said,
            frame=frame,
            period=period,
            indicator=indicator,
            task=task,
        )
        found.append(claim)
        sentence.said = (*sentence.said, *label.words)[-_SAID:]
        if not label.inherited:
            sentence.stem = claim
    return tuple(found), tuple(refused)


@dataclass(slots=True)
class _Sentence:
    """What the sentence that is being read has said so far. place: its field (by id) and number; begun: where its claims
    begin among those found; stem: the last with words of its own, which others inherit; said: its last words; announced:
    whether it told that plans follow; past: whether it tells of the year before; until: the year that it looks ahead to."""

    place: tuple[int, int] = (0, -1)
    begun: int = 0
    stem: Claim | None = None
    said: tuple[str, ...] = ()
    announced: bool = False
    past: bool = False
    until: str = ""


class _Label(NamedTuple):
    """What a figure counts, as printed and by its words; those inherited from its sentence; what is said of all of them."""

    measure: str
    words: tuple[str, ...]
    inherited: tuple[str, ...]
    beyond: str


def _drafts(form: Form) -> tuple[list[tuple[Field, str, _Slot]], list[Unchecked]]:
    """Every quantity with its field, its readable text and its clause; and the numbers that are none."""
    drafts: list[tuple[Field, str, _Slot]] = []
    refused: list[Unchecked] = []
    for field in form.said:
        clean = readable(field.text)
        here, none = figures(clean, unit=field.unit)
        refused += [Unchecked(Span(field.text, m.start, m.end, field.section), m.reason) for m in none]
        if here and field.comparator:
            here = tuple(_signed(q, field.comparator) for q in here)
        if here:
            drafts += [(field, clean, slot) for slot in _slots(clean, here)]
    return drafts, refused


def _rows(form: Form) -> dict[int, tuple[int | None, int | None]]:
    """The indicator and the task that a field (by id) stands in."""
    rows: dict[int, tuple[int | None, int | None]] = {}
    for row in form.indicators:
        for f in (row.initial, row.target, row.result, row.name, row.weight, row.score, row.reason):
            if f is not None:
                rows.setdefault(id(f), (row.index, row.task))
    for job in form.tasks:
        for f in (job.name, job.goal, job.result, job.funds):
            if f is not None:
                rows.setdefault(id(f), (None, job.index))
    return rows


def _label(
    field: Field, heads: tuple[str, ...], bare: bool, clean: str, slot: _Slot, sentence: _Sentence, found: list[Claim]
) -> _Label:
    """A bare figure counts what its heads say; any other what its clause says, or else what its sentence said before."""
    if bare and heads:
        listed = field.section == "prose" and len(heads) > 1 and field.text.place.table is not None
        label = heads[-2] if listed else ""  # a table among paragraphs: its rows are different facts
        return _Label(label + heads[-1], (*_content(label), *_content(heads[-1])), (), "")
    measure, own, beyond = _measure(clean, slot)
    content = _content(measure) if own else ()
    stem = sentence.stem
    if not _says(content) and stem is not None:
        parts = found[max(sentence.begun, len(found) - _PARTS) :]
        inherited = _summed(parts, slot.quantity, content) or stem.words
        return _Label(stem.measure if not content else f"{stem.measure} {measure}", content, inherited, beyond)
    if not bare and not _says(content):
        prior = _trim(clean[slice(*slot.before)])
        content = (*_content(prior), *content)
        measure = f"{prior}{measure}" if prior else measure
    return _Label(measure, content, (), beyond)


def _last_before(told: tuple[tuple[int, int, str], ...], start: int) -> tuple[int, int, str] | None:
    """The last period of a text that ends before an offset."""
    at = bisect_right(told, start, key=lambda p: p[1]) - 1
    return told[at] if at >= 0 else None


def _told_by(heads: tuple[str, ...]) -> str:
    """The period that the head of its column, or the label of its row, gives to a bare figure: 2022年事故起数."""
    return next((told[-1][2] for h in reversed(heads[-2:]) if (told := periods(h))), "")


def initial(form: Form) -> frozenset[int]:
    """Fields (by id) whose targets were adjusted later: 年初目标 beside 调整后目标, in the goals or in a row."""
    adjusted = [  # 同年初目标 is no other one
        any(w in "".join(g.heads) for w in _data()["adjusted"]) and any(c.isdigit() for c in g.text.raw) for g in form.goals
    ]
    goals = [g for g, new in zip(form.goals, adjusted, strict=True) if any(adjusted) and not new]
    return frozenset(id(f) for f in (*goals, *(row.initial for row in form.indicators)) if f is not None)


def _moved(before: Claim, slot: _Slot, clean: str) -> str:
    """What has moved from the figure before to this one (平均住院日由上年的8.1天缩短到7.9天); "" where nothing has."""
    if before.clause.begin != slot.clause[0] or before.quantity.dimension != slot.quantity.dimension:
        return ""
    start = _FROM.search(clean, slot.clause[0], before.span.begin)
    if start is None or not _INTO.fullmatch(clean, before.span.stop, slot.quantity.start):
        return ""
    name = _trim(clean[slot.clause[0] : start.start()])
    return name if _says(_content(name)) else ""


def _goes_on(plan: Claim, slot: _Slot, clean: str, announced: bool) -> bool:
    """Whether the claim before is a plan and goes on: in its clause (计划新建9座、改建5座), or in a chapter that tells plans;
    what is done (实际新建8座) ends it."""
    if plan.frame != "plan" or _DONE.search(clean, plan.span.stop, slot.quantity.start):
        return False
    if announced or plan.clause.begin == slot.clause[0] or plan.field.section in ("issues", "improvements"):
        return True
    return any(map(planned, plan.field.heads))


@lru_cache(maxsize=1 << 12)
def planned(head: str) -> bool:
    """Whether a chapter says what there is and what was planned (项目概况), not what was done (目标完成情况)."""
    return not _DONE.search(head) and any(word in head for word in _data()["survey"])


def _summed(parts: list[Claim], total: Quantity, content: tuple[str, ...]) -> tuple[str, ...]:
    """What a total counts that follows its parts (新建桥梁9座、改造桥梁5座，合计14座): what all of them count, else each."""
    like = [c for c in parts if c.quantity.dimension == total.dimension and c.quantity.value is not None]
    if total.value is None or len(like) < 2 or _data()["total"].isdisjoint(content):
        return ()
    if sum(c.quantity.value * c.quantity.factor for c in like) != total.value * total.factor:  # type: ignore[operator,misc]
        return ()
    every = tuple(dict.fromkeys(w for c in like for w in c.words))
    return tuple(w for w in every if all(w in c.words for c in like) and _telling(w)) or every


def _signed(quantity: Quantity, comparator: str) -> Quantity:
    """The quantity with the comparator that stands in a cell of its own (≥ | 95 | %)."""
    figure, lift = quantity.value, {"≧": "≥", "≦": "≤", "═": "=", ">=": "≥", "<=": "≤"}
    sign = lift.get(comparator.strip(), comparator.strip())
    if figure is None or quantity.comparator != "=" or sign not in ("≥", ">", "≤", "<"):
        return quantity
    low, high = (figure, None) if sign in ("≥", ">") else (None, figure)
    return quantity._replace(low=low, high=high, comparator=sign)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _data() -> dict[str, frozenset[str]]:
    with (rules_dir() / "matching.toml").open("rb") as file:
        return {key: frozenset(text.split()) for key, text in tomllib.load(file)["words"].items()}


def _telling(word: str) -> bool:
    return word not in _data()["filler"] and not word.isdigit()


def _says(content: Iterable[str]) -> bool:
    """Whether one of the words says something."""
    return any(map(_telling, content))


def _bare(clean: str, quantity: Quantity) -> bool:
    """Whether the figure is all that its text says."""
    around = len(clean) - (quantity.end - quantity.start)
    return around < 24 and not (WORD.search(clean, 0, quantity.start) or WORD.search(clean, quantity.end))
