"""What somebody knew, wanted or felt, why they did it, and what lasts to this day: no fact is its measure. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from disputes.evidence import Fact
from disputes.letter.grounding import predicates, tokens
from disputes.letter.grounding.findings import Finding

_PEOPLE = (
    r"(?:customer|cardholder|buyer|purchaser|recipient|subscriber|user|learner|client|guest|he|she|they|his|her|their)"
)
_MIND = (
    r"(?:(?:has|have|had|is|was|were|been|did|does|must|could|also|already|not|never|fully|well|very|"
    r"quite|so|then|clearly|\w{3,12}ly)\s){0,4}"
)
_KNOWINGLY = re.compile(
    r"\b(?:knowing(?:ly)?|deliberate(?:ly)?|intentional(?:ly)?|on purpose|willingly|willfully|wilfully|"
    r"(?:full |with |had |of |the )(?:knowledge|intention|intent|awareness)|change of (?:mind|heart)|"
    r"changed (?:his|her|their) mind)\b",
    re.IGNORECASE,
)
_MOOD = re.compile(
    r"\b(?:content|happy|unhappy|satisfied|dissatisfied|pleased|displeased|delighted|glad|thrilled|"
    r"impressed|disappointed|"
    r"fond|proud|fully aware|well aware)\s(?:with|about|at|by|of|to|that)\b",
    re.IGNORECASE,
)
_TO_THIS_DAY = re.compile(
    r"\b(?:to this (?:very )?day|until (?:now|today)|till now|even now|up to now|so far|at present|presently|to date|"
    r"nowadays|these days|ever since|still (?:uses|has|have|holds|owns|enjoys)|(?:is|are|remains) still|"
    r"in (?:his|her|their) (?:possession|hands)|money (?:is|was|has been|lies) in (?:his|her|"
    r"their) account|(?:from|at) the (?:very )?(?:first|outset|beginning)|at every|"
    r"without (?:any )?(?:a )?(?:fault|problem|problems|issue|issues|trouble|hitch|difficulty|"
    r"difficulties|interruption|complaint of)|"
    r"smooth(?:ly)?|flawless(?:ly)?|perfectly|properly|as (?:it|they) should|to (?:his|her|their|"
    r"everyone's) (?:satisfaction|liking))\b",
    re.IGNORECASE,
)
_BY_THE_CUSTOMER = re.compile(
    r"\b(?:read|saw|opened|viewed|noticed|ignored|overlooked|understood|studied|"
    r"reviewed)\s(?:and \w{2,12}\s)?(?:our|the|this|that|these|all|each)\s"
    r"(?:\w{2,12}\s)?(?:reminders?|messages?|e-?mails?|notices?|mails?|letters?|terms|polic(?:y|ies)|"
    r"listing|conditions|warning)\b|"
    r"\b(?:reminders?|messages?|e-?mails?|notices?|mails?|letters?)\s(?:was|were|has\sbeen|"
    r"had\sbeen)\s(?:\w{2,10}\s)?(?:opened|read|seen|viewed|noticed)\b|"
    r"\bby\s(?:the\s)?(?:\w{2,20}\s){1,3}(?:himself|herself|themselves)\b|\b(?:at\shome|by\shand)\b|"
    r"\b(?:chose|decided|preferred|elected|opted|refused|declined|neglected)\s(?:not\s)?to\b",
    re.IGNORECASE,
)
_COUNTED_AFTER = re.compile(
    r"\b(?:after|since|following)\s(?:the|this|that)\s(?:\w{2,12}\s)?(?:payment|charge|purchase|"
    r"renewal|delivery)\b[^.;]{0,60}\b\d{1,6}\s"
    r"(?:times|uses|sessions|logins|downloads)\b|\b\d{1,6}\s(?:times|uses|sessions|logins|"
    r"downloads)\b[^,.;]{0,40}\b(?:after|since)\s"
    r"(?:the|this|that)\s(?:\w{2,12}\s)?(?:payment|charge|purchase|renewal)\b",
    re.IGNORECASE,
)
_MOTIVE = re.compile(
    r"\b(?:only|simply|just|merely|purely)\sbecause\b|\bbecause\s(?:he|she|they|the\s(?:customer|"
    r"cardholder|buyer))\b|\bin\sorder\s(?:not\s)?to\b|"
    r"\bso\sas\s(?:not\s)?to\b|\bfor\sfree\b|\bwithout\spaying\b|\bas\sa\sway\s(?:to|of)\b|\b(?:has|"
    r"have|had)\ssecond\sthoughts\b|"
    r"\bproves?\s(?:that\s)?(?:it\swas\s)?(?:the\s)?(?:cardholder|customer|buyer|he|she|they)\b|"
    r"\b(?:nobody|no\sone|none)\s(?:else|but|other)\b|"
    r"\bonly\s(?:the\s)?(?:cardholder|customer|buyer|he|she|they)\s(?:can|could|has|had|knows?|"
    r"may)\b|\b(?:advantage|benefit)\sof\b",
    re.IGNORECASE,
)
_NAME_KINDS = frozenset("customer_name shipping_name delivery_signature".split())
_MAX_NAMES = 24


def read(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield what a text says that somebody knew, wanted or felt: a person may have it on file."""
    for match in (*_compile_minds(_name_people(cited)).finditer(text), *_MOOD.finditer(text)):
        yield Finding(*match.span(), f"{match[0]!r} is what somebody knew, wanted or felt", undecidable=True)
    for match in _KNOWINGLY.finditer(text):
        yield Finding(*match.span(), f"{match[0]!r} is what somebody knew, wanted or felt, and no fact says that")
    for match in (*_TO_THIS_DAY.finditer(text), *_BY_THE_CUSTOMER.finditer(text), *_COUNTED_AFTER.finditer(text)):
        if match.re is _BY_THE_CUSTOMER and any(fact.kind == "message_opened_at" for fact in cited):
            continue
        if match.re is not _COUNTED_AFTER or any(fact.kind == "usage_count" for fact in cited):
            yield Finding(*match.span(), predicates.UNDECIDABLE, undecidable=True)


def find_motives(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield why somebody did something, and what nobody else can have done: a letter that tells a claim adds that."""
    for match in _MOTIVE.finditer(text):
        if not predicates.is_said(match[0], cited):
            yield Finding(*match.span(), predicates.UNDECIDABLE, undecidable=True)


def _name_people(cited: Sequence[Fact]) -> str:
    """Return a regular expression of the names of the cited facts' people, at most so many."""
    facts = (fact for fact in cited if fact.kind in _NAME_KINDS)
    names = {re.escape(word) for fact in facts for word in tokens.split_words(str(fact.value))}
    return "|".join(sorted(names)[:_MAX_NAMES])


@lru_cache(maxsize=64)
def _compile_minds(names: str) -> re.Pattern[str]:
    minds = "|".join(word.replace("-", r"\s") for word in predicates.load().minds.split())
    people = rf"(?:{_PEOPLE}|{names})" if names else _PEOPLE
    return re.compile(rf"\b{people}(?:\s(?!and\b)\w{{2,12}}(?=\s(?:home|away)))?\s{_MIND}(?:{minds})\b", re.IGNORECASE)
