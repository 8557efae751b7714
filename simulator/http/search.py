import re
from collections.abc import Callable, Iterable

from simulator.errors import malformed
from simulator.fields import dig
from simulator.http.parameters import HashParameter, IntegerParameter, ListParameter, TextParameter, Thing
from simulator.session import Session
from simulator.state import Caller, render

SHAPE = HashParameter(
    {
        "expand": ListParameter(TextParameter()),
        "limit": IntegerParameter(),
        "page": TextParameter(),
        "query": TextParameter(),
    },
    ("query",),
)
FIELDS = (
    "amount",
    "billing_details.address.postal_code",
    "created",
    "currency",
    "customer",
    "disputed",
    "payment_method_details.card.brand",
    "payment_method_details.card.exp_month",
    "payment_method_details.card.exp_year",
    "payment_method_details.card.fingerprint",
    "payment_method_details.card.last4",
    "refunded",
    "status",
)
URL = "/v1/charges/search"
MOST = 100

_CLAUSE = re.compile(
    r"""\s*(?P<joint>AND|OR)?\s*(?P<not>-)?(?P<field>[\w.]+|metadata\[['"][^'"]+['"]\])"""
    r"""(?P<sign>:|~|[<>]=?)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w.-]+))\s*"""
)


def charges(stage: Session, params: Thing, caller: Caller) -> Thing:
    """Give the caller's charges that match a search query, newest first (docs.stripe.com/search).

    Clauses are joined all by AND or all by OR. Unlike Stripe's, this index never lags.
    """
    limit, start = params.get("limit", 10), _start(params.get("page", "0"))
    if not 1 <= limit <= MOST:
        raise malformed(f"Limit must be between 1 and {MOST}.", "limit", "parameter_invalid_integer")
    clauses, whole = _clauses(params["query"])
    found = [
        thing for thing in stage.world.every("charge", caller) if whole(_passes(thing, clause) for clause in clauses)
    ]
    end = start + limit
    more = len(found) > end
    data = [render(thing) for thing in found[start:end]]
    page = str(end) if more else None
    return {"object": "search_result", "data": data, "has_more": more, "next_page": page, "url": URL}


def _start(page: str) -> int:
    if not page.isdigit():
        raise malformed(f"Invalid page: {page}", "page")
    return int(page)


def _clauses(query: str) -> tuple[list[re.Match[str]], Callable[[Iterable[bool]], bool]]:
    found, place = [], 0
    while place < len(query):
        clause = _CLAUSE.match(query, place)
        if clause is None or (clause["joint"] is None) != (place == 0) or not _known(clause["field"]):
            raise malformed(f"We were unable to parse your search query: {query}", "query")
        found.append(clause)
        place = clause.end()
    joints = {clause["joint"] for clause in found[1:]}
    if not found or len(joints) > 1:
        raise malformed("A search query needs one clause, and joins all by AND or all by OR.", "query")
    return found, any if joints == {"OR"} else all


def _known(field: str) -> bool:
    return field in FIELDS or field.startswith("metadata[")


def _passes(thing: Thing, clause: re.Match[str]) -> bool:
    field, sign = clause["field"], clause["sign"]
    wanted = next(value for value in clause.group("double", "single", "bare") if value is not None)
    value = (thing.get("metadata") or {}).get(field[10:-2]) if field.startswith("metadata[") else dig(thing, field)
    if sign[0] in "<>":
        return isinstance(value, int) and _compared(value, sign, wanted) != bool(clause["not"])
    text = str(value).lower() if value is not None else ""
    matches = wanted.lower() in text if sign == "~" else wanted.lower() == text
    return matches != bool(clause["not"])


def _compared(value: int, sign: str, wanted: str) -> bool:
    if not wanted.isdigit():
        raise malformed(f"Invalid integer: {wanted}", "query", "parameter_invalid_integer")
    if value == int(wanted):
        return sign.endswith("=")
    return (value > int(wanted)) == (sign[0] == ">")
