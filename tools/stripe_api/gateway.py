"""The Stripe API as disputes need it."""

import io
from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import stripe
from pydantic import JsonValue

from disputes import text
from disputes.case import Packet
from disputes.dispute import Dispute, parse
from disputes.errors import Invalid, Refused
from disputes.held_evidence import ENHANCED, METHOD
from disputes.packet import LETTER, compliance
from disputes.policy.deadlines import SubmissionMethod
from disputes.repositories.events import WebhookEvent
from tools.stripe_api.calls import StripeJson, connect, perform, request_options
from tools.stripe_api.events import StripeEvents
from tools.stripe_api.lookups import StripeLookups

_PAGE = 100
_LIVE_PREFIXES = ("sk_live_", "rk_live_")


class StripeGateway:
    """The Stripe API for one key in one mode. Every call raises `TryAgain` or `Refused`, nothing else.

    `lookups` reads what evidence needs over the same connections; `aclose` ends them. `timeout` is in seconds.
    """

    def __init__(self, api_key: str, *, api_base: str | None = None, timeout: float = 20.0) -> None:
        self.livemode = api_key.startswith(_LIVE_PREFIXES)
        self._http = stripe.HTTPXClient(timeout=timeout)
        client = connect(api_key, api_base=api_base, http=self._http)
        self._v1 = client.v1
        self.lookups = StripeLookups(client)
        self._events = StripeEvents(client, livemode=self.livemode)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        """Read a dispute as it is now. Raises `Refused` for one of the other mode than the key's."""
        # An inquiry has withdrawn nothing, so its value comes from the charge's exchange rate; its refunds tell what of
        # `amount_refunded` was never captured.
        expand = ["charge.balance_transaction", "charge.refunds"]
        raw = await perform(self._v1.disputes.retrieve_async(dispute_id, {"expand": expand}, request_options(account)))
        return self._read(raw, account)

    async def disputes_of(self, dispute: Dispute) -> tuple[Dispute, ...]:
        """Return every dispute of the same payment, this one included; none where it names no payment."""
        if dispute.charge is None:
            return ()
        found: list[Dispute] = []
        more = True
        while more:
            params: stripe.params.DisputeListParams = {"charge": dispute.charge, "limit": _PAGE}
            if found:
                params["starting_after"] = found[-1].id
            page = await perform(self._v1.disputes.list_async(params, request_options(dispute.account)))
            found += [self._read(each, dispute.account) for each in page["data"]]
            more = bool(page.get("has_more") and page["data"])
        return tuple(found)

    async def describe_file(self, file_id: str, *, account: str | None = None) -> str:
        """Return the name, type and size of a file at Stripe in words, as far as Stripe tells them."""
        raw = await perform(self._v1.files.retrieve_async(file_id, {}, request_options(account)))
        size = f"{raw['size']:,} bytes" if isinstance(raw.get("size"), int) else ""
        return ", ".join(filter(None, (text.line(raw.get("filename") or ""), text.line(raw.get("type") or ""), size)))

    async def upload(self, dispute: Dispute, name: str, data: bytes, *, key: str) -> str:
        """Upload one evidence file (PDF, JPEG or PNG bytes) to the dispute's account and return its Stripe id."""
        file = _NamedFile(name, data)
        options = request_options(dispute.account, key)
        raw = await perform(self._v1.files.create_async({"purpose": "dispute_evidence", "file": file}, options))
        return str(raw["id"])

    async def stage(self, dispute: Dispute, packet: Packet, *, key: str) -> Dispute:
        """Write the packet with `submit=false` and return the dispute as Stripe holds it then."""
        params: stripe.params.DisputeUpdateParams = {"evidence": _evidence_params(dispute, packet), "submit": False}
        if METHOD in packet.replaced:
            params["intended_submission_method"] = "manual"
        return await self._change(
            dispute, self._v1.disputes.update_async(dispute.id, params, request_options(dispute.account, key))
        )

    async def enhance(self, dispute: Dispute, enhanced: dict[str, JsonValue], *, key: str) -> Dispute:
        """Write `enhanced_evidence` alone with `submit=false`: Stripe discards the whole call when it refuses it."""
        params: Any = {"evidence": {"enhanced_evidence": enhanced}, "submit": False}
        return await self._change(
            dispute, self._v1.disputes.update_async(dispute.id, params, request_options(dispute.account, key))
        )

    async def submit(self, dispute: Dispute, *, key: str) -> Dispute:
        """Send what is staged to the bank. It cannot be taken back."""
        options = request_options(dispute.account, key)
        return await self._change(dispute, self._v1.disputes.update_async(dispute.id, {"submit": True}, options))

    async def close(self, dispute: Dispute, *, key: str) -> Dispute:
        """Accept the loss. It cannot be taken back."""
        return await self._change(
            dispute, self._v1.disputes.close_async(dispute.id, {}, request_options(dispute.account, key))
        )

    async def hand_over(self, dispute: Dispute, *, key: str) -> Dispute:
        """Leave the answer to Stripe's Smart Disputes (`intended_submission_method`), which sends one of its own."""
        return await self._set_method(dispute, "smart_disputes", key)

    async def set_method(self, dispute: Dispute, method: SubmissionMethod, *, key: str) -> Dispute:
        """Say whether Stripe may answer by itself (`intended_submission_method`); it can be set again."""
        return await self._set_method(dispute, method, key)

    async def _set_method(self, dispute: Dispute, method: str, key: str) -> Dispute:
        params: Any = {"intended_submission_method": method, "submit": False}
        return await self._change(
            dispute, self._v1.disputes.update_async(dispute.id, params, request_options(dispute.account, key))
        )

    async def events_since(
        self, since: datetime, *, account: str | None = None
    ) -> tuple[list[WebhookEvent], list[WebhookEvent]]:
        """Return an account's dispute events since a moment, and an event for each dispute created since."""
        events = await self._events.events(since, account=account)
        return events, await self._events.created_disputes(since, account=account)

    async def connected_accounts(self) -> tuple[str, ...]:
        """Return the ids of the accounts connected to the key's own, none where the key may not list them."""
        return await self._events.connected_accounts()

    async def _change(self, dispute: Dispute, call: Awaitable[stripe.StripeObject]) -> Dispute:
        changed = self._read(await perform(call), dispute.account)
        # What a write returns has no charge in it.
        of_charge = {"refunded": dispute.refunded, "captured": dispute.captured, "presentment": dispute.presentment}
        known = {"value": changed.value or dispute.value, **of_charge}
        return changed.model_copy(update=known)

    def _read(self, raw: StripeJson, account: str | None) -> Dispute:
        try:
            dispute = parse(raw, account=account)
        except Invalid as wrong:
            raise Refused(str(wrong)) from wrong
        if dispute.livemode != self.livemode:
            mode = "live" if self.livemode else "test"
            raise Refused(f"Dispute {dispute.id} is not in {mode} mode, and the key is a {mode} key.")
        return dispute


class _NamedFile(io.BytesIO):
    """Bytes with a file name, as the SDK takes an upload."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def _evidence_params(dispute: Dispute, packet: Packet) -> Any:  # noqa: ANN401 - the SDK types each field, a packet is data
    missing = [file.name for file in packet.files if not file.file]
    if missing:
        raise Refused(f"Not every file is uploaded: {', '.join(missing)}.")
    files = {file.field: file.file for file in packet.files}
    if dispute.stage == "appeal":
        support = {"supporting_files": list(files.values())} if files else {}
        return {"appeal": {"card": {"reason_for_filing": packet.fields.get(LETTER, ""), **support}}}
    # An empty text does away with what somebody else left there.
    gone = {ENHANCED: ""} if ENHANCED in packet.replaced else {}
    evidence = {**packet.fields, **files, **gone}
    # The 500 USD fee is paid only where a person said so and the case is one that has it (reference 1.7).
    scheme = compliance.find_scheme(dispute) if packet.fee_acknowledged else None
    return {**evidence, "enhanced_evidence": {scheme: {"fee_acknowledged": True}}} if scheme else evidence
