"""The audit's quantities and claims in anybody's spaCy pipeline."""

from decimal import Decimal

import pytest

spacy = pytest.importorskip("spacy")
from spacy.tokens import DocBin  # noqa: E402

TEXT = "全年举办培训班12期，培训学员860人次；计划组织演练1次。建成公园约53.47万m²。"


@pytest.fixture(params=["char", "jieba"])
def nlp(request):
    pipeline = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": request.param}}})
    pipeline.add_pipe("gouji_quantities")  # found by the entry point alone: nothing of ours is imported here
    pipeline.add_pipe("gouji_claims")
    return pipeline


def test_quantities_are_spans_with_typed_values(nlp):
    """Characters or words: the same figures, units and comparators."""
    doc = nlp(TEXT)
    found = [span._.quantity for span in doc.spans["quantities"]]
    assert [(q.value, q.unit, q.comparator) for q in found] == [
        (Decimal(12), "期", "="), (Decimal(860), "人次", "="), (Decimal(1), "次", "="), (Decimal("53.47"), "万m²", "≈"),
    ]  # fmt: skip
    assert [TEXT[q.start : q.end] for q in found] == ["12期", "860人次", "1次", "约53.47万m²"]


def test_claims_say_what_is_counted_and_how(nlp):
    """Measure, role and frame, as the audit reads them."""
    doc = nlp(TEXT)
    found = [span._.claim for span in doc.spans["claims"]]
    assert [(c.measure, c.role, c.frame) for c in found] == [
        ("举办培训班", "result", ""), ("培训学员", "result", ""), ("计划组织演练", "plan", "plan"), ("建成公园", "result", ""),
    ]  # fmt: skip


def test_span_groups_and_values_survive_docbin(nlp):
    """Docs written to disk and read back say the same."""
    doc = nlp(TEXT)
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (again,) = DocBin(store_user_data=True).from_bytes(stored).get_docs(nlp.vocab)
    for name, value in (("quantities", "quantity"), ("claims", "claim")):
        one, two = ([(s.start, s.end, getattr(s._, value)) for s in d.spans[name]] for d in (doc, again))
        assert one == two
        assert len(one) == 4


def test_several_processes_say_what_one_says():
    """nlp.pipe with n_process=2: values come back from the workers with the docs."""
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("gouji_quantities")
    pipeline.add_pipe("gouji_claims")
    one = pipeline(TEXT)
    alone = [span._.claim for span in one.spans["claims"]]
    for doc in pipeline.pipe([TEXT] * 4, n_process=2, batch_size=2):
        assert [span._.claim for span in doc.spans["claims"]] == alone


def test_text_without_figures_gives_empty_groups(nlp):
    """No figure, no span, no failure."""
    doc = nlp("工作稳步推进。")
    assert len(doc.spans["quantities"]) == len(doc.spans["claims"]) == 0


def test_a_unit_printed_elsewhere_goes_to_bare_numbers():
    """单位：万元 is a setting of the component."""
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("gouji_quantities", config={"unit": "万元"})
    doc = pipeline("2218.86")
    (span,) = doc.spans["quantities"]
    assert (span._.quantity.unit, span._.quantity.dimension) == ("万元", "money")
