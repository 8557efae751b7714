import asyncio
from collections.abc import Iterable, Iterator, Mapping

from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, Gap
from disputes.ports.clock import Clock
from disputes.ports.storage import Storage
from tools.sources import archive
from tools.sources.archive import Archive
from tools.sources.stripe import ce3, order, refunds
from tools.sources.stripe import customer as stripe_customer
from tools.sources.stripe import history as stripe_history
from tools.sources.stripe import metadata as stripe_metadata
from tools.sources.stripe import payment as stripe_payment
from tools.sources.stripe import subscription as stripe_subscription
from tools.sources.stripe.asking import StripeAsking
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.lookups import StripeLookups

_PATIENCE = 1.0  # seconds for the storage, once all else is there


class StripeSource:
    """What Stripe alone knows about a dispute, in four API calls for a one-off payment and six for a subscription.

    A Visa fraud dispute takes two more where earlier payments may answer it, and one more where they are listed apart.
    `metadata` names the keys under which the merchant notes each kind of fact. A call that fails becomes a gap.
    """

    name = "stripe"
    keys: tuple[str, ...] = ()

    def __init__(
        self,
        records: StripeLookups,
        *,
        metadata: Mapping[str, tuple[str, ...]],
        now: Clock,
        storage: Storage | None = None,
    ) -> None:
        self._records, self._metadata, self._now, self._storage = records, metadata, now, storage

    async def gather(self, dispute: Dispute, known: Evidence | None = None) -> Evidence:  # noqa: ARG002 - asked first
        """Give the facts, and a gap for each thing Stripe did not tell; a missing payment is a fatal one."""
        desk = StripeAsking(dispute.account)
        async with archive.opened(self._storage, dispute.id) as kept:
            found = await self._find(dispute, desk)
            return await self._recorded(found, desk, kept)

    async def _find(self, dispute: Dispute, desk: StripeAsking) -> Evidence:
        papers = await self._collect(dispute, desk)
        found = tuple(self._tell(papers))
        facts = _once(each for each in found if isinstance(each, Fact))
        history = await ce3.gather(papers, self._records, desk, self._metadata)
        gaps = (*desk.gaps, *_unknown(papers), *(each for each in found if isinstance(each, Gap)))
        return facts.plus(Evidence(gaps=gaps, history=history))

    async def _recorded(self, found: Evidence, desk: StripeAsking, kept: Archive) -> Evidence:
        """Keep all that Stripe answered as one record, the long lists last, and note it on every fact."""
        if not found.facts:
            return found
        at, answers = self._now(), sorted(desk.answers.items(), key=lambda one: len(one[1].get("data", ())))
        record = await kept.put(self.name, dict(answers), at=at)
        facts = tuple(fact.model_copy(update={"retrieved_at": at, "record": record}) for fact in found.facts)
        return found.model_copy(update={"facts": facts, "records": await kept.settle(patience=_PATIENCE)})

    def _tell(self, papers: PaymentObjects) -> Iterator[Fact | Gap]:
        yield from stripe_metadata.read(papers, self._metadata, now=self._now())
        yield from stripe_payment.read(papers)
        yield from stripe_customer.read(papers)
        yield from order.read(papers)
        yield from refunds.read(papers)
        yield from stripe_history.read(papers, self._metadata.get("order_id", ()))
        yield from stripe_subscription.read(papers)

    async def _collect(self, dispute: Dispute, desk: StripeAsking) -> PaymentObjects:
        claim = await desk.ask(self._records.dispute, dispute.id, name="payment")
        customer = claim.ref("charge.customer") or claim.ref("payment_intent.customer")
        intent = claim.ref("payment_intent")
        charges, sessions, payments = await asyncio.gather(
            desk.ask(self._records.charges, customer, name="other payments"),
            desk.ask(self._records.sessions, intent, name="checkout"),
            desk.ask(self._records.invoice_payments, intent, name="invoice"),
        )
        invoice = _first(payments).paper("invoice")
        renewed = invoice.ref("parent.subscription_details.subscription")
        subscription, invoices = await asyncio.gather(
            desk.ask(self._records.subscription, renewed, name="subscription"),
            desk.ask(self._records.invoices, renewed, name="earlier invoices"),
        )
        return PaymentObjects(
            dispute=dispute,
            claim=claim,
            charges=charges.papers("data"),
            more=charges.says("has_more"),
            session=_first(sessions),
            invoice=invoice,
            subscription=subscription,
            invoices=invoices.papers("data"),
        )


def _once(facts: Iterable[Fact]) -> Evidence:
    kept: dict[str, Fact] = {}
    for fact in facts:
        kept.setdefault(fact.id, fact)
    return Evidence(facts=tuple(kept.values()))


def _first(envelope: StripeObject) -> StripeObject:
    return next(iter(envelope.papers("data")), NOTHING)


def _unknown(papers: PaymentObjects) -> Iterator[Gap]:
    if not papers.charge:
        named = papers.dispute.charge or "of this dispute"
        yield Gap(name="charge", why=f"Stripe did not show the payment {named}.", source="stripe", fatal=True)
    elif not papers.claim.ref("charge.customer"):
        why = "The payment names no customer, so other payments cannot be told."
        yield Gap(name="customer", why=why, source="stripe")
    if papers.more:
        why = "The customer has more than 100 payments; only the newest were counted, and no total is given."
        yield Gap(name="total_paid", why=why, source="stripe")
