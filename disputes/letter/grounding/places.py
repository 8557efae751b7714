"""Other ways of writing the words of an address: `St` for `Street`, `Oregon` for `OR`, `Germany` for `DE`. Pure."""

import re
from collections.abc import Iterator

from disputes.evidence import Fact

_STREETS = (
    "st street|ave av avenue|rd road|blvd boulevard|ln lane|dr drive|ct court|pl place|sq square|ter terrace|"
    "hwy highway|pkwy parkway|cres crescent|apt apartment|ste suite|fl floor|bldg building|rm room|no number|"
    "n north|s south|e east|w west|mt mount|ft fort|str strasse straße|p.o po"
)
_STATES = (
    "al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|fl florida|"
    "ga georgia|hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas|ky kentucky|la louisiana|me maine|"
    "md maryland|ma massachusetts|mi michigan|mn minnesota|ms mississippi|mo missouri|mt montana|ne nebraska|"
    "nv nevada|nh new hampshire|nj new jersey|nm new mexico|ny new york|nc north carolina|nd north dakota|oh ohio|"
    "ok oklahoma|or oregon|pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|"
    "ut utah|vt vermont|va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming|dc district columbia|"
    "ab alberta|bc british columbia|mb manitoba|on ontario|qc quebec|ns nova scotia|nsw new south wales|"
    "vic victoria|qld queensland"
)
_COUNTRIES = (
    "us usa united states america|gb uk united kingdom britain|de germany|fr france|es spain|"
    "it italy|nl netherlands holland|be belgium|at austria|ch switzerland|ie ireland|pt portugal|dk denmark|se sweden|"
    "no norway|fi finland|pl poland|cz czechia|gr greece|hu hungary|ro romania|lu luxembourg|ca canada|au australia|"
    "nz new zealand|jp japan|sg singapore|hk hong kong|in india|br brazil|mx mexico|za south africa|"
    "ae united arab emirates|il israel|tr turkey|kr korea"
)
_STATE_WORDS = frozenset(word for line in _STATES.split("|") for word in line.split())
_SHARED = frozenset("united states kingdom new south arab emirates hong africa".split())
_ADDRESSES = frozenset("shipping_address billing_address delivery_place tracking_event other_description".split())
_COUNTRY_KINDS = _ADDRESSES | {"ip_country", "card_country"}
_STREET = ("str", "strasse")
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"\b[A-Z]{2,3}\b")


def find_other_words(fact: Fact) -> Iterator[str]:
    """Yield the folded words that may stand for those of a fact that is an address, a place or a country."""
    if fact.kind not in _COUNTRY_KINDS:
        return
    value = str(fact.value)
    codes = {code.casefold() for code in _CODE.findall(value)}
    words = {word.casefold() for word in _WORD.findall(value)}
    for line in f"{_STATES}|{_COUNTRIES}".split("|"):
        code, *names = line.split()
        if code in codes or set(names) <= words or (set(names) - _SHARED) & words - _STATE_WORDS:
            yield from (code, *names)
    yield from (other for word in words for other in _write_german(word))
    if fact.kind in _ADDRESSES:
        yield from (part for line in _STREETS.split("|") if set(line.split()) & words for part in line.split())


def _write_german(word: str) -> Iterator[str]:
    """Yield other ways of writing a folded word with an umlaut or a street: `koeln` and `köln`, `lindenstr` in full."""
    for plain, umlaut in (("ae", "ä"), ("oe", "ö"), ("ue", "ü")):
        yield from (word.replace(plain, umlaut), word.replace(umlaut, plain))
    if word.endswith(_STREET):
        stem = word.removesuffix("asse").removesuffix("str")
        yield from (f"{stem}str", f"{stem}strasse")
