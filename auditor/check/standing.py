"""One thing, by its name: finished in one place of the form, unfinished in another.

item: 新馆建设已竣工验收 and 新馆建设主体封顶，正在装修. rate: 隐患整改率100% and 3处隐患未完成整改. paid: 资金已全部拨付到位 and
尚有尾款36万元未支付. short: 重大隐患23处，已全部整改 and 重大隐患整改率91.3%. all: 各项指标均已完成 and a row that misses
its target. timely: 按期完成率100% and 未能按期完成.

A name is told by four letters or more; a place that itself goes on to say that the thing was finished (…尚未开工，年底已
完工), or that speaks of another part of it (二期), denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from auditor.check import Case, Option, any_of, compiled, evidence, found, place, shown
from auditor.clause import clauses
from auditor.model import Field, Finding, Pass, Rule

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("item", "rate", "short", "paid", "all", "timely")),
    "near": Option(int, default=40),  # item: characters between the name and what denies it
}
FACTS = frozenset({"name", "text", "other"})
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[^。;!?\n]+")


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks: dict[str, Callable[[Rule, Case], Iterator[Finding | Pass]]] = {
        "item": _item, "rate": _rate, "short": _short, "paid": _paid, "all": _all, "timely": _timely,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


@dataclass(frozen=True)
class _Words:
    """Compiled from rules/words.toml [status]."""

    done: re.Pattern[str]
    open: re.Pattern[str]
    lead: re.Pattern[str]
    manner: re.Pattern[str]
    sort: re.Pattern[str]
    other_part: tuple[str, ...]
    denial: tuple[str, ...]
    partial: tuple[str, ...]


def _words(case: Case) -> _Words:
    known: dict[str, Any] = case.words["status"]
    year = case.form.year or 0
    return _compiled(
        "|".join(known["done"]), "|".join((any_of(known["unfinished_item"]), *known["open"], _later(year, known))),
        known["lead"], known["manner"], known["sort"],
        tuple(known["other_part"]), tuple(known["denial"]), tuple(known["partial"]),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _compiled(done: str, open_: str, lead: str, manner: str, sort: str, *lists: tuple[str, ...]) -> _Words:
    return _Words(compiled(done), compiled(open_), compiled(lead), compiled(manner), compiled(sort), *lists)


def _later(year: int, known: dict[str, Any]) -> str:
    """延期，预计2024年完成: to be finished in a year after the form's."""
    years = "|".join(str(y) for y in range(year + 1, year + 6)) if year else "0000"
    what = any_of(known["later"])
    return (
        rf"(?:预计|计划|拟|将|延期[到至]|推迟[到至]?)(?:于|在|到)?(?:(?:{years})年|明年|次年)[^,;。]{{0,8}}?(?:{what})"
    )


def _fields(case: Case) -> list[tuple[Field, str]]:
    """Texts that say how things stand: results and problems."""
    return [
        (f, t) for f, t in case.stated() if f.section != "improvements" and (f.role == "result" or f.section == "issues")
    ]  # fmt: skip


