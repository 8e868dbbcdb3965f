"""4e  Reasons for a deviation that stand away from their row: in the narrative, in a note below the table, among the
problems.

A sentence gives the reason of a row when it names the row and says why, or stands under a head such as 偏差原因说明; a
sentence on 上述指标 gives that of every row that deviates the way it says. rules/targets.toml [deviations].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.clause import readable
from auditor.lexicon import Lexicon
from auditor.model import Claim, Field, Form, Indicator
from auditor.segment import words
from auditor.target import vocabulary

_SENTENCE = re.compile(r"[^。;\n]+[。;\n]?")
_NUMBERED = re.compile(r"^[\W_]*(?:指标)?[\d一二三四五六七八九十]{0,2}[、.)]?[\W_]*")
_BRACKETED = re.compile(r"\([^()]*\)")
LONGEST = 240  # characters of a sentence: a longer one tells more than one thing
SHORTEST = 4  # characters of a name that may be looked for without its end


@dataclass(frozen=True)
class _Why:
    """A sentence that may give a reason: its text without blanks, whether it says why, and whether its head does."""

    text: str
    because: bool
    block: bool


@lru_cache(maxsize=8)
def _any(key: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary().words[key]))


def _sentences(field: Field) -> Iterator[_Why]:
    """Sentences that say why, or stand under a head that asks for it; what 原因是 begins belongs to the one before."""
    because, block = _any("because"), _any("block")
    under = any(block.search(head) for head in field.heads[-1:])
    held = ""
    for match in _SENTENCE.finditer(readable(field.text)):
        text = "".join(match[0].split())
        head = re.split(r"[:]", text)[0]
        if len(head) < 24 and len(head) < len(text) and block.search(head):
            under = True
        if held and re.match(r"(?:主要)?(?:原因|是因|系因|因为|由于|主要是|主要系)", text):
            text = held + text
        held = text
        if len(text) <= LONGEST and (under or because.search(text)):
            yield _Why(text, bool(because.search(text)), under)


class Reasons:
    """The reasons that a form gives outside the cells of its rows."""

    def __init__(self, form: Form) -> None:
        self.lexicon = Lexicon.of(form)
        stray = (f for f, why in form.unread if why != "criteria" and len(f.text.raw) > 12)
        fields: Iterable[Field] = (*form.prose, *form.results, *form.issues, *form.improvements, *stray)
        self.said = [why for field in fields if field for why in _sentences(field)]
        these = re.compile(vocabulary().deviation_of_all)
        left = _any("left")
        troubles = ("".join(readable(f.text).split()) for f in (*form.issues, *form.improvements) if f)
        self.short = [m[0] for text in troubles for m in _SENTENCE.finditer(text) if left.search(m[0]) or _any("differs").search(m[0])]
        self.all = [why.text for why in self.said if why.because and these.search(why.text)]

    def of(self, row: Indicator, over: bool | None = None) -> str:
        """The sentence that gives the row's reason, "" for none; over: whether the result is above its target."""
        if not self.said:
            return ""
        differs = _any("differs")
        told = "".join(row.result.text.clean.split()) if row.result else ""
        figure = re.compile(rf"(?<![\d.]){re.escape(told)}(?![\d.])") if any(map(str.isdigit, told)) else None
        for why in self.said:
            deviates = why.block or differs.search(why.text) or (why.because and figure and figure.search(why.text))
            if deviates and self._named(row, why.text, why.block):  # 日产日清率98%，主要是台风期间清运延后: its figure says which way
                return why.text.strip("。;,")
        if over is not None:
            way = vocabulary().words["over" if over else "under"]
            for text in self.all:
                if any(w in text for w in way) or re.search("偏差|差异|偏离", text):
                    return text.strip("。;,")
        return ""

    def of_rest(self, row: Indicator, lacking: str, unit: str) -> str:
        """A sentence that says why, of just what the row lacks: 另有1座因汛期推迟开工, 比目标少3部. It names the row, or says
        that this is the rest."""
        figure = re.compile(rf"(?<![\d.]){re.escape(lacking)}个?{re.escape(unit)}(?!\d)")
        rest = _any("rest")
        names = [w for w in words(readable(row.name.text)) if len(w) > 1 and self.lexicon.weight(w) >= 0.5]
        for why in self.said:
            found = figure.search(why.text) if unit else None
            if found is None or not (why.because or why.block):
                continue
            if rest.search(why.text[max(0, found.start() - 12) : found.start()]) or any(w in why.text for w in names):
                return why.text.strip("。;,")
        return ""

    def near(self, claim: Claim) -> str:
        """What is said behind a figure of running text, to the end of its paragraph, if it says why or what is left."""
        text = readable(claim.field.text)
        line = text.find("\n", claim.span.stop)
        after = text[claim.span.stop : min(len(text) if line < 0 else line, claim.span.stop + LONGEST)]
        said = _any("because").search(after) or _any("left").search(after)
        return after.strip("。;, ") if said else ""

    def on(self, name: str) -> str:
        """A sentence that says why something fell short, on a matter of this name: one telling word is enough."""
        telling = [w for w in words(name) if len(w) > 1 and self.lexicon.weight(w) >= 0.5]
        telling += [w[i : i + 2] for w in telling for i in range(len(w) - 1) if len(w) > 2]
        for text in (*(w.text for w in self.said), *self.short):
            if any(w in text for w in telling):
                return text.strip("。;,")
        return ""

    def _named(self, row: Indicator, text: str, block: bool = False) -> bool:
        name = "".join(_NUMBERED.sub("", _BRACKETED.sub("", readable(row.name.text))).split())
        if len(name) > 2 and name in text:
            return True
        if block and len(name) > SHORTEST and name[:SHORTEST] in text:
            return True  # below 偏差说明 the thing is named, not what was counted of it
        for tail in vocabulary().words["tails"]:
            if name.endswith(tail) and len(name) - len(tail) >= SHORTEST:
                if name[: -len(tail)] in text:
                    return True
                break
        telling = [w for w in words(name) if len(w) > 1 and self.lexicon.weight(w) >= 0.5]
        return len(telling) > 1 and len("".join(telling)) > SHORTEST and all(w in text for w in telling)
