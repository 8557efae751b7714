"""No sentence without a record: every figure, date, name and number in a claim must stand in the facts it cites.

Pure code, no model. Each token of the claim is looked for among the tokens of its facts (`disputes/tokens.py`). A
capitalised word is a name unless it is a plain word of letters like these.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from disputes import tokens
from disputes.case import Rebuttal
from disputes.evidence import Evidence, Fact
from disputes.model import Value
from disputes.tokens import Found, Token

_TRADE = frozenset("avs cvc stripe utc ip arn pdf id i".split())
# Words that may begin a sentence without being a name. No first name and no month is among them.
_PLAIN = frozenset(
    """
    a about above access according accordingly account activity additionally address after all also although amount an
    and another any are arrival as at attached authentication available based because before below besides between
    billing both but by cancellation card cardholder carrier charge check checks claim confirmation consequently
    contrary copies copy correspondence customer date delivery despite detail details device dispute documentation
    documents due during each earlier email e-mail enclosed evidence exhibit exhibits file finally first following for
    from full further furthermore given goods had has have he hence her here his how however if in including
    information instead invoice invoices is it item items its last later log logs merchandise merchant moreover
    neither no none nor not notably note nothing now on once one only or order orders other our ours over package
    parcel payment payments per please policy prior product proof purchase purchases receipt receipts record records
    reference refund refunds regarding renewal renewals response result results same sale second see secure security
    service services shipment shipping signature similarly since sir so statement statements subscription subsequently
    such summary support terms that the their them then there therefore these they this those though through
    throughout thus to together total tracking transaction transactions under until upon usage use used was we were
    what when where whereas which while who with within without yes yet you your
    """.split()
)
_FIGURES = (
    dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
    | dict(zip("thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), range(13, 20), strict=True))
    | dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
    | {"dozen": 12, "hundred": 100, "hundreds": 100, "thousand": 1_000, "thousands": 1_000, "million": 1_000_000}
)
_SECURE = frozenset(("mark", name) for name in ("3-d", "3d", "3ds"))
_SMALL = 4
_EXHIBIT = re.compile(r"\bExhibit\s[A-Z]\b")
_BANNED = re.compile(
    r"\b(guarantee[ds]?|promise[ds]?|lawsuit|sue|attorney|lawyer|legal action|police|liar|lying|scam\w*|obviously|"
    r"clearly|undoubtedly|thief|criminal)\b",
    re.IGNORECASE,
)


class Violation(Value):
    """One thing in a claim that rests on nothing: which claim (0-based), what, and where in its text."""

    claim: int
    what: str
    start: int = 0
    end: int = 0


def check(rebuttal: Rebuttal, evidence: Evidence) -> tuple[Violation, ...]:
    """Give every violation in the order of the claims; none means the letter may be filed."""
    found: list[Violation] = []
    for number, claim in enumerate(rebuttal.claims):
        found += _citations(number, claim.facts, evidence)
        cited = [fact for fact_id in claim.facts if (fact := evidence.find(fact_id))]
        found += _tokens(number, claim.text, cited)
    return tuple(found) if rebuttal.claims else (Violation(claim=0, what="the letter says nothing"),)


def _citations(number: int, ids: tuple[str, ...], evidence: Evidence) -> Iterator[Violation]:
    if not ids:
        yield Violation(claim=number, what="the claim cites no fact")
    for fact_id in ids:
        fact = evidence.find(fact_id)
        if fact is None:
            yield Violation(claim=number, what=f"there is no fact {fact_id}")
        elif fact.bearing == "hurts":
            yield Violation(claim=number, what=f"{fact_id} speaks against the merchant and is never filed")


def _tokens(number: int, text: str, cited: list[Fact]) -> Iterator[Violation]:
    if not tokens.split(text):
        yield Violation(claim=number, what="the claim says nothing")
    known, words = tokens.known(cited), tokens.words(cited)
    said: Counter[Token] = Counter()
    for found in tokens.read(_EXHIBIT.sub(lambda named: " " * len(named[0]), text)):
        said[found.token] += 1
        what = _word(found, words, known) if found.token[0] == "word" else _figure(found, known, said)
        if what:
            yield Violation(claim=number, what=what, start=found.start, end=found.end)
    for banned in _BANNED.finditer(text):
        if banned[0].casefold() not in words:
            what = f"a letter does not say {banned[0]!r}"
            yield Violation(claim=number, what=what, start=banned.start(), end=banned.end())


def _figure(found: Found, known: Counter[Token], said: Counter[Token]) -> str:
    """Say what is wrong with a figure. A day or a small number said twice must be on record twice: it may be a slip."""
    kind, *value = found.token
    if kind == "url":
        return "a letter carries no link"
    if found.token in _SECURE:
        return ""
    if found.token not in known:
        return f"{found.text} stands in no fact that is cited"
    slips = kind == "date" or (kind == "mark" and value[0].isdigit() and len(value[0]) < _SMALL)
    if slips and said[found.token] > known[found.token]:
        return f"{found.text} is said more often than the cited facts hold it"
    return ""


def _word(found: Found, words: set[str], known: Counter[Token]) -> str:
    """Say what is wrong with a word: a name or a number in words that no fact holds; nothing when it is plain."""
    strange = [part for part in tokens.split(found.text) if part not in words]
    if any(part in _FIGURES and ("mark", str(_FIGURES[part])) not in known for part in strange):
        return f"{found.text} stands in no fact that is cited"
    if _is_name(found.text) and found.text.casefold() not in _PLAIN and set(strange) - _PLAIN - _TRADE:
        return f"the name {found.text} stands in no fact that is cited"
    return ""


def _is_name(word: str) -> bool:
    """Tell whether a word may be a name: it has a capital, or comes from a script that has none."""
    return any(c.isupper() or unicodedata.category(c) == "Lo" for c in word)
