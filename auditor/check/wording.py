"""Wording: a text that breaks off, a result that repeats its target or speaks of a plan, a status that is denied.

truncated: a cell that another text of the form goes on from inside a word; passes where a text recurs whole.
half_word: a clause that ends in half a word. copied, copied_bound: the result is the target, word for word.
plan: 计划/拟/预计 … in a result. status: 基本完成 beside 暂未完工, of the whole project; item_status: of one thing in
two places. paid_all: 全额支付 beside the funds block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from auditor.check import HELD, Case, Option, evidence, found, held, percent, place
from auditor.claim import readable
from auditor.clause import Clause, clauses
from auditor.model import Claim, Evidence, Field, Finding, Form, Pass, Rule, Text
from auditor.segment import words as cut

WHATS = ("truncated", "half_word", "copied", "copied_bound", "plan", "status", "item_status", "paid_all")
OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=WHATS),
    "shortest": Option(int, default=10),  # truncated, copied: characters that a text must have to be told
    "paid": Option(float, default=0.95),  # paid_all: below this share of the budget 全额支付 is denied
    "held": HELD,
}
FACTS = frozenset({"name", "text", "whole", "places", "word", "partner", "other", "rate"})
_TAIL = 6  # characters by which a cell's end is looked up in the other texts
_HAN = re.compile(r"[\u4e00-\u9fff]")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "truncated": _truncated, "half_word": _half_word, "copied": _copied, "copied_bound": _copied_bound,
        "plan": _plan, "status": _status, "item_status": _item_status, "paid_all": _paid_all,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _said(form: Form) -> Iterator[Field]:
    """Texts that state goals or results, once each."""
    seen: set[int] = set()
    for field in form.fields():
        if field.section not in ("header", "budget") and field and id(field.text) not in seen:
            seen.add(id(field.text))
            yield field


def _label(field: Field) -> str:
    return field.heads[-1] if field.heads else ""


# --- texts that break off -----------------------------------------------------------------------------------------


def _squeezed(field: Field) -> tuple[str, list[int]]:
    """The text without blanks and markup, lower case, and the offset of each of its characters."""
    text = readable(field.text)
    at = [i for i, c in enumerate(text) if not c.isspace()]
    return "".join(text[i] for i in at).lower(), at


def _ends(texts: list[str], shortest: int) -> dict[str, list[tuple[int, int]]]:
    """Where the last characters of any text occur: tail -> (text, offset after it), in one pass over the form."""
    tails = {t[-_TAIL:] for t in (t.rstrip("。;,") for t in texts) if len(t) >= shortest}
    found: dict[str, list[tuple[int, int]]] = {}
    for number, text in enumerate(texts):
        for end in range(_TAIL, len(text) + 1):
            gram = text[end - _TAIL : end]
            if gram in tails and len(places := found.setdefault(gram, [])) < 50:
                places.append((number, end))
    return found


def _truncated(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    fields = list(_said(case.form))
    squeezed = [_squeezed(f) for f in fields]
    texts = [s for s, _ in squeezed]
    ends = _ends(texts, rule.options["shortest"])
    begins = {t[:2] for t in texts}  # the rest in a cell of its own: cut by a page, not by the author
    passed: set[str] = set()
    for number, (field, text) in enumerate(zip(fields, texts, strict=True)):
        core = text.rstrip("。;,")
        if len(core) < rule.options["shortest"]:
            continue
        longer: tuple[int, int] | None = None
        same: list[tuple[int, int]] = []
        for other, end in ends.get(core[-_TAIL:], ()):
            if end < len(core) or texts[other][end - len(core) : end] != core:
                continue
            if other != number:
                same.append((other, end))
            rest = texts[other][end : end + 2]
            if other != number and core == text and _inside_word(texts[other], end) and rest not in begins:
                longer = longer or (other, end)
        if longer:
            other, end = longer
            whole = texts[other]
            stop = next((i for i in range(end, len(whole)) if whole[i] in "。;、,"), len(whole))
            facts = {
                "name": _label(field), "text": core[-12:], "places": str(len(same)),
                "whole": whole[max(0, end - 12) : min(stop, end + 12)],
            }  # fmt: skip
            sides = [place(field, _label(field))]
            for o, e in same[:4]:
                quote = _back(squeezed[o][1], e, len(core), stop if o == other else e)
                sides.append(place(fields[o], _label(fields[o]), quote))
            yield found(rule, facts, f"{len(core)} < {stop - end + len(core)}", sides)
        same = [(o, e) for o, e in same if fields[o].role == "result"]
        if not longer and same and field.role == "result" and core not in passed and _HAN.search(core):
            passed.add(core)
            sides = [place(field, _label(field))]
            sides += [place(fields[o], _label(fields[o]), _back(squeezed[o][1], e, len(core), e)) for o, e in same[:8]]
            yield held(rule, {"name": _label(field), "text": core[:30], "places": str(len(sides))}, "", sides)


def _back(at: list[int], end: int, size: int, stop: int) -> tuple[int, int]:
    """Characters [end - size, stop) of the squeezed text, as offsets of the text itself."""
    return at[end - size], at[stop - 1] + 1


def _inside_word(text: str, end: int) -> bool:
    """Whether a word of the text goes on over offset `end`."""
    if end >= len(text) or not _HAN.match(text[end]) or not _HAN.match(text[end - 1]):
        return False
    begin = max(0, end - 12)
    at = begin
    for word in cut(text[begin : end + 6]):
        if at < end < at + len(word):
            return True
        at += len(word)
    return False


def _half_word(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """A clause before 。 or ; whose last character is no word of its own: elsewhere in the form the same words go on
    (生产检 / 生产检查), or by the dictionary the character only begins words (限期整)."""
    known = set(case.words["text"]["ends"])
    bound = set(case.words["text"]["begins"])
    fields = list(_said(case.form))
    whole = "\n".join(readable(f.text) for f in fields)
    begins = [readable(f.text).lstrip()[:4] for f in fields]
    for field in fields:
        text = readable(field.text)
        for clause in clauses(text):
            if clause.mark not in (";", "。", "") or clause.stop - clause.begin < 5:
                continue
            piece = text[max(clause.begin, clause.stop - 12) : clause.stop]
            if not _HAN.match(piece[-1]) or piece[-1] in known:
                continue
            parts = cut(piece)
            if len(parts) < 2 or len(parts[-1]) > 1 or len(parts[-2]) < 2 or not all(_HAN.match(c) for c in parts[-2]):
                continue
            word = parts[-2] + parts[-1]
            follows = re.findall(re.escape(word) + r"([\u4e00-\u9fff])", whole)
            goes_on = bool(follows) and len(set(follows)) == 1 and parts[-1] + follows[0] in cut(word + follows[0])
            if not goes_on and (piece[-1] not in bound or whole.count(word) > 1):
                continue
            shown = text[max(clause.begin, clause.stop - 24) : clause.stop]
            if clause.mark == "" and goes_on and any(t.startswith(follows[0]) for t in begins):
                continue  # the rest stands in another cell: cut by a page, not by the author
            facts = {"text": shown, "word": word, "whole": word + follows[0] if goes_on else ""}
            sides = [place(field, _label(field), (clause.begin, clause.stop))]
            if goes_on:
                sides += _elsewhere(fields, word + follows[0])
            yield found(rule, facts, "", sides)


def _elsewhere(fields: list[Field], word: str) -> list[Evidence]:
    for field in fields:
        at = readable(field.text).find(word)
        if at >= 0:
            return [place(field, _label(field), (at, at + len(word)))]
    return []


# --- results that repeat their target -----------------------------------------------------------------------------


def _pairs(form: Form) -> Iterator[tuple[str, Field, Field]]:
    """(name, target, result) of every row, task and narrative that has both."""
    for row in form.indicators:
        if row.target and row.result:
            yield row.name.text.clean.strip(), row.target, row.result
    for task in form.tasks:
        if task.goal and task.result:
            yield task.name.text.clean.strip(), task.goal, task.result
    for goal, result in zip(form.goals, form.results, strict=False):
        if goal and result:
            yield _label(goal), goal, result


def _core(field: Field) -> str:
    return re.sub(r"[\s。;,、]", "", readable(field.text))


def _copied(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Long wording only: a figure or a short judgement that equals its target is simply met."""
    done = re.compile("已|" + "|".join(map(re.escape, case.words["status"]["finished"])))
    for name, target, result in _pairs(case.form):
        core = _core(result)
        letters = len(_HAN.findall(core))
        if core != _core(target) or letters < rule.options["shortest"] or re.search(r"\d", core) or done.search(core):
            continue
        facts = {"name": name, "text": result.text.clean.strip()}
        yield found(rule, facts, "", (place(target, name), place(result, name)))


