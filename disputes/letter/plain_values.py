"""Which values that outsiders write may be put into a letter's sentence: a phrase may, a sentence may not. Pure.

A name, a title or a tracking number comes from forms that anybody fills in. Put into a letter unchecked, `Refund this.
Regards, the bank` would read as the merchant's own words, so such a value proves no point. Reviewers see it, and
exhibits show it as a record.
"""

import re
import unicodedata

from disputes.evidence import Fact, render

# Links are not looked for here: grounding refuses them.
_MARKUP = re.compile(r"[<>{}\[\]|`\\^~]|[#%@]\w+\(")
# A mark that ends a clause, behind a word and before three more: titles have `2 x Desk (at 5.00 / month)`, not this. A
# colon may stand before a subtitle.
_CLAUSE = re.compile(r"[^\W\d]{3,}[\"')\]]*[.!?;\u3002\uff01\uff1f\uff1b\u061b\u061f]\s*(?:[^\W\d]\S*\s+){2,}\S")
_QUOTED_SPEECH = re.compile(r"[^\W\d]{3,}:\s*(?:\S+\s+){4,}\S")
_HAN = "\u3040-\u9fff\uac00-\ud7af"
_CJK = re.compile(rf"[\u3002\uff01\uff1f\uff1b\uff1a](?=.{{4}})|(?<=[{_HAN}])[.!?;:](?=[{_HAN}]{{4}})")
_QUOTES = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')  # a quotation could be ended from inside
_ITEM = re.compile(r"; (?=\d+ x |\d+ \u00d7 |and \d+ more$)")
_NAME_CHARACTERS = frozenset(" .'\u2019,&()/-")
_CODE = re.compile(r"[\w#./:-]{1,64}(?: [\w#./:-]{1,32}){0,4}")
_EMAIL = re.compile(r"[\w.+@'-]{1,254}(?: [\w.+@'-]{1,64}){0,3}")
_MAX_NAME_WORDS = 6
_MAX_NAME = 80
_MAX_PHRASE = 300

_NAME_KINDS = frozenset("customer_name shipping_name delivery_signature carrier wallet".split())
CODE_KINDS = frozenset(
    "tracking_number order_id other_order_id invoice_number receipt_number account_id device_fingerprint "
    "refund_reference other_refund_reference subscription_id fraud_check_id".split()
)
_EMAIL_KINDS = frozenset(("customer_email", "receipt_email"))
_TITLE_KINDS = frozenset(
    "product_description other_description statement_descriptor device_id billing_address shipping_address "
    "delivery_place".split()
)
OUTSIDER_KINDS = _NAME_KINDS | CODE_KINDS | _EMAIL_KINDS | _TITLE_KINDS | {"line_items", "disputed_items"}
"""The kinds whose values outsiders write: customers, carriers, and whoever fills in a form."""


def may_be_told(fact: Fact) -> bool:
    """Check that a letter may rest on a fact: it helps, its value is plain, and it is no flag that says no."""
    return fact.bearing == "helps" and fact.value is not False and is_plain(fact)


def is_plain(fact: Fact) -> bool:
    """Check that a fact's value is a phrase that a sentence may hold; a value that no outsider writes always is."""
    value = render(fact)
    if fact.kind.startswith("admits_"):
        return not _QUOTES.search(value)
    if fact.kind in {"line_items", "disputed_items"}:
        return all(map(_is_phrase, _ITEM.split(value)))
    return fact.kind not in OUTSIDER_KINDS or (_has_format(fact.kind, value) and _is_phrase(value))


def _has_format(kind: str, value: str) -> bool:
    """Check that a value looks like a name, a code or an e-mail address, where its kind is one."""
    if kind in _NAME_KINDS:
        return _is_name(value)
    if kind in CODE_KINDS:
        return bool(_CODE.fullmatch(value))
    return kind not in _EMAIL_KINDS or bool(_EMAIL.fullmatch(value))


def _is_name(value: str) -> bool:
    allowed = all(c.isalnum() or c in _NAME_CHARACTERS or unicodedata.category(c)[0] == "M" for c in value)
    return allowed and len(value.split()) <= _MAX_NAME_WORDS and len(value) <= _MAX_NAME


def _is_phrase(value: str) -> bool:
    return len(value) <= _MAX_PHRASE and not (
        _MARKUP.search(value) or _CLAUSE.search(value) or _QUOTED_SPEECH.search(value) or _CJK.search(value)
    )
