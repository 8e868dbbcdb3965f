"""What took part in no check: the other half of every report. Said aloud, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.model import Claim, Finding, Form, Pass, Span, Unchecked


def unchecked(
    forms: Sequence[Form],
    claims: Iterable[Claim],
    findings: Iterable[Finding],
    passes: Iterable[Pass],
    refused: Iterable[Unchecked] = (),
) -> tuple[tuple[Unchecked, ...], tuple[Unchecked, ...]]:
    """Every number that no finding and no pass touches and every text whose place is not understood; and, apart, the
    numbers that count nothing (years, list marks, codes). So each number of the document is somewhere.

    refused: numbers that are no quantity; those that may yet be one (run together, without a unit) are unchecked.
    Reasons (rules/words.toml): single, qualified, plan, unread, those that the form stage gives and those of `Masked`.
    """
    touched: dict[int, dict[tuple[int, int], None]] = {}
    items: tuple[Finding | Pass, ...] = (*findings, *passes)
    for item in items:
        for side in item.evidence:
            touched.setdefault(id(side.span.text), {})[side.span.begin, side.span.stop] = None
    left = [
        Unchecked(claim.span, _reason(claim)) for claim in claims if not _among(claim, touched.get(id(claim.span.text)))
    ]
    for form in forms:
        left += [
            Unchecked(Span(field.text, 0, len(field.text.raw), field.section), why)
            for field, why in form.unread
            if field and not (why in _ASIDE and id(field.text) in touched)
        ]
    aloud = {id(field.text) for form in forms for field, _ in form.unread}
    aside = []
    for number in refused:
        if number.reason not in _UNSURE:
            aside.append(number)
        elif id(number.span.text) not in aloud and not _among(number, touched.get(id(number.span.text))):
            left.append(number)
    return tuple(left), tuple(aside)


_ASIDE = frozenset({"other_column"})  # a printed rate that is held against its row is checked
_UNSURE = frozenset({"glued", "no_unit", "torn"})  # a figure may stand there after all


def _among(item: Claim | Unchecked, places: dict[tuple[int, int], None] | None) -> bool:
    """Whether one of the places holds the item's figure: most often it is its very span."""
    span = item.span
    return places is not None and (
        (span.begin, span.stop) in places or any(b < span.stop and span.begin < e for b, e in places)
    )


def _reason(claim: Claim) -> str:
    if claim.role == "plan":
        return "plan"
    if claim.frame in ("growth", "share", "previous", "per_unit", "cumulative"):
        return "qualified"
    return "no_measure" if not claim.words else "single"
