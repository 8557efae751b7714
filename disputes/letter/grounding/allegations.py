"""What a letter tells as the claim of the cardholder or the bank: it is refuted there, and no statement of ours. Pure.

Only what speaks against the merchant counts as their claim: `the cardholder says that the goods arrived` has to be on
record like any other sentence.
"""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Evidence, Fact
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_THEY = (
    r"(?:card(?:holder|member)|customer|buyer|purchaser|claimant|client|subscriber|issuer|issuing "
    r"bank|bank|dispute|claim|"
    r"chargeback|complaint|reason code|reason given|he|she|they)"
)
_SAYS = (
    r"(?:says?|said|claims?|claimed|states?|stated|alleges?|alleged|asserts?|asserted|contends?|contended|maintains?|"
    r"maintained|argues?|argued|disput(?:es?|ed)|den(?:y|ies|ied)|reports?|reported|complains?|"
    r"complained|insists?|is that|"
    r"rests on|submits?|holds|suggests?|tells?|alleging|claiming|stating|saying|denying)"
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
    )
)
_NETWORK = r"Visa|Mastercard|American\sExpress|Amex|Discover|JCB|UnionPay"
_CODE_WORD = r"(?:dispute\s)?(?:(?:reason|dispute|condition|claim)\s)?(?:code|condition|reason)\s(?:no\.?\s)?"
_REASON = re.compile(
    rf"\b(?:(?P<network>{_NETWORK})(?:'s)?\s(?:{_CODE_WORD})?|{_CODE_WORD})"
    rf"(?P<code>1[0-3]\.\d(?:\.\d)?|48\d\d|[ACFMPRU][A-Z]?\d{{2}})\b"
    r"(?:\s?\([^()\n]{3,90}\)|(?:,|:|\s[-\u2013])\s\"?(?-i:[A-Z])[\w/-]{2,30}(?:\s(?:(?-i:[A-Z])"
    r"[\w/-]{1,30}|of|or|and|-)){0,8}\"?)?",
    re.IGNORECASE,
)


def find_told(text: str) -> Iterator[Finding]:
    """Yield every part of a folded text that tells a claim against the merchant as the claim of others."""
    for pattern in _TELLING:
        for match in pattern.finditer(text):
            if _AGAINST.search(match[0]):
                yield Finding(match.start(), match.end())


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
