"""2 (rows that lost their columns): a flow of texts -> rows whose cells stand under their heads again.

Text exports drop the blank cells of merged ranges, wrap rows, put one cell on a line or the whole form on one line. What
is left is an order of texts and known heads. Every row is laid under its heads by the cheapest monotone assignment; where
a second one is nearly as cheap, the row is not placed ("ambiguous"). Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from auditor.form.draft import joined
from auditor.form.heads import Column, columns_of, kind_of, roles_of
from auditor.layout import Vocabulary, is_total, is_unit, key, title_key
from auditor.model import Cell, Text

NEVER = 1e9
MARGIN = 0.75  # how much dearer the second-best layout of a row must be

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_POINTS = re.compile(r"\d+(?:\.\d+)?分?")
_RATE = re.compile(r"-?\d[\d,]*(?:\.\d+)?%")
_FIGURE = re.compile(r"[≥≤=><≧≦═＝]*(?:约|超|近|逾|不少于|不低于|不超过|至少)?-?\d[\d,]*(?:\.\d+)?\D{0,8}")
_SIGN = re.compile(r"[≥≤=><≧≦═＝≈]{1,2}|大于等于|不低于|不少于|小于等于|不高于|不超过|大于|小于|等于|定性|正向|反向|逆向")
_DASH = re.compile(r"[-—–－/\\*＊]{1,3}|无")
_POINTED = re.compile(r"\(\d+(?:\.\d+)?分\)$")
_AMONG = re.compile(r"[★☆*·]*其中")
_BRACKETS = re.compile(r"\([^()]{1,12}\)?")
_CUT = re.compile(r"\[\.\.\.\]|…+|\.{3,}")


@dataclass(frozen=True)
class Token:
    """A text of the flow. opens: it is the first of its line, where lines carry rows."""

    text: Text
    opens: bool
    key: str
    type: str


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
            out[-1] = Token(whole, out[-1].opens, key(whole.raw), _type(words, whole))
        else:
            out.append(Token(text, opens, key(text.raw), _type(words, text)))
    return out


def _type(words: Vocabulary, text: Text) -> str:
    flat = "".join(text.clean.split())
    if len(flat) > 30:
        return "text"
    word = key(flat)
    if _DASH.fullmatch(flat):
        return "dash"
    if _SIGN.fullmatch(flat):
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
    if _FIGURE.fullmatch(flat) and not flat.endswith(("指标", "率")):
        return "points" if _POINTS.fullmatch(flat) else "figure"
    return "text"


# What it costs to put a text of a type under a head; absent: never. Figures fit measures, numbers fit points.
_FITS: dict[str, dict[str, float]] = {
    "serial": {"number": 0},
    "level1": {"level1": 0, "level2": 0.9, "pointed": 0.5, "text": 1.6},
    "level2": {"level2": 0, "level1": 0.5, "pointed": 0.2, "text": 1.2},
    "indicator": {"text": 0, "among": 0, "total": 1, "level2": 1.0, "level1": 1.6, "pointed": 0.6, "figure": 2.5, "unit": 2},
    "operator": {"sign": 0},
    "target": {"figure": 0, "rate": 0, "number": 0.1, "points": 0.2, "text": 0.4, "dash": 0.5, "level1": 1.5, "level2": 2},
    "unit": {"unit": 0},
    "result": {"figure": 0, "rate": 0, "number": 0.1, "points": 0.2, "text": 0.4, "dash": 0.5, "level1": 1.5, "level2": 2},
    "weight": {"number": 0, "points": 0, "dash": 0.5},
    "score": {"number": 0, "points": 0, "dash": 0.5},
    "reason": {"text": 0.3, "dash": 0.3, "pointed": 1},
    "criteria": {"text": 0.2, "pointed": 0.2, "figure": 1, "dash": 0.4, "among": 0.6, "number": 1.5},
    "rate": {"rate": 0, "number": 0.4, "dash": 0.5},
    "coefficient": {"rate": 0, "number": 0.1, "dash": 0.5},
    "task": {"text": 0, "total": 0, "figure": 2},
    "goal": {"text": 0.2, "figure": 0.4, "rate": 0.4, "dash": 0.5},
    "goal_result": {"text": 0.2, "figure": 0.4, "rate": 0.4, "dash": 0.5},
    "money": {"number": 0, "points": 0, "figure": 0.3, "dash": 0.5},
    "share": {"rate": 0, "number": 0.3, "dash": 0.5},
    "other": {"text": 0.4, "figure": 0.6, "number": 0.6, "rate": 0.6, "dash": 0.4, "unit": 0.6, "points": 0.6, "pointed": 0.6},
}
_SKIPPED = {
    "serial": 0.5, "level1": 0.0, "level2": 0.1, "indicator": 4.0, "operator": 0.3, "unit": 0.3, "target": 1.5, "result": 1.5,
    "weight": 0.8, "score": 0.8, "reason": 0.0, "criteria": 0.6, "rate": 0.4, "coefficient": 0.4, "other": 0.5,
    "task": 0.8, "goal": 0.8, "goal_result": 0.8, "money": 0.8, "share": 0.4,
}  # fmt: skip
_ALIKE = {"level1": "level", "level2": "level", "other": "criteria"}  # confusing these does no harm
_ONLY_LEVELS = 1.5  # a row of levels without an indicator
_NEW_INSIDE_LINE = 0.5
_SAME_OVER_LINE = 0.7


def rows(words: Vocabulary, flow: Sequence[Token]) -> Iterator[Row]:
    """The rows of the flow: heads, data rows under them, and label and value rows."""
    at = 0
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
        data = flow[stop:at]
        if kind == "funds":
            yield from _funds(words, columns, data)
        elif kind == "narrative":
            yield from _narrative(columns, data)
        else:
            yield from _indicators([_typed(words, c) for c in columns], data)


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
    found = (_heads(words, flow, i) for i in range(len(flow)) if _is_head(words, flow[i]))
    return any(f is not None and f[0] != "narrative" for f in found)


def _row(texts: Sequence[Text]) -> tuple[Cell, ...]:
    return tuple(Cell(t, 0, i) for i, t in enumerate(texts))


# --- heads --------------------------------------------------------------------------------------------------------

_Found = tuple[str, list[Column], list[tuple[Token, int]], int]


def _is_head(words: Vocabulary, token: Token) -> bool:
    return bool(roles_of(words, token.key)) and token.type in ("text", "level2", "level1", "unit")


def _heads(words: Vocabulary, flow: Sequence[Token], at: int) -> _Found | None:
    """A run of heads from `at`: kind, columns (grid column 1, 2, …), tokens with their grid column, where it stops."""
    stop, heads = at, 0
    while stop < len(flow) and stop - at < 24:
        token = flow[stop]
        if _is_head(words, token):
            heads += 1
        elif not (token.key in words.sections or (heads and token.text.clean.strip().startswith("(") and len(token.key) < 12)):
            break
        stop += 1
    while stop > at and not _is_head(words, flow[stop - 1]):
        stop -= 1
    if heads < 2:
        return None
    run = _one_kind(words, list(flow[at:stop]))
    stop = at + len(run)
    keys = [t.key for t in run]
    roles = [roles_of(words, k) for k in keys]
    kind = kind_of(words, keys, roles)
    if not kind or (kind != "narrative" and sum(map(bool, roles)) < 3):
        return None
    run, keys, roles = _regrouped(run, keys, roles)
    cells = [Cell(t.text, 0, i + 1) for i, t in enumerate(run)]
    columns = columns_of(words, kind, cells, keys, roles)
    if kind == "narrative":
        columns = [c for c in columns if c.role in ("goal", "goal_result")]
    return kind, columns, [(t, c.column) for t, c in zip(run, cells, strict=True)], stop


def _one_kind(words: Vocabulary, run: list[Token]) -> list[Token]:
    """Heads of a narrative, then heads of a table: two regions. The first is returned."""
    goal = next((i for i, t in enumerate(run) if "goal_result" in roles_of(words, t.key)), None)
    level = next((i for i, t in enumerate(run) if "level1" in words.heads.get(t.key, ())), None)
    if goal is None or level is None or goal > level or not any("goal" in roles_of(words, t.key) for t in run[:goal]):
        return run
    return run[: goal + 1]


def _regrouped(run: list[Token], keys: list[str], roles: list[tuple[str, ...]]) -> tuple[list[Token], list[str], list[tuple[str, ...]]]:
    """Two rows of heads in one flow: 绩效指标 年度指标值 完成值 分值 | 一级 二级 三级 性质 指标值 单位. The lower heads go where
    the upper ones stand that they divide."""
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


def _indicators(columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    """Rows by the cheapest path of the texts through the columns; rows that could lie otherwise are lost."""
    flow = [t for t in data if not _CUT.fullmatch(t.text.clean.strip())]
    if cut := [t.text for t in data if t not in flow]:
        yield Row(_row(cut))
    if not flow or not columns:
        return
    path, doubt = _cheapest(columns, flow)
    begin = 0
    for i in range(1, len(flow) + 1):
        if i < len(flow) and path[i] > path[i - 1]:
            continue
        cells = tuple(Cell(flow[j].text, 0, columns[path[j]].start) for j in range(begin, i))
        if any(doubt[begin:i]):
            levels = [c for j, c in zip(range(begin, i), cells, strict=True) if columns[path[j]].role in ("level1", "level2")]
            if levels:
                yield Row(tuple(levels))
            if others := tuple(c for c in cells if c not in levels):
                yield Row(others, "ambiguous")
        else:
            yield Row(cells)
        begin = i


def _typed(words: Vocabulary, column: Column) -> Column:
    """Figures of the funds block look alike."""
    money = column.role == "funds" or column.role in words.money
    return replace(column, role="money" if money else "share") if money or column.role in words.share else column


def _cheapest(columns: Sequence[Column], flow: Sequence[Token]) -> tuple[list[int], list[bool]]:
    """Column of every token on the cheapest path, and whether another column is nearly as cheap.

    A token stands right of the one before it in the same row, or begins a new row. Costs of skipped columns are sums, so
    both choices come from running minima: time is tokens × columns.
    """
    k, n = len(columns), len(flow)
    upto = [0.0]
    for column in columns:
        upto.append(upto[-1] + _SKIPPED.get(column.role, 0.5))
    name = next((i for i, c in enumerate(columns) if c.role == "indicator"), k)
    finish = [_ONLY_LEVELS if i < name else upto[k] - upto[i + 1] for i in range(k)]
    inside, over = (0.0, 0.0) if all(t.opens for t in flow) else (_NEW_INSIDE_LINE, _SAME_OVER_LINE)
    fits = [_fit(columns, t) for t in flow]
    ahead = [[upto[c] + fits[0][c] for c in range(k)]]
    via = [[0] * k]
    for i in range(1, n):
        last, opens = ahead[-1], flow[i].opens
        ended, end = min((last[p] + finish[p], p) for p in range(k))
        ended += 0.0 if opens else inside
        held, hold = NEVER, 0  # the cheapest column left of c in the same row
        now, came = [], []
        for c in range(k):
            new, same = ended + upto[c], held + upto[c] + (over if opens else 0.0)
            now.append(min(new, same) + fits[i][c])
            came.append(end if new < same else hold)
            if last[c] - upto[c + 1] < held:
                held, hold = last[c] - upto[c + 1], c
        ahead.append(now)
        via.append(came)
    back = [list(finish)]
    for i in range(n - 2, -1, -1):
        after, opens = [fits[i + 1][c] + back[-1][c] for c in range(k)], flow[i + 1].opens
        fresh = min(upto[c] + after[c] for c in range(k)) + (0.0 if opens else inside)
        held, now = NEVER, [0.0] * k
        for p in range(k - 1, -1, -1):
            now[p] = min(finish[p] + fresh, held - upto[p + 1] + (over if opens else 0.0))
            held = min(held, upto[p] + after[p])
        back.append(now)
    back.reverse()
    path = [min(range(k), key=lambda c: ahead[-1][c] + finish[c])]
    for i in range(n - 1, 0, -1):
        path.append(via[i][path[-1]])
    path.reverse()
    alike = [_ALIKE.get(c.role, c.role) for c in columns]
    doubt = []
    for i in range(n):
        best = ahead[i][path[i]] + back[i][path[i]]
        others = (ahead[i][c] + back[i][c] for c in range(k) if alike[c] != alike[path[i]])
        doubt.append(min(others, default=NEVER) <= best + MARGIN or best >= NEVER)
    return path, doubt


def _fit(columns: Sequence[Column], token: Token) -> list[float]:
    """What it costs to put the token under each head; a text that fits nowhere costs the same everywhere."""
    costs = [_FITS.get(c.role, _FITS["other"]).get(token.type, NEVER) for c in columns]
    return costs if min(costs) < NEVER else [0.0] * len(costs)


# --- funds --------------------------------------------------------------------------------------------------------


def _funds(words: Vocabulary, columns: Sequence[Column], data: Sequence[Token]) -> Iterator[Row]:
    """A label and its figures are a row. Figures that are fewer than the heads go where only one placing makes sense."""
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
        places = _placed(words, columns, figures, first)
        if places is None:
            yield Row(tuple(Cell(t.text, 0, j) for j, t in enumerate([*label, *figures])), "ambiguous")
        else:
            yield Row((*cells, *(Cell(t.text, 0, columns[c].start) for t, c in zip(figures, places, strict=True))))
        first = first and not figures
        begin = i


def _labels(words: Vocabulary, token: Token) -> bool:
    return token.type in ("text", "among", "total", "level1", "level2", "pointed") and not _CUT.fullmatch(token.text.clean.strip())


def _decimal(token: Token) -> Decimal:
    return Decimal("".join(c for c in token.text.clean if c.isdigit() or c == "."))


def _placed(words: Vocabulary, columns: Sequence[Column], figures: Sequence[Token], first: bool) -> tuple[int, ...] | None:
    """Column index of every figure; None where no placing or more than one is left."""
    k, m = len(columns), len(figures)
    if m < k and any(t.type == "dash" for t in figures):
        return None
    if m > k or any(t.type not in ("number", "rate", "dash", "figure", "points") for t in figures):
        return None
    if m == k:
        return tuple(range(k))
    if m == 0:
        return ()
    if k > 12:
        return None
    left: dict[tuple[int, ...], float] = {}
    for places in combinations(range(k), m):
        if _sensible(words, columns, figures, places):
            left[places] = _absent(words, columns, places, first)
    if not left:
        return None
    best = min(left.values())
    cheapest = [p for p, cost in left.items() if cost == best]
    return cheapest[0] if len(cheapest) == 1 else None


def _sensible(words: Vocabulary, columns: Sequence[Column], figures: Sequence[Token], places: tuple[int, ...]) -> bool:
    by_role: dict[str, Decimal] = {}
    for token, c in zip(figures, places, strict=True):
        role = columns[c].role
        if token.type == "dash":
            continue
        if token.type == "rate" and role not in words.share:
            return False
        if token.type == "figure" and role not in words.money:
            return False
        value = _decimal(token)
        if role in words.points and value > 100:
            return False
        by_role[role] = value
    rate, spent = by_role.get("execution_rate"), by_role.get("spent")
    whole = by_role.get("year_budget", by_role.get("initial_budget") if "year_budget" not in {c.role for c in columns} else None)
    if rate is not None:
        if spent is None or whole is None:
            return False
        if whole and abs(spent / whole * 100 - rate) > Decimal("0.51"):
            return False
    return True


def _absent(words: Vocabulary, columns: Sequence[Column], places: tuple[int, ...], first: bool) -> float:
    """How odd it is that the other columns are blank: weight and score belong to the first row."""
    cost = 0.0
    for i, c in enumerate(columns):
        if i not in places:
            cost += (0.5 if first else 0.0) if c.role in words.points else 0.5 if c.role in words.share else 1.0
    return cost
