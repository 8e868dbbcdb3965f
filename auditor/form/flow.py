"""2 (rows that lost their columns): a flow of texts -> rows whose cells stand under their heads again.

Text exports drop the blank cells of merged ranges, wrap rows, put one cell on a line or the whole form on one line.
What is left is an order of texts and known heads. Every row is laid under its heads by the cheapest monotone
assignment; where a second one is nearly as cheap, the row is not placed ("ambiguous"). Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.form.draft import joined
from auditor.form.heads import Column, Region, Roles, columns_of, head_roles, kind_of, roles_of
from auditor.form.place import Token, cheapest, only_places, typed
from auditor.layout import Vocabulary, is_total, is_unit, key, title_key
from auditor.model import Cell, Text

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_POINTS = re.compile(r"\d+(?:\.\d+)?分?")
_RATE = re.compile(r"-?\d[\d,]*(?:\.\d+)?%")
_FIGURE = re.compile(r"[≥≤=><≧≦═＝]*(?:约|超|近|逾|不少于|不低于|不超过|至少)?-?\d[\d,]*(?:\.\d+)?\D{0,8}")
_SIGN = re.compile("[≥≤=><≧≦═＝≈]{1,2}|定性")
_LISTED = re.compile(r"\d{1,2}[、.．)](?!\d)")  # 2、出国经费
_DASH = re.compile(r"[-—–－/\\*＊]{1,3}|无")
_POINTED = re.compile(r"\(\d+(?:\.\d+)?分\)$")
_AMONG = re.compile(r"[★☆*·]*其中")
_BRACKETS = re.compile(r"\([^()]{1,12}\)?")
_NAMES = frozenset(("task", "goal", "goal_result", "indicator"))  # one of which a row may begin with
_WIDEST = 24  # heads
_ODD_SHARE = 10  # one text in so many
_CUT = re.compile(r"\[\.\.\.\]|…+|\.{3,}")


@dataclass(frozen=True)
class Row:
    """A row for the grid; `lost` says why its cells have no columns."""

    cells: tuple[Cell, ...]
    lost: str = ""


def tokens(words: Vocabulary, texts: Sequence[tuple[Text, bool]]) -> list[Token]:
    """texts: in reading order, each with whether it opens a line. (万元) alone belongs to the head before it."""
    out: list[Token] = []
    for text, opens in texts:
        if not text:
            continue
        if out and _BRACKETS.fullmatch(text.clean.strip()) and words.known(out[-1].key):
            whole = joined(out[-1].text, text)
            out[-1] = _token(words, whole, out[-1].opens)
        else:
            out.append(_token(words, text, opens))
    return out


def _token(words: Vocabulary, text: Text, opens: bool) -> Token:
    word, kind = key(text.raw), _type(words, text)
    return Token(text, opens, word, kind, kind in ("text", "level2", "level1", "unit") and bool(roles_of(words, word)))


def _type(words: Vocabulary, text: Text) -> str:
    flat = "".join(text.clean.split())
    if len(flat) > 30:
        return "text"
    word = key(flat)
    if _DASH.fullmatch(flat):
        return "dash"
    if flat in words.signs or _SIGN.fullmatch(flat):
        return "sign"
    if _NUMBER.fullmatch(flat):
        return "number"
    if _RATE.fullmatch(flat):
        return "rate"
    if roles_of(words, word):
        return "level2" if word in words.level2 else "level1" if word in words.level1 else "text"
    if is_unit(flat):
        return "unit"
    if word in words.level2:
        return "level2"
    if word in words.level1:
        return "level1"
    if _POINTED.search(flat) and not word[:1].isdigit():
        return "pointed"
    if _AMONG.match(flat):
        return "among"
    if is_total(words, word):
        return "total"
    if _FIGURE.fullmatch(flat) and not _LISTED.match(flat) and not flat.endswith(("指标", "率")):
        return "points" if _POINTS.fullmatch(flat) else "figure"
    return "text"


def rows(words: Vocabulary, flow: Sequence[Token], region: Region | None = None) -> Iterator[Row]:
    """The rows of the flow: heads, data rows under them, and label and value rows. region: what is open above it."""
    at = 0
    if region is not None and flow and _heads(words, flow, 0) is None:
        at = _end(words, flow, 0, region.kind)
        yield from _under(words, region.kind, region.columns, flow[:at])
    while at < len(flow):
        found = _heads(words, flow, at)
        if found is None:
            stop = at + 1
            while stop < len(flow) and not flow[stop].opens and _heads(words, flow, stop) is None:
                stop += 1
            if stop == at + 1:
                stop += _valued(words, flow, at)
            yield Row(_row([t.text for t in flow[at:stop]]))
            at = stop
            continue
        kind, columns, label, stop = found
        used = {id(t) for t, _ in label}
        if group := [t.text for t in flow[at:stop] if id(t) not in used]:
            yield Row(_row(group), "heads")
        yield Row(tuple(Cell(t.text, 0, column) for t, column in label))
        at = _end(words, flow, stop, kind)
        yield from _under(words, kind, columns, flow[stop:at])


def _under(words: Vocabulary, kind: str, columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    if kind == "funds":
        yield from _funds(words, columns, data)
    elif kind == "narrative":
        yield from _narrative(columns, data)
    else:
        yield from _indicators(words, [typed(words, c) for c in columns], data)


def _valued(words: Vocabulary, flow: Sequence[Token], at: int) -> int:
    """How many of the next texts are the value of a label that stands alone on its line."""
    name, after = title_key(flow[at].text.raw), at + 1
    if is_total(words, name):
        while after < len(flow) and after <= at + 3 and flow[after].opens and _counts(words, flow[after]):
            after += 1
        return after - at - 1
    if after >= len(flow) or flow[at].key not in words.labels or words.known(flow[after].key):
        return 0
    return 1 if _heads(words, flow, after) is None else 0


def _counts(words: Vocabulary, token: Token) -> bool:
    return token.type in ("number", "points") or token.key in words.grades


def has_heads(words: Vocabulary, flow: Sequence[Token]) -> bool:
    """Do heads of a table stand one after the other somewhere in the flow?"""
    found = (_heads(words, flow, i) for i in range(len(flow)) if flow[i].head)
    return any(f is not None and f[0] != "narrative" for f in found)


def _row(texts: Sequence[Text]) -> tuple[Cell, ...]:
    return tuple(Cell(t, 0, i) for i, t in enumerate(texts))


# --- heads --------------------------------------------------------------------------------------------------------

_Found = tuple[str, list[Column], list[tuple[Token, int]], int]


def _heads(words: Vocabulary, flow: Sequence[Token], at: int) -> _Found | None:
    """A run of heads from `at`: kind, columns (grid column 1, 2, …), tokens with their grid column, where it stops."""
    line = _line(words, flow, at)
    if not line and not flow[at].head and flow[at].key not in words.sections:
        return None
    stop, heads = at + len(line), sum(map(bool, line))
    while stop < len(flow) and stop - at < _WIDEST:
        token = flow[stop]
        if token.head:
            heads += 1
        elif not (
            token.key in words.sections or (heads and token.text.clean.strip().startswith("(") and len(token.key) < 12)
        ):
            break
        stop += 1
    while stop > at + len(line) and not flow[stop - 1].head:
        stop -= 1
    if heads < 2:
        return None
    run = _one_kind(words, list(flow[at:stop]))
    stop = at + len(run)
    keys = [t.key for t in run]
    roles = [*line, *(roles_of(words, k) for k in keys[len(line) :])][: len(run)]
    kind = kind_of(words, keys, roles)
    if not kind or (kind != "narrative" and sum(map(bool, roles)) < 3):
        return None
    run, keys, roles = _regrouped(run, keys, roles)
    cells = [Cell(t.text, 0, i + 1) for i, t in enumerate(run)]
    columns = columns_of(words, kind, cells, keys, roles)
    if kind == "indicators" and columns[0].start == 2 and keys[0] not in words.sections:
        columns.insert(0, Column("level1", keys[0], "", 1, 2))  # 类别, or whatever they call what stands above the names
    if kind == "narrative":
        columns = [c for c in columns if c.role in ("goal", "goal_result")]
    return kind, columns, [(t, c.column) for t, c in zip(run, cells, strict=True)], stop


def _line(words: Vocabulary, flow: Sequence[Token], at: int) -> list[Roles]:
    """The roles of the heads on the line that begins here, as a row of a table has them, those included that no list
    has; none where it is no line of heads."""
    if not flow[at].opens or at + 1 >= len(flow) or flow[at + 1].opens:
        return []
    stop = at + 1
    while stop < len(flow) and not flow[stop].opens:
        stop += 1
        if stop - at > _WIDEST:
            return []
    roles = head_roles(words, [t.key for t in flow[at:stop]])
    return roles if roles and sum(map(bool, roles)) > 2 else []


def _one_kind(words: Vocabulary, run: list[Token]) -> list[Token]:
    """Heads of a narrative, then heads of a table: two regions. The first is returned."""
    goal = next((i for i, t in enumerate(run) if "goal_result" in roles_of(words, t.key)), None)
    level = next((i for i, t in enumerate(run) if "level1" in words.heads.get(t.key, ())), None)
    if goal is None or level is None or goal > level or not any("goal" in roles_of(words, t.key) for t in run[:goal]):
        return run
    return run[: goal + 1]


def _regrouped(
    run: list[Token], keys: list[str], roles: list[tuple[str, ...]]
) -> tuple[list[Token], list[str], list[tuple[str, ...]]]:
    """Two rows of heads in one flow: 绩效指标 指标值 完成值 分值 | 一级 二级 三级 性质 指标值 单位. The lower heads go
    where the upper ones stand that they divide."""
    first = next((i for i, r in enumerate(roles) if "level1" in r), None)
    if not first or not any("result" in r or "weight" in r for r in roles[:first]):
        return run, keys, roles
    upper, lower = list(range(first)), list(range(first, len(run)))
    names = [i for i in lower if set(roles[i]) & {"level1", "level2", "indicator"}]
    values = [i for i in lower if i not in names]
    order: list[int] = []
    for i in upper:
        if "indicator" in roles[i] or "level1" in roles[i]:
            order += names
            names = []
        elif "target" in roles[i] and values:
            order += values
            values = []
        else:
            order.append(i)
    order = names + order + values
    return [run[i] for i in order], [keys[i] for i in order], [roles[i] for i in order]


def _end(words: Vocabulary, flow: Sequence[Token], at: int, kind: str) -> int:
    """Where the data under some heads ends: at the next heads, at a section label, a total, a footer."""
    while at < len(flow):
        token = flow[at]
        name = title_key(token.text.raw) if len(token.text.raw) < 30 else ""
        if _heads(words, flow, at) is not None:
            return at
        sections = set(words.sections.get(name, ()))
        if kind == "indicators":
            if sections & {"issues", "improvements", "remarks"} or (name in words.labels and token.type == "text"):
                return at
            if is_total(words, name) and at + 1 < len(flow) and flow[at + 1].type in ("number", "points"):
                return at
        elif (sections or name in words.labels) and name not in words.rows:
            return at
        at += 1
    return at


# --- data ---------------------------------------------------------------------------------------------------------


def _narrative(columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    """Two texts are goal and result. Otherwise lines of two texts are; else it is not known which is which."""
    texts = [t for t in data if not _CUT.fullmatch(t.text.clean.strip())]
    places = [next((c.start for c in reversed(columns) if c.role == r), 0) for r in ("goal", "goal_result")]
    if len(texts) == 2:
        yield Row(tuple(Cell(t.text, 0, p) for t, p in zip(texts, places, strict=True)))
    elif texts:
        yield Row(_row([t.text for t in texts]), "ambiguous")
    if rest := [t.text for t in data if t not in texts]:
        yield Row(_row(rest))


def _indicators(words: Vocabulary, columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    """Rows by the cheapest path of the texts through the columns; rows that could lie otherwise are lost."""
    flow: list[Token] = []
    for t in data:
        if _CUT.fullmatch(t.text.clean.strip()):
            yield Row(_row([t.text]))
        elif "indicators" in words.sections.get(t.key, ()):
            yield Row(_row([t.text]), "heads")  # the label of the block, beside its first row
        else:
            flow.append(t)
    if not flow or not columns:
        return
    path, doubt = cheapest(columns, flow)
    odd = [_misplaced(columns[c].role, token) for c, token in zip(path, flow, strict=True)]
    for j in range(1, len(flow)):  # a level as the name, the name as its target
        names = columns[path[j - 1]].role == "indicator" and flow[j - 1].type in ("level1", "level2")
        odd[j] |= names and columns[path[j]].role == "target" and flow[j].type == "text"
    if sum(odd) * _ODD_SHARE > len(flow):
        odd = [True] * len(flow)  # the heads are not those of these rows
    doubt = [a or b for a, b in zip(doubt, odd, strict=True)]
    lined = not all(t.opens for t in flow)
    if not lined and {"task", "goal", "indicator"} <= {c.role for c in columns}:
        doubt = [True] * len(flow)  # a goal, or an indicator with its result: texts alone do not tell
    begin = 0
    for i in range(1, len(flow) + 1):
        if i < len(flow) and path[i] > path[i - 1]:
            continue
        cells = tuple(Cell(flow[j].text, 0, columns[path[j]].start) for j in range(begin, i))
        named = [j for j in range(begin, i) if columns[path[j]].role in _NAMES and flow[j].type == "text"]
        if lined and any(flow[j].opens for j in named[1:]):
            doubt[begin:i] = [True] * (i - begin)  # two lines, each of which may be a row of its own
        if any(doubt[begin:i]) or (flow[begin].type == "total" and i - begin - 1 < _figures(columns)):
            levels = [
                c for j, c in zip(range(begin, i), cells, strict=True) if columns[path[j]].role in ("level1", "level2")
            ]
            if levels:
                yield Row(tuple(levels))
            if others := tuple(c for c in cells if c not in levels):
                yield Row(others, "ambiguous")
        else:
            yield Row(cells)
        begin = i


def _figures(columns: Sequence[Column]) -> int:
    """Columns that a total may fill: with fewer figures nobody can tell which."""
    return sum(c.role in ("money", "share", "weight", "score", "rate") for c in columns)


def _misplaced(role: str, token: Token) -> bool:
    """A measure as the name of an indicator, a level as its target or result: the cheapest place is still a wrong one."""
    if role == "indicator":
        flat = "".join(token.text.clean.split()).lstrip("≥≧≤≦><＞＜=＝")
        counted = flat.lstrip("0123456789.,")
        return token.type in ("figure", "rate") and (counted in ("", flat) or is_unit(counted))
    if role in ("level1", "level2") and token.type == "text":
        return _NUMBER.match("".join(token.text.clean.split())) is not None  # 20（20）
    return role in ("target", "result") and token.type in ("level1", "level2")


# --- funds --------------------------------------------------------------------------------------------------------


def _funds(words: Vocabulary, columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    """A label and its figures are a row. Figures fewer than the heads go where only one placing makes sense."""
    begin = 0
    first = True
    for i in range(1, len(data) + 1):
        if i < len(data) and not _labels(words, data[i]):
            continue
        label = [data[begin]] if _labels(words, data[begin]) else []
        figures = data[begin + len(label) : i]
        if all(t.type == "dash" for t in figures) and len(figures) < len(columns):
            yield Row(tuple(Cell(t.text, 0, 0) for t in figures))  # nothing said
            figures = []
        cells = tuple(Cell(t.text, 0, 0) for t in label)
        places = only_places(words, columns, figures, first)
        if places is None:
            yield Row(tuple(Cell(t.text, 0, j) for j, t in enumerate([*label, *figures])), "ambiguous")
        else:
            yield Row((*cells, *(Cell(t.text, 0, columns[c].start) for t, c in zip(figures, places, strict=True))))
        first = first and not figures
        begin = i


def _labels(words: Vocabulary, token: Token) -> bool:
    return token.type in ("text", "among", "total", "level1", "level2", "pointed") and not _CUT.fullmatch(
        token.text.clean.strip()
    )
