"""What a letter tells as the claim of the cardholder or the bank: it is refuted there, and no statement of ours. Pure.

Only what speaks against the merchant counts as their claim: `the cardholder says that the goods arrived` has to be on
record like any other sentence.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from disputes.evidence import Evidence, Fact
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_THEY = (
    r"(?:card(?:holder|member)|customer|buyer|purchaser|claimant|client|subscriber|issuer|issuing "
    r"bank|bank|dispute|claim|"
    r"chargeback|complaint|inquiry|reason code|reason given|complainant|other side|he|she|they|"
    r"(?-i:[A-Z][\w.'\u2019-]{1,30})'s (?:bank|issuer))(?:'s)?(?: (?:case|version|account|story|"
    r"complaint|claim|bank|issuer|dispute|view|"
    r"position|argument|reason|assertion|allegation|statement|contention|objection))?"
)
_SAYS = (
    r"(?:says?|said|claims?|claimed|states?|stated|alleges?|alleged|asserts?|asserted|contends?|contended|maintains?|"
    r"maintained|argues?|argued|disput(?:es?|ed)|den(?:y|ies|ied)|reports?|reported|complains?|"
    r"complained|insists?|(?:now |here )?(?:is|was|being|runs|reads|goes|went|ran|holds)(?:,)? that|insisted|"
    r"rests on|submits?|submitted|holds|suggests?|suggested|tells?|told|calls?|called|takes?|treats?|regards?|"
    r"considers?|questions?|questioned|challenges?|objects?|objected|believes?|charges?(?= that)|writes|wrote|"
    r"cites?|gives? as|(?:does|do|did) not (?:recogni[sz]e|acknowledge|accept|agree|admit|remember|know)|"
    r"(?:finds?|found) fault|(?:no longer )?recogni[sz]es? no|wants?|demands?|seeks?|"
    r"alleging|claiming|stating|saying|denying|disputing|maintaining|arguing|asserting|insisting|complaining)"
)
_AGAINST = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|non-?\w{2,20}|without|un\w{4,20}|\w{2,8}n't|"
    r"fail\w{0,4}|missing|"
    r"absen\w{1,3}|lack\w{0,4}|fraud\w{0,6}|duplicat\w{1,4}|double|twice|defect\w{0,4}|damag\w{1,3}|"
    r"broken|fault\w{0,4}|"
    r"wrong|differ\w{0,5}|counterfeit|cancel\w{0,8}|refund\w{0,4}|credit\w{0,4}|return\w{0,4}|stolen|"
    r"den(?:y|ies|ied|ying)|"
    r"disput(?:es?|ed)|incorrect|misrepresent\w{0,4}|incomplete|late|already|still|someone else|somebody else|owed)\b",
    re.IGNORECASE,
)
_END = (
    r"(?:(?!,?\s(?:but|yet|whereas|while|although|though|however|and (?:yet|we|our|the (?:carrier|"
    r"record)))\b)[^.;!?\n]|\.(?=\d)){1,240}"
)
_UNTIL_COMMA = r"(?:[^,.;!?\n]|\.(?=\d)){1,200}"
_UNTIL_VERB = (
    r"(?:(?!\s(?:is|are|was|were|does|do|did|has|have|can|cannot|stands|fails|rests|concerns|by|in)"
    r"\b)[^,.;!?\n]){1,120}"
)
_FALSE = (
    r"(?=\s(?:is|are|was|were|does|cannot|stands|finds|has)\s(?:not|no|answered|contradicted|refuted|"
    r"at odds|met|disproved|rebutted|incorrect|wrong|backed|supported|borne)\b|[,.;!?\n]|$)"
)
_NOUN = (
    r"(?:claims?|allegations?|assertions?|statements?|contentions?|complaints?|suggestion|position|argument|reports?)"
)
_ADVERBS = r"(?:(?:here|now|thus|further|also|simply|merely|only|\w{3,12}ly)\s){0,2}"
_PASSIVE = (
    r"(?:said|claimed|alleged|asserted|stated|reported|described|denied|contended|argued|disputed|maintained|suggested|"
    r"supposed|held|complained|called|termed|labelled|labeled|presented|challenged|objected|insisted|submitted|"
    r"put to us|put forward|raised|filed|coded|marked|classed|classified|treated|told)"
)
_WITHIN = r"(?:[^.;:!?\n]|\.(?=\d)){0,200}"
# `so the claim runs` marks the sentence around it.
_ASIDE = (
    r"(?:so (?:(?:runs?|goes|says?|reads?) )?(?:the|this|their|his|her) (?:\w{2,20} )?(?:claim|dispute|complaint|story|"
    r"cardholder|customer|bank|issuer|allegation|argument|objection|reason|account|version)(?: (?:runs?|goes|says?|"
    r"reads?|claims?|has it|puts it|tells us))?|so (?:it is|we are|we were) (?:said|claimed|told|alleged)|"
    r"(?:we are|we were) told|it is (?:said|claimed|alleged|argued|maintained)|"
    r"(?:as |if )?(?:the|this) (?:claim|dispute|complaint|cardholder|customer|bank|issuer) (?:has it|"
    r"puts it|says|claims|"
    r"is (?:right|to be believed))|(?:according to|in the words of|on) (?:the|this) (?:claim|dispute|"
    r"complaint|cardholder|"
    r"customer|bank|issuer)(?:'s (?:account|version|case))?|allegedly|supposedly|reportedly)"
)
_TELLING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"\b(?:the |this |his |her |their )?{_THEY}(?:'s (?:claim|bank|dispute))?(?:,? \w{{2,12}}ly| now|"
            rf" here| further| also)? "
            rf"{_SAYS}\b{_END}"
        ),
        (
            rf"\b(?:contrary to|despite|against|as against|unlike|notwithstanding)\s(?:the|this|that|what|any|"
            rf"his|her|their)\s{_UNTIL_COMMA}"
        ),
        rf"\baccording to the {_THEY},?{_END}",
        (
            rf"\b(?:the |this |that |any |his |her |their |cardholder's |customer's |bank's )?{_NOUN}(?: here| made)? "
            rf"that (?:(?!{_FALSE})[^,.;!?\n]){{1,200}}.?"
        ),
        (
            rf"\b(?:the |this |that |any |cardholder's |customer's )?{_NOUN}(?: here)? (?:of|about|for|as|on)"
            rf" {_UNTIL_VERB}"
        ),
        (
            rf"\b(?:dispute|disputed|disputes|chargeback|raised|filed|opened|brought|submitted|lodged|coded|"
            rf"made)\b[^,.;!?\n]{{0,50}}\s"
            rf"(?:as|for|under|on (?:the )?grounds? (?:of|that)|because|for the reason|stating|saying)\b {_UNTIL_COMMA}"
        ),
        r"\b(?:alleged|claimed|supposed)\s(?:\w{2,20}[\s-]){0,3}\w{2,20}",
        rf"\b{_WITHIN},\s{_ASIDE},{_WITHIN}",
        rf"\b{_WITHIN},\s{_ASIDE}(?=[.;:!?\n]|$)",
        rf"(?<![^.;:!?\n]\s)\b{_ASIDE},{_WITHIN}",
        (
            rf"\b(?:it|what|that|this|which|we|who)\s(?:is|was|are|were|has been|have been)\s{_ADVERBS}{_PASSIVE}"
            rf"(?:\sby\s(?:the\s)?\w{{2,20}}(?:'s\s\w{{2,20}})?)?,?\s(?:that\b|is\b|are\b|was\b|were\b|the\b){_END}"
        ),
        (
            rf"\b(?:is|was|are|were|been|"
            rf"being)\s{_ADVERBS}{_PASSIVE}\s(?:\w{{2,20}}\s){{0,3}}?(?:not\s)?(?:to|as|for)\s{_UNTIL_VERB}"
        ),
        rf"\b{_PASSIVE}\s(?:not\sto|to\shave|to\sbe|as|never\sto)\s{_UNTIL_VERB}",
        (
            rf"\b(?:the|this|that|a|any)\s(?:claim|allegation|complaint|dispute|accusation|report|suggestion|"
            rf"idea|notion|view)"
            rf"\s(?:(?:is|was|reads|says|runs|stated|given|now is)\s)?:?(?:of|that|about)\s{_UNTIL_VERB}"
        ),
        (
            r"\b(?:we|our (?:records|file|log|case))\s(?:hear|read|learn|understand|see|note|gather|"
            r"are informed|are told)\s"
            rf"(?:from (?:the )?\w{{2,20}} )?that{_END}"
        ),
        rf"\b(?:tells?|told|informs?|informed|writes|wrote to)\sus\s(?:that\s)?{_END}",
        (
            r"\b(?:fraud|non-?receipt|non-?delivery|duplicate|credit|cancell?ation)\s"
            r"(?:claim|dispute|chargeback|allegation|complaint)s?\b"
        ),
    )
)
_DENIAL = re.compile(
    r"(?<!\w)(?:\w{2,12},\s)?(?:it|that|this|they|he|she|there|which|such|one|the claim)\s"
    r"(?:is|was|did|has|does|are|were|had|do|can|could)(?:\snot|n't|\snever|\swrong|\sno\ssuch\sthing)"
    r"(?:\s(?:so|true|correct|right|accurate|the\scase|what\shappened|what\sthe\srecords?\sshows?|borne\sout))?"
    r"(?=\s?[:;,.]|\s[-\u2013]|$)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.;:!?]\s{0,2}")
_REST, _DENIED_WITHIN = 60, 140
_MAX_NAMES = 12
_NETWORK = r"Visa|Mastercard|American\sExpress|Amex|Discover|JCB|UnionPay"
_CODE_WORD = r"(?:dispute\s)?(?:(?:reason|dispute|condition|claim)\s)?(?:code|condition|reason)\s(?:no\.?\s)?"
_REASON = re.compile(
    rf"\b(?:(?P<network>{_NETWORK})(?:'s)?\s(?:{_CODE_WORD})?|{_CODE_WORD})"
    rf"(?P<code>1[0-3]\.\d(?:\.\d)?|48\d\d|[ACFMPRU][A-Z]?\d{{2}})\b"
    r"(?:\s?\([^()\n]{3,90}\)|(?:,|:|\s[-\u2013])\s\"?(?-i:[A-Z])[\w/-]{2,30}(?:\s(?:(?-i:[A-Z])"
    r"[\w/-]{1,30}|of|or|and|-)){0,8}\"?)?",
    re.IGNORECASE,
)


def find_told(text: str, people: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield every part of a folded text that tells a claim against the merchant as the claim of others.

    `people` are the names of those who may claim it.
    """
    for pattern in (*_TELLING, *_compile_named(tuple(people))):
        for match in pattern.finditer(text):
            if _AGAINST.search(match[0]):
                yield Finding(match.start(), match.end())
                yield from _find_denial(text, match.end())


