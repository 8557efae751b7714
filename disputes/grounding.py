"""No sentence without a record: every figure, date, name and number in a claim must stand in the facts it cites.

Pure code, no model. Formats are folded first (`38.00 USD`, `$38.00` and `USD 38` are one amount; `14 March 2026` and
`2026-03-14` are one day), then each token of the claim is looked for among the tokens of its facts.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from disputes import money
from disputes.case import Rebuttal
from disputes.evidence import Evidence, Fact, render, when
from disputes.facts import form
from disputes.model import Value
from disputes.money import Money

Token = tuple[str, ...]

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS) + "|" + "|".join(name[:3] for name in _MONTHS)
_SIGNS = {"$": "", "€": "eur", "£": "gbp", "¥": "jpy"}
_NUMBER = r"\d[\d,]*(?:\.\d+)?"

_PATTERNS = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)\S+)
  | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}(?=\b|T))
  | (?P<day>\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:{_MONTH})\.?,?\s\d{{4}}\b)
  | (?P<us>\b(?:{_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}\b)
  | (?P<time>\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b)
  | (?P<after>{_NUMBER}\s?(?:[A-Z]{{3}}|€)(?![\w]))
  | (?P<before>(?:\b[A-Z]{{3}}\s?|[$€£¥]\s?){_NUMBER})
  | (?P<mark>[\w.:/#-]*\d[\w.:/#-]*)
  | (?P<word>[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)
    """,
    re.VERBOSE,
)

_OWN_WORDS = frozenset(
    "AVS CVC Stripe UTC IP ARN PDF Exhibit We Our I D Secure Visa Mastercard Discover American Express".split()
) | set(_MONTHS)
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
    """Give every violation in the order of the text; none means the letter may be filed."""
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
    known, words = _known(cited), _words(cited)
    for found in _PATTERNS.finditer(text):
        token, start, end = _fold(found), found.start(), found.end()
        at = {"claim": number, "start": start, "end": end}
        if token[0] == "url":
            yield Violation.model_validate({**at, "what": "a letter carries no link"})
        elif token[0] == "word":
            if _is_name(text, start, found[0]) and found[0].casefold() not in words:
                yield Violation.model_validate({**at, "what": f"the name {found[0]} stands in no fact that is cited"})
        elif token not in known:
            yield Violation.model_validate({**at, "what": f"{found[0]} stands in no fact that is cited"})
    for banned in _BANNED.finditer(text):
        if banned[0].casefold() not in words:
            what = f"a letter does not say {banned[0]!r}"
            yield Violation(claim=number, what=what, start=banned.start(), end=banned.end())


def _is_name(text: str, start: int, word: str) -> bool:
    """Tell whether a word is a name: capitalised inside a sentence, and not one of the few words of the trade."""
    opens = not text[:start].strip() or text[:start].rstrip()[-1] in '.!?:;"“'
    return word[0].isupper() and not opens and word not in _OWN_WORDS


def _known(facts: list[Fact]) -> set[Token]:
    known: set[Token] = {("mark", "3-d")}
    for fact in facts:
        known |= set(_of(fact))
    return known


def _of(fact: Fact) -> Iterator[Token]:
    if isinstance(fact.value, Money):
        yield from _amounts(fact.value)
    elif form(fact.kind) == "time":
        moment = when(fact)
        yield from (("date", moment.date().isoformat()), ("time", f"{moment:%H:%M}"), ("time", f"{moment:%H:%M:%S}"))
    else:
        yield from (_fold(found) for found in _PATTERNS.finditer(render(fact)))
        yield ("mark", str(fact.value).casefold())


def _amounts(amount: Money) -> Iterator[Token]:
    figure = str(money.major(amount).normalize())
    yield ("money", figure, amount.currency)
    if amount.currency in {"usd", "cad", "aud", "nzd", "sgd", "hkd", "mxn"}:
        yield ("money", figure, "")


def _words(facts: list[Fact]) -> set[str]:
    return {found[0].casefold() for fact in facts for found in _PATTERNS.finditer(render(fact)) if found["word"]} | {
        word.casefold() for fact in facts for word in re.findall(r"[^\W\d_]+", render(fact))
    }


def _fold(found: re.Match[str]) -> Token:
    kind, text = str(found.lastgroup), found[0]
    match kind:
        case "iso" | "day" | "us":
            return ("date", _day(text))
        case "time":
            return ("time", text.zfill(5) if text.count(":") == 1 else text.zfill(8))
        case "after" | "before":
            return _money(text)
        case "mark" if re.fullmatch(_NUMBER, text.strip(".")):
            return ("mark", text.replace(",", "").strip("."))
        case _:
            return (kind, text.casefold().strip(".:/#-"))


def _money(text: str) -> Token:
    figure = re.search(_NUMBER, text)
    sign = text.replace(figure[0], "").strip() if figure else ""
    try:
        amount = Decimal(figure[0].replace(",", "") if figure else "0").normalize()
    except InvalidOperation:
        return ("mark", text.casefold())
    return ("money", str(amount), _SIGNS.get(sign, sign.lower()))


def _day(text: str) -> str:
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)|[.,]", "", text)
    for shape in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y"):
        try:
            return datetime.strptime(plain, shape).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return plain
