"""The search for charges by a query (docs.stripe.com/search)."""

import re
from collections.abc import Callable, Iterable

from simulator.errors import invalid_parameter
from simulator.fields import value_at
from simulator.http.parameters import HashParameter, IntegerParameter, JsonObject, ListParameter, TextParameter
from simulator.session import Session
from simulator.state import Caller, render

PARAMETERS = HashParameter(
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
MAX_LIMIT = 100

_CLAUSE = re.compile(
    r"""\s*(?P<joint>AND|OR)?\s*(?P<not>-)?(?P<field>[\w.]+|metadata\[['"][^'"]+['"]\])"""
    r"""(?P<sign>:|~|[<>]=?)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w.-]+))\s*"""
)


def charges(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    """Return the caller's charges that match a search query, newest first (docs.stripe.com/search).

    Clauses are joined all by AND or all by OR. Unlike Stripe's, this search sees every change at once.
    """
    limit, start = params.get("limit", 10), _start(params.get("page", "0"))
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid_parameter(f"Limit must be between 1 and {MAX_LIMIT}.", "limit", "parameter_invalid_integer")
    clauses, combine = _clauses(params["query"])
    matched = [
        obj
        for obj in session.store.list_objects("charge", caller)
        if combine(_matches(obj, clause) for clause in clauses)
    ]
    end = start + limit
    more = len(matched) > end
    data = [render(obj) for obj in matched[start:end]]
    page = str(end) if more else None
    return {"object": "search_result", "data": data, "has_more": more, "next_page": page, "url": URL}


def _start(page: str) -> int:
    if not page.isdigit():
        raise invalid_parameter(f"Invalid page: {page}", "page")
    return int(page)


def _clauses(query: str) -> tuple[list[re.Match[str]], Callable[[Iterable[bool]], bool]]:
    matched, position = [], 0
    while position < len(query):
        clause = _CLAUSE.match(query, position)
        if clause is None or (clause["joint"] is None) != (position == 0) or not _is_searchable(clause["field"]):
            raise invalid_parameter(f"We were unable to parse your search query: {query}", "query")
        matched.append(clause)
        position = clause.end()
    operators = {clause["joint"] for clause in matched[1:]}
    if not matched or len(operators) > 1:
        raise invalid_parameter("A search query needs one clause, and joins all by AND or all by OR.", "query")
    return matched, any if operators == {"OR"} else all


def _is_searchable(field: str) -> bool:
    return field in FIELDS or field.startswith("metadata[")


def _matches(obj: JsonObject, clause: re.Match[str]) -> bool:
    field, sign = clause["field"], clause["sign"]
    wanted = next(value for value in clause.group("double", "single", "bare") if value is not None)
    value = (obj.get("metadata") or {}).get(field[10:-2]) if field.startswith("metadata[") else value_at(obj, field)
    if sign[0] in "<>":
        return isinstance(value, int) and _compared(value, sign, wanted) != bool(clause["not"])
    text = str(value).lower() if value is not None else ""
    matches = wanted.lower() in text if sign == "~" else wanted.lower() == text
    return matches != bool(clause["not"])


def _compared(value: int, sign: str, wanted: str) -> bool:
    if not wanted.isdigit():
        raise invalid_parameter(f"Invalid integer: {wanted}", "query", "parameter_invalid_integer")
    if value == int(wanted):
        return sign.endswith("=")
    return (value > int(wanted)) == (sign[0] == ">")
