"""spaCy components: the quantities and claims of any Chinese pipeline, by the same code as the audit.

    nlp = spacy.blank("zh")                      # characters or jieba words, as you like
    nlp.add_pipe("gouji_quantities")             # doc.spans["quantities"], span._.quantity
    nlp.add_pipe("gouji_claims")                 # doc.spans["claims"], span._.claim

Published through the `spacy_factories` entry point: installed is enough. A figure that does not end on a token border takes
the tokens that hold it; its own characters are in `span._.quantity`. Span groups and values survive `DocBin`
(`store_user_data=True`): they are kept as plain strings and numbers in `doc.user_data`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from auditor.claim import claims
from auditor.model import Document, Field, Form, Quantity, Text
from auditor.quantity import quantities

_NUMBERS = ("value", "low", "high", "factor", "step")
_PLAIN = ("comparator", "unit", "dimension", "start", "end", "figure_start", "figure_end", "form")
_QUANTITIES, _CLAIMS = "gouji.quantities", "gouji.claims"


@dataclass(frozen=True)
class Said:
    """What a claim says, apart from its place: measure, qualifier, role, frame, period, and its quantity."""

    measure: str
    qualifier: str
    role: str
    frame: str
    period: str
    quantity: Quantity


def _packed(quantity: Quantity) -> dict[str, Any]:
    numbers = {key: None if (n := getattr(quantity, key)) is None else str(n) for key in _NUMBERS}
    return numbers | {key: getattr(quantity, key) for key in _PLAIN}


def _unpacked(data: dict[str, Any]) -> Quantity:
    numbers: dict[str, Any] = {key: None if data[key] is None else Decimal(data[key]) for key in _NUMBERS}
    return Quantity(**numbers, **{key: data[key] for key in _PLAIN})


def _find(span: Span, kind: str) -> dict[str, Any] | None:
    """The record of the group's span that this one is: by place and, where tokens hold two figures, by its id."""
    records: list[dict[str, Any]] = span.doc.user_data.get(kind, [])
    if 0 <= span.id < len(records):
        return records[span.id]
    return next((r for r in records if r["start"] >= span.start_char and r["end"] <= span.end_char), None)


def _quantity(span: Span) -> Quantity | None:
    data = _find(span, _QUANTITIES)
    return _unpacked(data) if data else None


def _claim(span: Span) -> Said | None:
    data = _find(span, _CLAIMS)
    if not data:
        return None
    words: dict[str, str] = {key: data[key] for key in ("measure", "qualifier", "role", "frame", "period")}
    return Said(**words, quantity=_unpacked(data["quantity"]))


for _name, _getter in (("quantity", _quantity), ("claim", _claim)):
    if not Span.has_extension(_name):
        Span.set_extension(_name, getter=_getter)


def _group(doc: Doc, name: str, kind: str, label: str, records: list[dict[str, Any]]) -> Doc:
    doc.user_data[kind] = records
    spans = []
    for number, record in enumerate(records):
        found = doc.char_span(record["start"], record["end"], label=label, alignment_mode="expand")
        if found is not None:
            spans.append(Span(doc, found.start, found.end, label=label, span_id=number))
    doc.spans[name] = spans
    return doc


@Language.factory("gouji_quantities", assigns=["doc.spans", "span._.quantity"], default_config={"unit": ""})
def gouji_quantities(nlp: Language, name: str, unit: str) -> Any:
    """Component: `doc.spans["quantities"]`, label QUANTITY. unit: that of bare numbers (单位：万元)."""

    def component(doc: Doc) -> Doc:
        records = [_packed(q) for q in quantities(doc.text, unit=unit)]
        return _group(doc, "quantities", _QUANTITIES, "QUANTITY", records)

    return component


@Language.factory(
    "gouji_claims", assigns=["doc.spans", "span._.claim"], default_config={"unit": "", "role": "result", "year": None}
)
def gouji_claims(nlp: Language, name: str, unit: str, role: str, year: int | None) -> Any:
    """Component: `doc.spans["claims"]`, label CLAIM. role: what the text tells (target | result | budget)."""

    def component(doc: Doc) -> Doc:
        field = Field(Text(doc.text), "prose", role, unit=unit)  # type: ignore[arg-type]
        form = Form(Document("", "", "text", ()), year=year, prose=(field,))
        records = [
            {
                "start": c.span.begin, "end": c.span.stop, "measure": c.measure, "qualifier": c.qualifier,
                "role": c.role, "frame": c.frame, "period": c.period, "quantity": _packed(c.quantity),
            }
            for c in claims(form)
        ]  # fmt: skip
        return _group(doc, "claims", _CLAIMS, "CLAIM", records)

    return component
