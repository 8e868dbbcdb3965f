"""Lists: do they leave out a name, or hold another count than they say?

omission: the narrative names some of the things that a table lists and counts. count: 共三个，即…; A、B、C等业务3项;
A村、B村两个村.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from auditor.check import HELD, Case, Option, any_of, compiled, evidence, found, held, place
from auditor.clause import Clause, bracket_end, clauses, numeral, outside_brackets, pieces, readable
from auditor.model import Claim, Evidence, Field, Finding, Form, Pass, Rule, Span
from auditor.segment import words as cut

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("omission", "count")),
    "similar": Option(float, default=0.6),  # omission: this much of a name is a mention of it
    "most": Option(int, default=30),  # count: longer lists are not counted
    "held": HELD,
}
FACTS = frozenset({"text", "found", "count", "items"})
_LONGEST = 600  # characters that a list may take
_PLACES = 12  # places shown for one pass


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
         "omission": _omission, "count": _count,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _said(field: Field | None) -> str:
    return "" if field is None else field.text.clean.strip()


def _texts(form: Form) -> Iterator[tuple[Field, str]]:
    """Every text that may hold a list, once."""
    seen: set[int] = set()
    for field in form.fields():
        if field.section == "header" or field.role == "budget" or len(field.text.raw) < 6 or id(field.text) in seen:
            continue
        seen.add(id(field.text))
        yield field, readable(field.text)


# --- what the narrative leaves out --------------------------------------------------------------------------------


def _omission(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    told = [(f, readable(f.text)) for f in case.form.results if _said(f)]
    story = "".join("".join(t.split()) for _, t in told)
    groups: dict[tuple[str, ...], list[tuple[Claim, str]]] = {}
    for claim in case.claims:
        if claim.role == "result" and claim.section in ("indicators", "tasks"):
            listed = _listed(claim)
            if listed:
                groups.setdefault(listed[0], []).append((claim, listed[1]))
    for items, claims in groups.items():
        named = [i for n, i in enumerate(items) if _mentioned(i, story, rule.options["similar"], first=n == 0)]
        if not named or len(named) == len(items):
            continue
        left = [i for i in items if i not in named]
        claim, head = claims[0]
        figure = "".join(claim.span.quote.split())
        for field, text in told:
            least = 1 if "等" in claim.clause.quote else 2  # a list without 等 is told in part where two of it are told
            clause = next((c for c in clauses(text) if _speaks(text[c.begin : c.stop], named, head, least)), None)
            if clause is None or _counted(text, clause, figure):
                continue
            facts = {
                "text": field.text.raw[clause.begin : clause.stop], "items": "、".join(left), "count": figure,
                "found": str(len(named)),
            }  # fmt: skip
            sides = [place(field, quote=(clause.begin, clause.stop))]
            sides += [evidence(other)._replace(span=other.clause) for other, _ in claims[:4]]
            yield found(rule, facts, f"{len(items)} − {len(named)} = {len(left)}", sides)
            break


def _listed(claim: Claim) -> tuple[tuple[str, ...], str] | None:
    """(names, head noun) of a claim that counts the names it lists: A、B、C等新业务3项."""
    value, text = claim.quantity.value, readable(claim.span.text)
    if value is None or claim.quantity.comparator != "=" or not 2 <= value <= 12:
        return None
    at = claim.span.begin
    begin = max(claim.clause.begin, at - _LONGEST)
    left = outside_brackets(text, begin, at)
    names, mark, head = left.rpartition("等")
    if not mark:  # A、B、C3条河道
        names, head = left, ""
    head = (head.strip() or text[claim.span.stop : claim.clause.stop].strip())[-6:]
    items = tuple("".join(names[b:e].split()) for b, e in pieces(names, "、"))
    if not mark and len(items) < 3:
        return None
    if len(items) != value or any(not 2 <= len(i) <= 24 for i in items) or len(re.findall(r"[\w]", head)) < 2:
        return None
    return items, head


def _mentioned(item: str, story: str, similar: float, first: bool) -> bool:
    """Whether the story says enough of the name. The first of a list still carries its verb: its end is enough."""
    size = len(item)
    need = max(2, -(-size * similar // 1))
    for length in range(size, int(need) - 1, -1):
        starts = range(size - length + 1)
        if any(item[s : s + length] in story for s in starts):
            return True
    tail = item[-max(2, size // 2) :]  # 抄表 for 智能抄表: the noun without its modifier
    return tail in story or (first and size >= 6 and item[-4:] in story)


def _speaks(clause: str, named: list[str], head: str, least: int) -> bool:
    """Whether the clause says some of the names under the same head noun, and not as examples."""
    return head[-2:] in clause and "等" not in clause and sum(n[-4:] in clause for n in named) >= least


def _counted(text: str, clause: Clause, figure: str) -> bool:
    """Whether the count is given right there: then the names are examples."""
    return figure in "".join(text[max(0, clause.begin - 30) : clause.stop + 30].split())


# --- counts and lists ---------------------------------------------------------------------------------------------

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"


@lru_cache(maxsize=8)
def _patterns(
    units: tuple[str, ...], held: tuple[str, ...], closed: tuple[str, ...]
) -> tuple[re.Pattern[str], ...]:
    unit, either = any_of(units), any_of((*units, *held))
    before = r"(?<![\d.第年月百千万零〇一二三四五六七八九十])"
    return (
        # 共三个，即…  /  10个项目：…  /  8个机构（…）
        re.compile(rf"{before}({_NUMBER})({either})([^\d,。;:()、]{{0,16}}),?({'|'.join(closed)}|[:(])[:,]?"),
        # …等新业务3项  /  …等3个项目
        re.compile(rf"等([^\d,。;:、()等]{{0,12}}?)(?:共|共计|合计)?\s?({_NUMBER})\s?({unit})"),
        # …、…、…共4类
        re.compile(rf"(?<=[^\W\d、])(?:共|共计|合计)()({_NUMBER})\s?({unit})(?=[^\W\d]{{0,6}}(?:[,。;]|$))"),
        # …、…三个村
        re.compile(r"(?<=[^\W\d])([二两三四五六七八九十])(个|类|种|家|所|大|级)(?=[^\W\d])"),
    )


_END = re.compile(r"[。!?\n\t]")
_ANNOUNCING = (":", "(", "即", "分别", "包")  # one of them stands behind a count that a list follows


def _count(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    words = case.words
    closed = ("即为?", "分别为", "分别是", "包括", "包含")
    ahead, open_, summed, apposed = _patterns(
        tuple(words["lists"]["counted"]), tuple(words["lists"]["held"]), closed
    )
    acts = compiled("|".join(words["plan"]["acts"][:40]))
    joints = compiled("|".join(words["lists"]["joints"]))
    about = compiled(words["lists"]["about"])
    texts = list(_texts(case.form))
    for field, text in texts:
        for match in ahead.finditer(text) if any(w in text for w in _ANNOUNCING) else ():
            end = _END.search(text, match.end())
            stop = min(end.start() if end else len(text), match.end() + _LONGEST)
            yield from _announced(rule, field, text, match, stop, joints, words)
        for clause in clauses(text) if "、" in text else ():
            if text.find("、", clause.begin, clause.stop) < 0:
                continue
            for match in about.finditer(text, clause.begin, clause.stop):
                yield from _about(rule, field, match, joints)
            for pattern in (open_, summed, apposed):
                for match in pattern.finditer(text, clause.begin, clause.stop):
                    yield from _closing(rule, field, text, clause, match, acts, joints)
    yield from _shared(rule, texts)


def _number(match: re.Match[str]) -> int | None:
    return next((numeral(g) for g in match.groups() if g and numeral(g)), None)


def _verdict(
    rule: Rule, field: Field, count: tuple[int, int], listed: tuple[int, int], number: int, names: int
) -> Finding | Pass:
    before = re.split(r"[。;,:\n\t]", readable(field.text)[max(0, count[0] - 12) : count[0]])[-1]
    facts = {"text": before + field.text.raw[slice(*count)], "count": str(number), "found": str(names)}
    sides = (
        Evidence(Span(field.text, *count, field.section), field.role, facts["text"], str(number), "项"),
        Evidence(Span(field.text, *listed, field.section), field.role, facts["text"], str(names), "项"),
    )
    if names == number:
        return held(rule, facts, f"{names} = {number}", sides)
    return found(rule, facts, f"{names} ≠ {number}", sides)


def _announced(
    rule: Rule, field: Field, text: str, match: re.Match[str], stop: int, joints: re.Pattern[str], words: dict[str, Any]
) -> Iterator[Finding | Pass]:
    """A count, then the list: 共三个，即…"""
    number, intro = numeral(match[1]), match[4]
    if intro == "(":
        stop = bracket_end(text, match.start(4)) or match.end()
    if number is None or not 2 <= number <= rule.options["most"] or stop <= match.end():
        return
    begin = match.end()
    by_clause = [p for p in pieces(text, ";", begin, stop) if p[0] < p[1]]
    first = pieces(text, ",;", begin, stop)[0]
    by_mark = [p for p in pieces(text, "、", *first) if p[0] < p[1]]
    by_comma = [p for p in pieces(text, "、,", *by_clause[0]) if p[0] < p[1]] if by_clause else []
    tail = text[first[1] + 1 : by_clause[0][1]] if by_clause and first[1] < by_clause[0][1] else ""
    if len(by_mark) > 1 and compiled(words["lists"]["ends"]).match(tail):
        by_comma = by_mark  # 即A中心、B中心，均已通过验收: what follows says something of them
        by_clause = by_clause[:1]
    options = [by_mark, by_comma, by_clause]
    count = (match.start(), match.end(3))
    for listed in options:
        loose = sum(len(joints.findall(text, *p)) for p in listed)
        if len(listed) >= 2 and len(listed) <= number <= len(listed) + loose:
            yield _verdict(rule, field, count, (listed[0][0], listed[-1][1]), number, number)
            return
    if intro == ":" or (
        intro == "(" and not _all_such(text, by_mark, match[3] or text[max(0, match.start() - 4) : match.start()])
    ):
        return  # what stands there need not be a list of all
    mixed = len(by_mark) > 1 and len(by_comma) > len(by_mark)
    best = by_mark if len(by_mark) > 1 else by_clause if len(by_clause) > 1 else by_comma
    whole = text[best[0][0] : best[-1][1]] if len(best) > 1 else ""
    if mixed or len(best) < 2 or joints.search(outside_brackets(whole, 0, len(whole))):
        return
    if re.search(rf"{_NUMBER}{match[2]}", whole):
        return  # 4期，即甲班3期、乙班1期: they add up, they are not counted
    opened = any(w in whole[-8:] or w in text[best[-1][1] : best[-1][1] + 2] for w in words["lists"]["open"])
    if (opened or intro.startswith("包")) and len(best) <= number:
        return
    yield _verdict(rule, field, count, (best[0][0], best[-1][1]), number, len(best))


def _all_such(text: str, listed: list[tuple[int, int]], noun: str) -> bool:
    """碧道3条（东溪碧道、石桥涌碧道）: every name ends in the noun that is counted."""
    return len(listed) > 1 and len(noun) > 1 and all(text[b:e].endswith(noun[-2:]) for b, e in listed)


def _closing(
    rule: Rule,
    field: Field,
    text: str,
    clause: Clause,
    match: re.Match[str],
    acts: re.Pattern[str],
    joints: re.Pattern[str],
) -> Iterator[Finding | Pass]:
    """The list, then its count: A、B、C等业务3项; A村、B村两个村."""
    number, opened = _number(match), match[0].startswith("等")
    begin = max(clause.begin, match.start() - _LONGEST)
    before = outside_brackets(text, begin, match.start())
    spans = pieces(before, "、")
    items = ["".join(before[b:e].split()) for b, e in spans]
    if number is None or number < 2 or len(items) < 2 or len(items) > rule.options["most"]:
        return
    count = (match.start() + opened, match.end())
    listed = (begin, match.start())
    loose = sum(len(joints.findall(i)) for i in items)
    if len(items) <= number <= len(items) + loose:
        yield _verdict(rule, field, count, listed, number, number)
        return
    if match[0].startswith(("共", "合计")):
        # one kind of thing, by the last two characters of each (校长培训、骨干教师培训共4类)
        if not loose and len({i[-2:] for i in items}) == 1 and not any(c.isdigit() for c in before):
            yield _verdict(rule, field, count, listed, number, len(items))
        return
    if loose or any(not 1 < len(i) <= 24 for i in items) or any(acts.search(i) for i in items[1:]):
        return
    apposed = len({i[-1] for i in items}) == 1 and all(len(i) <= 8 for i in items[1:])
    if len(items) > number if opened else apposed:
        yield _verdict(rule, field, count, listed, number, len(items))


def _about(rule: Rule, field: Field, match: re.Match[str], joints: re.Pattern[str]) -> Iterator[Finding | Pass]:
    """围绕A、B、C、D五项重点任务: all that stands between the verb and the count is the list."""
    number = numeral(match[2])
    items = [i for i in match[1].split("、") if i]
    if number is None or number < 2 or len(items) < 2 or "等" in match[1] or any(not 1 < len(i) <= 10 for i in items):
        return
    loose = sum(len(joints.findall(i)) for i in items)
    listed = len(items) if number not in range(len(items), len(items) + loose + 1) else number
    if listed == number or not loose:
        yield _verdict(rule, field, (match.start(2), match.end()), match.span(1), number, listed)


_SAID = "〇一二三四五六七八九"
_SEVERAL = re.compile(r"(?<![第\d])([二两三四五六七八九])(?:个|类|种|大)([^\W\d]{3,8})")
_ENUMERATION = re.compile(r"[^\W\d]{2,12}(?:、[^\W\d]{2,12}){1,8}")


def _shared(rule: Rule, texts: list[tuple[Field, str]]) -> Iterator[Pass]:
    """三个特殊监管区域 here, …区、…区、…区 there: told only where they fit; what does not may be another list."""
    nouns: dict[tuple[int, str], list[tuple[Field, int, int]]] = {}
    for field, text in texts:
        for match in _SEVERAL.finditer(text):
            nouns.setdefault((numeral(match[1]) or 0, match[2]), []).append((field, match.start(), match.end()))
    if not nouns:
        return
    lists: list[tuple[Field, int, int, list[str], str]] = []
    for field, text in texts:
        for match in _ENUMERATION.finditer(text):
            items = match[0].split("、")
            if len({i[-1] for i in items[:-1]}) == 1 and items[0][-1] in items[-1]:
                lists.append((field, match.start(), match.end(), items, text))
    told: set[str] = set()
    for number, noun in nouns:
        for field, begin, stop, items, text in lists:
            ending = items[0][-1]
            stem = noun[: noun.find(ending) + 1]
            if len(items) != number or len(stem) < 3 or stem not in text or stem in told:
                continue
            told.add(stem)
            same = [p for (n, other), more in nouns.items() if n == number and other.startswith(stem) for p in more]
            cut = begin + text[begin:stop].rfind(ending) + 1
            sides = [place(field, stem, (begin, cut)), *(place(f, stem, (b, e)) for f, b, e in same[:_PLACES])]
            facts = {"text": f"{_SAID[number]}个{_whole_word(noun, stem)}", "found": str(number)}
            yield held(rule, facts, f"{number} = {number}", sides)


def _whole_word(noun: str, stem: str) -> str:
    """The stem to the end of its last word: 特殊监管区 of 特殊监管区域社会 is 特殊监管区域."""
    said = ""
    for word in cut(noun):
        said += word
        if len(said) >= len(stem):
            return said
    return stem
