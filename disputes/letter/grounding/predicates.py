"""What a sentence says of its subject, where no rule knows it: then a person has to attest the sentence. Pure.

A word is a predicate where it follows a subject of the trade or an auxiliary. It is known when `predicates.toml` lists
it, a cited fact says it, or a rule of the others has read it already. A sentence that holds nothing of a fact at all is
left to a person too, and so is what somebody knew or wanted.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from disputes import toml_file
from disputes.evidence import Fact
from disputes.evidence.kinds import form, label
from disputes.letter.grounding import folding, names, tokens
from disputes.letter.grounding.findings import Finding, cover
from disputes.model import Strict

_LIST = Path(__file__).parent / "predicates.toml"
UNDECIDABLE = "no rule can judge this, so a person has to attest it"
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.](?=\S)|(?<=\b[A-Z])[.]|(?<=\bSt)[.]|(?<=\bno)[.]){1,2000}")
_PERSON = (
    r"(?:customer|cardholder|buyer|purchaser|recipient|subscriber|user|learner|client|guest|carrier|"
    r"courier|issuer|bank|"
    r"merchant|we|he|she|they|it)"
)
_THING = (
    r"(?:parcel|package|shipment|goods|order|items?|articles?|products?|service|subscription|plan|"
    r"payment|charge|purchase|"
    r"transaction|refund|account|delivery|dispute|claim|card|session|course|licence|license)"
)
_AUXILIARY = (
    r"(?:is|are|was|were|been|be|being|has|have|had|do|does|did|got|gets|became|becomes|remained|remains|seems|seemed)"
)
_BETWEEN = (
    r"(?:(?:not|never|also|then|later|first|again|already|still|now|duly|both|all|each|so|very|quite|"
    r"thus|therefore|\w{3,14}ly)\s){0,2}"
)
_PREDICATE = re.compile(
    rf"\b(?:(?:{_PERSON}|{_AUXILIARY})\s{_BETWEEN}(?P<word>[a-z][a-z'-]{{1,30}})"
    rf"|{_THING}\s{_BETWEEN}(?P<did>[a-z-]{{2,30}}ed))\b"
)
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
_FUTURE = re.compile(
    r"\b(?:will(?! of\b)|shall|won't|'ll|going to|about to|soon be|in (?:the )?future|(?:is|are) "
    r"(?:due|set|expected|scheduled|bound) to|"
    r"from now on|henceforth|in due course)\b",
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
_RULES = frozenset("refund_policy cancellation_policy listing_snapshot merchant_message".split())
_NAME_KINDS = frozenset("customer_name shipping_name delivery_signature".split())
_NOBODY = re.compile(
    r"\b(?:nobody|no one|nothing|bank|issuer|reader|reference|number)\s(?:\w{2,12}\s)?$", re.IGNORECASE
)
_SHORT = frozenset({"use", "pay"})
_NEAR = 30
_OTHERWISE = re.compile(
    (
        r"\b(?:says?|shows?|tells?|reads?|proves?|is|have it|has it) (?:otherwise|differently|"
        r"the (?:opposite|contrary)|something else|another (?:story|thing))\b"
    ),
    re.IGNORECASE,
)
# A sentence that only leads the reader.
_LEADING = re.compile(
    r"\s{0,3}(?:We|Here|This|First|Below|Now|The following)\b[^,.]{0,20}\b(?:set|sets|turn|begin|"
    r"start|come|list|lists|answer|answers|add|"
    r"quote|rest|go|give|gives|show|shows|follow|follows|take|state|explain|explains|are|is|reply|respond|present)\b"
)
_MODAL = re.compile(
    (
        r"\b(?:(?-i:may)|might|could|should|must|ought|would|can)\b(?!\s(?:be\s)?(?:seen?|found?|read|"
        r"reached|verified|checked|traced?|like to ask|ask)\b)"
    ),
    re.IGNORECASE,
)
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("es", "e"),
    ("s", ""),
    ("ed", ""),
    ("ed", "e"),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)
_STEM = 5
_PEOPLE_KINDS = frozenset("carrier customer_name shipping_name delivery_signature".split())
_MAX_NAMES = 24
_MIN_SENTENCE = 4  # words; a shorter one says nothing by itself


class PredicateFile(Strict):
    """The lists of words, as the file holds them."""

    verbs: str
    others: str
    minds: str
    merits: str


@cache
def load(path: Path = _LIST) -> PredicateFile:
    """Read the lists of predicates. Raises `Invalid` with what is wrong with them."""
    return toml_file.load(path, PredicateFile, f"The list of predicates {path.name}")


def read(text: str, cited: Sequence[Fact], known: Sequence[Finding], anchored: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what no fact ever holds, and what no rule can judge.

    `known` are the parts that rules have read; `anchored` those by which a sentence rests on something.
    """
    said, read_already = _collect_stems(cited), cover(len(text), known)
    yield from _find_minds(text, cited)
    policy = any(fact.kind in _RULES for fact in cited)
    for pattern, why in ((_FUTURE, "is of the future, and no fact is"), (_MODAL, "")):
        for match in pattern.finditer(text):
            allowed = not why and (policy or _NOBODY.search(text[max(0, match.start() - _NEAR) : match.start()]))
            if not read_already[match.start()] and not _is_said(match[0], cited) and not allowed:
                problem = f"{match[0]!r} {why}" if why else UNDECIDABLE
                yield Finding(*match.span(), problem, undecidable=not why)
    for match in (*_PREDICATE.finditer(folding.skeleton(text)), *_find_named(text, cited)):
        group = "word" if match["word"] else "did"
        if (
            text[match.start(group)].islower()
            and not read_already[match.start(group)]
            and not _is_known(match[group], said)
        ):
            yield Finding(*match.span(group), UNDECIDABLE, undecidable=True)
    for match in re.finditer(rf"\b(?:{'|'.join(load().merits.split())})\b", text, re.IGNORECASE):
        if match[0].casefold()[:_STEM] not in said and not read_already[match.start()]:
            yield Finding(*match.span(), UNDECIDABLE, undecidable=True)
    yield from _find_unanchored(text, cited, anchored)


