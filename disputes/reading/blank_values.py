"""Values that say nothing: what programs and hurried people write where they have nothing to write. Pure."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable

LONGEST = 200

_MESSAGES = frozenset(("customer_message", "merchant_message"))
_BLANK = frozenset(
    "na|n a|nil|nill|null|none|nan|undefined|unknown|unspecified|unavailable|missing|empty|blank|void|tbd|tba|tbc|todo|"
    "test|testing|guest|anonymous|anon|default|dummy|sample|placeholder|example|foo|foo bar|foobar|string|false|error|"
    "no value|no data|no name|noname|not available|not applicable|not specified|not provided|not set|not known|"
    "not given|not found|not recorded|not on file|none given|none provided|to be determined|to be confirmed|to follow|"
    "pending|object object|null null|undefined undefined|none none|unknown unknown|test test|test user|test customer|"
    "guest user|guest customer|guest checkout|anonymous user|value error|ref error|name error|lorem ipsum|asdf|qwerty|"
    "n v t|nicht angegeben|unbekannt|inconnu|desconocido|sconosciuto|onbekend".split("|")
)
_NAMES = frozenset(
    "customer|user|buyer|recipient|client|cardholder|name|your name|first name|last name|full name|first last|"
    "firstname lastname|john doe|jane doe|mr|mrs|ms|admin|walk in|walk in customer|pos customer|private".split("|")
)
_REFERENCES = frozenset(
    "id|order|order id|order number|invoice|number|tracking|tracking number|no tracking|untracked|not tracked|manual|"
    "12345|123456|123456789|1234567890|deadbeef".split("|")
)
_ADDRESSES = frozenset(
    "same|same as billing|same as shipping|same as above|as above|digital|no address|no shipping address|address|"
    "street|your address|123 main st|123 main street".split("|")
)
_CARRIERS = frozenset("other|custom|carrier|shipping|standard|manual|not listed".split("|"))
_EMAILS = re.compile(
    r"(none|null|nil|na|n\.a|undefined|unknown|no-?e?mail|no-?reply|do-?not-?reply|anonymous)@.*|"
    r".*@(localhost|[\w.-]+\.(invalid|localhost|local))"
)
_WAY_OF_SIGNING = (
    r"not|never|no|yes|waived|released?|on|required|requested|needed|obtained|captured|available|taken|collected|"
    r"file|exempt|by|to|recipient|service|option|electronically|confirmation|contactless|covid|19"
)
_SIGNATURES = re.compile(
    rf"((no|without|electronic|digital) )?(signature|sig|signed)( (is|was|{_WAY_OF_SIGNING}))*|"
    r"(driver|shipper|carrier|customer|courier)s? (signature )?released?( \w+){0,3}|un ?signed|not signed( for)?|"
    r"((\w+ )?(was )?)?(left|placed|dropped|posted|put|delivered)( (at|in|on|by|near|off|outside|through))+( \w+){0,4}|"
    r"(left|delivered|handed)( \w+)? (with|to) (an? |the |your )?(neighbou?r|resident|individual|reception|concierge)|"
    r"(at |in )?((the )?(front|back|side|rear|garage) )?(door|porch|desk|door ?step|garage)( porch)?|"
    r"(mail|letter) ?(box|room|slot)|reception|safe ?(place|drop)|contact ?less( delivery)?|no contact( delivery)?|"
    r"(covid|c|cv) ?19|resident|recipient|customer|neighbou?r|receiver|consignee|addressee|individual|signed|yes|no|"
    r"true|ok|on file|illegible|unreadable|refused|delivered|x|not (required|needed|requested|obtained)|waived|driver|"
    r"courier|carrier|authority to leave|atl|sof|(see )?(delivery )?photo( on file)?|"
    r"(.* )?signature (\w+ ){0,3}(not|waived|released?|required|requested|unavailable)( .*)?|"
    r"(.* )?release authori[sz]ed|reception desk"
)
_UUID = re.compile(r"[0-9a-f]{8}([0-9a-f]{4}){3}[0-9a-f]{12}")
_SAMPLE_UUIDS = frozenset(("123e4567e89b12d3a456426614174000", "123e4567e89b12d3a456426655440000"))
_FEWEST_DIGITS = 2
_SLOT = re.compile(r"[<{\[(%$]{1,2}[\w .:-]*[>}\])%]{1,2}")
_HOST = re.compile(r"\[?(?P<host>[0-9a-f:.]+)(%\w+)?\]?")
_HOST_AND_PORT = re.compile(r"(\d+(?:\.\d+){3}):\d{1,5}")
_NETWORKS = tuple(
    ipaddress.ip_network(block)
    for block in "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10".split()
)


def says_nothing(kind: str, value: str) -> bool:
    """Return whether a text value of a kind of fact says nothing, such as `N/A`, a placeholder or a private address.

    A message says something as soon as it is not empty. A kind with no rules of its own has the general ones. Never
    raises.
    """
    folded = _fold(value)
    if not folded or kind in _MESSAGES or len(folded) > LONGEST:
        return not folded
    words = " ".join(re.sub(r"[\W_]+", " ", folded).split())
    return _is_blank(kind, folded, words) or _RULES.get(kind, _has_no_rule)(folded, words)


def _fold(value: str) -> str:
    """Return a value in small letters, without quotes around it and marks nobody sees, on one line."""
    known = unicodedata.normalize("NFKC", value)
    shown = "".join(c for c in known if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join(shown.casefold().split()).strip("\"'`\u2018\u2019\u201c\u201d ")


def _is_blank(kind: str, folded: str, words: str) -> bool:
    """Check for what says nothing as a value of any kind: a word for nothing, one character, a sample."""
    letters = words.replace(" ", "")
    if not letters or words in _BLANK or _SLOT.fullmatch(folded):
        return True
    return _is_one_character(kind, letters) or _is_sample(letters)


def _is_one_character(kind: str, letters: str) -> bool:
    """Check for `000`, `xxx` and the like; a shop has an order 7 and an order 1111, the net has an address 8.8.8.8."""
    if len(set(letters)) > 1 or (kind == "customer_ip" and set(letters) <= set("12345678")):
        return False
    shortest = 5 if letters.isdecimal() and kind in _NUMBERS else 3
    return len(letters) >= shortest or set(letters) <= set("0x")


def _is_sample(letters: str) -> bool:
    """Check for a UUID that no program drew: of at most two digits, or an example of the standard."""
    return bool(_UUID.fullmatch(letters)) and (letters in _SAMPLE_UUIDS or len(set(letters)) <= _FEWEST_DIGITS)


def _has_no_rule(_folded: str, _words: str) -> bool:
    return False


def _is_no_person(_folded: str, words: str) -> bool:
    return words in _NAMES or (len(words) == 1 and words.isascii())


def _is_no_signature(_folded: str, words: str) -> bool:
    return bool(_SIGNATURES.fullmatch(words))


def _is_no_reference(_folded: str, words: str) -> bool:
    return words in _REFERENCES


def _is_no_place(_folded: str, words: str) -> bool:
    return words in _ADDRESSES


def _is_no_carrier(_folded: str, words: str) -> bool:
    return words in _CARRIERS


def _is_no_mailbox(folded: str, _words: str) -> bool:
    return bool(_EMAILS.fullmatch(folded))


def _is_nobodys_address(folded: str, _words: str) -> bool:
    """Check that no address of a list is a customer's; what is no address at all is left to those who compare."""
    hosts = [host for part in re.split(r"[,;\s]+", folded) if (host := part.strip())]
    return all(host == "localhost" or _is_local(host) for host in hosts)


def _is_local(host: str) -> bool:
    match = _HOST_AND_PORT.fullmatch(host)
    bare = match[1] if match else _HOST.sub(r"\g<host>", host)
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        return False
    address = (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed
    local = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    return local or any(address in network for network in _NETWORKS)


_NUMBERS = frozenset(
    "order_id other_order_id invoice_number receipt_number tracking_number account_id refund_reference "
    "other_refund_reference subscription_id fraud_check_id".split()
)
_RULES: dict[str, Callable[[str, str], bool]] = {
    **dict.fromkeys(_NUMBERS | {"device_id", "device_fingerprint"}, _is_no_reference),
    **dict.fromkeys(("customer_name", "shipping_name"), _is_no_person),
    **dict.fromkeys(("billing_address", "shipping_address"), _is_no_place),
    **dict.fromkeys(("customer_email", "receipt_email"), _is_no_mailbox),
    "delivery_signature": _is_no_signature,
    "customer_ip": _is_nobodys_address,
    "carrier": _is_no_carrier,
}
