"""Tables of staff: a first row that names nothing, then 其中 and the offices."""

from __future__ import annotations

from auditor.form import forms
from auditor.read import read

FORM = "项目支出绩效自评表\n一级指标|二级指标|三级指标|目标值|完成值\n产出指标|数量指标|安装摄像头|≥300个|312个\n附：人员控制情况\n"
ROWS = "人员情况（人）|编制数|实际在职人数|控制率\n|85|81|95.29%\n其中：机关|31|30|96.77%\n救助站|54|51|94.44%\n"


def test_a_row_whose_name_is_blank_has_no_name_and_keeps_its_figures() -> None:
    """Its name is the head above: 85 is no number of a row, 81 no name."""
    (form,) = forms(read("form.txt", data=(FORM + ROWS).replace("|", "\t").encode()))
    figures = {(f.heads, f.text.raw) for f in form.prose}
    assert {(("编制数",), "85"), (("实际在职人数",), "81"), (("控制率",), "95.29%")} <= figures
    assert (("其中:机关", "实际在职人数"), "30") in figures
