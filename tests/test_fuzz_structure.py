"""Forms whose heads, cells, rows and columns were dropped, doubled, exchanged or put elsewhere: any structure can be audited.

Not broken bytes but broken sense: heads that are the last of their row, regions without rows, rows of other tables.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_form_whole import assert_each_once

from auditor import audit_document
from auditor.model import AuditError, Table
from auditor.read import read

DEV = Path(__file__).parents[1] / "corpus" / "dev"
FORMS = ("gd_tech", "prov_md_archives", "cq_farm_machinery", "turned_road_upkeep", "card_sports", "dept_civil", "task_heritage")
ODD = (
    "", "—", "100%", "≥", "（万元）", "合计", "总分", "其中：", "1", "2023", "无", "优", "得分", "分值", "三级指标", "指标值", "实际完成值",
    "任务名称", "预期目标", "年度资金总额", "10分", "0.0.0", "1-", "9" * 40, "三分之", "全年目标值", "调整后指标值",
)  # fmt: skip
HOW = ("tabs", "pipes", "dropped", "spaced", "lines")

Grid = list[list[str]]
Step = tuple[int, int, int, str]


@cache
def grids(name: str) -> tuple[Grid | str, ...]:
    blocks = read(DEV / f"{name}.txt").blocks
    return tuple([[c.text.raw for c in r] for r in b.rows] if isinstance(b, Table) else b.text.raw for b in blocks)


def changed(grid: Grid, step: Step) -> Grid:
    """The rows after one step: kind of change, a row, a column, a text."""
    kind, i, j, text = step
    rows = [list(row) for row in grid if row]
    if not rows:
        return [[text]]
    i, other = i % len(rows), j % len(rows)
    j %= max(map(len, rows))
    row = rows[i]
    match kind:
        case 0:
            del rows[i]
        case 1:
            rows.insert(other, list(row))
        case 2:
            rows[i], rows[other] = rows[other], rows[i]
        case 3:
            row.insert(min(j, len(row)), text)
        case 4:
            row[min(j, len(row) - 1)] = text
        case 5:
            del row[min(j, len(row) - 1)]
        case 6:
            rows = [r[:j] + r[j + 1 :] for r in rows]
        case 7:
            rows = [r[:j] + r[j : j + 1] * 2 + r[j + 1 :] for r in rows]
        case 8:
            rows = [[*r[j:], *r[:j]] for r in rows]
        case 9:
            row.reverse()
        case 10:
            rows[i : i + 1] = [row[:j], row[j:]]
        case 11:
            rows[i : i + 2] = [[*row, *(rows[i + 1] if i + 1 < len(rows) else ())]]
        case 12:
            width = max(map(len, rows))
            rows = [list(r) for r in zip(*([*r, *[""] * (width - len(r))] for r in rows), strict=True)]
        case _:
            rows = rows[i:]
    return rows


def written(row: list[str], how: str) -> list[str]:
    if how == "lines":
        return [text for text in row if text]
    if how == "pipes":
        return ["| " + " | ".join(row) + " |"]
    return [("   " if how == "spaced" else "\t").join(row if how == "tabs" else filter(None, row))]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(FORMS),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 40), st.integers(0, 12), st.sampled_from(ODD)), min_size=1, max_size=8),
    st.sampled_from(HOW),
)
def test_any_structure_is_audited_and_every_text_is_somewhere(name: str, steps: list[Step], how: str) -> None:
    """No traceback, and each character is in one field or label."""
    lines: list[str] = []
    for n, block in enumerate(grids(name)):
        if isinstance(block, str):
            lines.append(block)
            continue
        rows = block
        for step in steps:
            rows = changed(rows, step) if step[1] % 3 == n % 3 or len(grids(name)) < 4 else rows
        lines += [line for row in rows for line in written(row, how)]
    try:
        document = read("form", "\n".join(lines).encode())
    except AuditError:
        return
    report = audit_document(document)
    assert all(finding.message() and finding.message("en") for finding in report.findings)
    assert_each_once(document)
