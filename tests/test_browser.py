"""The HTML report in a real browser: Debian's chromium, headless, from disk, without a network.

One browser serves all tests. Skipped where chromium, its driver or selenium is missing.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import samples

from auditor import audit
from auditor.model import Report
from auditor.report import View, render

selenium = pytest.importorskip("selenium", reason="selenium is not installed: pip install 'gouji[test]'")
CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver: apt-get install chromium chromium-driver"
)
CORPUS = Path(__file__).parent.parent / "corpus" / "dev"
FORMS = ("gd_zone", "proj_police_video", "prose_fire_rescue")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)


class Browser:
    """The few things that a reader does, and what they see."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, file: Path, fragment: str = "", wide: int = 1280, high: int = 860) -> None:
        self.size(wide, high)
        self.driver.get("about:blank")
        self.driver.get(file.as_uri() + fragment)

    def size(self, wide: int, high: int) -> None:
        metrics = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": wide < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def js(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def all(self, query: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", query))

    def one(self, query: str) -> Any:
        return self.driver.find_element("css selector", query)

    def seen(self, query: str) -> list[str]:
        """Texts of what is displayed, whether or not it is scrolled to."""
        return list(self.js(
            "return [...document.querySelectorAll(arguments[0])].filter(n => n.getClientRects().length)"
            ".map(n => n.textContent)", query,
        ))  # fmt: skip

    def lit(self) -> list[str]:
        """The places of the chosen item on the form, each put together from its pieces."""
        return list(self.js(
            "let out = []; for (const n of document.querySelectorAll('.paper mark.on'))"
            " n.dataset.n ? out.push(n.textContent) : (out[out.length - 1] += n.textContent); return out"
        ))  # fmt: skip

    def here(self) -> str:
        """The place that was gone to."""
        return "".join(self.seen(".paper mark.here"))

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(getattr(_keys(), key, key)).perform()

    def inside(self, node: Any) -> bool:
        """Is the node within the window, and not covered?"""
        return bool(self.js(
            "const b = arguments[0].getClientRects()[0];"
            "const n = document.elementFromPoint(b.x + Math.min(3, b.width / 2), b.y + b.height / 2);"
            "return n !== null && (arguments[0].contains(n) || n.contains(arguments[0]))", node,
        ))  # fmt: skip

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


