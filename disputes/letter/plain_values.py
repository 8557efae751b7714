"""Whether a value that strangers write can stand inside a sentence of ours: a phrase can, a sentence cannot. Pure.

A name, a title or a parcel's number comes from forms that anybody fills in. Put into a letter unseen, `Refund this.
Regards, the bank` would be read as our own words, so such a value is no proof there. People see it, and exhibits show
it as a record.
"""

import re
import unicodedata

from disputes.evidence import Fact, render

# A link needs no place here: grounding cuts the sentence and says so.
_MARKUP = re.compile(r"[<>{}\[\]|`\\^~]|[#%@]\w+\(")
# A mark that ends a clause, behind a word and before three more: titles have `2 x Desk (at 5.00 / month)`, not this. A
# colon may stand before a subtitle.
_CLAUSE = re.compile(r"[^\W\d]{3,}[\"')\]]*[.!?;\u3002\uff01\uff1f\uff1b\u061b\u061f]\s*(?:[^\W\d]\S*\s+){2,}\S")
_SPEECH = re.compile(r"[^\W\d]{3,}:\s*(?:\S+\s+){4,}\S")
_HAN = "\u3040-\u9fff\uac00-\ud7af"
_CJK = re.compile(rf"[\u3002\uff01\uff1f\uff1b\uff1a](?=.{{4}})|(?<=[{_HAN}])[.!?;:](?=[{_HAN}]{{4}})")
_QUOTES = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')  # a quotation could be ended from inside
_ITEM = re.compile(r"; (?=\d+ x |\d+ \u00d7 |and \d+ more$)")
_NAME = frozenset(" .'\u2019,&()/-")
_CODE = re.compile(r"[\w#./:-]{1,64}(?: [\w#./:-]{1,32}){0,4}")
_MAIL = re.compile(r"[\w.+@'-]{1,254}(?: [\w.+@'-]{1,64}){0,3}")
_WORDS = 6
_SHORT = 80
_LONGEST = 300

_NAMES = frozenset("customer_name shipping_name delivery_signature carrier wallet".split())
_CODES = frozenset(
    "tracking_number order_id other_order_id invoice_number receipt_number account_id device_fingerprint "
    "refund_reference other_refund_reference subscription_id fraud_check_id".split()
)
_MAILS = frozenset(("customer_email", "receipt_email"))
_TITLES = frozenset(
    "product_description other_description statement_descriptor device_id billing_address shipping_address "
    "delivery_place".split()
)
WRITTEN = _NAMES | _CODES | _MAILS | _TITLES | {"line_items"}
"""The kinds whose values strangers write."""


def is_plain(fact: Fact) -> bool:
    """Tell whether a fact's value is a phrase; one that no stranger writes always is."""
    said = render(fact)
    if fact.kind.startswith("admits_"):
        return not _QUOTES.search(said)
    if fact.kind == "line_items":
        return all(map(_is_phrase, _ITEM.split(said)))
    return fact.kind not in WRITTEN or (_looks(fact.kind, said) and _is_phrase(said))


def _looks(kind: str, said: str) -> bool:
    """Tell whether a value looks like a name, a code or an address for mail, where it should be one."""
    if kind in _NAMES:
        return _is_name(said)
    if kind in _CODES:
        return bool(_CODE.fullmatch(said))
    return kind not in _MAILS or bool(_MAIL.fullmatch(said))


def _is_name(said: str) -> bool:
    letters = all(c.isalnum() or c in _NAME or unicodedata.category(c)[0] == "M" for c in said)
    return letters and len(said.split()) <= _WORDS and len(said) <= _SHORT


def _is_phrase(said: str) -> bool:
    return len(said) <= _LONGEST and not (
        _MARKUP.search(said) or _CLAUSE.search(said) or _SPEECH.search(said) or _CJK.search(said)
    )
