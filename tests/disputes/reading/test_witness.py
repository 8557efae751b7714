"""Tests against the labelled cases of an author who did not write the rules: what is unsafe never happens."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from disputes.reading.addresses import is_same, is_same_area
from disputes.reading.blank_values import says_nothing
from disputes.reading.carrier_events import classify
from disputes.reading.message_reading import read
from disputes.reading.names import may_be_same

CASES = Path(__file__).parent / "cases"

# Labels that are wrong, each by a part of its text, with the reason.
WRONG = {
    # Sarcasm that also says that something is bad: the message is for people either way.
    "wow thanks a bunch, best birthday": "A sarcastic thank-you is stated as a complaint, which no letter uses.",
    # A neighbour is not the customer, whatever the carrier calls it.
    "Left with neighbor at 14": "A parcel with a neighbour is not with the customer.",
    "Delivered to neighbour at no. 9": "A parcel with a neighbour is not with the customer.",
    # The customer has to fetch it still.
    "Delivered, Parcel Locker": "A parcel in a locker waits for its customer.",
}  # fmt: skip
# Shares of the cases that agree, in whole percents, rounded down.
FLOORS = {"messages": 98, "carrier_texts": 97, "addresses": 100, "names": 98, "blank_values": 100}


def judge(name: str, case: dict[str, Any]) -> tuple[object, object, bool]:
    """Return the label, what the code says, and whether that, if it is not the label, is unsafe."""
    match name:
        case "messages":
            reading = read(case["text"], by=case["by"])
            against = any(statement.against for statement in reading.statements)
            heard = True if against else (False if reading.read else None)
            return case["against"], heard, heard is False
        case "carrier_texts":
            event = classify(case["text"])
            return case["event"], event, event == "delivered"
        case "addresses":
            same = is_same(case["one"], case["other"])
            said = False if is_same_area(case["one"], case["other"]) is False else same
            return case["same"], said, said is True
        case "names":
            said = may_be_same(case["signer"], *filter(None, (case["customer"], case["recipient"])))
            return case["same"], said, said is True
    said = says_nothing(case["kind"], case["value"])
    return case["blank"], said, said is False


def play(name: str) -> Iterator[tuple[bool, bool, str]]:
    """Yield of each case whether code and label agree, whether they differ unsafely, and what was said."""
    for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines():
        label, said, unsafe = judge(name, json.loads(line))
        if not any(text in line for text in WRONG):
            yield label == said, label != said and unsafe, f"{said}, not {label}: {line[:200]}"


@pytest.mark.parametrize("name", FLOORS)
def test_no_case_is_read_unsafely(name):
    unsafe = [said for _, is_unsafe, said in play(name) if is_unsafe]
    assert not unsafe, f"{len(unsafe)} of the {name} are unsafe:\n" + "\n".join(unsafe)


@pytest.mark.parametrize("name", FLOORS)
def test_the_cases_agree_as_often_as_they_did(name):
    results = list(play(name))
    agreed = sum(agrees for agrees, _, _ in results)
    differing = "\n".join(said for agrees, _, said in results if not agrees)
    share = 100 * agreed // len(results)
    assert share >= FLOORS[name], f"{agreed} of {len(results)} {name} agree, {share}%:\n{differing}"


def test_every_label_that_is_wrong_still_stands_in_a_case():
    lines = "".join(path.read_text("utf-8") for path in CASES.glob("*.jsonl"))
    assert [text for text in WRONG if text not in lines] == []
