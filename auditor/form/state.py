"""What is open while the rows of a form are read: the region, the section, the levels, the task."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditor.form.draft import Draft
from auditor.form.heads import Region
from auditor.layout import Vocabulary
from auditor.model import Field

AMONG = re.compile(r"[★☆*·\s]*其中[:、\-—–]*\s*")
FIGURE = re.compile(r"[≥≤=><≧≦═]?-?\d[\d,]*(?:\.\d+)?(?:%|\D{0,2})|[≥≤=><≧≦═]+")
AMOUNT = re.compile(r"[-—–/\\*()无]{0,3}|约?-?\d[\d,]*(?:\.\d+)?(?:%|分|万元|元|亿元)?|[优良中差]")
ORDINAL = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]|\d{1,2}[、.](?!\d)")
POINTS = re.compile(r"\((\d+(?:\.\d+)?)\s*分?[^()]{0,3}\)")


@dataclass
class State:
    """What is open stays open over page breaks and from table to table.

    section: the section label that rows without heads belong to. parent: the row that 其中 rows are part of.
    rate: the printed 完成率 of the row being read. terms_above: in the funds block, the term and label last read in a
    grid column; beside: those that 其中 of this row is of. tables: how many funds tables began.
    """

    draft: Draft
    region: Region | None = None
    section: str = ""
    section_label: str = ""
    level1: Field | None = None
    level2: Field | None = None
    last_name: Field | None = None
    task: int | None = None
    parent: int | None = None
    rate: Field | None = None
    tables: int = 0
    terms_above: dict[int, tuple[str, str]] = field(default_factory=dict)
    beside: tuple[str, str] | None = None

    @property
    def words(self) -> Vocabulary:
        return self.draft.words
