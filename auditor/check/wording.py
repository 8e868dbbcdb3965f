"""Wording: a text that breaks off, a result that repeats its target or speaks of a plan.

truncated: a cell that another text of the form goes on from inside a word; passes where a text recurs whole.
half_word: a clause that ends in half a word. copied, copied_bound: the result is the target, word for word.
plan: 计划/拟/预计 … in a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from auditor.check import HELD, Case, Option, any_of, compiled, evidence, found, held, place
from auditor.clause import Clause, clauses, readable
from auditor.model import Claim, Evidence, Field, Finding, Form, Pass, Rule
from auditor.segment import words as cut

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("truncated", "half_word", "copied", "copied_bound", "plan")),
    "shortest": Option(int, default=10),  # truncated, copied: characters that a text must have to be told
    "held": HELD,
}
FACTS = frozenset({"name", "text", "whole", "places", "word", "partner"})
_TAIL = 6  # characters by which a cell's end is looked up in the other texts
_HAN = re.compile(r"[\u4e00-\u9fff]")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "truncated": _truncated, "half_word": _half_word, "copied": _copied, "copied_bound": _copied_bound,
        "plan": _plan,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _label(field: Field) -> str:
    return field.heads[-1] if field.heads else ""


# --- texts that break off -----------------------------------------------------------------------------------------


def _squeezed(text: str) -> tuple[str, Sequence[int]]:
    """The text without blanks, lower case, and the offset of each of its characters."""
    flat = "".join(text.split())
    at = range(len(text)) if len(flat) == len(text) else [i for i, c in enumerate(text) if not c.isspace()]
    return flat.lower(), at


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
    fields = [f for f, _ in case.stated()]
    squeezed = [_squeezed(text) for _, text in case.stated()]
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
                "name": _label(field),
                "text": _raw(field, squeezed[number][1], len(core) - 12, len(core)),
                "whole": _raw(fields[other], squeezed[other][1], end - 12, min(stop, end + 12)),
                "places": str(len(same)),
            }
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
            yield held(
                rule,
                {
                    "name": _label(field),
                    "text": _raw(field, squeezed[number][1], 0, min(30, len(core))),
                    "places": str(len(sides)),
                },
                "",
                sides,
            )


def _raw(field: Field, at: Sequence[int], begin: int, stop: int) -> str:
    """Characters [begin, stop) of the squeezed text, as the file has them."""
    return field.text.raw[at[max(0, begin)] : at[stop - 1] + 1]


def _back(at: Sequence[int], end: int, size: int, stop: int) -> tuple[int, int]:
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
    known, bound = case.words["text"]["ends"], case.words["text"]["begins"]
    fields = [f for f, _ in case.stated()]
    whole = "\n".join([text for _, text in case.stated()])
    begins = [text.lstrip()[:4] for _, text in case.stated()]
    told: set[str] = set()  # a target copied as its result breaks off once
    for field, text in case.stated():
        for clause in clauses(text):
            if clause.mark not in (";", "。", "") or clause.stop - clause.begin < 5:
                continue
            if text[clause.stop - 1] in known or not _HAN.match(text, clause.stop - 1):
                continue
            piece = text[max(clause.begin, clause.stop - 12) : clause.stop]
            parts = cut(piece)
            if len(parts) < 2 or len(parts[-1]) > 1 or len(parts[-2]) < 2 or not all(_HAN.match(c) for c in parts[-2]):
                continue
            word = parts[-2] + parts[-1]
            follows = re.findall(re.escape(word) + r"([\u4e00-\u9fff])", whole)
            goes_on = bool(follows) and len(set(follows)) == 1 and parts[-1] + follows[0] in cut(word + follows[0])
            if not goes_on and (piece[-1] not in bound or _said_otherwise(whole, piece, word)):
                continue
            shown = field.text.raw[max(clause.begin, clause.stop - 24) : clause.stop]
            if clause.mark == "" and goes_on and any(t.startswith(follows[0]) for t in begins):
                continue  # the rest stands in another cell: cut by a page, not by the author
            if shown in told:
                continue
            told.add(shown)
            facts = {"text": shown, "word": word, "whole": word + follows[0] if goes_on else ""}
            sides = [place(field, _label(field), (clause.begin, clause.stop))]
            if goes_on:
                sides += _elsewhere(fields, word + follows[0])
            yield found(rule, facts, "", sides)


def _said_otherwise(whole: str, piece: str, word: str) -> bool:
    """Whether the word ends other texts as well, or goes on: then it may be a word. One copied text is one."""
    return whole.count(word) > whole.count(piece)


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
            yield row.name.text.raw.strip(), row.target, row.result
    for task in form.tasks:
        if task.goal and task.result:
            yield task.name.text.raw.strip(), task.goal, task.result
    for goal, result in zip(form.goals, form.results, strict=False):
        if goal and result:
            yield _label(goal), goal, result


_MARKS = re.compile(r"[\s。;,、]")


def _core(field: Field) -> str:
    return _MARKS.sub("", readable(field.text))


_DONE = re.compile(r"[^\w]|已经|均已|已|均(?!衡|匀|等)")


def _copied(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """Long wording only: a figure or a short judgement that equals its target is simply met."""
    done = compiled("已|" + any_of(case.words["status"]["finished"]))
    told: set[int] = set()
    for name, target, result in _pairs(case.form):
        core = _core(result)
        if len(core) < rule.options["shortest"]:
            continue
        letters = len(_HAN.findall(core))
        if re.search(r"\d", core):  # a figure that equals its target is met; all of a long text that does is copied
            if letters < 2 * rule.options["shortest"] or core != _core(target) or "已" in core:
                continue
            if len(_HAN.findall(core)) < 4 * rule.options["shortest"] and done.search(core):
                continue
            if any(b in core for b in case.words["text"]["bounds"]):
                continue  # told by its bound
        elif letters < rule.options["shortest"]:
            continue
        elif core != _core(target) or done.search(core):
            # 已 before the words of the target: only where the words are too many to be a mere yes
            if 2 * letters < 3 * rule.options["shortest"] or _DONE.sub("", core) != _DONE.sub("", _core(target)):
                continue
            if done.search(_core(target)):
                continue
        facts = {"name": name, "text": result.text.raw.strip()}
        yield found(rule, facts, "", (place(target, name), place(result, name)))
        told.add(id(result))
    yield from _copied_sentences(rule, case, done, told)


def _copied_sentences(rule: Rule, case: Case, done: re.Pattern[str], told: set[int]) -> Iterator[Finding]:
    """A long sentence of the goals, without a figure, again in the results and in the same words."""
    goals = {core: span for f in case.form.goals for core, span in _sentences(f)}
    for result in case.form.results if goals else ():
        if id(result) in told:
            continue
        for core, (begin, stop) in _sentences(result):
            if core in goals and 3 * len(_HAN.findall(core)) >= 5 * rule.options["shortest"] and not done.search(core):
                goal = next(f for f in case.form.goals if any(c == core for c, _ in _sentences(f)))
                facts = {"name": _label(result), "text": result.text.raw[begin:stop].strip()}
                yield found(rule, facts, "", (place(goal, "", goals[core]), place(result, "", (begin, stop))))


def _sentences(field: Field) -> Iterator[tuple[str, tuple[int, int]]]:
    """The sentences of a text that hold no figure, without blanks and marks and the number before them."""
    text = readable(field.text)
    for match in re.finditer(r"[^。;!?\n]+", text):
        core = re.sub(r"[\s,、]|^\s*(?:目标\d{0,2}:|\d{1,2}[.、)]|[(]?[一二三四五六七八九十]+[)、.是]+)", "", match[0])
        if not re.search(r"\d", core):
            yield core, match.span()


def _copied_bound(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    bounds = tuple(case.words["text"]["bounds"])
    for name, target, result in _pairs(case.form):
        core = _core(result)
        if core == _core(target) and re.search(r"\d", core) and any(b in core for b in bounds):
            facts = {"name": name, "text": result.text.raw.strip()}
            yield found(rule, facts, "", (place(target, name), place(result, name)))


# --- plans in the place of results --------------------------------------------------------------------------------


def _plans(known: dict[str, list[str]]) -> re.Pattern[str]:
    when = r"(?:于|在|到)?[\d年月日底末前初内季度上下半]{0,12}(?:[可能将再共总]|全年){0,2}"
    words, acts, nouns, aims, aim_acts, soon = (
        any_of(known[k]) for k in ("words", "acts", "nouns", "aims", "aim_acts", "soon")
    )
    first = "".join({w[0] for w in (*known["words"], *known["aims"])}) + "将我本该"  # most letters begin none of them
    return compiled(
        rf"(?=[{first}])(?:({words}){when}(?:{acts})(?!{nouns})|({aims}){when}(?:{aim_acts})"
        rf"|(?<![\u4e00-\u9fff])(?:[我本该][^\W\d])?(将){when}(?:{soon})(?!{nouns}))"
    )


def _plan(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    known = case.words["plan"]
    pattern = _plans(known)
    if not case.says(pattern):
        return
    for field, text in case.stated():
        if field.role != "result" or field.section in ("issues", "improvements", "prose"):
            continue
        parts = clauses(text)
        for clause in parts:
            match = pattern.search(text, clause.begin, clause.stop)
            if match is None or not _governs(text, clause, match, known) or _excused(text, clause, parts, case):
                continue
            said = field.text.raw[clause.begin : clause.stop]
            sides = [place(field, _label(field), (clause.begin, clause.stop))]
            partners = _partners(case, field, clause, match)
            sides += [evidence(c) for c in partners]
            partner = partners[0].clause.quote.strip() if partners else ""
            facts = {"name": _label(field), "word": match[1] or match[2] or match[3], "text": said, "partner": partner}
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
    if any(w in rest[-30:] for w in case.words["plan"]["onward"]):
        return True
    after = text[clause.stop : same[-1].stop]
    if any(w in after[:40] for w in case.words["plan"]["fact"]):
        return True
    year = case.form.year
    years = [int(y) for y in re.findall(r"(20\d\d)年", text[clause.begin : clause.stop])]
    return year is not None and any(y > year for y in years)


def _partners(case: Case, field: Field, clause: Clause, match: re.Match[str]) -> list[Claim]:
    """Results elsewhere that the match stage takes for the same fact."""
    mine = {id(c) for c in case.of(field) if match.start() <= c.span.begin < clause.stop}
    groups = [m for m in case.matches if m.kind in ("plan", "same", "rival") and any(id(c) in mine for c in m.claims)]
    return list({id(c): c for m in groups for c in m.claims if c.field is not field}.values())[:3]
