"""What a sentence says of its subject, where no rule knows it: then a person has to attest the sentence. Pure.

A word is a predicate where it follows a subject of the trade or an auxiliary. It is known when `predicates.toml` lists
it, a cited fact says it, or a rule of the others has read it already. A sentence that holds nothing of a fact at all is
left to a person too.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
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
_FUTURE = re.compile(
    r"\b(?:will(?! of\b)|shall|won't|'ll|going to|about to|soon be|in (?:the )?future|(?:is|are) "
    r"(?:due|set|expected|scheduled|bound) to|"
    r"from now on|henceforth|in due course)\b",
    re.IGNORECASE,
)
_RULES = frozenset("refund_policy cancellation_policy listing_snapshot merchant_message".split())
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
    policy = any(fact.kind in _RULES for fact in cited)
    for pattern, why in ((_FUTURE, "is of the future, and no fact is"), (_MODAL, "")):
        for match in pattern.finditer(text):
            allowed = not why and (policy or _NOBODY.search(text[max(0, match.start() - _NEAR) : match.start()]))
            if not read_already[match.start()] and not is_said(match[0], cited) and not allowed:
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


def is_said(words: str, cited: Sequence[Fact]) -> bool:
    """Check that a text of the facts holds these words."""
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