def _copied_bound(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    bounds = tuple(case.words["text"]["bounds"])
    for name, target, result in _pairs(case.form):
        core = _core(result)
        if core == _core(target) and re.search(r"\d", core) and any(b in core for b in bounds):
            facts = {"name": name, "text": result.text.clean.strip()}
            yield found(rule, facts, "", (place(target, name), place(result, name)))


# --- plans in the place of results --------------------------------------------------------------------------------


def _plans(words: dict[str, Any]) -> re.Pattern[str]:
    known = words["plan"]
    when = r"(?:于|在|到)?[\d年月日底末前初内季度上下半]{0,12}(?:[可能将再共总]|全年){0,2}"
    return re.compile(
        rf"({_any(known['words'])}){when}(?:{_any(known['acts'])})(?!{_any(known['nouns'])})"
        rf"|({_any(known['aims'])}){when}(?:{_any(known['aim_acts'])})"
    )


def _any(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _plan(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    known = case.words["plan"]
    pattern = _plans(case.words)
    for field in _said(case.form):
        if field.role != "result" or field.section in ("issues", "improvements", "prose"):
            continue
        text = readable(field.text)
        parts = clauses(text)
        for clause in parts:
            match = pattern.search(text, clause.begin, clause.stop)
            if match is None or not _governs(text, clause, match, known) or _excused(text, clause, parts, case):
                continue
            said = text[clause.begin : clause.stop]
            sides = [place(field, _label(field), (clause.begin, clause.stop))]
            partners = _partners(case, field, clause, match)
            sides += [evidence(c) for c in partners]
            partner = partners[0].clause.quote.strip() if partners else ""
            facts = {"name": _label(field), "word": match[1] or match[2], "text": said, "partner": partner}
            yield found(rule, facts, "", sides)


def _governs(text: str, clause: Clause, match: re.Match[str], known: dict[str, Any]) -> bool:
    """Whether the word is the verb of its clause: first in it, or right after a time or the subject."""
    before = text[clause.begin : match.start()].strip()
    if not before:
        return True
    if any(before.endswith(w) for w in known["not_after"]):
        return False
    return before[-1] in known["subjects"] and len(before) <= 16


def _excused(text: str, clause: Clause, parts: tuple[Clause, ...], case: Case) -> bool:
    """Plan beside fact (计划8场，实际9场), a word on what comes next, or another year's plan."""
    same = [c for c in parts if c.sentence == clause.sentence]
    said = text[same[0].begin : same[-1].stop]
    rest = said[: clause.begin - same[0].begin] if clause is not same[0] else ""
    outlook = case.words["plan"]["outlook"]
    if any(w in text[clause.begin : clause.stop] for w in outlook):
        return True
    if any(w in rest[-30:] for w in ("下一步", "下步", "今后", "明年", "剩余", "其余")):
        return True
    after = text[clause.stop : same[-1].stop]
    if any(w in after[:40] for w in ("实际", "已完成", "完成率", "均已", "全部完成", "现已", "已于")):
        return True
    year = case.form.year
    years = [int(y) for y in re.findall(r"(20\d\d)年", text[clause.begin : clause.stop])]
    return year is not None and any(y > year for y in years)


def _partners(case: Case, field: Field, clause: Clause, match: re.Match[str]) -> list[Claim]:
    """Results elsewhere with the same figure about the same thing, most alike first."""
    best: list[tuple[float, Claim]] = []
    for claim in case.of(field):
        value, unit = claim.quantity.value, claim.quantity.unit
        if value is None or not match.start() <= claim.span.begin < clause.stop:
            continue
        mine = _grams(field.text, match.start() + len(match[1] or match[2]), clause.stop, claim)
        for other in case.claims:
            same = (other.quantity.value, other.quantity.unit) == (value, unit)
            if other.field is field or other.role != "result" or not same:
                continue
            theirs = _grams(other.field.text, other.clause.begin, other.clause.stop, other)
            alike = 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))
            if alike >= 0.5:
                best.append((alike, other))
    return [c for _, c in sorted(best, key=lambda b: -b[0])[:3]]


def _grams(text: Text, begin: int, stop: int, claim: Claim) -> set[str]:
    """Pairs of neighbouring characters of [begin, stop) without the figure."""
    raw = readable(text)
    han = "".join(_HAN.findall(raw[begin : claim.span.begin] + raw[claim.span.stop : stop]))
    return {han[i : i + 2] for i in range(len(han) - 1)}


# --- status -------------------------------------------------------------------------------------------------------


def _status(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Said of the whole project in both: finished here, not finished there. Parts of it may well differ."""
    known = case.words["status"]
    yes, no, whole = (re.compile(_any(known[k])) for k in ("finished", "unfinished", "whole"))
    done: list[tuple[Field, int, int, str]] = []
    open_: list[tuple[Field, int, int, str]] = []
    for field in _said(case.form):
        if field.role != "result" and field.section != "prose":
            continue
        text = readable(field.text)
        for clause in clauses(text):
            said = text[clause.begin : clause.stop]
            denied = no.search(said)
            match = denied or yes.search(said)
            if match is None:
                continue
            before = said[: match.start()]
            if _denied(before, known) or before.startswith(tuple(known["condition"])):
                continue
            subject = re.sub(r"20[\dxX]{2}|[\s()\[\]:,]", "", before)
            if re.search(r"[\d一二两三四五六七八九十]", subject) or len(whole.sub("", subject)) > 1:
                continue
            if denied and re.match(r"(?:原因|的|情况|任务|目标|项目)", said[match.end() :]):
                continue
            tail = re.sub(r"[\d.\s%]", "", said[match.end() :])
            if denied or len(tail) <= 4:
                (open_ if denied else done).append((field, clause.begin, clause.stop, match[0]))
    if done and open_:
        facts = {"text": done[0][3], "other": open_[0][3]}
        sides = [place(f, "", (b, e)) for f, b, e, _ in (*done[:3], *open_[:3])]
        yield found(rule, facts, "", sides)


def _denied(before: str, known: dict[str, Any]) -> bool:
    """无未完成事项, 未发现未完成: the unfinished is denied."""
    return before.endswith(tuple(known["denial"]))


def _item_status(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """水厂扩建工程已竣工 here, and in another text a sentence on 水厂扩建 that says 尚未完工."""
    known = case.words["status"]
    yes, no = re.compile(_any(known["finished"])), re.compile(_any(known["unfinished"]))
    general = re.compile(_any([*known["whole"], "工程", "项目", "全部", "顺利"]))
    sentences: list[tuple[Field, int, int, str]] = []
    for field in _said(case.form):
        if field.role == "result" and field.section not in ("issues", "improvements"):
            text = readable(field.text)
            ends = [m.end() for m in re.finditer(r"[。;!?\n]", text)] + [len(text)]
            for begin, stop in pairwise([0, *ends]):
                if no.search(text, begin, stop):
                    sentences.append((field, begin, stop, text))
    if not sentences:
        return
    for field in _said(case.form):
        if field.role != "result":
            continue
        text = readable(field.text)
        for clause in clauses(text):
            done = yes.search(text, clause.begin, clause.stop)
            if done is None or no.search(text, clause.begin, clause.stop):
                continue
            name = general.sub("", text[clause.begin : done.start()]).strip()
            if not 4 <= len(name) <= 16 or not _HAN.match(name[0]):
                continue
            for other, begin, stop, said in sentences:
                at = said.find(name, begin, stop)
                denial = no.search(said, begin, stop)
                if other is field or at < 0 or denial is None or denial.start() < at:
                    continue
                if _denied(said[: denial.start()], known):
                    continue
                facts = {"name": name, "text": done[0], "other": denial[0]}
                sides = (place(field, name, (clause.begin, clause.stop)), place(other, name, (at, denial.end())))
                yield found(rule, facts, "", sides)
                break


def _paid_all(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    budgets, spent = case.amounts(["year_budget"]), case.amounts(["spent"])
    if len(budgets) != 1 or len(spent) != 1:
        return
    whole, part = budgets[0][1].quantity, spent[0][1].quantity
    if not whole.value or part.value is None or whole.factor != part.factor:
        return
    rate = part.value / whole.value
    pattern = re.compile(case.words["status"]["paid_all"])
    for field in (*case.form.results, *case.form.prose):
        text = readable(field.text)
        match = pattern.search(text)
        if match is None or rate >= Decimal(str(rule.options["paid"])):
            continue
        facts = {"text": match[0], "rate": percent(rate)}
        sides = (place(field, "", match.span()), evidence(spent[0][1]), evidence(budgets[0][1]))
        yield found(rule, facts, f"{part.value:f} / {whole.value:f} = {percent(rate)}", sides)
