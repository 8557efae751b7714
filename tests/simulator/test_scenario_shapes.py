"""Every object of the scenarios and builders matches Stripe's OpenAPI schemas."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator import objects
from simulator.scenarios import SCENARIOS
from simulator.worlds import billing, grid

NOW = datetime(2026, 11, 21, 9, 30, 15, tzinfo=UTC)
BESIDE = Path(__file__).parents[3] / "shared"
SPEC = Path(os.environ.get("REBUT_SHARED") or BESIDE) / "stripe" / "openapi-2026-10-28.endive.json"
BUILDERS = (
    objects.a_dispute,
    objects.a_charge,
    objects.a_payment_intent,
    objects.a_customer,
    objects.a_balance_transaction,
    objects.a_refund,
    billing.a_checkout_session,
    billing.an_invoice,
    billing.an_invoice_payment,
    billing.a_subscription,
)


@pytest.fixture(scope="module")
def schema_errors():
    if not SPEC.is_file():
        pytest.skip("Stripe's OpenAPI file is not here: set REBUT_SHARED to the folder that holds stripe/")
    shapes = {
        "components": {"schemas": strict_schema(json.loads(SPEC.read_text())["components"]["schemas"])},
    }
    validators: dict[str, Draft202012Validator] = {}

    def errors_of(obj: dict[str, Any]) -> list[str]:
        kind = obj["object"]
        if kind not in validators:
            validators[kind] = Draft202012Validator({"$ref": f"#/components/schemas/{kind}"} | shapes)
        public = {key: value for key, value in obj.items() if not key.startswith("_")}
        return [f"{error.json_path}: {error.message[:200]}" for error in validators[kind].iter_errors(public)]

    return errors_of


def strict_schema(schema: Any) -> Any:
    """Turn OpenAPI's nullable into JSON Schema, and refuse fields Stripe does not have."""
    if isinstance(schema, list):
        return [strict_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: strict_schema(part) for key, part in schema.items() if key != "nullable"}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_stripe_could_have_sent_every_object(name, schema_errors):
    built = SCENARIOS[name].build(NOW, "1")
    assert {obj["id"]: schema_errors(obj) for obj in built} == {obj["id"]: [] for obj in built}


@pytest.mark.parametrize("product", grid.GOODS)
@pytest.mark.parametrize("reason", grid.DISPUTES)
def test_stripe_could_have_sent_every_object_of_the_grid(reason, product, schema_errors):
    built = grid.build(NOW, "1", reason=reason, product=product)
    assert {obj["id"]: schema_errors(obj) for obj in built} == {obj["id"]: [] for obj in built}


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_stripe_could_have_sent_what_a_builder_gives_by_itself(build, schema_errors):
    assert schema_errors(build()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "38.00"},
        {"status": "answered"},
        {"evidence": {"enhanced_evidence": {}, "shipping_carier": "UPS"}},
        {"payment_method_details": {"type": "card", "card": {"brand": "visa"}}},
        {"evidence_details": None},
    ],
)
def test_a_dispute_stripe_would_not_send_is_noticed(wrong, schema_errors):
    assert schema_errors(objects.a_dispute(**wrong))