def _item(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    known = _words(case)
    if not (case.says(known.done) and case.says(known.open)):
        return
    fields = _fields(case)
    opened = [
        (f, m.start(), m.end(), t) for f, t in fields for m in _SENTENCE.finditer(t) if known.open.search(m[0])
    ]  # fmt: skip
    told: set[str] = set()
    for field, text in fields:
        if field.section == "issues":
            continue
        for clause in clauses(text):
            said = text[clause.begin : clause.stop]
            for done in known.done.finditer(said):
                name = _name(said[: done.start()], known)
                if not name or known.open.search(said) or re.match(r"\s*\d|的|后|前|率|情况", said[done.end() :]):
                    continue
                for other, begin, stop, whole in opened:
                    if other is field or name in told:
                        continue
                    spot = _denied(whole[begin:stop], name, known, rule.options["near"])
                    if spot is None:
                        continue
                    told.add(name)
                    facts = {"name": name, "text": done[0], "other": whole[begin + spot[1] : begin + spot[2]]}
                    quote = (begin + spot[0], begin + spot[2])
                    sides = (place(field, name, (clause.begin, clause.stop)), place(other, name, quote))
                    yield found(rule, facts, "", sides)
                    break


def _name(before: str, known: _Words) -> str:
    """What is said to be finished, without time, verb and number before it and adverbs after; "" for nothing telling."""
    name = known.manner.sub("", before.strip())
    all_of = bool(re.search("全部|均|都", before))
    while (shorter := known.lead.sub("", name)) != name:
        if re.match(r"\d|[一二两三四五六七八九十]", name) and not all_of:
            return ""  # 10个小区完工: not all of them
        name = shorter
    if before.rstrip("均已").endswith(known.partial) or any(w in name for w in (*known.other_part, "基本")):
        return ""
    if re.search(r"[\d、和与及]", name) or not name or not all(_HAN.match(c) or c in "“”" for c in name):
        return ""
    core = known.sort.sub("", name)
    name = core if len(core) >= 4 else name
    return name if 4 <= len(name) <= 16 else ""


def _denied(sentence: str, name: str, known: _Words, near: int) -> tuple[int, int, int] | None:
    """Where the sentence names the thing, and where it says from and to that it is not finished."""
    at = sentence.find(name)
    denial = known.open.search(sentence, at + len(name)) if at >= 0 else None
    if denial is None or denial.start() - at - len(name) > near:
        return None
    between = sentence[at + len(name) : denial.start()]
    if any(w in between for w in known.other_part) or between.endswith(known.denial):
        return None
    later = (m for m in known.done.finditer(sentence, denial.end()))
    if any(not re.search("[未没待前]", sentence[m.start() - 3 : m.start()]) for m in later) or re.match(
        r"的|情况|原因|率|事项|问题", sentence[denial.end() :]
    ):
        return None
    stop = denial.end()
    for more in known.open.finditer(sentence, stop):  # 完成80%，管网尚未完工
        if more.start() - stop <= 8 and not any(w in sentence[stop : more.start()] for w in known.other_part):
            stop = more.end()
    return at, denial.start(), stop


# --- rates and payments that are complete ---------------------------------------------------------------------------

_RATE = re.compile(r"([\u4e00-\u9fff]{2})([\u4e00-\u9fff]{2})率(?:为|达到?|均为|保持)?100(?:\.0+)?%")


def _rate(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """隐患整改率100% here, and there 隐患 that are 未整改."""
    fields = _fields(case) if case.says(_RATE) else []
    whole = case.words["status"]["rate_of_all"]
    told: set[str] = set()
    for field, text in fields:
        for rate in _RATE.finditer(text) if field.section not in ("issues", "improvements") else ():
            noun, root = rate[1], rate[2]
            if root in whole or rate[0] in told:
                continue
            left = re.compile(
                rf"(?:\d+|[一二两三四五六七八九十]+)[^,;。\d]{{1,10}}(?:尚未|仍未|暂未|未)(?:完成|能|按期|及时)?{root}(?!的?问题|率)"
            )
            for other, said in fields:
                match = left.search(said) if other is not field else None
                if match is None or noun not in said[max(0, match.start() - 12) : match.end()]:
                    continue
                told.add(rate[0])
                facts = {"name": f"{noun}{root}", "text": rate[0], "other": match[0]}
                yield found(rule, facts, "", (place(field, "", rate.span()), place(other, "", match.span())))
                break


_OF = re.compile(r"([\u4e00-\u9fff]{3,12})([\u4e00-\u9fff]{2})率")


def _short(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """An indicator says that less than all of a thing is done, 重大隐患整改率91.3%; a text that all of it is."""
    for row in case.form.indicators:
        name = _OF.fullmatch("".join(row.name.text.clean.split("(")[0].split()))
        rate = next((c for c in case.of(row.result) if c.quantity.dimension == "rate"), None)
        if name is None or rate is None or rate.frame or rate.quantity.comparator != "=":
            continue
        value = rate.quantity.value
        if value is None or not 1 < value < 100 or name[2] in case.words["status"]["rate_of_all"]:
            continue
        every = re.compile(case.words["status"]["all_of_it"].format(noun=re.escape(name[1]), verb=re.escape(name[2])))
        for field, text in _fields(case):
            if row.result is not None and field.text is row.result.text:
                continue
            if match := every.search(text):
                facts = {"name": row.name.text.raw.strip(), "text": match[0], "other": shown(rate)}
                yield found(rule, facts, f"{shown(rate)} < 100%", (place(field, "", match.span()), evidence(rate)))
                break


def _paid(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """资金已全部拨付到位 here, and there an amount that is not paid."""
    words = case.words["status"]
    paid, left, earlier = compiled(words["paid_all"]), compiled(words["unpaid"]), compiled(any_of(words["earlier"]))
    fields = _fields(case) if case.says(paid) else []
    for field, text in fields:
        match = paid.search(text) if field.section not in ("issues", "improvements") else None
        for other, said in fields if match else ():
            unpaid = left.search(said) if other is not field else None
            if match and unpaid and not earlier.search(said, max(0, unpaid.start() - 16), unpaid.end()):
                facts = {"name": "资金", "text": match[0], "other": unpaid[0]}
                yield found(rule, facts, "", (place(field, "", match.span()), place(other, "", unpaid.span())))
                return


# --- all of it, and in time -----------------------------------------------------------------------------------------


def _all(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """各项指标均已完成, and a row whose result is below its target."""
    from auditor.check.judged import judge, label_of

    words = case.words["status"]
    all_met, unsure = compiled(words["all_met"]), compiled(any_of(words["unsure"]))
    if not case.says(all_met):
        return
    missed = [p for p in judge(case) if p.met is False and p.result is not None and p.row.index >= 0]
    for field, text in _fields(case) if missed else ():
        match = all_met.search(text)
        if match is None or unsure.search(text, max(0, match.start() - 12), match.end()):
            continue
        if any(w in text[match.end() : match.end() + 20] for w in words["except"]):
            continue
        pair = missed[0]
        assert pair.result is not None
        label = label_of(pair.row)
        facts = {"name": label, "text": match[0], "other": f"{shown(pair.target)}，{shown(pair.result)}"}
        sides = [place(field, "", match.span())]
        for one in missed[:4]:
            sides += [evidence(c, label_of(one.row)) for c in (one.target, one.result) if c is not None]
        yield found(rule, facts, "", sides)
        return


def _timely(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    """按期完成率100%, and a text that something was not finished in time."""
    words = case.words["status"]
    said, timely, finished = compiled(words["late"]), compiled(words["timely"]), compiled(any_of(words["completed"]))
    named = (("".join(row.name.text.clean.split()), row) for row in case.form.indicators)
    rows = [(name, row) for name, row in named if timely.search(name) and finished.search(name)]
    late = [(f, m) for f, t in _fields(case) if (m := said.search(t))] if rows and case.says(said) else []
    for name, row in rows if late else ():
        claim = case.figure(row.result)
        if claim is None or claim.quantity.dimension != "rate" or claim.quantity.value != 100:
            continue
        for field, match in late:
            if field is row.result or field is row.reason or re.search("[无没]|避免|防止|如", match[0][:8]):
                continue
            facts = {"name": name, "text": f"{name}{shown(claim)}", "other": match[0].strip()}
            yield found(rule, facts, "", (evidence(claim, name), place(field, "", match.span())))
            return
