"""2 (heads): which texts are heads of columns, what kind of region they open, which role each column has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from auditor.form.draft import plain
from auditor.layout import Vocabulary, key
from auditor.model import Cell


class Column(NamedTuple):
    """A column of a region: its role, its head as printed, the grid columns [start, stop) that it covers."""

    role: str
    head: str
    unit: str
    start: int
    stop: int


class Region:
    """The rows below some heads. kind: "indicators", "tasks", "funds" or "narrative". number: of the funds tables."""

    def __init__(self, kind: str, columns: Sequence[Column], number: int = 0) -> None:
        self.kind, self.number = kind, number
        self.columns = tuple(columns)
        self.by_start = {c.start: c for c in columns}
        self.roles = {c.role for c in columns}
        self.left = min((c.start for c in columns), default=0)
        self.rows_read = 0

    def column(self, cell: Cell, taken: frozenset[int], exact: bool) -> Column | None:
        """The column whose grid range covers the cell. Where spans are unknown, a cell under no head belongs to the
        nearest head to its left whose own cell is blank."""
        if not exact:
            for at in range(cell.column, -1, -1):
                if at in taken and at != cell.column:
                    return None
                if found := self.by_start.get(at):
                    return found
            return None
        end = cell.column + cell.colspan
        best, width = None, 0
        for c in self.columns:
            common = min(end, c.stop) - max(cell.column, c.start)
            if common > width:
                best, width = c, common
        return best


_ORDINAL = re.compile(r"^\d{1,2}[.、．]")
_YEAR = re.compile(r"20\d\d")
Roles = tuple[str, ...]


def roles_of(words: Vocabulary, word: str) -> Roles:
    """The roles that a head may have, as a column of a table or as a term of the funds block."""
    return words.heads.get(word, ()) + ((words.terms[word],) if word in words.terms else ())


def head_roles(words: Vocabulary, keys: Sequence[str]) -> list[Roles] | None:
    """Roles of the texts of a row, if the row is a row of heads: two heads at least, and nothing that is no head."""
    return _head_roles(words, tuple(keys))


@lru_cache(maxsize=1 << 10)  # a table is read twice, and forms are alike
def _head_roles(words: Vocabulary, keys: tuple[str, ...]) -> list[Roles] | None:
    roles = _of_tasks(words, keys, [roles_of(words, k) for k in keys])
    if money := _by_money(words, keys, roles):
        return money
    if sum(map(bool, roles)) < 2:
        if len(keys) == 2 and (goals := _by_goals(words, keys)):
            return goals
        if len(keys) == 3 and "goals" in words.sections.get(keys[0], ()) and (goals := _by_goals(words, keys[1:])):
            return [(), *goals]
        if points := _by_points(words, keys, roles):
            return points
        return roles if _by_parts(words, keys, roles) else None
    for i, (word, r) in enumerate(zip(keys, roles, strict=True)):
        if not r and not _beside(words, word):
            roles[i] = words.head(word)
    known = [bool(r) or _beside(words, k) for k, r in zip(keys, roles, strict=True)]
    first, sure = known.index(True), sum(known)
    for i, word in enumerate(keys):
        if known[i]:
            continue
        if len(word) > 20 or any(ch.isdigit() for ch in _ORDINAL.sub("", word)):
            return None
        if i > first and (sure < 3 or 2 * sure < len(keys)):
            return None
    return roles


def _of_tasks(words: Vocabulary, keys: Sequence[str], roles: list[Roles]) -> list[Roles]:
    """Beside a column of tasks, what was planned and what was done, by a part of their heads: 计划量 | 完成内容; where one
    head alone can be meant, and the other of the two or money stands beside it."""
    named = next((i for i, r in enumerate(roles) if "task" in r), len(keys))
    if keys and not roles[0] and "task" in words.head(keys[0]) and not words.known(keys[0]):
        named, roles = 0, [("task",), *roles[1:]]  # 履职任务
    every = {role for r in roles for role in r}
    if named > 1 or len(keys) < 3 or every & {"level1", "level2", "indicator"} or max(map(len, keys)) > 14:
        return roles
    apart = words.like_heads_of["task_aside"]
    open_ = [i for i, (k, r) in enumerate(zip(keys, roles, strict=True)) if not r and i > named and not any(p in k for p in apart)]
    out = list(roles)
    done = (*words.like_heads["result"], *words.like_heads_of["task_result"])
    planned = (*words.like_heads["target"], *words.like_heads_of["task_goal"])
    goals = [i for i in open_ if keys[i].startswith(words.ahead)]
    goals += [i for i in open_ if i not in goals and any(p in keys[i] for p in planned) and not any(p in keys[i] for p in done)]
    results = [i for i in open_ if i not in goals and any(p in keys[i] for p in done)]
    for role, found in (("goal_result", results), ("goal", goals)):
        if len(found) == 1 and role not in every:
            out[found[0]] = (role,)
    told = {role for r in out for role in r}
    return out if {"goal", "goal_result"} <= told or told & (words.money | words.share | {"funds"}) else roles


def _by_money(words: Vocabulary, keys: Sequence[str], roles: Sequence[Roles]) -> list[Roles] | None:
    """Heads of a funds table that the file does not name: 资金情况 | 年初安排 | 年中调整后 | 实际拨付 | 实际使用 | 使用进度.
    The first names the block; all others are money, a share of it or points, among them what was planned and spent."""
    if sum(words.terms.get(k) in words.money for k in keys) > 1:
        return None  # known by name
    if len(keys) < 4 or not (
        "funds" in words.sections.get(keys[0], ()) or any(w in keys[0] for w in words.funds_names)
    ):
        return None
    if any(len(k) > 12 or any(ch.isdigit() for ch in k) for k in keys):
        return None
    terms = [words.term(k) for k in keys[1:]]
    planned = {"initial_budget", "year_budget", "arrived"} & set(terms)
    if not all(terms) or not planned or "spent" not in terms:
        return None
    return [(), *((term,) for term in terms)]


def _by_goals(words: Vocabulary, keys: Sequence[str]) -> list[Roles] | None:
    """履职目标 | 履职完成情况: two heads that the file does not name, which end like goal and result."""
    goal, result = (words.heads.get(k) or words.head(k) for k in keys)
    fits = "goal" in goal and "goal_result" in result and max(map(len, keys)) <= 12
    return [("goal",), ("goal_result",)] if fits else None


def _by_points(words: Vocabulary, keys: Sequence[str], roles: Sequence[Roles]) -> list[Roles] | None:
    """A row of heads known by its points alone: 考核点 | 年初计划 | 落实情况 | 满分 | 自查打分. All are short words."""
    if len(keys) < 4 or roles[0] or not any({"weight", "score"} & set(r) for r in roles):
        return None
    if any(len(k) > 12 or any(ch.isdigit() for ch in k) for k in keys):
        return None
    found = [r or words.head(k) for k, r in zip(keys, roles, strict=True)]
    points = {role for some in found for role in some if role in ("weight", "score")}
    return found if len(points) == 2 and not found[0] and not words.known(keys[0]) else None


def _by_parts(words: Vocabulary, keys: Sequence[str], roles: Sequence[Roles]) -> bool:
    """A row of heads of which only the name of the indicators is in the lists: every other is known by a part."""
    named = any({"level1", "level2", "indicator"} & set(r) for r in roles)
    if not named or len(keys) < 4:
        return False
    parts = {p for some in words.like_heads.values() for p in some}
    short = all(len(k) <= 16 and not any(ch.isdigit() for ch in k) for k in keys)
    return short and all(r or any(p in k for p in parts) for k, r in zip(keys, roles, strict=True))


def below_heads(words: Vocabulary, keys: Sequence[str], roles: Sequence[Roles]) -> bool:
    """May this be the second row of heads, below one that opened a region? Nothing but heads and labels is in it."""
    return all(r or _beside(words, k) for k, r in zip(keys, roles, strict=True))


def _beside(words: Vocabulary, word: str) -> bool:
    """A label that may stand beside heads: of the block, or 其中:财政拨款."""
    return word in words.sections or word in words.rows or word.removeprefix("其中").lstrip(":") in words.rows


def kind_of(words: Vocabulary, keys: Sequence[str], roles: Sequence[Roles], open_kind: str = "") -> str:
    """What kind of region these heads open; "" if none."""
    every = {r for some in roles for r in some}
    money = sum(bool(set(r) & (words.money | words.share)) for r in roles)
    if "task" in every and (every & {"goal", "goal_result", "funds", "result"} or (money > 1 and "task" in roles[0])):
        return "tasks"
    levels = every & {"level1", "level2", "indicator"}
    named = sum(words.terms.get(k) in words.money for k in keys)
    if named > 1 and levels == {"indicator"} and not every & {"target", "result", "operator"}:
        return "funds"  # 指标 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 得分
    if levels and len(keys) >= 4 and sum(map(bool, roles)) == 1:
        return "indicators"
    if levels and (len(levels) > 1 or every & {"target", "result", "weight", "score", "operator"}):
        return "indicators"
    only = [set(r) for r in roles if set(r) & {"target", "result"} and not set(r) & {"goal", "goal_result"}]
    if not levels and only and {"target", "result"} <= every and not roles[0] and len(keys) >= 3:
        return "indicators"  # the column of names has a name of its own
    if len(roles) > 3 and "serial" in roles[0] and not roles[1] and not levels:
        return ""  # 序号 | 项目名称 | 预算数 | 执行数: a list, whose 合计 is of what it lists
    if sum(words.terms.get(k) in words.money | words.share and k not in words.sides for k in keys) >= 2:
        return "funds"
    if (
        not roles[0]
        and sum(len(r) == 1 and r[0] in words.money | words.share for r in roles) >= 3
        and _by_money(words, keys, roles)
    ):
        return "funds"
    if "goal" in every and "goal_result" in every:
        return "narrative"
    if {"operator", "target"} <= every and open_kind == "indicators":
        return "indicators"
    if {"weight", "score"} <= every and not every & (words.money | words.share) and not roles[0] and len(keys) >= 4:
        return "" if words.known(keys[0]) else "indicators"  # known by its points
    return ""


def columns_of(
    words: Vocabulary, kind: str, cells: Sequence[Cell], keys: Sequence[str], roles: Sequence[Roles]
) -> list[Column]:
    """The columns that the heads name, in order. Section labels beside them (绩效指标 | 一级指标 | …) are none."""
    tasks = [i for i, r in enumerate(roles) if "task" in r]
    if kind == "tasks" and len(tasks) > 1 and keys[tasks[0]] in words.sections:  # 主要任务 | 任务名称 | …
        roles = [() if i == tasks[0] else r for i, r in enumerate(roles)]
    if kind == "narrative" and not roles[0] and keys[0].endswith(words.like_heads_of["period"]):  # 财政年度 | 目标 | 实际完成情况
        roles = [("period",), *roles[1:]]
    if kind == "narrative":  # 年度总体目标完成情况 | 预期目标 | 实际完成情况: the first is the label of the block
        first = next((i for i, r in enumerate(roles) if "goal" in r), 0)
        roles = [r if i >= first or {"serial", "period"} & set(r) else () for i, r in enumerate(roles)]
    if kind == "indicators" and set(roles[0]) == {"score"} and any("score" in r for r in roles[1:]) and len(cells) > 3:
        roles = [(), *roles[1:]]  # 自评得分 | 评价内容 | 分值 | 得分: the first names the block
    if kind == "funds" and len(cells) > 2 and cells[1].column > cells[0].column + 1:
        roles = [(), *roles[1:]]  # 年度预算（万元） | blank | 年初预算数: the names of the rows stand under the blank
    if (
        kind == "indicators"
        and not roles[0]
        and not {"level1", "level2", "indicator"} & {r for some in roles for r in some}
    ):
        roles = [("indicator",), *roles[1:]]  # the column of names has a name of its own
    beside: Cell | None = None
    years = [found[0] if (found := _YEAR.findall(c.text.clean)) else "" for c in cells]
    columns: list[Column] = []
    seen: set[str] = set()
    for cell, word, some, year in zip(cells, keys, roles, years, strict=True):
        role = _role(words, kind, some, seen)
        if kind == "funds" and role and year and year < max(years):
            role = f"previous_{role}"  # 2022年决算数 beside 2023年决算数
        if kind in ("funds", "tasks") and not role and cell is not cells[0]:
            role = _money_by_end(words, word, seen)
        if not role and not columns:
            beside = cell  # the label of the block
            continue
        again = kind == "indicators" and "result" in some and "result" in seen  # 完成值 | 完成情况: says 完成 of each
        if not role and not again and "indicator" not in some and (word in words.sections or word in words.rows):
            continue
        if kind == "indicators" and not role and "target" in some and "调整" in plain(cell.text):
            columns = [c._replace(role="initial") if c.role == "target" else c for c in columns]
            role = "target"  # the adjusted target replaces the first one
        if kind == "indicators" and year and year < max(years) and role in ("target", "result"):
            seen.discard(role)
            role = "previous"
        if kind == "indicators" and not role and "四级" in word:
            columns = [c._replace(role=_HIGHER.get(c.role, c.role)) for c in columns]
            role = "indicator"
        if kind == "funds" and role == "year_budget" and role in seen:
            earlier = "other" if "initial_budget" in seen else "initial_budget"
            columns = [c._replace(role=earlier) if c.role == role else c for c in columns]
        role = role or "other"
        if role != "previous":
            seen.add(role)
        columns.append(
            Column(role, plain(cell.text), words.unit(cell.text.raw), cell.column, cell.column + cell.colspan)
        )
    if kind == "indicators":
        if "indicator" not in seen:
            deepest = max((c for c in columns if c.role in ("level1", "level2")), key=lambda c: c.role, default=None)
            columns = [c._replace(role="indicator") if c is deepest else c for c in columns]
            if deepest is None and beside is not None:
                end = beside.column + beside.colspan
                columns.insert(0, Column("indicator", plain(beside.text), "", beside.column, end))
        columns = _guessed(words, columns)
    if kind == "funds":
        columns = _unsure(words, columns)
    return _without_group(words, columns)


def _unsure(words: Vocabulary, columns: list[Column]) -> list[Column]:
    """批复数 | 调整数 | 决算数: what was added, or what came of it? Only 年初 and 调整后 beside it tell; without them it is
    neither, and the budget before it is the first one."""
    roles = [c.role for c in columns]
    at = next((i for i, c in enumerate(columns) if c.role == "adjustment" and key(c.head) in words.unsure), None)
    if at is None or {"initial_budget", "year_budget"} <= set(roles):
        return columns
    columns[at] = columns[at]._replace(role="other")
    return [c._replace(role="initial_budget") if c.role == "year_budget" and i < at else c for i, c in enumerate(columns)]




def _money_by_end(words: Vocabulary, word: str, seen: set[str]) -> str:
    """A head beside others that the file names, known by how it ends: 实际使用, 使用金额; a rate of these, 使用率."""
    for role in ("spent", "arrived", "balance", "year_budget"):
        if role == "spent" and word.startswith(("安排", *words.ahead)):
            continue  # 计划支出
        if role not in seen and word.endswith(words.term_ends[role]):
            return role
        if role == "spent" and "execution_rate" not in seen and word.endswith(words.term_ends["execution_rate"]):
            return "execution_rate"
    return ""


def _guessed(words: Vocabulary, columns: Sequence[Column]) -> list[Column]:
    """Heads that no list has, by a part of them (年度完成结果及佐证)."""
    out = list(columns)
    taken = {c.role for c in columns}
    for i, c in enumerate(columns):
        if c.role != "other":
            continue
        role = next((r for r, parts in words.like_heads.items() if any(p in c.head for p in parts)), "")
        if role and (role not in taken or role == "criteria"):
            out[i] = c._replace(role=role)
            taken.add(role)
    return _between(out)


def _between(columns: list[Column]) -> list[Column]:
    """What stands alone between the target and the points is the result, whatever its head: 指标值 | 兑现 | 分值 | 得分."""
    roles = [c.role for c in columns]
    if "result" in roles or "score" not in roles or roles.count("target") != 1:
        return columns
    at = roles.index("target") + 1
    if roles[at : at + 2] in (["other", "weight"], ["other", "score"], ["other", "rate"]):
        columns[at] = columns[at]._replace(role="result")
    return columns


def _without_group(words: Vocabulary, columns: list[Column]) -> list[Column]:
    """绩效指标 | 一级指标 | 二级指标 | 三级指标: the first of two names is the label of the block."""
    names = [c for c in columns if c.role == "indicator"]
    if names and names[0] is columns[0] and key(names[0].head) in words.sections:
        deeper = [c for c in columns[1:] if c.role == "other" and "indicator" in words.heads.get(key(c.head), ())]
        if deeper:
            rest = [c for c in columns[1:] if c is not deeper[0]]
            return sorted([*rest, deeper[0]._replace(role="indicator")], key=lambda c: c.start)
    return columns


_HIGHER = {"indicator": "level2", "level2": "level"}  # of four levels, the two that the third stands below
_WANTED = {
    "indicators": ("level1", "level2", "indicator", "operator", "target", "result", "unit", "weight", "score", "reason",
                   "criteria", "serial", "rate", "coefficient", "previous"),
    "narrative": ("goal", "goal_result", "weight", "score", "reason", "serial", "period"),
}  # fmt: skip
_OF_TASK = ("task", "goal", "goal_result", "indicator", "funds", "weight", "score", "reason", "serial", "criteria")
_OF_TASK_ROW = (
    "indicator", "target", "result", "weight", "score", "reason", "unit", "operator", "funds", "serial", "rate",
)  # fmt: skip


def _role(words: Vocabulary, kind: str, roles: Roles, seen: set[str]) -> str:
    """The first role not yet taken that a head may have in a region of this kind; "" where none fits."""
    if kind == "funds":
        return next((r for r in reversed(roles) if r not in ("goal", "target", "funds", "result", "rate", "indicator")), "")
    if kind == "narrative":
        return next((r for r in _WANTED[kind] if r in roles), "")
    if kind == "tasks":
        money = tuple(r for r in roles if r in words.money or r in words.share)
        order = (*(_OF_TASK_ROW if "indicator" in seen else _OF_TASK), *money)
    else:
        order = _WANTED[kind]
    return next((r for r in order if r in roles and (r not in seen or r == "criteria")), "")


def divided(words: Vocabulary, kind: str, above: Sequence[Column], heads: Sequence[Cell], below: Sequence[Cell], exact: bool) -> list[Column]:
    """The columns where the lower of two rows of heads divides some of the upper: 批复金额 over 总额 | 财政拨款 | 其他资金.
    Empty where the lower texts do not stand so: two at least below a head, the first of them right below it."""
    starts = sorted(c.column for c in heads)
    ends = {c.column: c.column + c.colspan for c in heads}
    if not exact:
        ends = dict(zip(starts, [*starts[1:], max(c.column for c in below) + 1], strict=True))
    groups: dict[int, list[Cell]] = {}
    for cell in below:
        start = max((a for a in starts if a <= cell.column), default=-1)
        if start < 0 or cell.column >= max(ends[start], start + 1):
            return []
        groups.setdefault(start, []).append(cell)
    if not groups or any(len(some) < 2 or some[0].column != start for start, some in groups.items()):
        return []
    by_start = {c.start: c for c in above}
    out = [c for c in above if c.start not in groups]
    seen = {c.role for c in out}
    for start, some in groups.items():
        upper = by_start.get(start)
        for cell in some:
            role = _below(words, kind, upper.role if upper else "other", key(cell.text.raw))
            role = "other" if role in seen else role
            seen |= {role} - {"other"}
            unit = words.unit(cell.text.raw) or (upper.unit if upper else "")
            head = f"{upper.head}{plain(cell.text)}" if upper else plain(cell.text)
            out.append(Column(role, head, unit, cell.column, cell.column + cell.colspan))
    return sorted(out, key=lambda c: c.start)


def _below(words: Vocabulary, kind: str, upper: str, word: str) -> str:
    """The role of a lower head: the upper one's for the whole (总额, 调整后), its first or its rate, else none."""
    own = roles_of(words, word) or words.head(word)
    sub = words.subheads
    if kind == "indicators":
        first, rates = "initial", ("rate",)
    else:
        first, rates = "initial_budget", ("execution_rate",)
    if upper in ("target", "funds", "year_budget", "initial_budget") and word.startswith(sub["first"]):
        return first
    if upper == "initial_budget" and word.startswith(sub["adjusted"]):
        return "year_budget"
    if word in sub["whole"] or words.rows.get(word) == "total" or upper in own:
        return upper
    if upper in ("target", "funds", "year_budget") and word.startswith(sub["adjusted"]):
        return "year_budget" if upper == "funds" else upper
    if kind != "indicators" and upper in ("funds", "other"):
        return next((r for r in own if r in words.money | words.share), _money_by_end(words, word, set()) or "other")
    if kind == "indicators" and upper in ("target", "result"):
        own = tuple(r for r in own if r in ("unit", "operator")) or own
    if kind == "indicators" and own[:1] in (("unit",), ("operator",)):
        return own[0]
    return next((r for r in rates if r in own and upper in ("result", "spent")), "other")


def combined(above: Sequence[Column], below: Sequence[Column], exact: bool) -> list[Column]:
    """Heads of two rows: the lower ones replace what they stand under."""
    starts, roles = {c.start for c in below}, {c.role for c in below}
    kept = [
        c
        for c in above
        if c.start not in starts
        and not (exact and any(c.start <= b.start < c.stop for b in below))
        and not (c.role in roles and c.role in ("indicator", "target"))
    ]
    return sorted([*kept, *below], key=lambda c: c.start)
