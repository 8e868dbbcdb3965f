"""rules/layouts.toml: what forms call their parts. Words compare by `key`; nothing is known by its position."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import auditor
from auditor.model import AuditError, narrow
from auditor.unit import words as units

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OPEN = re.compile(r"\([^()]*$")
_LEAD = re.compile(r"(?:[a-z][.．、](?=\D)|[★☆*·•●■◆▲△#:;,.]+|20\d\d年度?|(?:20)?[xX]{2}年度?|本年度(?=.{3}))+")
_TAIL = re.compile(r"[:;,.、。—-]+$|(?<=\D)\d{1,2}$|[①-⑳]+$")
_MARK = re.compile(
    r"(?:第[一二三四五六七八九十]{1,3}(?:部分|章|节)|[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}[、.．](?!\d)|\d{1,2}\))+"
)
_BRACKETED_MARK = re.compile(r"^\([一二三四五六七八九十\d]{1,3}\)")
_UNIT = re.compile(r"\((?:单位[:：]|金额单位[:：])?[≥≤><=≧≦]*[*x]*([^()\d≥≤*/]{1,5})\)")
_MARKUP = re.compile(r"<[^<>]{0,40}>")


_JOINED = re.compile("[及和与、]")
_LONGEST = 100  # characters of a cell that may still be a head or a label


def key(text: str) -> str:
    """How a head or label compares: half width, without white space, brackets, year before and number after it."""
    return _key(text) if len(text) <= _LONGEST else text


@lru_cache(maxsize=1 << 14)
def _key(text: str) -> str:
    flat = narrow(text)
    flat = "".join((_MARKUP.sub("", flat) if "<" in flat else flat).split()).lower()
    bare = (_OPEN.sub("", _BRACKETS.sub("", flat)) or flat) if "(" in flat or "[" in flat else flat
    bare = bare[lead.end() :] if (lead := _LEAD.match(bare)) else bare
    return (bare if bare[-1:].isalpha() else _TAIL.sub("", _TAIL.sub("", bare))) or flat


def title_key(text: str) -> str:
    """`key` of a chapter title or section label, without its ordinal (一、 2. 第三部分)."""
    return _title_key(text) if len(text) <= _LONGEST else text


@lru_cache(maxsize=1 << 14)
def _title_key(text: str) -> str:
    flat = "".join(narrow(text).split()).lower()
    flat = _BRACKETED_MARK.sub("", flat) if flat[:1] == "(" else flat
    found = _MARK.match(flat)
    return key(flat[found.end() :]) if found else key(flat)


@dataclass(frozen=True)
class Pattern:
    """A named layout and what identifies it."""

    name: str
    title: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    weights: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)  # one a file, told apart by identity: what it says of a text is kept
class Vocabulary:
    """Words by kind. heads, sections: a word may stand for several roles, in the order of the file."""

    heads: dict[str, tuple[str, ...]]
    terms: dict[str, str]
    rows: dict[str, str]
    labels: dict[str, str]
    sections: dict[str, tuple[str, ...]]
    lists: frozenset[str]
    level1: frozenset[str]
    level2: frozenset[str]
    totals: frozenset[str]
    total_ends: tuple[str, ...]
    grade_labels: frozenset[str]
    grades: frozenset[str]
    likes: dict[str, tuple[str, ...]]
    like_heads: dict[str, tuple[str, ...]]
    like_heads_of: dict[str, tuple[str, ...]]
    like_terms: dict[str, tuple[str, ...]]
    subheads: dict[str, tuple[str, ...]]
    unsure: frozenset[str]
    form_titles: tuple[str, ...]
    report_titles: tuple[str, ...]
    money: frozenset[str]
    share: frozenset[str]
    points: frozenset[str]
    expenditure_rows: frozenset[str]
    sides: frozenset[str]
    past: tuple[str, ...]
    ahead: tuple[str, ...]
    signs: dict[str, str]  # as spelt out -> sign
    funds_names: tuple[str, ...]
    sorts: tuple[str, ...]  # in the names of the rows of a table of one sort of spending (三公经费)
    term_ends: dict[str, tuple[str, ...]]  # how heads of a funds table end, by term
    chapters: dict[str, re.Pattern[str]]
    captions: dict[str, re.Pattern[str]]
    office_labels: frozenset[str]
    offices: tuple[str, ...]  # how the name above a title ends
    titled_office: re.Pattern[str]  # group 1: the name at the beginning of a title
    patterns: tuple[Pattern, ...]

    @cached_property
    def total_marks(self) -> frozenset[str]:
        """How totals end: a text without any of these letters is none."""
        return frozenset(w[-1] for w in (*self.totals, *self.total_ends))

    @cached_property
    def glued_terms(self) -> re.Pattern[str]:
        return _any(w for w in self.terms if len(w) > 1 and self.terms[w] not in ("income", "expenditure"))

    @cached_property
    def glued_labels(self) -> re.Pattern[str]:
        sections = (w for w, names in self.sections.items() if "funds" in names and len(w) >= 4)
        known = {w for w in self.labels if len(w) >= 4}
        # 资金主管部门 may be the end of a value and 主管部门
        return _any([*(w for w in known if not any(w[i:] in known for i in range(1, len(w)))), *sections])

    @cached_property
    def glued_rows(self) -> re.Pattern[str]:
        return _any((w for w in self.rows if len(w) >= 4), "(?:其中:?)?", ":?")

    @cached_property
    def glued_levels(self) -> re.Pattern[str]:
        return _any(w for w in self.level1 | self.level2 if len(w) >= 4)

    @cached_property
    def glued_goals(self) -> re.Pattern[str]:
        roles = ("goals", "indicators")
        return _any(w for w, names in self.sections.items() if set(roles) & set(names) and len(w) >= 4)

    def known(self, word: str) -> bool:
        """Is the word a head, label or section name, so that its cell says nothing of its own?"""
        return (
            word in self.heads or word in self.terms or word in self.sections or word in self.labels
            or word in self.grade_labels or word in self.totals or word in self.rows
        )  # fmt: skip

    def head(self, word: str) -> tuple[str, ...]:
        """Roles of a head that is not in the file, by the longest word it ends with; () where there is none."""
        if len(word) > 24:
            return ()
        if word.startswith(self.past):
            return ("previous",)
        lead = self.heads.get(_JOINED.split(word, maxsplit=1)[0], ())
        if "result" in lead and lead != self.heads.get(word):
            return lead  # 完成情况及说明
        for start in range(1, len(word) - 1):
            if roles := self.heads.get(word[start:]):
                planned = word.startswith(self.ahead) and {"result", "goal_result"} & set(roles)
                return ("target", "goal") if planned else roles  # 计划完成情况
            if term := self.terms.get(word[start:]):
                return (term,)
        return ()

    def term(self, word: str) -> str:
        """The term of a head of a funds table, from the file or by a part of it; "" where there is none."""
        like = (term for term, parts in self.like_terms.items() if any(p in word for p in parts))
        return self.terms.get(word) or next(like, "")

    def unit(self, text: str) -> str:
        """The unit in the brackets of a head, 执行数(万元) → 万元; "" where there is none."""
        if "(" not in text and "（" not in text:
            return ""
        flat = "".join(narrow(text).split())
        for found in _UNIT.finditer(flat + (")" if flat.count("(") > flat.count(")") else "")):
            if is_unit(found[1]):
                return found[1]
        return ""

    def counted(self, name: str) -> str:
        """The unit in which a name counts, 资助人次 → 人次, 受益户数 → 户; "" where it says none."""
        found = self.captions["counted"].search(name)
        return found[1] if found else ""

    def like(self, word: str) -> str:
        """The section of a label that is not in the file, by a part of it; "" where there is none."""
        if len(word) <= 24 and not any(mark in word for mark in ",，。;；"):
            return next((name for name, parts in self.likes.items() if any(p in word for p in parts)), "")
        return ""


def is_total(words: Vocabulary, word: str) -> bool:
    """合计, 总分, and what ends like them (金额合计)."""
    return word in words.totals or (len(word) <= 8 and word.endswith(words.total_ends))


@lru_cache(maxsize=1 << 14)
def is_unit(text: str) -> bool:
    """Is the text a unit of rules/units.toml, with or without a scale and a denominator (万人次, 元/亩)?"""
    head = re.split(r"[/／每]", text)[0]
    return head in units() or (head[:1] in ("万", "亿", "千", "百") and head[1:] in units())


def vocabulary(directory: Path | None = None) -> Vocabulary:
    """The words of `directory`/layouts.toml, by default those that ship. Raises AuditError for a broken file."""
    return _load((directory or _shipped()) / "layouts.toml")


@cache
def _shipped() -> Path:
    package = Path(auditor.__file__).parent
    packed = package / "_rules"
    return packed if packed.is_dir() else package.parent / "rules"


def _any(words: Iterable[str], before: str = "", after: str = "") -> re.Pattern[str]:
    """The words where they run together, the longest first."""
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))}){after}")


def _ends(data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """How heads end by term: 使用, 使用数, 使用金额; execution_rate: a rate of what was spent (使用率, 执行进度)."""
    likes, measures = data["like_terms"], data["funds_table"]["measures"]
    ends = {term: tuple(p + m for p in parts for m in measures) for term, parts in likes.items()}
    return {**ends, "execution_rate": tuple(p + r for p in likes["spent"] for r in likes["execution_rate"])}


def _office(data: dict[str, Any]) -> re.Pattern[str]:
    """某局 in 某局2023年部门整体支出绩效自评报告."""
    names, subjects = ("|".join(data["offices"][key]) for key in ("titled", "subjects"))
    return re.compile(rf"(.{{2,30}}?(?:{names}))(?=20\d\d|{subjects})")


def _one(table: dict[str, list[str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, synonyms in table.items():
        for word in synonyms:
            words.setdefault(word.lower(), name)
    return words


def _of_this_year(terms: dict[str, str], before: list[str]) -> dict[str, str]:
    """本年决算, 当年年初预算: the terms with a word for the year before them."""
    short = {term: name for term, name in terms.items() if len(term) <= 5 and not term.startswith(("全年", "年度", *before))}
    return {f"{word}{term}": name for word in before for term, name in short.items()} | terms


def _many(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for name, synonyms in table.items():
        for word in synonyms:
            words[word.lower()] = (*words.get(word.lower(), ()), name)
    return words


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(w.lower() for w in words)


@cache
def _load(file: Path) -> Vocabulary:
    try:
        data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise AuditError(f"{file}: 不能读取：{error}", f"{file}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise AuditError(f"{file}: 不是 TOML：{error}", f"{file}: not TOML: {error}") from None
    try:
        closing, titles, scales = data["closing"], data["titles"], data["scales"]
        return Vocabulary(
            heads=_many(data["heads"]),
            terms=_of_this_year(_one(data["terms"]), data["past"]["this"]),
            rows=_one(data["rows"]),
            labels=_one(data["labels"]),
            sections=_many(data["sections"]),
            lists=_set(data["lists"]["first"]),
            level1=_set(data["levels"]["level1"]),
            level2=_set(data["levels"]["level2"]),
            totals=_set(closing["total"]),
            total_ends=tuple(closing["total_ends"]),
            grade_labels=_set(closing["grade"]),
            grades=_set(closing["grades"]),
            likes={name: tuple(parts) for name, parts in data["like"].items()},
            like_heads={role: tuple(parts) for role, parts in data["like_heads"].items()},
            like_heads_of={name: tuple(parts) for name, parts in data["like_heads_of"].items()},
            like_terms={term: tuple(parts) for term, parts in data["like_terms"].items()},
            unsure=_set(data["funds_table"]["unsure"]),
            subheads={name: tuple(words) for name, words in data["subheads"].items()},
            form_titles=tuple(titles["form"]),
            report_titles=tuple(titles["report"]),
            money=_set(scales["money"]),
            share=_set(scales["share"]),
            points=_set(scales["points"]),
            expenditure_rows=_set(data["sides"]["expenditure"]),
            sides=_set([*data["terms"]["income"], *data["terms"]["expenditure"]]),
            past=tuple(data["past"]["heads"]),
            ahead=tuple(data["past"]["ahead"]),
            signs={word: sign for sign, spelt in data["signs"].items() for word in spelt},
            funds_names=tuple(data["funds_table"]["names"]),
            sorts=tuple(data["funds_table"]["sorts"]),
            term_ends=_ends(data),
            chapters={name: re.compile(pattern) for name, pattern in data["chapters"].items()},
            captions={name: re.compile(pattern) for name, pattern in data["captions"].items()},
            office_labels=_set(data["offices"]["labels"]),
            offices=tuple(data["offices"]["above"]),
            titled_office=_office(data),
            patterns=tuple(
                Pattern(
                    p["name"], *(tuple(p.get(k, ())) for k in ("title", "has", "lacks", "weights", "levels", "blocks"))
                )
                for p in data["layout"]
            ),
        )
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise AuditError(f"{file}: 内容不全：{error}", f"{file}: incomplete: {error}") from None
