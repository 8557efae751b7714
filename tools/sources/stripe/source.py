"""Stripe as a source of evidence."""

import asyncio
from collections.abc import Iterator, Mapping

from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, Gap
from disputes.ports.clock import Clock
from disputes.ports.storage import Storage
from tools.sources import archive
from tools.sources.archive import Archive
from tools.sources.stripe import ce3, customer, history, items, metadata, order, payment, refunds, subscription
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.reader import PAYMENT, StripeReader
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.lookups import StripeLookups

_STORAGE_SECONDS = 1.0  # to wait for the storage, once all else is there


class StripeSource:
    """Reads what Stripe has about a dispute, in four API calls for a one-off payment and six for a subscription.

    A Visa fraud dispute takes two more where earlier payments may answer it, and one more where they are listed apart;
    a dispute of a part takes one more where no checkout and no invoice lists the items.
    `metadata` names the metadata keys of each kind of fact. A call that fails becomes a gap.
    """

    name = "stripe"
    keys: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def __init__(
        self,
        lookups: StripeLookups,
        *,
        metadata: Mapping[str, tuple[str, ...]],
        now: Clock,
        storage: Storage | None = None,
    ) -> None:
        self._lookups, self._metadata, self._now, self._storage = lookups, metadata, now, storage

    async def gather(self, dispute: Dispute, known: Evidence | None = None) -> Evidence:  # noqa: ARG002 - asked first
        """Return the facts, and a gap for each call that failed; a missing payment is a fatal gap."""
        reader = StripeReader(dispute.account)
        async with archive.open_archive(self._storage, dispute.id) as answers:
            evidence = await self._read(dispute, reader)
            return await self._with_answers(evidence, reader, answers)

    async def _read(self, dispute: Dispute, reader: StripeReader) -> Evidence:
        objects = await self._collect(dispute, reader)
        results = tuple(self._results(objects))
        facts = Evidence().plus(Evidence(facts=tuple(each for each in results if isinstance(each, Fact))))
        payments = await ce3.gather(objects, self._lookups, reader, self._metadata)
        gaps = (*reader.gaps, *_gaps(objects), *(each for each in results if isinstance(each, Gap)))
        return facts.plus(Evidence(gaps=gaps, history=payments, items=items.read(objects)))

    async def _with_answers(self, evidence: Evidence, reader: StripeReader, answers: Archive) -> Evidence:
        """Store all of Stripe's answers as one record, the long lists last, and note its hash on every fact."""
        if not evidence.facts:
            return evidence
        at, ordered = self._now(), sorted(reader.answers.items(), key=lambda item: len(item[1].get("data", ())))
        record = await answers.put(self.name, dict(ordered), at=at)
        facts = tuple(fact.model_copy(update={"retrieved_at": at, "record": record}) for fact in evidence.facts)
        stored = await answers.finish(seconds=_STORAGE_SECONDS)
        return evidence.model_copy(update={"facts": facts, "source_answers": stored})

    def _results(self, objects: PaymentObjects) -> Iterator[Fact | Gap]:
        yield from metadata.read(objects, self._metadata, now=self._now())
        yield from payment.read(objects)
        yield from customer.read(objects)
        yield from order.read(objects)
        yield from refunds.read(objects)
        yield from history.read(objects, self._metadata.get("order_id", ()))
        yield from subscription.read(objects)

    async def _collect(self, dispute: Dispute, reader: StripeReader) -> PaymentObjects:
        claim = await reader.read(self._lookups.dispute, dispute.id, name=PAYMENT)
        customer_id = claim.ref("charge.customer") or claim.ref("payment_intent.customer")
        intent_id = claim.ref("payment_intent")
        charges, sessions, payments = await asyncio.gather(
            reader.read(self._lookups.charges, customer_id, name="other payments"),
            reader.read(self._lookups.sessions, intent_id, name="checkout"),
            reader.read(self._lookups.invoice_payments, intent_id, name="invoice"),
        )
        invoice = _first(payments).child("invoice")
        subscription_id = invoice.ref("parent.subscription_details.subscription")
        renewed, invoices = await asyncio.gather(
            reader.read(self._lookups.subscription, subscription_id, name="subscription"),
            reader.read(self._lookups.invoices, subscription_id, name="earlier invoices"),
        )
        session = _first(sessions)
        listed = session.children("line_items") or invoice.children("lines")
        # Only a dispute of a part asks which items there were, and only where nothing else told.
        partial = dispute.captured is not None and dispute.amount < dispute.captured and not listed
        details = await reader.read(self._lookups.amount_details, intent_id if partial else "", name="items")
        return PaymentObjects(
            dispute=dispute,
            claim=claim,
            charges=charges.children("data"),
            has_more=charges.flag("has_more"),
            session=session,
            invoice=invoice,
            subscription=renewed,
            invoices=invoices.children("data"),
            details=details,
        )


def _first(envelope: StripeObject) -> StripeObject:
    return next(iter(envelope.children("data")), NOTHING)


def _gaps(objects: PaymentObjects) -> Iterator[Gap]:
    if not objects.charge:
        name = objects.dispute.charge or "of this dispute"
        yield Gap(name="charge", why=f"Stripe did not show the payment {name}.", source="stripe", fatal=True)
    elif not objects.claim.ref("charge.customer"):
        why = "The payment names no customer, so other payments cannot be read."
        yield Gap(name="customer", why=why, source="stripe")
    if objects.has_more:
        why = "The customer has more than 100 payments; only the newest were counted, and no total is given."
        yield Gap(name="total_paid", why=why, source="stripe")
