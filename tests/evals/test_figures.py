"""The second check of figures."""

import ast
import re
from pathlib import Path

import pytest

from disputes.evidence import build_fact
from disputes.money import Money
from evals.scoring import figures
from tests.builders import sample
from tests.evals.builders import claims_of, play_case

PAID = sample("amount_paid")
AT = build_fact("paid_at", "2026-03-14T09:12:00Z", "test")
LATER = build_fact("delivered_at", "2026-03-18T16:05:00Z", "test")
TRACKING = sample("tracking_number")
PARTS = (
    build_fact("other_amount", Money(amount=2_000, currency="usd"), "test"),
    build_fact("other_refund_amount", Money(amount=1_850, currency="usd"), "test"),
)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("We received 1,234.56 USD.", [PAID]),
        ("We received $1,234.56.", [PAID]),
        ("We received USD 1234.56.", [PAID]),
        ("It was on 14 March 2026 at 09:12 UTC.", [AT]),
        ("It was on March 14th, 2026 at 9:12 am.", [AT]),
        ("It was on 2026-03-14, on 14 March.", [AT]),
        ("The parcel 1Z999AA10123456784 came.", [TRACKING]),
        ("It came 4 days after the payment.", [AT, LATER]),
        ("Together they are 38.50 USD.", [*PARTS]),
        ("The 3-D Secure check passed.", []),
        ("We answer the claim.", []),
    ],
)
def test_a_figure_of_a_cited_fact_is_supported(text, facts):
    assert figures.unsupported(text, facts) == ()


@pytest.mark.parametrize(
    ("text", "facts", "figure"),
    [
        ("We received 1,234.57 USD.", [PAID], "1,234.57 USD"),
        ("We received 1,234.56 EUR.", [PAID], "1,234.56 EUR"),
        ("It was on 15 March 2026.", [AT], "15 March 2026"),
        ("It was on 14 April 2026.", [AT], "14 April 2026"),
        ("It was on 2025-03-14.", [AT], "2025-03-14"),
        ("It was at 9:12 pm.", [AT], "9:12 pm"),
        ("The parcel 1Z999AA10123456785 came.", [TRACKING], "10123456785"),
        ("It came 5 days and 12 minutes later.", [AT, build_fact("delivered_at", "2026-03-17T09:12:00Z", "test")], "5"),
        ("Together they are 39.50 USD.", [*PARTS], "39.50 USD"),
        ("There were 3 of them.", [], "3"),
    ],
)
def test_a_figure_of_no_cited_fact_is_unsupported(text, facts, figure):
    assert figures.unsupported(text, facts)[0] == figure


def test_the_second_check_shares_no_code_with_the_first():
    tree = ast.parse(Path(figures.__file__).read_text("utf-8"))
    taken = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in taken if name and name.startswith(("disputes", "agents", "evals"))} == {
        *("disputes.evidence", "disputes.evidence.kinds", "disputes.money")
    }


@pytest.mark.parametrize("case_id", ["duplicate-physical-1-strong", "fraudulent-digital-1-strong"])
async def test_any_digit_of_an_amount_or_a_day_that_is_changed_is_found(case_id):
    played = await play_case(case_id)
    changed = [pair for claim in claims_of(played) for pair in change_digits(claim, played.result.evidence)]
    assert len(changed) > 20
    assert not [text for text, cited in changed if not figures.unsupported(text, cited)]


def change_digits(claim, evidence):
    """Yield the claim with each digit of an amount or a day replaced by the next one, and the facts it cites."""
    cited = [evidence.find(fact_id) for fact_id in claim.facts]
    for match in re.finditer(r"\d+\.\d\d [A-Z]{3}|\d+ [A-Z][a-z]+ \d{4}", claim.text):
        for index in range(match.start(), match.end()):
            if claim.text[index].isdigit():
                digit = str((int(claim.text[index]) + 1) % 10)
                yield claim.text[:index] + digit + claim.text[index + 1 :], cited
