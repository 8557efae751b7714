"""What Rebut's pre-flight accepts, the simulated Stripe accepts: each states the same limits independently."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from disputes import packet
from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import FILE_FIELDS
from disputes.packet import preflight
from disputes.playbook import TEXT_FIELDS
from simulator.errors import StripeError
from simulator.rules import limits
from simulator.state import Caller, Store
from tests.builders import NOON, a_dispute

letters = st.fixed_dictionaries(
    {},
    optional={
        field: st.integers(0, packet.max_characters(field)).map("x".__mul__)
        for field in sorted(TEXT_FIELDS - {"service_date", "shipping_date"})
    },
)
files = st.dictionaries(
    st.sampled_from(sorted(FILE_FIELDS)), st.tuples(st.integers(1, 49), st.integers(1, 4_999_999)), max_size=5
)


def a_packet(texts: dict[str, str], sized: dict[str, tuple[int, int]]) -> Packet:
    shown = [(field, f"Exhibit {chr(65 + number)}", size) for number, (field, size) in enumerate(sized.items())]
    return Packet(
        fields=texts,
        files=tuple(PacketFile(field=f, name=f, pages=p, bytes=b, file=f"file_{f}") for f, _, (p, b) in shown),
        sheets=tuple(Sheet(field=field, title=field, mark=mark, rows=()) for field, mark, _ in shown),
    )


def accepts(made: Packet, network: str) -> bool:
    store = Store(lambda: NOON, "agree")
    for file in made.files:
        size = {"size": file.bytes, "_pages": file.pages, "purpose": "dispute_evidence"}
        store.put({"id": file.file, "object": "file", **size})
    evidence = {**made.fields, **{file.field: file.file for file in made.files}}
    card: Any = {"payment_method_details": {"type": "card", "card": {"network": network}}}
    try:
        limits.check(store, card, evidence, Caller())
    except StripeError:
        return False
    return True


@given(letters, files, st.sampled_from(["visa", "mastercard", "amex"]))
def test_what_is_let_through_is_taken_before_and_after_it_is_made_to_fit(texts, sized, network):
    packet_made, dispute = a_packet(texts, sized), a_dispute(network=network)
    for candidate in (packet_made, preflight.fit(packet_made, dispute)):
        assert preflight.check(candidate, dispute) or accepts(candidate, network)


@given(files, st.sampled_from(["visa", "mastercard"]))
def test_what_is_refused_for_its_size_was_told_before(sized, network):
    made = a_packet({}, sized)
    if not accepts(made, network):
        assert preflight.check(made, a_dispute(network=network))
