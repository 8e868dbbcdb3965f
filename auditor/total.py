"""3a (totals): totals of running text with what is said to make them up.

Whether the parts add up is for the checks (auditor/check/prose.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from auditor.clause import bracket_end, each_piece
from auditor.misprint import misprint
from auditor.model import Quantity
from auditor.sentence import LONGEST, Said, adds, around, base, compared, is_plain, makes_up, of_one, slip

_INTRO = re.compile(
    r"(?=[,:;(其分即来资包用由])[,:;(]?(其中|分别为|分别是|分别[^\W\d]{2}(?=\d)|即|分为|(?:资金)?来源(?:为|是|包括)|包括|包含|用于|由)[:,]?"
)
CLOSED = ("即", "分为", "由", "按", "中", "来源为", "来源是", "资金来源为", "资金来源是")
# 按用途分，分项目看，: all of it, by kinds
_BY = re.compile(
    r"[。;,\n](?:其中)?(?:按[^,。;\d\n]{1,8}(?:分(?:布|类)?|划分|统计)|分[^,。;\d\n]{1,5}看"
    r"|从[^,。;\d\n]{0,6}(?:类型|结构|构成|来源|级次|区域|投向|性质|用途|方向|行业)[^,。;\d\n]{0,2}看)[,:]"
)
_AMONG = re.compile(r"(?<=。)\s*(?:其中|分别为|包括)[:,]?")  # a sentence of its own: its total stands in the one before
# 未完成的30户中，19户因…，11户因…; 不合格样品中，微生物超标21批次、…
_WITHIN = re.compile(r"(?:(?P<name>[^\W\d]{2,8})|\d[^\W\d]{1,8})中[,:]")
_ALL = ("上述", "以上", "所有", "全部", "全体", "这些", "前述")
_MADE_OF = re.compile(r"组成|构成")
# 上述管网由干管和支管两部分构成，…; 所有供养对象按供养方式划分，…: all of what the paragraph has counted before
_DIVIDED = re.compile(
    r"(?:^|(?<=[。;,\n]))(?P<all>上述|以上|所有|全部|全体|这些|前述)(?P<name>[^,。;:\d按由]{1,10}?)"
    r"(?:由[^,。;:\d]{3,24}?(?:构成|组成)|按[^,。;:\d]{2,10}?(?:划分|区分|分类|统计|分|看)|可?分[为成][两三四五二][^,。;:\d]{1,4})[,:]"
)
_POSTS = re.compile(r"岗位?$|岗位|名额|职数")
_OF_IT = re.compile(r"(?:约|分别)?占[^,;。\d]{0,8}\d[\d.]*%")
_AND = re.compile(r"(?:和|及|与|以及)[^,;、。\d]{0,12}")
NOUN = "…("  # 14座小型水库（小（1）型5座、…）: what is counted stands between the total and its parts
SUMMED = re.compile(r"(?:共计|合计|总计|总共|(?<![公中])共(?![享建青同用]))(?:[^\W\d]{0,6}?)$")


@dataclass(frozen=True, slots=True)
class Total:
    """A total and what is said to make it up."""

    total: Quantity
    parts: tuple[Quantity, ...]
    whole: bool  # reads as complete: no 等, nothing skipped
    intro: str
    mark: str = ""  # between the first two parts


def totals(said: Said, words: dict[str, Any]) -> Iterator[Total]:
    """Every total with the parts that follow its introducing word or stand in the brackets after it."""
    turns, open_ = tuple(words["money"]["turns"]), tuple(words["lists"]["open"])
    for match in _INTRO.finditer(said.text):
        if match[1].startswith("分别"):
            total = _total_told(said, match.start(), match.end())
        else:
            total = _total_before(said, match.start())
        if total is None or (match[1] == "由" and not _MADE_OF.search(said.text, match.end(), said.end(match.end()))):
            continue
        stop = said.end(match.end())
        inside = _enclosing(said.text, total.end, match.start())
        parts, whole, mark = _run(said, total, match.end(), stop if inside is None else min(stop, inside), turns, open_)
        if match[1] == "用于" and mark != "、":
            whole = False  # 资金30万元用于渠道，资金25万元用于泵站
        if match[1].startswith("分别") and len(parts) > 1:  # the total need not be the figure right before
            begin = said.begin(match.start())
            total = next((q for q in said.like(total, begin, match.start()) if makes_up(q, list(parts))), total)
        if compared(said, total) and len(parts) > 0 and not makes_up(total, list(parts)):
            level = [q for q in said.like(total, said.begin(match.start()), total.start) if adds(q)]
            if not level or compared(said, parts[0]):
                continue  # 比上年增加40万元，其中人员经费增加25万元: parts of the change
            total = level[-1]  # 完成36个，比计划多2个，其中…
        main = Total(total, parts, whole, match[1], mark)
        beside = _beside(said, main)
        if beside and whole and makes_up(total, list(parts)) != makes_up(beside.total, list(beside.parts)):
            main, beside = (
                replace(main, intro="按"),
                replace(beside, intro="按"),
            )  # one column adds up: all parts are there
        yield main
        if beside:
            yield beside
    for match in _BY.finditer(said.text):
        paragraph = said.text.rfind("\n", 0, match.start()) + 1
        before = [q for q in said.within(max(paragraph, match.start() - 150), match.start()) if adds(q)]
        after = said.within(match.end(), said.end(match.end()))
        like = [q for q in before if after and q.dimension == after[0].dimension]
        if like:
            largest = max(like, key=base)
            parts, whole, mark = _run(said, largest, match.end(), said.end(match.end()), turns, open_)
            yield Total(_fitting(like, parts) or largest, parts, whole, "按", mark)
    for match in _AMONG.finditer(said.text):
        begin, after = _told_before(said, match.start() - 1), said.within(match.end(), said.end(match.end()))
        like = [q for q in said.like(after[0], begin, match.start()) if adds(q)] if after else []
        same = [q for q in like if q.unit == after[0].unit] or like
        if same:
            parts, whole, mark = _run(said, same[-1], match.end(), said.end(match.end()), turns, open_)
            over = bool(parts) and sum(map(base, parts), Decimal(0)) > max(map(base, like))
            if total := _fitting(like, parts) or (same[-1] if len(same) == 1 or over else None):
                yield Total(total, parts, whole, "其中", mark)
    yield from _listed(said, turns, open_)
    yield from _divided(said, turns, open_)
    yield from _within(said, turns, open_)
    for total in said.figures:
        opened = _OPENED.match(said.text, total.end) if adds(total) else None
        if opened:
            at = opened.end() - 1
            close = bracket_end(said.text, at)
            if close and close < at + LONGEST and not _INTRO.match(said.text, at + 1):
                parts, whole, mark = _run(said, total, at + 1, close, turns, open_)
                if len(parts) > 1:
                    yield Total(total, parts, whole, "(" if at == total.end else NOUN, mark)


_OPENED = re.compile(r"[^\W\d]{0,12}\(")


def _told_before(said: Said, at: int) -> int:
    """Where the sentence before 其中 begins; one without figures that speaks of what the one before it counts joins the
    two: 不合格85批次。不合格样品已录入系统。其中…."""
    begin = said.begin(at)
    if begin and not said.within(begin, at):
        before = said.begin(begin - 1)
        last = next(reversed(said.within(before, begin)), None) or next(reversed(said.within(before, at)), None)
        named = [q for q in said.within(before, begin) if len(said.label(q)) > 1 and said.label(q)[-3:] in said.text[begin:at]]
        if last is not None and named:
            return max(before, named[-1].start - 1)
    return begin


def _listed(said: Said, turns: tuple[str, ...], open_: tuple[str, ...]) -> Iterator[Total]:
    """实际支出931万元：书房412.5万元，图书248万元，…。 and 支出1406万元，执行率95%。支出构成：…; 涉及4个子项目：…: a colon, and to the
    end of the sentence one figure in each piece. The total is the figure before the colon, or the one that the parts make
    up, but for a slip of the pen, of those before."""
    for match in _COLON.finditer(said.text):
        at, stop = match.start(), said.end(match.end())
        pieces = [said.within(b, e) for b, e in each_piece(said.text, ",;、", match.end(), stop)]
        first = next((q for p in pieces[:1] for q in p if adds(q)), None)
        if first is None or len(pieces) < 3:
            continue
        right = [q for q in said.within(max(0, at - 24), at) if q.end == at and q.dimension == first.dimension]
        total = right[0] if right and adds(right[0]) and not of_one(said, right[0]) else None
        unmet = first._replace(value=sum((base(q) for p in pieces for q in p if q.value), Decimal(0)) * 2)
        parts, whole, mark = _run(said, total or unmet, match.end(), stop, turns, open_)
        if len(parts) != len(pieces) or not whole:
            continue
        if total is None and (match["list"] or match["from"]):
            line = said.text.rfind("\n", 0, at) + 1
            like = [q for q in said.like(first, max(line, at - 200), at) if adds(q) and base(q) > max(map(base, parts))]
            counted = match["list"] and re.match(r"\d+", match["list"])
            total = _fitting(like, parts) or (_missed(like, parts) if counted and int(counted[0]) == len(parts) else None)
        if total:
            yield Total(total, parts, whole, "即" if len(parts) > 2 and first.dimension == "money" else ":", mark)


_COLON = re.compile(
    r"(?P<list>\d+(?:个|项|大|类)[^\W\d]{0,8}|(?:构成|组成|来源|明细|投向|用途|结构|分配|分布|具体)(?:情况|如下|[为是])?)?(?<!其中):"
    r"|(?P<from>资金来源|支出构成|资金构成)[为是由]:?"
)


def _missed(like: list[Quantity], parts: tuple[Quantity, ...]) -> Quantity | None:
    """The largest, where one digit, a swap or a moved point of one part makes up the gap (4个子项目：… lists them all)."""
    total = max(like, key=base, default=None)
    gap = base(total) - sum(map(base, parts), Decimal(0)) if total else Decimal(0)
    known = (p for p in parts if p.value is not None and misprint(p.value, (base(p) + gap) / p.factor) in ("digit", "swap", "point"))
    return total if gap and next(known, None) else None


def _divided(said: Said, turns: tuple[str, ...], open_: tuple[str, ...]) -> Iterator[Total]:
    """新建管网87.4公里，解决了…。…上述管网由干管和支管两部分构成，干管31.2公里，支管56.2公里: the total is the one figure of
    the paragraph in the unit of the parts, or the one that is called what is divided."""
    for match in _DIVIDED.finditer(said.text) if any(w in said.text for w in _ALL) else ():
        stop = said.end(match.end())
        after = next(iter(said.within(match.end(), stop)), None)
        if after is None or not adds(after):
            continue
        line = said.text.rfind("\n", 0, match.start()) + 1
        like = [q for q in said.like(after, max(line, match.start() - LONGEST), match.start()) if q.unit == after.unit]
        named = [q for q in like if _ends_alike(said.label(q), match["name"])] or like
        if len({base(q) for q in named}) == 1:
            parts, whole, mark = _run(said, named[-1], match.end(), stop, turns, open_)
            yield Total(named[-1], parts, whole, "分为", mark)


def _ends_alike(label: str, name: str) -> bool:
    return len(name) > 1 and label.endswith(name[-2:])


def _within(said: Said, turns: tuple[str, ...], open_: tuple[str, ...]) -> Iterator[Total]:
    """不合格样品中，微生物超标21批次、农药残留超标11批次: of the 不合格38批次 before."""
    for match in _WITHIN.finditer(said.text) if "中," in said.text or "中:" in said.text else ():
        stop = said.end(match.end())
        after = next(iter(said.within(match.end(), stop)), None)
        if after is None or not adds(after):
            continue
        line = said.text.rfind("\n", 0, match.start()) + 1
        like = [q for q in said.like(after, max(line, match.start() - 200), match.end()) if q.unit == after.unit]
        named = [q for q in like if match["name"] and _shares(match["name"], said.label(q))] or (
            like[-1:] if like and like[-1].end > match.start() else []
        )
        if named:
            parts, whole, mark = _run(said, named[-1], match.end(), stop, turns, open_)
            shared = {said.text[p.end : p.end + 1] for p in parts}
            listed = len(parts) > 1 and (mark == "、" or shared in ({"因"}, {"由"}))
            intro = "中" if listed else "其中"
            yield Total(named[-1], parts, whole, intro, mark)


def _shares(name: str, label: str) -> bool:
    """Whether the name begins with what the figure is called: 不合格样品, 检出不合格."""
    return any(label.endswith(name[:n]) for n in range(2, len(name) + 1))


def glued(said: Said, figure: Quantity) -> Quantity | None:
    """The figure that ends where this one begins: 41宗|2013亩."""
    return next((q for q in said.within(max(0, figure.start - 16), figure.start) if q.end == figure.start), None)


def _beside(said: Said, main: Total) -> Total | None:
    """41宗2013亩，其中出让18宗936亩，划拨23宗1077亩: a second figure glued to the total and to every part."""
    pairs = [glued(said, q) for q in (main.total, *main.parts)]
    firsts = [q for q in pairs if q is not None]
    paired = len(main.parts) > 1 and len(firsts) == len(pairs) and len({q.dimension for q in firsts}) == 1
    if paired and adds(firsts[0]) and all(map(is_plain, firsts)):
        return replace(main, total=firsts[0], parts=tuple(firsts[1:]))
    return None


def _fitting(like: list[Quantity], parts: tuple[Quantity, ...]) -> Quantity | None:
    """The figure that the parts make up, or would but for one slip of the pen."""
    if len(parts) < 2:
        return None
    known = next((q for q in like if makes_up(q, list(parts))), None)
    return known or next((q for q in like if slip(q, list(parts))), None)


def _enclosing(text: str, begin: int, stop: int) -> int | None:
    """Where the bracket closes that opens between the total and its introducing word (82人（其中，…）)."""
    at = text.find("(", begin, stop + 1)
    end = bracket_end(text, at) if at >= 0 else None
    return end if end is None or end > stop else None


def _total_told(said: Said, at: int, end: int) -> Quantity | None:
    """Before 分别: the last figure of the sentence of the kind of the first part."""
    begin = said.begin(at)
    first = next(iter(said.within(end, min(said.end(end), end + 24))), None)
    like = said.like(first, begin, at) if first else []
    return next((q for q in reversed(like) if adds(q) and not _inside(said.text, begin, q.start)), None)


def _total_before(said: Said, at: int) -> Quantity | None:
    """The figure right before the introducing word, in the same sentence part; its growth and what stands in brackets
    behind it are passed over: 成交额21.4亿元，同比增长18.9%（上年为18亿元），其中…."""
    begin = max(0, at - 60)
    text = _ASIDE.sub(lambda m: " " * len(m[0]), said.text[begin:at])
    before = [q for q in said.within(begin, at) if text[q.start - begin : q.end - begin].strip()]
    while before and before[-1].dimension == "rate":
        clause = text.rfind(",", 0, before[-1].start - begin)
        if clause < 0 or text[before[-1].end - begin :].strip(" ,"):
            return None
        text = text[:clause]
        before.pop()
    if not before or not adds(before[-1]):
        return None
    between = text[before[-1].end - begin :].strip()
    if len(between) > 12 or re.search(r"[。;!?\n)]", between):
        return None
    if not of_one(said, before[-1]):
        return before[-1]
    like = [q for q in said.like(before[-1], max(said.begin(at), at - 60), at) if not of_one(said, q)]
    return like[-1] if like and adds(like[-1]) else None  # 乡村医生1893人，平均每村1.65人，其中60岁以上的684人


_ASIDE = re.compile(r"\([^()]*\)$")


def _run(
    said: Said, total: Quantity, begin: int, stop: int, turns: tuple[str, ...], open_: tuple[str, ...]
) -> tuple[tuple[Quantity, ...], bool, str]:
    """The parts in order, whether the list reads as complete, and the mark between the first two."""
    text, parts = said.text, list[Quantity]()
    mark = first = ""
    kind = total.dimension
    if kind == "count:个" and _POSTS.search(around(said, total)):  # 公益性岗位2150个，其中护林员860人
        kind = next((q.dimension for q in said.within(begin, stop) if q.dimension in ("count:人", "count:名")), kind)
    for b, e in each_piece(text, ",;、+", begin, stop):
        after = text[e : e + 1]
        figures = [q for q in said.within(b, e) if not _inside(text, b, q.start)]
        mine = [q for q in figures if q.dimension == kind]
        label = text[b : mine[0].start] if mine else text[b:e]
        if mine and _PRICED.search(label) and after == "、":
            continue  # 重点研发每项50万元、计1100万元: the price of one is no part
        if not mine and not figures and after == "、" and not any(label.startswith(t) for t in turns):
            continue  # 设计、规划、测绘29.99万元
        if not figures and not parts and len(label) <= 4:
            continue  # 其中，
        if parts and not mine and _OF_IT.fullmatch(text, b, e):
            if len(parts) == 1:
                mark = after  # A 984万元，占60%；B …
            continue
        listed = mark == "、" == text[b - 1] and label.strip() in turns  # 刑事812件、民事620件、执行249件
        if parts and not listed and any(t in label and t not in first for t in turns):
            break
        if (
            len(mine) == 2 == len(figures)
            and all(map(is_plain, mine))
            and _AND.fullmatch(text, mine[0].end, mine[1].start)
        ):
            parts += mine  # 156万元和80万元: the last two
            break
        if len(mine) != 1 or not (is_plain(mine[0]) or _raised(mine[0])):
            return tuple(parts), not mine and len(parts) > 1, mark
        if SUMMED.search(label):
            break
        tail = text[mine[0].end : e].strip()
        first = first or label
        parts.append(mine[0])
        if any(tail.startswith(w) for w in open_) or "等" in tail[:4] or len(figures) > 2:
            return tuple(parts), False, mark
        if len(parts) == 1:
            mark = after
        if makes_up(total, parts, coarse=False):
            break
        if after == ";" and (mark != ";" or not _alone(said, total, e + 1, stop)):
            break
    return tuple(parts), True, mark


_PRICED = re.compile(r"每[^\W\d]{1,2}$")


def _raised(quantity: Quantity) -> bool:
    """改造提升0.75万亩 as a part: a kind of work that is called so, not a change."""
    return quantity.form == "growth" and quantity.value is not None and quantity.comparator == "="


def _alone(said: Said, like: Quantity, begin: int, stop: int) -> bool:
    """Whether the next part of the sentence holds one figure of the kind: else it is a matter with its own parts."""
    stop = next((i for i in range(begin, stop) if said.text[i] == ";"), stop)
    return sum(q.dimension == like.dimension for q in said.within(begin, stop)) == 1


def _inside(text: str, begin: int, at: int) -> bool:
    return text.count("(", begin, at) > text.count(")", begin, at)
