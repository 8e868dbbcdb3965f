"""One form, every format: the same findings, by fingerprint, as its text."""

from functools import cache
from pathlib import Path

import pytest
from render import KINDS, render

from auditor import audit_document
from auditor.read import read

CORPUS = Path(__file__).parent.parent / "corpus"
FORMS = (  # six layouts and more
    "dev/gd_zone", "dev/gd_health", "dev/dept_civil", "dev/proj_water_reservoir", "dev/proj_roads_maintenance",
    "dev/prov_hb_sanitation", "dev/prov_xj_tea", "dev/prov_sc_forestry",
)  # fmt: skip


@cache
def _text(name: str):
    document = read(CORPUS / f"{name}.txt")
    report = audit_document(document)
    return document, sorted(f.fingerprint for f in report.findings), len(report.claims)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "text"])
@pytest.mark.parametrize("name", FORMS)
def test_every_format_of_a_form_gives_the_findings_of_its_text(name, kind):
    """Word, Excel, PDF and web page with real merged cells, pipes and other encodings."""
    document, fingerprints, claims = _text(name)
    report = audit_document(read(f"{name}.{kind}", render(document, kind)))
    assert sorted(f.fingerprint for f in report.findings) == fingerprints
    assert abs(len(report.claims) - claims) <= 2


def test_the_forms_have_findings_to_compare():
    """An empty list would agree with everything."""
    assert sum(len(_text(name)[1]) for name in FORMS) > 30
