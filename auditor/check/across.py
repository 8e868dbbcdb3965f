"""Across reports: nothing that one form can show. `auditor.batch.across` runs these rules over what a batch found.

failed: a report that could not be audited. previous: last year's figure as this year's report states it, against last
year's report. unmoved: a target that stays where it is year after year while the results are far over it. lowered: a
target set under last year's target and last year's result. copied: a passage with its figures in the reports of two
departments, or of two years. figures: the files of one project and year with different figures.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Case, Option
from auditor.model import Finding, Pass, Rule

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("failed", "previous", "unmoved", "lowered", "copied", "figures")),
    "years": Option(int, default=3),  # unmoved: years in a row
    "times": Option(float, default=1.3),  # unmoved: results at least so many times the target, each year
    "margin": Option(float, default=0.1),  # lowered: the target is under last year's result by more than this share
    "between": Option(str, allowed=("departments", "years"), default="departments"),  # copied
    "sections": Option(list, default=["result_narrative", "prose", "tasks", "issues", "improvements"]),  # copied
    "length": Option(int, default=60),  # copied: letters of the passage
    "units": Option(list, default=[]),  # copied: a figure of these tells (126次), a rate, an area, a standard does not
    "usual": Option(list, default=["12", "24", "52", "365"]),  # copied: nor does the number of months or days of a year
    "shown": Option(int, default=3),  # copied: different telling figures in the passage, the same in both
    "spread": Option(int, default=3),  # copied: in more reports than this it is a text that was handed out
    "terms": Option(list, default=["year_budget", "spent"]),  # figures: of the funds block
    "most": Option(int, default=3),  # figures: with more files of one project than this, each is about a part of it
    "agreeing": Option(int, default=2),  # figures: two files are about the same when so many other figures are equal
    "apart": Option(
        list, default=["监控", "申报", "中期", "季度", "半年", "批复", "目标表"]
    ),  # in a title: no report of a year
    "heads": Option(
        list,
        default=[
            "值",
            "数",
            "实际值",
            "实际数",
            "完成值",
            "完成数",
            "实际完成值",
            "实际完成数",
            "实际完成情况",
            "完成情况",
            "实际",
            "实绩",
            "业绩值",
            "水平",
        ],
    ),  # previous: after 上年, of what was reached
    "restated": Option(
        list, default=["口径", "调整", "修订", "更正", "结转"]
    ),  # previous: in a clause, the figure may differ
}
FACTS = frozenset({"reason", "measure", "one", "other", "year", "before", "target", "results", "count", "text", "share",
                   "department", "file", "project"})  # fmt: skip


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Nothing: one form is not enough."""
    return iter(())
