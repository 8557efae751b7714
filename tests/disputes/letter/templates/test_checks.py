"""What a template may not say: each rule with a sentence that breaks it and one that keeps it."""

import pytest

from disputes.letter.templates import checks
from tests.templates import a_template

DAY = "{delivered_at:day}"
CAME = "[was delivered](delivered_at)"


def problems(phrasing: str) -> str:
    """Return what is wrong with a phrasing."""
    return " ".join(checks.find_problems(a_template(phrasings=(phrasing,))))


@pytest.mark.parametrize(
    ("broken", "why", "kept"),
    [
        (f"It {CAME} after 3 days, on {DAY}.", "it holds a figure", f"It {CAME} on {DAY}."),
        (f"It {CAME} in 2026.", "it holds a figure", "It [was authenticated with 3-D Secure](three_d_secure)."),
        (f"It {CAME} by Hermes.", "Hermes reads like a name", f"It {CAME} by {{carrier}}."),
        (f"The parcel {CAME} to ACME.", "ACME reads like a name", "The check (AVS) [passed](avs_match)."),
        (f'It {CAME} "safely".', "it holds a quotation mark", f"It {CAME} to {{delivery_place:quote}}."),
        (f"It {CAME} and never came back.", "'never' denies something", f"It {CAME} and stayed there."),
        (f"It {CAME}, and we didn't wait.", '"didn\'t" denies something', f"It {CAME}, and we waited."),
        (f"It {CAME}{' very' * 60} well.", "more than 60 words", f"It {CAME}{' very' * 20} well."),
        (f"It {CAME}, so we guarantee it.", "a letter does not say 'guarantee'", f"It {CAME}, as the record shows."),
        ("It was delivered on {paid_at:day}.", "nothing backs it", f"It {CAME} on {DAY}."),
        ("It [was delivered](paid_at).", "paid_at does not back it", f"It {CAME}."),
        (
            "[The parcel was delivered](dispute_amount).",
            "dispute_amount does not back it",
            "[The cardholder says that the goods were delivered late](dispute_amount).",
        ),
    ],
    ids="figure year name capitals quotation denial contraction words banned plain-statement backing claim".split(),
)
def test_each_rule_finds_what_breaks_it_and_nothing_else(broken: str, why: str, kept: str):
    assert why in problems(broken)
    assert problems(kept) == ""


def test_a_denial_inside_a_predicate_is_backed_by_its_kind():
    assert "denies" not in problems("[Nobody disputed the earlier payments](prior_payments).")


def test_a_problem_names_the_template_and_the_phrasing_and_is_told_once():
    template = a_template(phrasings=(f"It {CAME}.", f"It {CAME} in 1, 2 or 3 days."))
    assert list(checks.find_problems(template)) == ["arrived@1, phrasing 2: it holds a figure; values stand in slots."]
