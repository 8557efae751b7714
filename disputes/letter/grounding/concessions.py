"""What asks for, allows or concedes the return of the money, and what we ask for ourselves. Pure.

A refund that is on record is told in the past; anything else that moves the money to the cardholder is no rebuttal.
"""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.letter.grounding.findings import Finding, blank

_GAP = r"(?:\w{1,14}(?:'s)?,?\s){0,3}"
_NEAR = r"(?:(?![.;!?\n]).|\.(?=\d)){0,60}?"
_BANK = r"(?:issuer|issuing\sbank|bank|stripe|network|acquirer|you)"
_PAYER = (
    r"(?:card(?:holder|member)|customer|buyer|purchaser|claimant|client|subscriber|payer|consumer|he|"
    r"she|they|him|her|them)"
)
_MONEY = (
    r"(?:money|amounts?|funds?|sums?|payments?|charges?|fee|price|balance|credit|transactions?|it|"
    r"\d[\d.,]{0,12}\s[A-Z]{3}|[$€£]\s?\d[\d.,]{0,12})"
)
_CLAIM = (
    r"(?:dispute|claim|chargeback|complaint|case|request|cardholder|customer|buyer|issuer|bank|"
    r"objection|refund|reversal)"
)
_MODAL = r"(?:may|can|could|should|must|might|shall|will|would|ought\sto|needs?\sto|has\sto|have\sto|is\sto|are\sto)"
_MOVED = (
    r"(?:returned|refunded|given|paid|credited|reversed|repaid|sent|released|reimbursed|transferred|handed|restored|"
    r"cancelled|canceled|surrendered|granted|awarded|honou?red|upheld|accepted|allowed|conceded|settled|forfeited|go|"
    r"revert|charged\sback|made\sgood|made\swhole)"
)
_MOVE = (
    r"(?:return|refund|give|pay|credit|reverse|repay|send|release|reimburse|transfer|hand|restore|grant|award|honou?r|"
    r"uphold|accept|allow|concede|settle|forfeit|surrender|have|keep|get|receive|recover|retain|take|"
    r"claw|debit|withdraw|"
    r"find|rule|decide|close)"
)
# What a letter may ask of the bank: that the payment stands. It may hold no denial, or it would ask for the contrary.
_FOR_US = (
    rf"(?:(?:decide|rule|find|resolve|settle|close)\b{_NEAR}\b(?:for\sthe\smerchant|for\sus|in\s"
    rf"(?:our|the\smerchant's|favou?r"
    r"\sof\sthe\smerchant)(?:\sfavou?r)?|in\sfavou?r\sof\s(?:us|the\smerchant)|against\sthe\s"
    r"(?:dispute|claim|chargeback|cardholder))"
    r"|(?:close|end|settle|drop|dismiss|reject|decline|set\saside|turn\sdown|refuse)\s(?:the|this|its|that|their)\s(?:\w{2,12}\s)?"
    r"(?:inquiry|enquiry|dispute|claim|chargeback|case|complaint)(?:\swithout\s(?:a|any|further)\s(?:\w{2,12}\s)?"
    r"(?:chargeback|debit|reversal|loss|action|charge))?|let\s(?:the|this|our)\s\w{2,12}\sstand|find\sfor\s(?:us|the\smerchant)"
    rf"|(?:let|leave)\s{_NEAR}\b(?:stand|standing|in\splace)|(?:uphold|confirm|maintain|sustain)\s"
    rf"(?:the|this|our)\s(?:payment|charge|transaction|sale)"
    rf"|(?:reject|decline|dismiss|reverse|refuse|overturn|withdraw|close|deny|drop|lift)\s(?:the|this)"
    rf"\s(?:dispute|claim|chargeback)"
    r"|(?:the|this)\s(?:dispute|claim|chargeback)\s(?:be|is)\s(?:rejected|declined|dismissed|"
    r"reversed|refused|overturned|withdrawn|closed|(?:decided|resolved|found|settled)\s(?:for|in\s"
    r"favou?r\sof)\s(?:us|the\smerchant)|(?:decided|resolved|found|settled)\sin\s(?:our|the\s"
    r"merchant.s)\sfavou?r)"
    rf"|(?:the|this|our)\s(?:payment|charge|transaction|sale)\b{_NEAR}\s(?:be|is)\s(?:upheld|"
    rf"maintained|sustained|left\sstanding|confirmed)"
    rf"|(?:return|release|restore|credit|re-?credit)\s{_NEAR}\bto\s(?:us|the\smerchant|our\saccount))"
)
_REQUEST = re.compile(
    rf"\b(?:(?:we|the\smerchant)\s(?:therefore\s|thus\s|hereby\s|kindly\s|respectfully\s|accordingly\s"
    rf")?(?:asks?|requests?|would\s(?:like\sto\s)?ask|submits?)"
    rf"|please|(?:should|must|can)\s(?:therefore\s|thus\s)?)(?:(?!\b(?:not|never|no|refus\w{{0,3}}|"
    rf"stop)\b)(?:[^.;!?\n]|\.(?=\d))){{0,80}}?\b{_FOR_US}"
    rf"(?:\sand\s(?:to\s)?{_FOR_US})?"
    rf"|\b(?:the|this)\s(?:payment|charge|transaction)\b{_NEAR}\b(?:should|must|ought\sto)\s"
    rf"(?:therefore\s)?(?:stand|be\s(?:upheld|maintained|left\sstanding))"
    rf"|\b(?:the|this)\s(?:dispute|claim|chargeback)\s(?:should|must|ought\sto)\s(?:therefore\s)?be\s"
    rf"(?:rejected|declined|dismissed|reversed|refused|overturned|decided\sfor\sthe\smerchant|"
    rf"(?:resolved|closed|decided)\sin\s(?:our|the\smerchant's)\sfavou?r)",
    re.IGNORECASE,
)
_CONCEDED = re.compile(
    "|".join(
        (
            (
                rf"\bwe\s(?:do\snot|don't|no\slonger|cannot|can't|will\snot|won't|have\sno|raise\sno|see\sno|"
                rf"neither|never)\s{_GAP}(?:object\w{{0,4}}|oppos\w{{1,4}}|contest\w{{0,3}}|dispute|challenge|"
                rf"defend|resist|reason|grounds?|claim)\b"
            ),
            r"\b(?:no|without)\s(?:further\s)?(?:objections?|grounds?|right|claim|reason|basis|defen[cs]e)\b",
            (
                rf"\b(?:we|the\smerchant|our\s(?:shop|company|side))\s{_GAP}(?:conced\w{{1,3}}|admit\w{{0,3}}|"
                rf"yield\w{{0,3}}|relinquish\w{{0,3}}|renounc\w{{1,3}}|surrender\w{{0,3}}|forgo|forgive|"
                rf"withdraw\w{{0,3}}|give\sup|back\sdown|drop|regret)\b"
            ),
            (
                rf"\b(?:we|the\smerchant)\s(?:therefore\s|hereby\s|thus\s|fully\s)?(?:accepts?|acknowledges?|"
                rf"recogni[sz]es?|respects?|grants?|allows?|approves?|supports?|endorses?|honou?rs?|agrees?)"
                rf"\b{_NEAR}\b(?:{_CLAIM}|liability|loss|responsib\w{{2,6}}|fault|mistake|error|reversal|return|"
                rf"refund|blame)\b"
            ),
            (
                rf"\b(?:we|the\smerchant)\s(?:bears?|carry|carries|take|takes|assume|assumes|are\sto\sbear)"
                rf"\s{_GAP}(?:liability|loss|responsibility|fault|blame|cost)\b"
            ),
            (
                rf"\b{_CLAIM}\s(?:is|are|was|were|seems?|appears?|remains?|has\sbeen)\s{_GAP}(?:justified|right|"
                rf"valid|correct|well[\s-]founded|founded|legitimate|warranted|proper|true|accurate|in\sorder|"
                rf"granted|upheld|owed|due|entitled|authori[sz]ed|free|permitted|allowed|welcome|fair|reasonable|"
                rf"sound|credible|understandable|conceded|undisputed|uncontested|undefended)\b"
            ),
            (
                rf"\b(?:{_BANK}|{_PAYER})\s(?:is|are)\s{_GAP}(?:authori[sz]ed|free|permitted|allowed|welcome|"
                rf"entitled|owed|due|right|(?:asked|invited|requested)\s(?:therefore\s)?to\s{_GAP}{_MOVE})\b"
            ),
            (
                r"\bwe\s(?:(?:have|had|therefore|now)\s)?(?:agreed|offered|decided|arranged|propose[ds]?|undertook|are\s(?:ready|prepared|willing|happy))\sto\s"
                r"(?:\w{2,12}\s)?(?:refund|return|repay|pay|credit|take|replace|send|compensate|reimburse|make|meet|settle|give|waive|cancel)\b"
            ),
            (
                r"\b(?:by|through|owing\sto|due\sto|because\sof|after|was|were)\s(?:an?|our|some|the)\s(?:\w{2,14}\s){0,2}"
                r"(?:oversight|mistake|error|slip|mix-up|mishap|glitch|fault|bug|failure|malfunction|misunderstanding|lapse)\b"
            ),
            (
                r"\b(?:later|slower|smaller|less|worse|other)\sthan\s(?:\w{2,16}(?:'s)?\s){0,8}(?:promised|expected|expect|announced|agreed|usual|planned|normal|"
                r"advertised|told|hoped|stated|ordered|paid\sfor)\b"
            ),
            rf"\b(?:{_BANK}|{_PAYER})\s(?:therefore\s)?{_MODAL}\s{_GAP}(?!(?:find|trace|see|verify)\s(?:it|this|that|the|them|these)\b){_MOVE}\b",
            rf"\b{_MONEY}\b{_NEAR}\s(?:{_MODAL}\s{_GAP}(?:be\s{_GAP})?|(?:is|are)\s(?:now\s)?to\sbe\s){_MOVED}\b",
            (
                rf"\b(?:ask|asks|request|requests|invite|urge|authori[sz]e|permit|allow|let|leave|please|"
                rf"agree\w{{0,3}}|propose|recommend|suggest)\b{_NEAR}\b{_MOVE}\b{_NEAR}\b(?:{_PAYER}|back|refund|"
                rf"chargeback)\b"
            ),
            rf"\b{_MOVE}\s{_GAP}{_MONEY}\s{_GAP}(?:back\s)?to\s(?:the\s|its\s|his\s|her\s)?(?:{_PAYER}|{_BANK}|card)\b",
            (
                rf"\b{_MONEY}\b{_NEAR}\b(?:belongs?|(?:is|are|remains?)\s(?:owed|due)|goes|go)\s(?:back\s)?(?:to\s"
                rf")?(?:the\s)?(?:{_PAYER}|{_BANK}|back)\b"
            ),
            (
                rf"\b(?:in\sfavou?r\sof|(?:decide|rule|find|side|stand|agree)\w{{0,2}}\s(?:for|with))\s(?:the\s"
                rf")?(?:{_PAYER}|dispute|claim)\b"
            ),
            rf"\b(?:{_PAYER})'s\sfavou?r\b",
            (
                rf"\b(?:let|lets|allow\w{{0,3}}|permit\w{{0,4}}|leave|want|like|agreed\sfor)\s(?:the\s)?{_PAYER}\s"
                rf"(?:to\s)?{_MOVE}\b"
            ),
            (
                r"\b(?:we|merchant|shop)\s(?:is|are|was|were)\s(?:\w{1,12}\s)?(?:at\sfault|wrong|mistaken|in\s"
                r"error|responsible|to\sblame|liable|sorry)\b"
            ),
            (
                r"\b(?:our|merchant's)\s(?:own\s)?(?:mistake|error|fault|oversight|failure|omission|negligence)"
                r"\b|\bapologi\w{2,5}\b|\bsorry\b"
            ),
            (
                r"\b(?:was|were|is|are)\s(?:\w{1,14}\s)?(?:an?\s)?(?:mistake|error|mistaken|oversight)\b|\bby\s"
                r"mistake\b|\bin\serror\b|\bmistakenly\b|\berroneous\w{0,2}\b"
            ),
            (
                r"\b(?:we\s(?:still\s)?owe|owing\sto|withhold|refund\s(?:is|remains)\s(?:due|owed|outstanding|"
                r"appropriate|justified|proper))\b"
            ),
            rf"\b(?:{_PAYER})\s(?:deserves?|has\sa\sright|may\s(?:have|keep|take)|gets?)\b",
            (
                r"\ba\s(?:full\s|partial\s)?(?:refund|chargeback|credit|reversal)\s(?:is|would\sbe|seems)\s"
                r"(?:\w{1,14}\s)?(?:appropriate|justified|due|owed|proper|fair|right|in\sorder|acceptable|fine|"
                r"warranted)\b"
            ),
        )
    ),
    re.IGNORECASE,
)


