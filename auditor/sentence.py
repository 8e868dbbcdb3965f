"""3a (text): running text with its figures: sentences, labels, and whether figures add up."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as made
from decimal import Decimal

from auditor.clause import readable
from auditor.misprint import misprint, telling
from auditor.model import Claim, Field, Form, Quantity

_PART = re.compile(r"[。;!?\n,:、()]")
# a half-width stop too: …1290万元. 当年支付…; but a line that ends behind a comma goes on
_ENDS = re.compile(r"[。!?]|(?<![,、])\n|(?<=[一-鿿%)])\.(?=\s)")
_NUMBERED = re.compile(r"^[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．)）]")
_AFTER = re.compile(r"[。;!?\n,、:()\d]")
LONGEST = 600  # characters of a sentence that are looked at: more than any has, and time stays linear
_MARK = re.compile(r"^\s*\d{1,2}\.(?=\d{1,3}[个项家户人名处台座所宗件次场])")  # 2.10个项目 is ten


@dataclass(frozen=True, slots=True)
class Said:
    """A field's text with its quantities; ends: where its sentences (。!?\\n) end."""

    field: Field
    text: str
    figures: tuple[Quantity, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    labels: dict[int, str] = made(default_factory=dict, compare=False, repr=False)  # asked before

    def label(self, quantity: Quantity) -> str:
        """The words before the figure in its clause."""
        at = quantity.start
        found = self.labels.get(at)
        if found is None:
            found = self.labels[at] = _PART.split(self.text[max(0, at - 24) : at])[-1].strip()
        return found

    def name(self, quantity: Quantity) -> str:
        """The label for people: without the number of its paragraph (2.检查设备912台) and the figures before it (比上年的8起下降
        60%)."""
        label = self.label(quantity)
        begin = quantity.start - len(label)
        inside = [q for q in self.within(begin - 24, quantity.start) if begin < q.end < quantity.start]
        return _NUMBERED.sub("", self.text[inside[-1].end : quantity.start].strip() if inside else label) or label

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Where each sentence begins and ends."""
        at = 0
        for end in self.ends:
            if at < end:
                yield at, end
            at = end + 1

    def begin(self, at: int) -> int:
        """Where the sentence of `at` begins, at most LONGEST characters before."""
        index = bisect_left(self.ends, at)
        return max(self.ends[index - 1] if index else 0, at - LONGEST)

    def end(self, at: int) -> int:
        """Where it ends, at most LONGEST characters after."""
        return min(self.ends[min(bisect_left(self.ends, at), len(self.ends) - 1)], at + LONGEST)

    def within(self, begin: int, stop: int) -> list[Quantity]:
        """The figures in [begin, stop)."""
        left, right = bisect_left(self.starts, begin), bisect_left(self.starts, stop)
        return [q for q in self.figures[left:right] if q.end <= stop]

    def like(self, one: Quantity, begin: int, stop: int) -> list[Quantity]:
        """Plain figures of the same dimension in [begin, stop)."""
        return [q for q in self.within(begin, stop) if q.dimension == one.dimension and is_plain(q)]


def is_plain(quantity: Quantity) -> bool:
    """Whether it is one figure as it is, or about it: no range, bound, growth, date or product."""
    return quantity.value is not None and quantity.form == "plain" and quantity.comparator in ("=", "≈")


def around(said: Said, quantity: Quantity) -> str:
    """What is said of the figure: its label and the words after it, to the next mark."""
    after = _AFTER.split(said.text[quantity.end : quantity.end + 12], 1)[0]
    return said.label(quantity) + after


_EACH = re.compile(r"每[^\W\d]{1,10}$|(?:平|[人户亩村场台生班校床件家次])均[^\W\d]{0,8}$|单价[为约是]?$")
_LEAD = re.compile(r"[较比超][^,。;]{0,10}(?:多|少|增|减|超|降)[^\W\d]{0,4}$|[超差][^\W\d]{0,6}(?:目标|计划|任务|预算)[^\W\d]{0,4}$")


def of_one(said: Said, quantity: Quantity) -> bool:
    """Whether the figure is for one of something: 平均每个村卫生室1.65人, 户均3874元."""
    return quantity.form == "each" or _EACH.search(said.label(quantity)) is not None


def compared(said: Said, quantity: Quantity) -> bool:
    """Whether the figure tells how far another one is from a third: 比计划多2个, 较上年减少37人, 超目标3公里."""
    return _LEAD.search(said.label(quantity)) is not None


def aside(said: Said, quantity: Quantity, begin: int, stop: int) -> bool:
    """Whether a figure stands in brackets that end before `stop`: 28.74万亩（2022年底为23.8万亩），占耕地的70.0%."""
    opened, closed = said.text.rfind("(", begin, quantity.start), said.text.rfind(")", begin, quantity.start)
    return opened > closed and said.text.find(")", quantity.end, stop) >= 0


_ADDITIVE = ("money", "area", "length", "volume", "mass", "weight")


def adds(quantity: Quantity) -> bool:
    """Whether figures like it can be summed: money, measures, counts with a unit."""
    kind = quantity.dimension
    return is_plain(quantity) and quantity.unit != "" and (kind in _ADDITIVE or kind.startswith("count"))


def texts(form: Form, claims: Iterable[Claim]) -> tuple[Said, ...]:
    """Every text of the form that has a figure; the figures are those of its claims."""
    stated: dict[int, list[Quantity]] = {}
    for claim in claims:
        stated.setdefault(id(claim.field.text), []).append(claim.quantity)
    known: list[Said] = []
    seen: set[int] = set()
    for field in form.fields():
        if field.section in ("header", "budget") or id(field.text) in seen or len(field.text.raw) < 8:
            continue
        seen.add(id(field.text))
        figures = tuple(stated.get(id(field.text), ()))
        if figures:
            text = readable(field.text)
            if mark := _MARK.match(text):
                text, figures = _without(text, mark.end(), field)
            ends = (*(m.start() for m in _ENDS.finditer(text)), len(text))
            known.append(Said(field, text, figures, tuple(q.start for q in figures), ends))
    return tuple(known)


def _without(text: str, at: int, field: Field) -> tuple[str, tuple[Quantity, ...]]:
    """The text with the number of its paragraph blanked out, and its figures read anew."""
    from auditor.quantity import quantities  # its patterns take long to compile; rules are listed without them

    text = " " * at + text[at:]
    return text, quantities(text, unit=field.unit)


def base(quantity: Quantity) -> Decimal:
    """The printed value in the base unit of its dimension."""
    assert quantity.value is not None
    return quantity.value * quantity.factor


def _loose(total: Quantity, parts: list[Quantity], coarse: bool) -> Decimal:
    """How far a sum may be off by rounding: half a last digit of the total and of every part of the finest print.

    A coarser part (30 beside 29.99) has lost idle zeros, not digits, unless all parts are (`coarse`).
    """
    steps = [p.step * p.factor for p in parts]
    own, finest = total.step * total.factor, min(steps)
    if finest > own:
        return (own + (sum(steps, Decimal(0)) if coarse else 0)) / 2
    return (own + finest * steps.count(finest)) / 2


def makes_up(total: Quantity, parts: list[Quantity], *, coarse: bool = True) -> bool:
    """Whether the parts add up to the total, within their rounding; counts are exact."""
    gap = abs(sum(map(base, parts), Decimal(0)) - base(total))
    exact = all(q.dimension.startswith("count") for q in (total, *parts))
    return gap == 0 or (not exact and gap < _loose(total, parts, coarse))


_AMONG = re.compile(r"其中|包括|包含|分别")


def listed(said: Said, last: Quantity) -> Quantity | None:
    """The total whose parts a list told before it ends with `last` (接待86.4万人次，其中图书馆31.5万人次、…、文化站17.5万人次): what the
    sentence goes on to compare with the year before may be either. None where no list ends there."""
    like = said.like(last, said.begin(last.start), last.start)
    parts = [last]
    for total in reversed(like):
        between = said.text[total.end : parts[0].start]
        if ";" in between:
            return None
        if _AMONG.search(between) or (len(parts) > 1 and makes_up(total, parts)):
            return total
        parts.insert(0, total)
    return None


def slip(total: Quantity, parts: list[Quantity]) -> bool:
    """Whether one slip of the pen in one figure explains the gap: a wrong digit, swapped ones, a moved point, 元 for 万元.

    Short figures differ by a slip too often; among three parts or more a swap or a moved point still tells.
    """
    gap = base(total) - sum(map(base, parts), Decimal(0))
    many = len(parts) > 2
    for figure, wanted in ((total, -gap), *((p, gap) for p in parts)):
        assert figure.value is not None
        right = (base(figure) + wanted) / figure.factor
        kind = misprint(figure.value, right)
        if kind == "unit" or (kind and telling(figure.value, right)):
            return True
        if many and kind in ("swap", "point") and abs(gap) <= base(total) * (10 if kind == "point" else 1) / 4:
            return True
    return False


GENERIC = re.compile(
    r"(?:全年|共|累计|完成|新建|改造|建设|实施|组织|开展|达到|不[少低]于|年度|项目|工程|目标|其中|\d+年)+"
)


def alike(one: str, other: str) -> bool:
    """Whether two labels name one thing: two letters or more of what is not said of everything."""
    a, b = (GENERIC.sub("|", x) for x in (one, other))
    return any("|" not in a[i : i + 2] and a[i : i + 2] in b for i in range(len(a) - 1))
