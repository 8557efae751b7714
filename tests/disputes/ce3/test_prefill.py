"""What Stripe filled in by itself stays as it is."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from disputes.ce3 import prefill, selection
from disputes.ce3.prefill import CE3
from disputes.ce3.selection import Ce3Choice, Ce3Shortfall
from tests.disputes.ce3.payments import HOME, a_fraud, a_history, a_payment, chosen, inside, missed, patient

KNOWN = {"customer_purchase_ip": "203.0.113.7", "customer_device_id": "device-0123456789"}
TEXTS = st.one_of(st.none(), st.just(""), st.sampled_from(("x", "203.0.113.9", "Mug", "device-of-somebody")))
LINES = st.fixed_dictionaries({}, optional=dict.fromkeys(("line1", "line2", "city", "country"), TEXTS))
ROW = dict.fromkeys(("customer_purchase_ip", "customer_device_id", "product_description"), TEXTS)
ROWS = st.fixed_dictionaries({}, optional={**ROW, "shipping_address": st.one_of(st.none(), LINES)})
CHARGES = st.sampled_from(("ch_1", "ch_2", "ch_3", "ch_of_stripes"))


@st.composite
def enhanced(draw):
    """`enhanced_evidence` as Stripe may answer it: nothing, empty, part of it, all of it."""
    charges = draw(st.lists(CHARGES, max_size=2, unique=True))
    priors = [{"charge": charge, **draw(ROWS)} for charge in charges]
    disputed = draw(st.one_of(st.none(), ROWS))
    whole = {"disputed_transaction": disputed, "prior_undisputed_transactions": priors}
    return draw(
        st.sampled_from(({CE3: whole}, {CE3: whole, "visa_compliance": {"fee_acknowledged": True}}, {}, {CE3: {}}))
    )


def spots(value, path=()):
    """Return every text that is not empty and where it stands."""
    if not isinstance(value, dict | list):
        return {path: value} if isinstance(value, str) and value.strip() else {}
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    return {spot: text for key, inner in items for spot, text in spots(inner, (*path, key)).items()}


@patient
@given(enhanced(), enhanced())
def test_merging_never_changes_what_stands(prefilled, ours):
    before = deepcopy((prefilled, ours))
    merged = prefill.merge(prefilled, ours)
    assert spots({CE3: prefilled.get(CE3)}).items() <= spots(merged).items()
    assert (prefilled, ours) == before


@patient
@given(enhanced(), enhanced())
def test_merging_adds_only_what_is_ours(prefilled, ours):
    allowed = set(spots(prefilled).values()) | set(spots(ours).values())
    assert set(spots(prefill.merge(prefilled, ours)).values()) <= allowed


@patient
@given(enhanced(), enhanced())
def test_merging_again_changes_nothing(prefilled, ours):
    merged = prefill.merge(prefilled, ours)
    assert prefill.merge(merged, ours) == merged


@patient
@given(enhanced(), enhanced())
def test_merging_sends_no_empty_value_no_third_prior_and_no_fee(prefilled, ours):
    merged = prefill.merge(prefilled, ours)
    assert set(merged) <= {CE3}
    assert len(inside(merged).get("prior_undisputed_transactions", ())) <= 2
    assert "" not in leaves(merged)
    assert None not in leaves(merged)


def leaves(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inner is None else [leaf for item in inner for leaf in leaves(item)]


def test_an_address_is_filled_up_only_where_ours_is_the_same():
    whole = {"line1": "12 Main St", "city": "Portland", "state": "OR"}
    ours = {CE3: {"disputed_transaction": {"shipping_address": whole}}}
    same = {CE3: {"disputed_transaction": {"shipping_address": {"line1": "12 MAIN  ST", "city": None}}}}
    other = {CE3: {"disputed_transaction": {"shipping_address": {"line1": "9 Elm St", "city": None}}}}
    assert sent(same, ours)["shipping_address"] == {**whole, "line1": "12 MAIN  ST"}
    assert sent(other, ours)["shipping_address"] == {"line1": "9 Elm St"}


def sent(prefilled, ours):
    return inside(prefill.merge(prefilled, ours))["disputed_transaction"]


def history(*days, **changes):
    priors = [a_payment(f"ch_{number}", days=day, **KNOWN) for number, day in enumerate(days, start=1)]
    return a_history(*priors, **{**KNOWN, **changes})


def holding(*priors, **disputed):
    return {CE3: {"disputed_transaction": disputed or None, "prior_undisputed_transactions": list(priors)}}


def test_the_pair_that_stripe_chose_is_kept_in_its_order():
    prefilled = holding({"charge": "ch_3", "customer_purchase_ip": None}, {"charge": "ch_2"})
    answer = chosen(history(130, 140, 150), prefilled=prefilled)
    assert answer.priors == ("ch_3", "ch_2")
    rows = inside(answer.enhanced_evidence)["prior_undisputed_transactions"]
    assert [(row["charge"], row["customer_purchase_ip"]) for row in rows] == [
        ("ch_3", "203.0.113.7"),
        ("ch_2", "203.0.113.7"),
    ]


def test_one_prior_of_stripes_is_joined_by_the_best_of_ours():
    answer = chosen(history(130, 140, 150), prefilled=holding({"charge": "ch_3"}))
    assert answer.priors == ("ch_3", "ch_1")


def test_a_prior_that_stripe_chose_counts_whatever_we_think_of_it():
    prefilled = holding({"charge": "ch_2"})
    assert chosen(history(130, 500), prefilled=prefilled).priors == ("ch_2", "ch_1")


def test_a_prior_we_never_saw_counts_with_what_stripe_holds_of_it():
    row = {"charge": "ch_old", **KNOWN, "product_description": "Enamel bin"}
    answer = chosen(history(130), prefilled=holding(row))
    assert answer.priors == ("ch_old", "ch_1")
    assert inside(answer.enhanced_evidence)["prior_undisputed_transactions"][0] == row
    bare = missed(history(130), prefilled=holding({"charge": "ch_old"}))
    lacking = {finding.datum for finding in bare.findings if finding.charge == "ch_old"}
    assert lacking > {"customer_purchase_ip", "customer_device_id", "product_description"}


def test_what_stripe_holds_is_compared_in_place_of_ours():
    prefilled = holding(customer_purchase_ip="203.0.113.99", customer_device_id="another-device-id")
    assert isinstance(selection.find(a_fraud(), history(130, 140), prefilled=prefilled), Ce3Shortfall)


def test_stripes_spelling_is_written_everywhere():
    values = {"customer_email_address": "zoe@example.com", "shipping_address": HOME, **KNOWN}
    priors = [a_payment(f"ch_{n}", days=130 + n, **values) for n in (1, 2)]
    prefilled = holding({"charge": "ch_2", "customer_email_address": "Zoe@Example.com"})
    sent_fields = inside(chosen(a_history(*priors, **values), prefilled=prefilled).enhanced_evidence)
    rows = (sent_fields["disputed_transaction"], *sent_fields["prior_undisputed_transactions"])
    assert [row["customer_email_address"] for row in rows] == ["Zoe@Example.com"] * 3


def test_stripes_sort_of_purchase_is_kept_and_stands_in_for_ours():
    prefilled = holding(merchandise_or_services="services")
    for sort in (None, "merchandise"):
        ours = history(130, 140).model_copy(update={"sort": sort})
        sent_fields = inside(chosen(ours, prefilled=prefilled).enhanced_evidence)
        assert sent_fields["disputed_transaction"]["merchandise_or_services"] == "services"


@patient
@given(enhanced())
def test_a_choice_holds_all_that_stripe_held(prefilled):
    answer = selection.find(a_fraud(), history(130, 140, 150), prefilled=prefilled)
    if isinstance(answer, Ce3Choice):
        assert spots({CE3: prefilled.get(CE3)}).items() <= spots(answer.enhanced_evidence).items()
        assert selection.find(a_fraud(), history(130, 140, 150), prefilled=answer.enhanced_evidence) == answer


NOISE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
)
KEYS = st.sampled_from((CE3, "disputed_transaction", "prior_undisputed_transactions", "charge", "shipping_address"))


@patient
@given(st.dictionaries(KEYS, st.one_of(NOISE, st.dictionaries(KEYS, NOISE))))
def test_no_form_of_answer_breaks_it(prefilled):
    assert selection.find(a_fraud(), history(130, 140), prefilled=prefilled)


@patient
@given(enhanced(), enhanced())
def test_what_was_merged_stands_once_stripe_holds_it(prefilled, ours):
    merged = prefill.merge(prefilled, ours)
    assert prefill.is_stored(merged, merged)
    assert prefill.is_stored({CE3: prefilled.get(CE3)}, merged)


def test_a_text_that_went_missing_or_was_changed_does_not_stand():
    sent = holding({"charge": "ch_1", "customer_purchase_ip": "203.0.113.7"}, product_description="Lamp")
    assert prefill.is_stored(
        sent, holding({"charge": "ch_1", "customer_purchase_ip": "203.0.113.7"}, product_description="Lamp")
    )
    assert not prefill.is_stored(
        sent, holding({"charge": "ch_1", "customer_purchase_ip": None}, product_description="Lamp")
    )
    assert not prefill.is_stored(
        sent, holding({"charge": "ch_2", "customer_purchase_ip": "203.0.113.7"}, product_description="Lamp")
    )
    assert not prefill.is_stored(
        sent, holding({"charge": "ch_1", "customer_purchase_ip": "203.0.113.7"}, product_description="Rug")
    )
    assert not prefill.is_stored(sent, {})


def test_the_order_of_the_earlier_payments_is_stripes():
    one, two = {"charge": "ch_1"}, {"charge": "ch_2"}
    assert prefill.is_stored(holding(one, two), holding(two, one))
    assert not prefill.is_stored(holding(one, two), holding(one))


def test_a_masked_text_anywhere_is_noticed():
    assert prefill.is_masked(holding({"charge": "ch_1", "product_description": "Gift [card ending 4242]"}))
    assert not prefill.is_masked(holding({"charge": "ch_1", "product_description": "Gift card"}))
