"""A report in a notebook: as HTML where the cell's value is the report, and as texts with spans for displaCy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Literal

from auditor.model import SEVERITIES, Evidence, Finding, Report, Severity, Span, Text
from auditor.report.quote import inert, window
from auditor.report.words import SEVERITY, figure, name, pick, side

COLOR: dict[Severity, str] = {"major": "#c0392b", "moderate": "#b7791f", "minor": "#2b7a8c", "info": "#5a6fb0"}


def spans(report: Report, what: Literal["claims", "findings"] = "claims") -> list[dict[str, Any]]:
    """One item a text that holds claims (label: role) or evidence (label: rule), in the order of the form.

    For `displacy.render(items, style="ent", manual=True)`, or `style="span"` where spans overlap: a token a character.
    `ents` drops what overlaps; `spans` has all. Offsets count characters of the text.
    """
    texts: dict[int, tuple[Text, list[tuple[int, int, str]]]] = {}
    for span, label in _labelled(report, what):
        texts.setdefault(id(span.text), (span.text, []))[1].append((span.begin, span.stop, label))
    return [_item(text, sorted(set(found), key=lambda f: (f[0], -f[1], f[2]))) for text, found in texts.values()]


def _labelled(report: Report, what: str) -> Iterator[tuple[Span, str]]:
    if what == "claims":
        yield from ((claim.span, claim.role) for claim in report.claims)
    elif what == "findings":
        yield from ((e.span, f.rule.code) for f in report.findings for e in f.evidence if e.span.stop > e.span.begin)
    else:
        raise ValueError(f"what is {what!r}, not claims or findings")


def _item(text: Text, found: Iterable[tuple[int, int, str]]) -> dict[str, Any]:
    ents: list[dict[str, Any]] = []
    every: list[dict[str, Any]] = []
    for begin, stop, label in found:
        every.append({"start_token": begin, "end_token": stop, "start": begin, "end": stop, "label": label})
        if not ents or begin >= ents[-1]["end"]:
            ents.append({"start": begin, "end": stop, "label": label})
    return {"text": text.raw, "ents": ents, "spans": every, "tokens": list(text.raw), "title": None, "settings": {}}


def repr_html(report: Report, lang: str = "zh", most: int = 50) -> str:
    """Who, the counts, and the findings with their sides; text of the form is escaped, nothing is fetched."""
    form = report.forms[0] if report.forms else None
    who = " ".join(str(part) for part in (form and form.department, form and form.year) if part)
    counts = [
        f'<b style="color:{COLOR[severity]}">{report.count(severity)} {name(SEVERITY, severity, lang)}</b>'
        for severity in SEVERITIES
        if report.count(severity)
    ] or [pick(lang, "未发现问题", "No findings")]
    counts.append(pick(lang, f"{len(report.passes)} 相符", f"{len(report.passes)} held"))
    counts.append(pick(lang, f"{len(report.unchecked)} 未核对", f"{len(report.unchecked)} not checked"))
    open_findings = [finding for finding in report.findings if not finding.suppressed]
    shown = sorted(open_findings, key=lambda f: SEVERITIES.index(f.severity))[:most]
    rest = len(open_findings) - len(shown)
    return "".join(
        (
            f'<div style="max-width:60em"><p><b>{_text(who or report.document.path)}</b><br>',
            " &ensp; ".join(counts),
            "</p>",
            *(_finding(finding, lang) for finding in shown),
            f"<p>{pick(lang, f'另有 {rest} 项', f'{rest} more')}</p>" if rest else "",
            "</div>",
        )
    )


def _finding(finding: Finding, lang: str) -> str:
    return (
        f'<div style="border-left:3px solid {COLOR[finding.severity]};padding:0 0 0 .8em;margin:0 0 1em">'
        f"<b>{_text(finding.message(lang))}</b> <code>{finding.rule.code}</code>"
        f"{''.join(_side(one, finding.severity, lang) for one in finding.evidence)}"
        f"{f'<div>{_text(finding.arithmetic)}</div>' if finding.arithmetic else ''}</div>"
    )


def _side(one: Evidence, severity: Severity, lang: str) -> str:
    quote = window(one)
    color = f'style="color:{COLOR[severity]}"'
    mark = f"<b {color}>{_text(quote.figure)}</b>"
    text = f"{_text(quote.before + quote.lead)}{mark}{_text(quote.tail + quote.after)}"
    if not quote.plain:
        text = pick(lang, "（空白）", "(blank)")
    dots = ("…" if quote.left else "", "…" if quote.right else "")
    return (
        f"<div><b {color}>{_text(figure(one))}</b> "
        f'<span style="opacity:.65">{_text(side(one, lang))} {_text(one.label)}</span><br>'
        f"{dots[0]}{text}{dots[1]}</div>"
    )


def _text(text: str) -> str:
    return escape(inert(text))