def _find_named(text: str, cited: Sequence[Fact]) -> Iterator[re.Match[str]]:
    """Return the predicates that follow a name of the cited facts."""
    people = {word for fact in cited if fact.kind in _PEOPLE_KINDS for word in tokens.split_words(str(fact.value))}
    named = "|".join(sorted(map(re.escape, people))[:_MAX_NAMES])
    pattern = rf"\b(?:{named})\s{_BETWEEN}(?:(?P<word>[a-z][a-z'-]{{1,30}}))\b(?P<did>)"
    found = re.finditer(pattern, folding.skeleton(text)) if named else iter(())
    return (match for match in found if "'" not in match["word"])


def _find_minds(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield what a text says that somebody knew, wanted or felt: a person may have it on file."""
    for match in (*_compile_minds(_name_people(cited)).finditer(text), *_MOOD.finditer(text)):
        yield Finding(*match.span(), f"{match[0]!r} is what somebody knew, wanted or felt", undecidable=True)
    for match in _KNOWINGLY.finditer(text):
        yield Finding(*match.span(), f"{match[0]!r} is what somebody knew, wanted or felt, and no fact says that")
    for match in (*_TO_THIS_DAY.finditer(text), *_BY_THE_CUSTOMER.finditer(text), *_COUNTED_AFTER.finditer(text)):
        if match.re is _BY_THE_CUSTOMER and any(fact.kind == "message_opened_at" for fact in cited):
            continue
        if match.re is not _COUNTED_AFTER or any(fact.kind == "usage_count" for fact in cited):
            yield Finding(*match.span(), UNDECIDABLE, undecidable=True)


def find_motives(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield why somebody did something, and what nobody else can have done: a letter that tells a claim adds that."""
    for match in _MOTIVE.finditer(text):
        if not _is_said(match[0], cited):
            yield Finding(*match.span(), UNDECIDABLE, undecidable=True)


def _name_people(cited: Sequence[Fact]) -> str:
    """Return a regular expression of the names of the cited facts' people, at most so many."""
    facts = (fact for fact in cited if fact.kind in _NAME_KINDS)
    names = {re.escape(word) for fact in facts for word in tokens.split_words(str(fact.value))}
    return "|".join(sorted(names)[:_MAX_NAMES])


@lru_cache(maxsize=64)
def _compile_minds(names: str) -> re.Pattern[str]:
    minds = "|".join(word.replace("-", r"\s") for word in load().minds.split())
    people = rf"(?:{_PEOPLE}|{names})" if names else _PEOPLE
    return re.compile(rf"\b{people}(?:\s(?!and\b)\w{{2,12}}(?=\s(?:home|away)))?\s{_MIND}(?:{minds})\b", re.IGNORECASE)


def _find_unanchored(text: str, cited: Sequence[Fact], anchored: Sequence[Finding]) -> Iterator[Finding]:
    """Yield every sentence that holds no value, label, word or statement of what it cites."""
    covered = cover(len(text), anchored)
    said, values = _collect_stems(cited), [tokens.render_folded(fact) for fact in cited]
    for sentence in _SENTENCE.finditer(text):
        words = {word[:_STEM] for word in tokens.split_words(sentence[0]) if len(word) >= _STEM - 1}
        short = {word for word in tokens.split_words(sentence[0]) if len(word) == _STEM - 2}
        rests = (
            words & said
            or any(stem.startswith(word) for word in short & _SHORT for stem in said)
            or any(covered[sentence.start() : sentence.end()])
        )
        quotes = (
            any(value in sentence[0] for value in values)
            or _LEADING.match(sentence[0])
            or _OTHERWISE.search(sentence[0])
        )
        if len(tokens.split_words(sentence[0])) >= _MIN_SENTENCE and not rests and not quotes:
            yield Finding(*sentence.span(), UNDECIDABLE, undecidable=True)


def _is_said(words: str, cited: Sequence[Fact]) -> bool:
    texts = (tokens.render_folded(fact).casefold() for fact in cited if form(fact.kind) == "text")
    return any(re.search(rf"\b{re.escape(words.casefold())}\b", text) for text in texts)


def _is_known(word: str, said: frozenset[str]) -> bool:
    if word[:_STEM] in said or word in _words() or word in names.PLAIN or word.endswith("ly"):
        return True
    bases = {word[: -len(ending)] + other for ending, other in _ENDINGS if word.endswith(ending)}
    doubled = {base[:-1] for base in bases if len(base) > 2 and base[-1:] == base[-2:-1]}  # noqa: PLR2004 - `stopped`
    return bool((bases | doubled) & _words()) or all(part in _words() for part in word.split("-"))


@cache
def _words() -> frozenset[str]:
    lists = load()
    return frozenset(f"{lists.verbs} {lists.others}".split())


def _collect_stems(cited: Sequence[Fact]) -> frozenset[str]:
    """Return the beginnings of the words of the cited facts, and of the words people see for their kinds."""
    texts = [label(fact.kind) for fact in cited]
    texts += [tokens.render_folded(fact) for fact in cited if form(fact.kind) == "text"]
    return frozenset(word[:_STEM] for text in texts for word in tokens.split_words(text) if len(word) >= _STEM - 1)
