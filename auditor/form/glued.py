"""2 (texts without any separator): a form whose cells run together, 执行率得分年度资金总额593.27593.27448.641076%10.

Known labels and heads cut the text. A run of figures is cut only when arithmetic leaves one way: the printed rate is
spending through budget, no score exceeds its weight, no part its total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.form.draft import part
from auditor.form.flow import Row
from auditor.layout import Vocabulary, key
from auditor.model import Cell, Text

_NUMBER = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,11})(?:\.\d{1,6})?%?")
_FIGURES = re.compile(r"[\d.,%]*")
_BRACKET = re.compile(r"\([^()]{1,8}\)")
_PAGE = re.compile(r"\d{1,2}、")
_LONGEST = 40  # figures in one run
_STEPS = 20_000  # tried before a run is given up
_FEW, _SHORT = 3, 60


@dataclass(frozen=True)
class _Flat:
    """A text without its white space; `at` leads back."""

    text: Text
    chars: str
    at: tuple[int, ...]

    def cut(self, begin: int, stop: int) -> Text:
        return part(self.text, self.at[begin], self.at[stop - 1] + 1) if stop > begin else part(self.text, 0, 0)


def _flat(text: Text) -> _Flat:
    kept = [(i, c) for i, c in enumerate(text.clean) if not c.isspace()]
    return _Flat(text, "".join(c for _, c in kept), tuple(i for i, _ in kept))


def glued(words: Vocabulary, text: Text) -> list[Row] | None:
    """The rows of a form that stands in one text without separators; None where the text is no such thing."""
    if len(text.raw) < _SHORT:
        return None
    flat = _flat(text)
    run = _run(words, flat.chars)
    if run is None:
        return None
    return [*_front(words, flat, run[0][0]), *_block(words, flat, run)]


def flattened(words: Vocabulary, text: Text) -> bool:
    """Does a table run together in the text, so that nothing tells its cells?"""
    if len(text.raw) < _SHORT or "。" in text.raw:
        return False
    chars = "".join(text.clean.split())
    found = set(words.glued_levels.findall(chars))
    return len(found) >= _FEW


def _run(words: Vocabulary, chars: str) -> list[tuple[int, int]] | None:
    """(begin, stop) of each head of the funds block: heads that follow each other without a gap."""
    found: list[tuple[int, int]] = []
    for m in words.glued_terms.finditer(chars):
        if found and m.start() != found[-1][1]:
            if _is_block(words, chars, found):
                return found
            found = []
        bracket = _BRACKET.match(chars, m.end())
        found.append((m.start(), bracket.end() if bracket else m.end()))
    return found if _is_block(words, chars, found) else None


def _is_block(words: Vocabulary, chars: str, found: Sequence[tuple[int, int]]) -> bool:
    roles = [words.terms[key(chars[a:b])] for a, b in found]
    return len(roles) >= _FEW and sum(r in words.money for r in roles) >= 2 and len(set(roles)) == len(roles) <= 8


def _front(words: Vocabulary, flat: _Flat, stop: int) -> Iterator[Row]:
    """What stands before the funds block: a title, labels with their values."""
    page = _PAGE.match(flat.chars)
    begin = page.end() if page else 0
    if page:
        yield Row((Cell(flat.cut(0, begin), 0, 0),), "heads")
    labels = list(words.glued_labels.finditer(flat.chars, begin, stop))
    edges = [m.start() for m in labels] + [stop]
    if edges[0] > begin:
        yield Row((Cell(flat.cut(begin, edges[0]), 0, 0),))
    for m, after in zip(labels, edges[1:], strict=True):
        bracket = _BRACKET.match(flat.chars, m.end())
        middle = min(bracket.end() if bracket else m.end(), after)
        cells = (flat.cut(m.start(), middle), flat.cut(middle, after))
        yield Row(tuple(Cell(t, 0, i) for i, t in enumerate(cells)))


def _block(words: Vocabulary, flat: _Flat, run: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """The funds block and what follows it, which stays unread."""
    chars = flat.chars
    yield Row(tuple(Cell(flat.cut(a, b), 0, i + 1) for i, (a, b) in enumerate(run)))
    roles = [words.terms[key(chars[a:b])] for a, b in run]
    begin = run[-1][1]
    close = words.glued_goals.search(chars, begin)
    stop = close.start() if close else len(chars)
    labels = list(words.glued_rows.finditer(chars, begin, stop))
    total: dict[str, Decimal] = {}
    edges = [m.start() for m in labels] + [stop]
    if edges[0] > begin:
        yield Row((Cell(flat.cut(begin, edges[0]), 0, 0),), "flattened")
    for m, after in zip(labels, edges[1:], strict=True):
        label, figures = flat.cut(m.start(), m.end()), chars[m.end() : after]
        places = _only(roles, figures, total)
        if places is None:
            yield Row((Cell(label, 0, 0), Cell(flat.cut(m.end(), after), 0, 1)), "ambiguous")
            continue
        cells = [Cell(label, 0, 0)]
        for c, (a, b) in places:
            cells.append(Cell(flat.cut(m.end() + a, m.end() + b), 0, c + 1))
            total.setdefault(roles[c], _value(figures[a:b]))
        yield Row(tuple(cells))
    if stop < len(chars):
        yield Row((Cell(flat.cut(stop, len(chars)), 0, 0),), "flattened")


_Places = tuple[tuple[int, tuple[int, int]], ...]  # column, (begin, stop) in the run of figures


def _value(figure: str) -> Decimal:
    return Decimal(figure.rstrip("%").replace(",", ""))


def _only(roles: Sequence[str], figures: str, total: dict[str, Decimal]) -> _Places | None:
    """The one way to cut the figures for these columns; None where there is none or more than one.

    The first row fills all columns. Rows below fill all, or those of money.
    """
    if not figures:
        return ()
    if len(figures) > _LONGEST or not _FIGURES.fullmatch(figures):
        return None
    every = list(range(len(roles)))
    money = [i for i in every if roles[i] not in ("weight", "score", "execution_rate", "reason")]
    ways: list[_Places] = []
    for columns in [every] if not total or money == every else [every, money]:
        for cuts in _cuts(figures, len(columns)):
            if not cuts:
                return None
            places = tuple(zip(columns, cuts, strict=True))
            if _fits(roles, figures, places, total):
                ways.append(places)
                if len(ways) > 1:
                    return None
    return ways[0] if ways else None


def _cuts(figures: str, count: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """All ways to cut the run into so many figures; () where there are too many to try."""
    stack: list[tuple[tuple[int, int], ...]] = [()]
    for _ in range(_STEPS):
        if not stack:
            return
        done = stack.pop()
        begin = done[-1][1] if done else 0
        left = count - len(done)
        if not left:
            if begin == len(figures):
                yield done
            continue
        if not left <= len(figures) - begin <= 16 * left:
            continue
        for stop in range(begin + 1, min(len(figures) - left + 1, begin + 16) + 1):
            if (stop == len(figures) or figures[stop] not in ".,%") and _NUMBER.fullmatch(figures, begin, stop):
                stack.append((*done, (begin, stop)))
    yield ()


def _fits(roles: Sequence[str], figures: str, places: _Places, total: dict[str, Decimal]) -> bool:
    by_role: dict[str, Decimal] = {}
    for c, (a, b) in places:
        figure = figures[a:b]
        role, value = roles[c], _value(figure)
        if figure.endswith("%") and role != "execution_rate":
            return False
        if role in ("weight", "score") and (value > 100 or int(value.as_tuple().exponent) < -2):
            return False
        if role in total and role not in ("execution_rate", "weight", "score") and value > total[role]:
            return False
        by_role[role] = value
    weight, score = by_role.get("weight"), by_role.get("score")
    if weight is not None and score is not None and score > weight:
        return False
    rate, spent, whole = (by_role.get(r) for r in ("execution_rate", "spent", "year_budget"))
    if rate is None or spent is None or whole is None:
        return bool(total)
    if not whole:
        return rate == 0
    half = Decimal(1).scaleb(int(rate.as_tuple().exponent)) / 2
    return abs(spent / whole * 100 - rate) <= max(half, Decimal("0.005"))
