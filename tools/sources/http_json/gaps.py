"""What a vendor's lookup did not find or could not read, as gaps in whole sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from disputes import text
from disputes.evidence import Gap, kinds
from tools.sources import keys
from tools.sources.http_json.answer import VendorAnswer, search
from tools.sources.http_json.call import VendorCall
from tools.sources.http_json.client import VendorTrouble
from tools.sources.http_json.ownership import Verdict
from tools.sources.http_json.request import VendorRequest
from tools.sources.http_json.vendor import Vendor

FOREIGN: dict[Verdict, str] = {
    "others": "and it is of another payment or another customer, so it was not read",
    "unsure": "and neither its payment nor its e-mail address says that it is of this payment, so it was not read",
}
_MAX_TEXT = 160


@dataclass
class RequestRun:
    """One request with its keys filled in, the records so far, and what went wrong."""

    request: VendorRequest
    bound: Mapping[str, str]
    call: VendorCall
    ref: str
    count: int = 0
    troubles: list[VendorTrouble] = field(default_factory=list)


Runs = Mapping[str, list[RequestRun]]


def find(vendor: Vendor, runs: Runs, left_out: Mapping[str, int]) -> Iterator[Gap]:
    """Yield one gap for each way in which a request went wrong, and one when none could be made.

    `left_out` says for how many values of a key a request could have been made, where those were too many.
    """
    if not runs:
        yield build_gap(vendor, "", f"was not asked: it needs {' or '.join(dict.fromkeys(_needs(vendor)))}")
    for name, count in left_out.items():
        read = keys.MAX_COMBINATIONS
        yield build_gap(vendor, name, f"has {count} records to ask for {_plain(name)} of, and {read} were asked for")
    found = {name for name, made in runs.items() if any(run.count for run in made)}
    asked = [request for request in vendor.requests if request.name in runs]
    replaced = {name for request in asked for name in request.instead_of}
    settled = found | {name for request in asked if request.name in found for name in request.instead_of}
    for name, made in runs.items():
        for run in made:
            silent = run.request.optional or name in replaced
            yield from _tell(vendor, run, silent=silent, settled=name in settled)


def _needs(vendor: Vendor) -> Iterator[str]:
    """Yield what each request needs that needs no earlier one."""
    for request in vendor.requests:
        if all(need in kinds.KINDS for need in request.needs):
            yield " and ".join(request.needs)


def _tell(vendor: Vendor, run: RequestRun, *, silent: bool, settled: bool) -> Iterator[Gap]:
    """Yield a run's gaps: no absence that says nothing, and nobody else's record once ours is found."""
    for trouble in dict.fromkeys(run.troubles):
        if not (trouble.absent and silent) and not (trouble.foreign and settled):
            yield build_gap(vendor, run.request.name, _reason(vendor, run, trouble), absent=trouble.absent)


def build_gap(vendor: Vendor, request: str, why: str, *, absent: bool = False) -> Gap:
    """Build the gap of a request; `why` is the end of a sentence that begins with the vendor's name."""
    name, sentence = f"{vendor.name} {_plain(request)}".strip(), f"{vendor.title} {why}.".replace("..", ".")
    return Gap(name=name, why=sentence, source=vendor.name, absent=absent)


def refusal_reason(vendor: Vendor, trouble: VendorTrouble) -> str:
    """Return why a vendor refused, with the settings that hold the refused secrets."""
    secret = [vendor.setting(name) for name, option in vendor.options.items() if option.secret]
    either = " or " if vendor.login and vendor.login.option else " and "
    return f"{trouble.why}: set {either.join(secret)}" if secret else trouble.why


def read_errors(request: VendorRequest, answer: VendorAnswer) -> Iterator[VendorTrouble]:
    """Yield the error that an answer reports in itself."""
    error = search(request.error, answer.body) if request.error else None
    if error not in (None, False, "", [], {}):
        message = text.line(error, limit=_MAX_TEXT) if isinstance(error, str) else ""
        yield VendorTrouble(f"reported an error{': ' + message if message else ''}")


def _reason(vendor: Vendor, run: RequestRun, trouble: VendorTrouble) -> str:
    if trouble.refused:
        return refusal_reason(vendor, trouble)
    key = " ".join(text.line(value, name=name) for name, value in run.bound.items())[:_MAX_TEXT]
    if trouble.absent:
        return f"has no {_plain(run.request.name)} for {key}"
    return f"has a record for {key}, {trouble.why}" if trouble.foreign else trouble.why


def _plain(name: str) -> str:
    return name.replace("_", " ")
