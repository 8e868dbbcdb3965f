"""What could not be audited, said aloud: texts without a place, no figures, no form, sections that are not there.

unread: texts whose place in the form is not understood. unclaimed: not one figure. foreign: nothing of a form was
found. missing: a self-evaluation form without one of its sections.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Case, Option, found, place
from auditor.clause import readable
from auditor.model import SECTIONS, Evidence, Finding, Form, Pass, Rule, Span, Text

OPTIONS: dict[str, Option] = {
    "what": Option(str, required=True, allowed=("unread", "unclaimed", "foreign", "missing")),
    "sections": Option(list, allowed=SECTIONS, default=[]),  # missing: what such a form has
    "titles": Option(list, default=[]),  # missing: words of its title; foreign: of its text, two of which must be there
    "known": Option(list, default=[]),  # unread: reasons that are no shortcoming
}
FACTS = frozenset({"count", "reasons", "text", "name"})


def run(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    checks = {
        "unread": _unread, "unclaimed": _unclaimed, "foreign": _foreign, "missing": _missing,
    }  # fmt: skip
    yield from checks[rule.options["what"]](rule, case)


def _top(form: Form) -> tuple[Evidence, ...]:
    """The head of the document: where to look when there is no better place."""
    field = next((f for f in form.fields() if f), None)
    return (place(field),) if field else (Evidence(Span(Text(""), 0, 0, "header"), "result"),)


def _unread(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    known = set(rule.options["known"])
    left = [(f, w) for f, w in case.form.unread if w not in known and any(c.isalnum() for c in readable(f.text))]
    if left:
        reasons = case.words["reasons"]
        named = dict.fromkeys(str(reasons.get(why, {}).get("zh", why)) for _, why in left)
        facts = {"count": str(len(left)), "reasons": "；".join(named), "text": readable(left[0][0].text).strip()[:30]}
        yield found(rule, facts, "", (place(f) for f, _ in left[:5]))


def _unclaimed(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    if not case.claims:
        yield found(rule, {}, "", _top(case.form))


def _bare(form: Form) -> bool:
    return not (form.amounts or form.goals or form.results or form.indicators or form.tasks)


def _foreign(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    form = case.form
    if not _bare(form) or form.part:  # a table behind a form is no other file
        return
    texts = [form.title, *(text for f in form.fields() for text in (f.text.clean, *f.heads))]
    if sum(any(mark in text for text in texts) for mark in rule.options["titles"]) < 2:
        yield found(rule, {"text": case.form.title}, "", _top(case.form))


def _missing(rule: Rule, case: Case) -> Iterator[Finding | Pass]:
    form = case.form
    if (_bare(form) and not form.unread) or not any(t in form.title for t in rule.options["titles"]):
        return
    there = {f.section for f in form.fields()}
    there |= {"indicators", "tasks"} if there & {"indicators", "tasks"} else set()  # some layouts have but one of them
    lacking = [s for s in rule.options["sections"] if s not in there]
    if lacking:
        names = "、".join(str(case.words["sections"][s]["zh"]) for s in lacking)
        yield found(rule, {"name": names, "text": form.title}, "", _top(form))