@lru_cache(maxsize=64)
def _compile_named(people: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what somebody with one of these names says."""
    names = "|".join(sorted({re.escape(word) for name in people for word in tokens.split_words(name)})[:_MAX_NAMES])
    said = (
        rf"\b(?:{names})(?:\s(?:paid|ordered|bought)\b(?:[^.;:!?\n]|\.(?=\d)){{0,60}}\s(?:and|"
        rf"but))?(?:\s(?:now|also|\w{{3,12}}ly))?\s{_SAYS}\b{_END}"
    )
    return (re.compile(said, re.IGNORECASE),) if names else ()


def _find_denial(text: str, end: int) -> Iterator[Finding]:
    """Yield the plain denial that follows a claim: `It is not: ...`, `That is not so`."""
    for match in _DENIAL.finditer(text, end, end + _DENIED_WITHIN):
        is_whole = match.end() < end + _DENIED_WITHIN or match.end() == len(text)
        if is_whole and _leads_on(text[end : match.start()]):
            yield Finding(*match.span())
            return


def _leads_on(between: str) -> bool:
    """Check that between a claim and its denial stand only the claim's own rest and words such as `we say that`."""
    rest, *after = _BREAK.split(between)
    if "\n" in between or len(after) > 1 or (after and len(rest) > _REST):
        return False
    opening = after[0] if after else rest[_REST:]
    return not opening or opening.endswith(" that ")


def find_reasons(text: str, evidence: Evidence) -> Iterator[Finding]:
    """Yield every reason code of a network with its name, but for one that another on record contradicts."""
    claims = [tokens.render_folded(fact).casefold() for fact in evidence.facts if fact.kind == "network_claim"]
    for match in _REASON.finditer(text):
        code, network = match["code"].casefold(), (match["network"] or "").casefold()
        known = not claims or any(code in claim for claim in claims)
        if known and _is_network_of(network, evidence.facts):
            yield Finding(match.start(), match.end())


def _is_network_of(network: str, facts: Sequence[Fact]) -> bool:
    cards = [tokens.render_folded(fact).casefold() for fact in facts if fact.kind in {"card", "network_claim"}]
    return not network or not cards or any(network in card for card in cards)