def _keys() -> Any:
    from selenium.webdriver.common.keys import Keys

    return Keys


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages that the tests look at, by name."""
    folder = tmp_path_factory.mktemp("pages")
    archive = samples.settled()
    reports: dict[str, list[Report]] = {name: [audit(CORPUS / f"{name}.txt")] for name in FORMS}
    reports |= {
        "archive": [archive],
        "clean": [samples.clean()],
        "hostile": [samples.hostile(3)],
        "many": [replace(archive, findings=archive.findings * 1_250)],
        "several": [archive, samples.clean(), samples.report("docx")],
    }
    files = {name: folder / f"{name} 报告.html" for name in reports}
    for name, file in files.items():
        content = render(reports[name], "html", View(several=len(reports[name]) > 1))
        assert isinstance(content, str)
        file.write_text(content, encoding="utf-8")
    return files


FOUND = ".panel.current .item"


@pytest.mark.parametrize("name", FORMS)
def test_a_form_opens_from_disk(browser: Browser, made: dict[str, Path], name: str) -> None:
    """No console error; findings listed, the form beside them; each finding, chosen, lights its places."""
    browser.open(made[name])
    heads = browser.all(f"{FOUND} .head")
    assert heads
    assert len(browser.seen(".paper mark[id]")) > len(heads)
    list_, paper = (browser.one(query).rect for query in (".list", ".paper"))
    assert list_["x"] + list_["width"] <= paper["x"] + 1
    for head in heads[:5]:
        browser.js("arguments[0].click()", head)
        sides = browser.all(".chosen .go")
        assert sides
        assert head.get_attribute("aria-expanded") == "true"
        assert browser.all(".paper mark.on")
        assert browser.inside(browser.one(".paper mark.here"))
        assert [text for text in browser.seen(".chosen q") if text.strip()]
    assert len(browser.all(".chosen")) == 1
    assert browser.errors() == []


def test_levels_filter_the_findings(browser: Browser, made: dict[str, Path]) -> None:
    """A count, pressed, leaves its own; two leave both; pressed again, all are back."""
    browser.open(made["archive"])
    assert len(browser.seen(FOUND)) == 8
    browser.one(".chip.major").click()
    assert len(browser.seen(FOUND)) == 3
    browser.one(".chip.info").click()
    assert len(browser.seen(FOUND)) == 4
    assert browser.seen(".status") == ["问题 4 / 8"]
    for chip in browser.all(".chip[aria-pressed=true]"):
        chip.click()
    assert len(browser.seen(FOUND)) == 8


def test_family_and_section_filter_every_list(browser: Browser, made: dict[str, Path]) -> None:
    """The two choices narrow findings, passes and unchecked alike; the tabs count."""
    browser.open(made["archive"])
    browser.one(".family option[value=AGR]").click()
    assert len(browser.seen(FOUND)) == 2
    assert browser.seen("[role=tab]") == ["问题 2 / 8", "相符 2 / 5", "未核对 0 / 5", "规则 10"]
    browser.one(".family option[value='']").click()
    browser.one(".section option[value=tasks]").click()
    assert browser.seen("[role=tab]")[:3] == ["问题 1 / 8", "相符 1 / 5", "未核对 1 / 5"]


def test_search_finds_words_figures_and_rules(browser: Browser, made: dict[str, Path]) -> None:
    """Half and full width are one; several words must all be there; nothing found is said, with a way back."""
    browser.open(made["archive"])
    find = browser.one(".find")
    for words, count in (("18.5", 1), ("１８．５家", 1), ("agr1 接待", 1), ("预算完成率", 1), ("此处无", 0)):
        find.clear()
        find.send_keys(words)
        assert len(browser.seen(FOUND)) == count, words
    assert "没有符合条件的条目" in browser.seen(".none")[0]
    browser.one(".clear").click()
    assert len(browser.seen(FOUND)) == 8
    assert find.get_attribute("value") == ""


def test_choosing_a_finding_shows_its_sides_together(browser: Browser, made: dict[str, Path]) -> None:
    """Quotes, values, arithmetic, why; its places numbered on the form as in the list; another choice closes it."""
    browser.open(made["archive"])
    browser.all(f"{FOUND} .head")[1].click()
    body = browser.one(".chosen .body").text
    for part in ("18.5家", "14.5家", "4家", "14.5 + 4 = 18.5", "同一件事的数字在各处应当相同", "惯例"):
        assert part in body
    assert [n for mark in browser.all(".paper mark.on") if (n := mark.get_attribute("data-n"))] == ["1", "2", "3"]
    assert browser.lit() == ["共对接共建单位18.5家", "共对接共建单位14.5家", "共对接基层档案室4家"]
    browser.all(".chosen .go")[2].click()
    assert browser.here() == "共对接基层档案室4家"
    assert browser.inside(browser.one(".paper mark.here"))
    browser.all(f"{FOUND} .head")[0].click()
    assert len(browser.all(".chosen")) == 1
    assert browser.lit() == ["1486.20", "1429.73", "97.2%"]


def test_a_mark_leads_to_its_findings(browser: Browser, made: dict[str, Path]) -> None:
    """A click on the form opens the finding, pass or unchecked number there; the next click the next one."""
    browser.open(made["archive"])
    mark = next(mark for mark in browser.all(".paper mark") if mark.text == "36具" and mark.is_displayed())
    mark.click()
    assert "更换灭火器具：36具" in browser.one(".chosen .head").text
    assert browser.one("[role=tab][aria-selected=true]").text.startswith("相符")
    assert browser.inside(browser.one(".chosen .head"))
    browser.js("[...document.querySelectorAll('.paper mark')].find(m => m.textContent.includes('3200份')).click()")
    assert "3200份" in browser.one(".chosen .head").text
    blank = browser.one(".paper mark[data-blank]")
    browser.js("arguments[0].click()", blank)
    assert "OMI101" in browser.one(".chosen .head").text


def test_passes_and_unchecked_light_their_places(browser: Browser, made: dict[str, Path]) -> None:
    """The ledger: what held, by family, and what was not checked, by reason, both with their places."""
    browser.open(made["archive"])
    tabs = browser.all("[role=tab]")
    for tab, count, first in ((tabs[1], 5, ["14场", "14场"]), (tabs[2], 5, ["3200份"])):
        tab.click()
        assert len(browser.seen(FOUND)) == count
        browser.all(f"{FOUND} .head")[0].click()
        assert browser.lit() == first
    assert "全文只出现一次" in browser.seen(".panel.current h3")[0]


def test_the_keyboard_is_enough(browser: Browser, made: dict[str, Path]) -> None:
    """j and k, arrows, Enter through the places, Esc, / to search; where the focus is can be seen."""
    browser.open(made["archive"])
    browser.press("j")
    assert "RAT101" in browser.one(".chosen .head").text
    browser.press("j", "j", "k")
    assert "AGR301" in browser.one(".chosen .head").text
    browser.press("ARROW_DOWN")
    assert "AGR101" in browser.one(".chosen .head").text
    assert browser.js("return document.activeElement === document.querySelector('.chosen .head')")
    assert browser.js("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.here() == "接待查档2186人次"
    browser.press("ENTER")
    assert browser.here() == "全年接待查档2168人次"
    browser.press("ENTER")
    assert browser.here() == "接待查档2186人次"
    browser.press("ESCAPE")
    assert not browser.all(".chosen, .paper mark.on")
    browser.press("/")
    browser.press("查", "档")
    assert browser.one(".find").get_attribute("value") == "查档"
    browser.press("ENTER")
    assert "AGR101" in browser.one(".chosen .head").text
    browser.one("[role=tab][aria-selected=true]").send_keys(_keys().ARROW_RIGHT)
    assert browser.one("[role=tab][aria-selected=true]").text.startswith("相符")


def test_what_is_drawn_has_a_name(browser: Browser, made: dict[str, Path]) -> None:
    """Every control has a name for a screen reader; tabs and panels belong together; the page has its language."""
    browser.open(made["archive"])
    controls = browser.all("button, input, select, [tabindex='0']")
    nameless = [node.get_attribute("class") for node in controls if node.is_displayed() and not node.accessible_name]
    assert set(nameless) <= {"wide"}
    assert [node.aria_role for node in browser.all("[role=tab]")] == ["tab"] * 4
    assert browser.one("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("name", [*FORMS, "hostile", "several"])
def test_a_phone_shows_list_then_form(browser: Browser, made: dict[str, Path], name: str) -> None:
    """Nothing makes the page scroll sideways; wide tables scroll in their own box; a place has a way back."""
    browser.open(made[name], "#d1", wide=390, high=800)
    report = browser.one("#d1")
    list_, paper = (report.find_element("css selector", query).rect for query in (".list", ".paper"))
    assert list_["y"] + list_["height"] <= paper["y"] + 1
    browser.js("arguments[0].click()", browser.all(f"#d1 {FOUND} .head")[0])
    assert browser.js("return document.documentElement.scrollWidth") <= 390
    assert browser.inside(browser.one(".chosen .head"))
    browser.js("arguments[0].click()", browser.one("#d1 .steps .more"))
    assert browser.inside(browser.one(".paper mark.here"))
    assert browser.js("return document.documentElement.scrollWidth") <= 390
    browser.one("#d1 .steps .back").click()
    assert browser.inside(browser.one(".chosen .head"))
    assert browser.errors() == []


def test_print_has_everything(browser: Browser, made: dict[str, Path]) -> None:
    """On paper: what the filter leaves, with every quote, then what held, was not checked, the rules, and the form."""
    browser.open(made["archive"])
    browser.all(f"{FOUND} .head")[1].click()
    browser.one(".find").send_keys("档")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = browser.one("body").text
        parts = browser.js(
            "return [...document.querySelectorAll('.apart, .item[data-id] .body, .paper table')]"
            ".filter(n => n.getClientRects().length).map(n => n.getBoundingClientRect().top)"
        )
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    places = [shown.index(part) for part in ("问题", "AGR101", "核对相符", "未核对", "所用规则", "原表")]
    assert places == sorted(places)
    assert parts == sorted(parts)
    for part in (
        "14.5 + 4 = 18.5",
        "共对接基层档案室4家",
        "宣传月统一安排",
        "同一件事的数字在各处应当相同",
        "问题 4 / 8",
    ):
        assert part in shown
    assert "全部类别" not in shown
    drawn = browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert base64.b64decode(drawn["data"]).startswith(b"%PDF")


def test_a_hostile_form_stays_inert(browser: Browser, made: dict[str, Path]) -> None:
    """Its text is shown as text: nothing runs, nothing is loaded, no element is made of it, and it can be searched."""
    browser.open(made["hostile"])
    assert browser.all("script:not(head > script), b b, .paper b, .msg b") == []
    assert "</script><b>粗</b>" in browser.one(".paper").text
    assert "\\u202e" in browser.one(".paper").text
    assert browser.js("return performance.getEntriesByType('resource').length") == 0
    browser.one(".find").send_keys("</script>")
    assert len(browser.seen(FOUND)) == 3
    browser.press("ENTER")
    assert browser.here() == "18次"
    assert browser.errors() == []


def test_the_policy_stops_what_slips_in(browser: Browser, made: dict[str, Path]) -> None:
    """Even a script put into the page does not run: only the one whose hash the policy names does."""
    browser.open(made["archive"])
    browser.js(
        "const s = document.createElement('script'); s.textContent = 'window.slipped = 1'; document.body.append(s);"
        "const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"window.slipped = 1\">';"
        "document.body.append(d);"
    )
    assert browser.js("return window.slipped") is None
    assert any("Content Security Policy" in error for error in browser.errors())


def test_ten_thousand_findings(browser: Browser, made: dict[str, Path], record_property: Any) -> None:
    """They are all there, found and chosen; how long that takes is told, not judged."""
    browser.open(made["many"])
    record_property(
        "interactive_ms", browser.js("return performance.timing.domComplete - performance.timing.fetchStart")
    )
    assert browser.seen("[role=tab]")[0] == "问题 10000"
    browser.js(
        "const f = document.querySelector('.find'), t = performance.now();"
        "f.value = '18.5家'; f.dispatchEvent(new Event('input')); f.offsetHeight; window.spent = performance.now() - t"
    )
    record_property("search_ms", browser.js("return window.spent"))
    assert browser.seen("[role=tab]")[0] == "问题 1250 / 10000"
    browser.press("ESCAPE")
    browser.js("arguments[0].focus()", browser.one(".find"))
    browser.press("ENTER", "ARROW_DOWN")
    assert "AGR301" in browser.one(".chosen .head").text
    assert browser.inside(browser.one(".paper mark.here"))
    assert browser.errors() == []


def test_several_reports_are_chosen_from_a_table(browser: Browser, made: dict[str, Path]) -> None:
    """The table leads to one report at a time and back; a fingerprint in the address opens its finding."""
    browser.open(made["several"])
    assert len(browser.seen(".overview tbody tr")) == 3
    assert browser.seen("article.report") == []
    browser.all(".overview a")[1].click()
    assert [node.get_attribute("id") for node in browser.all("article.report") if node.is_displayed()] == ["d2"]
    browser.one("#d2 .up").click()
    assert len(browser.seen(".overview tbody tr")) == 3
    fingerprint = samples.findings()[2].fingerprint
    browser.open(made["several"], f"#{fingerprint}")
    assert browser.one(".chosen").get_attribute("data-id") == fingerprint
    assert browser.errors() == []


def test_it_is_a_document_without_scripts(browser: Browser, made: dict[str, Path]) -> None:
    """Where a viewer runs no script, every finding is open, every list and the form are there."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(made["archive"])
        shown = browser.one("body").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    for part in ("14.5 + 4 = 18.5", "核对相符", "全文只出现一次", "所用规则", "基层档案室共建"):
        assert part in shown
    assert "清除筛选" not in shown