_REFUNDS = frozenset(
    "refund_amount refunded_at refund_reference refund_total refund_covers_claim other_refund_amount other_refunded_at "
    "other_refund_reference other_refund_covers_claim".split()
)
_GONE = re.compile(
    r"\b(?:went|gone|came|paid|sent|gave|given|returned|refunded|credited|transferred|reversed|made|issued|received|got|had|has|have)\b",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"\b(?:should|must|may|can|could|shall|will|would|might|ought|ask|asks|request|requests|please|agree\w*|accept\w*|owe\w*|due|to\sbe|"
    r"free|entitled|allow\w*|let|conced\w*|admit\w*|mistake|error|fault|oversight|sorry|apolog\w*|wrong\w*)\b",
    re.IGNORECASE,
)
_GRANTED = re.compile(
    r"\bwe\s(?:\w{3,12}ly\s)?(?:accept|admit|concede|grant|regret|recogni[sz]e)\sthat\b", re.IGNORECASE
)
_LEAD = 30


def find_requests(text: str) -> Iterator[Finding]:
    """Yield every request of a folded text that the payment may stand."""
    return (Finding(match.start(), match.end()) for match in _REQUEST.finditer(text))


def read(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield every part of a folded text, without its requests, that gives the money up or asks to return it."""
    own = blank(text, find_requests(text))
    refunded = any(fact.kind in _REFUNDS for fact in cited)
    for match in _CONCEDED.finditer(own):
        if refunded and _is_told(match):
            continue
        what = " ".join(match[0].split())
        yield Finding(match.start(), match.end(), f"{what!r} concedes the dispute or asks to return the money")


def find_granted(text: str) -> Iterator[Finding]:
    """Yield every `we accept that`: what follows may be no concession, and a person has to say so."""
    what = "grants something to the other side, so a person has to attest it"
    return (Finding(*match.span(), f"{match[0]!r} {what}", undecidable=True) for match in _GRANTED.finditer(text))


def _is_told(match: re.Match[str]) -> bool:
    """Check that the money is told to have gone back, which a cited refund says, and is not given up."""
    around = match.string[max(0, match.start() - _LEAD) : match.end()]
    return bool(_GONE.search(around)) and not _GIVEN_UP.search(around)
