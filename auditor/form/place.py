"""2 (columns regained): which head each text of a flow stands under, and whether that is the only sensible answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from auditor.form.heads import Column
from auditor.layout import Vocabulary
from auditor.model import Text

NEVER = 1e9
MARGIN = 0.75  # how much dearer the second-best layout of a row must be


@dataclass(frozen=True)
class Token:
    """A text of the flow. opens: it is the first of its line, where lines carry rows."""

    text: Text
    opens: bool
    key: str
    type: str
    head: bool


def _costs(table: str) -> dict[str, dict[str, float]]:
    """role: type cost, type cost, … a line."""
    lines = (line.split(":") for line in table.strip().splitlines())
    return {
        role.strip(): {kind: float(cost) for kind, cost in (pair.split() for pair in pairs.split(","))}
        for role, pairs in lines
    }


# What it costs to put a text of a type under a head; absent: never. Figures fit measures, numbers fit points.
_FITS = _costs(
    """
    serial: number 0
    level1: level1 0, level2 0.9, pointed 0.5, text 1.6
    level2: level2 0, level1 0.5, pointed 0.2, text 1.2
    indicator: text 0, among 0, pointed 0.6, level2 1, level1 1.6, total 1, unit 2, figure 2.5
    operator: sign 0
    target: figure 0, rate 0, number 0.1, points 0.2, text 0.4, dash 0.5, level1 1.5, level2 2
    initial: figure 0, rate 0, number 0.1, points 0.2, text 0.4, dash 0.5
    unit: unit 0
    result: figure 0, rate 0, number 0.1, points 0.2, text 0.4, dash 0.5, level1 1.5, level2 2
    weight: number 0, points 0, dash 0.5
    score: number 0, points 0, dash 0.5
    reason: text 0.3, dash 0.3, pointed 1
    criteria: text 0.2, pointed 0.2, dash 0.4, among 0.6, figure 1, number 1.5
    rate: rate 0, number 0.4, dash 0.5
    coefficient: rate 0, number 0.1, dash 0.5
    task: text 0, total 0, figure 2
    goal: text 0.2, figure 3, rate 3, dash 0.5
    goal_result: text 0.2, figure 3, rate 3, dash 0.5
    money: number 0, points 0, figure 0.3, dash 0.5
    share: rate 0, number 0.3, dash 0.5
    other: text 0.4, level1 0.4, level2 0.4, among 0.6, dash 0.4, figure 0.6, number 0.6, rate 0.6, unit 0.6, points 0.6, pointed 0.6
    """
)
_SKIPPED = {
    "serial": 0.5, "level1": 0.0, "level2": 0.1, "indicator": 4.0, "operator": 0.3, "unit": 0.3, "target": 1.5,
    "result": 1.5, "weight": 0.8, "score": 0.8, "reason": 0.0, "criteria": 0.6, "rate": 0.4, "coefficient": 0.4,
    "initial": 1.0, "other": 0.5, "task": 0.8, "goal": 0.8, "goal_result": 0.8, "money": 0.8, "share": 0.4,
}  # fmt: skip
_SKIPPED_OF_TASK = {"indicator": 0.8, "target": 0.8, "result": 0.8}  # the row of a task has its goal or an indicator
_ALIKE = {"level1": "level", "level2": "level", "other": "criteria"}  # confusing these does no harm
_ONLY_LEVELS = 1.5  # a row of levels without an indicator
_NEW_INSIDE_LINE = 0.5
_SAME_OVER_LINE = 0.7


def typed(words: Vocabulary, column: Column) -> Column:
    """Figures of the funds block look alike."""
    money = column.role == "funds" or column.role in words.money
    return column._replace(role="money" if money else "share") if money or column.role in words.share else column


def cheapest(columns: Sequence[Column], flow: Sequence[Token]) -> tuple[list[int], list[bool]]:
    """Column of every token on the cheapest path, and whether another column is nearly as cheap.

    A token stands right of the one before it in the same row, or begins a new row. Costs of skipped columns are sums,
    so both choices come from running minima: time is tokens × columns.
    """
    k, n = len(columns), len(flow)
    skipped = _SKIPPED | _SKIPPED_OF_TASK if any(c.role == "task" for c in columns) else _SKIPPED
    upto = [0.0]
    for column in columns:
        upto.append(upto[-1] + skipped.get(column.role, 0.5))
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


# --- figures of the funds block -----------------------------------------------------------------------------------


def _decimal(token: Token) -> Decimal:
    return Decimal("".join(c for c in token.text.clean if c.isdigit() or c == "."))


def only_places(
    words: Vocabulary, columns: Sequence[Column], figures: Sequence[Token], first: bool
) -> tuple[int, ...] | None:
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
    whole = by_role.get(
        "year_budget", by_role.get("initial_budget") if "year_budget" not in {c.role for c in columns} else None
    )
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
