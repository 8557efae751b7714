"""An answer as we sent it, the filing that was to bring it, and the dispute that holds it."""

from disputes.case import Packet, PacketFile
from disputes.dispute import Appeal
from disputes.lifecycle import arrival
from disputes.packet import LETTER
from disputes.repositories.filings import Filing
from tests.builders import a_dispute

LETTER_TEXT = "The parcel was signed for at the customer's address."
TEXTS = {"customer_name": "Zoë", LETTER: LETTER_TEXT}
HELD = {**TEXTS, "receipt": "file_1"}
PACKET = Packet(fields=TEXTS, files=(PacketFile(field="receipt", name="receipt.pdf", file="file_1"),))
APPEAL = Appeal(reason=LETTER_TEXT, files=("file_1", "file_2"))
APPEAL_PACKET = Packet(
    fields={LETTER: LETTER_TEXT},
    files=tuple(PacketFile(field=name, name=name, file=name) for name in ("file_1", "file_2")),
)
OPEN_AT = {"inquiry": "warning_needs_response", "chargeback": "needs_response", "appeal": "appeal_needs_response"}
WITH_THE_BANK = {"inquiry": "warning_under_review", "chargeback": "under_review", "appeal": "appeal_under_review"}


def contents_of(packet, stage):
    """What Stripe holds of a packet, as a filing keeps it."""
    files = {file.field: file.file for file in packet.files}
    appeal = Appeal(reason=packet.fields.get(LETTER, ""), files=tuple(files.values()))
    return arrival.contents(a_dispute(status=OPEN_AT[stage], evidence={**packet.fields, **files}, appeal=appeal))


def a_filing(stage="chargeback", *, action="submit", packet=PACKET, **changes):
    """A call of unknown result, made when Stripe counted no submission."""
    expected = {} if action == "close" else contents_of(packet, stage)
    plain = {"dispute_id": "du_1", "stage": stage, "action": action, "key": "k", "before": 0, "contents": expected}
    return Filing.model_validate({**plain, **changes})


def answered(status="under_review", *, submissions=1, **changes):
    """A dispute whose bank holds what `a_filing` was to bring, unless a change says otherwise."""
    return a_dispute(status=status, **{"submissions": submissions, "evidence": HELD, **changes})
