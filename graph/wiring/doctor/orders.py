"""What doctor says of the last payments: in which source each of their orders is found, and why not."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from agents import evidence
from disputes import policy
from disputes.errors import DisputeError
from disputes.evidence import Evidence, absences, kinds
from disputes.playbook.loading import load_playbooks
from disputes.policy import Policy
from disputes.ports.sources import Source
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings, plain_options
from tools import storage
from tools.sources import catalog
from tools.sources.stripe import undisputed
from tools.stripe_api.calls import StripeJson
from tools.stripe_api.gateway import StripeGateway

AT_ONCE = 4  # payments that are looked up at the same time
WHYS = 3  # reasons that are told of one source, the most frequent first

_EMAIL = re.compile(r"\b(\w)[\w.+-]*(@[\w-]+\.[\w.-]*\w)")

Bases = Mapping[str, str]


async def look(chosen: Settings, count: int, *, bases: Bases | None = None) -> list[DoctorFinding]:
    """Take the last payments of the account and ask every source that is on for each of them.

    `bases` replaces the addresses of vendors, for a test's servers. Nothing is kept, and nothing is written anywhere.
    """
    key = chosen.stripe_key.get_secret_value() if chosen.stripe_key else ""
    gateway = StripeGateway(key, api_base=chosen.stripe_base)
    try:
        latest = (await gateway.lookups.latest(count, None))["data"]
    except DisputeError as failed:
        return [DoctorFinding(title="Last payments", text=f"could not be read: {failed}", fine=False)]
    finally:
        await gateway.aclose()
    options = plain_options(chosen.sources)
    # An attempt that failed paid for no order.
    charges = [charge for charge in latest if charge.get("status") != "failed"]
    rules, nowhere = policy.load(chosen.policy), storage.in_memory()
    opened = catalog.open_sources(options, now=_now, limits=rules.sources, storage=nowhere, bases=bases or {})
    async with opened as sources:
        known = [undisputed.read(charge, rules.metadata, now=_now()) for charge in charges]
        found = await _ask_all(charges, known, sources, rules)
    return [_summary(known), *_tell(charges, sources, found)]


async def _ask_all(
    charges: Sequence[StripeJson], known: Sequence[Evidence], sources: Sequence[Source], rules: Policy
) -> list[Evidence]:
    gate, book = asyncio.Semaphore(AT_ONCE), load_playbooks().by_reason["general"]

    async def ask(charge: StripeJson, initial: Evidence) -> Evidence:
        dispute = undisputed.build_dispute(charge)
        async with gate:
            return await evidence.gather(dispute, book, sources, initial=initial, limits=rules.sources, now=_now())

    return await asyncio.gather(*map(ask, charges, known))


def _now() -> datetime:
    return datetime.now(UTC)


def _summary(known: Sequence[Evidence]) -> DoctorFinding:
    if not known:
        return DoctorFinding(title="Last payments", text="the account has none yet.", remark=True)
    numbered = sum(each.has("order_id") for each in known)
    referenced = sum(each.has("payment_reference") and not each.has("order_id") for each in known)
    nothing = len(known) - numbered - referenced
    text = f"{numbered} name an order's number, {referenced} only a shop's own reference, {nothing} neither."
    return DoctorFinding(title=f"The last {len(known)} payments", text=text)


def _tell(
    charges: Sequence[StripeJson], sources: Sequence[Source], found: Sequence[Evidence]
) -> Iterator[DoctorFinding]:
    """Yield how many payments each source had a record of, and the most frequent reasons why it had none."""
    offers = catalog.offers()
    for source in sources:
        reasons = [reason for each in found if (reason := _find_reason(source.name, each))]
        text = f"a record of {len(charges) - len(reasons)} of {len(charges)}."
        for sort, count in Counter(reason.sort for reason in reasons).most_common(WHYS):
            text += f"\n           {count} without: {next(each for each in reasons if each.sort == sort).why}"
        yield DoctorFinding(title=offers[source.name].title, text=text, remark=bool(reasons))


class _Reason(NamedTuple):
    """Why a source has nothing of a payment; reasons of one sort differ by their keys alone."""

    why: str
    sort: str


def _find_reason(name: str, found: Evidence) -> _Reason | None:
    """Return why a source has nothing; None where it has a record, which an absence is not.

    What it could not tell, or found and left out, says more than what it does not have.
    """
    told = [fact.source for fact in found.facts if fact.kind not in absences.KINDS]
    if any(source.startswith(f"{name}:") for source in (*told, *(file.source for file in found.attachments))):
        return None
    gaps = sorted((gap for gap in found.gaps if gap.source == name), key=lambda gap: gap.absent)
    why = gaps[0].why if gaps else "has nothing of it."
    keys = sorted({str(fact.value) for fact in found.facts if kinds.form(fact.kind) == "text"}, key=len, reverse=True)
    sort = why
    for key in keys:
        sort = sort.replace(key, "...")
    # A terminal is read over shoulders, and a log of it is kept.
    return _Reason(_EMAIL.sub(r"\1…\2", why), sort)
