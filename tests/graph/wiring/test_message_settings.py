"""The settings of messages: targets, signing secrets, boards, Rebut's address; and what doctor says of them."""

import base64

import pytest

from disputes.errors import Invalid
from disputes.messages.targets import Target
from graph.wiring import messaging, settings
from graph.wiring.deps import utc
from graph.wiring.doctor import messages

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"


def test_targets_have_names_queues_and_events():
    chosen = settings.read(
        {
            "NOTIFY__OPS__URL": "json://ops.example",
            "NOTIFY__FRAUD_TEAM__URL": "mailto://u:p@mail.example?to=a@example.com,b@example.com",
            "NOTIFY__FRAUD_TEAM__QUEUES": "manual-review, high-value-escalation",
            "NOTIFY__FRAUD_TEAM__EVENTS": "waits,deadline",
            "REBUT_NOTIFY": "json://one.example,json://two.example",
        }
    )
    assert messaging.plain(chosen) == (
        Target(name="ops"),
        Target(name="fraud_team", queues=("manual-review", "high-value-escalation"), events=("waits", "deadline")),
        Target(name="notify1"),
        Target(name="notify2"),
    )
    messaging.build_sender(chosen, now=utc).close()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("NOTIFY__OPS__EVENTS", "waits", "NOTIFY__OPS__URL is not set"),
        ("NOTIFY__OPS__CHANNEL", "hush", "NOTIFY__OPS__CHANNEL is unknown"),
        ("NOTIFY__URL", "json://hush", "NOTIFY__URL is unknown"),
        ("NOTIFY__LOG__URL", "json://hush", "Rebut's own"),
        ("NOTIFY__NOTIFY1__URL", "json://hush", "Rebut's own"),
        ("NOTIFY__OPS__URL", "'json://hush'", "quotes"),
        ("CARDS__TRELLO__TOKEN", "hush", "CARDS__TRELLO__TOKEN is unknown"),
        ("CARDS__ZENDESK", "hush", "CARDS__ZENDESK is unknown"),
        ("REBUT_URL", "hush", "REBUT_URL is wrong: it must be an http"),
        ("REBUT_HANDOFF_SECRET", "hush", "REBUT_HANDOFF_SECRET is wrong"),
        ("REBUT_HANDOFF_SECRET", f"{SECRET},whsec_hush", "REBUT_HANDOFF_SECRET is wrong"),
        ("REBUT_HANDOFF_SECRET", "whsec_c2hvcnQ=", "24 to 64"),
    ],
)
def test_what_is_set_wrong_is_one_sentence_that_shows_no_value(setting: str, value: str, says: str):
    with pytest.raises(Invalid, match=says) as raised:
        settings.read({setting: value})
    assert "hush" not in str(raised.value)


def test_an_unknown_event_is_named_with_those_there_are():
    with pytest.raises(Invalid, match="NOTIFY__OPS__EVENTS is wrong: loses is no event; they are waits, reminder"):
        settings.read({"NOTIFY__OPS__URL": "json://x", "NOTIFY__OPS__EVENTS": "won,loses"})


@pytest.mark.parametrize("url", ["carrier-pigeon://hush", "json://hush,json://two"])
def test_a_url_that_is_none_or_several_names_its_setting(url: str):
    chosen = settings.read({"NOTIFY__OPS__URL": url})
    with pytest.raises(Invalid, match="NOTIFY__OPS__URL") as raised:
        messaging.build_sender(chosen, now=utc)
    assert "hush" not in str(raised.value)


def test_secrets_rotate_and_the_address_loses_its_slash():
    chosen = settings.read({"REBUT_HANDOFF_SECRET": f"{SECRET}, {SECRET}", "REBUT_URL": "https://rebut.example/"})
    assert (len(chosen.handoff_secrets), chosen.url) == (2, "https://rebut.example")
    assert SECRET not in repr(chosen)


async def test_doctor_says_what_nobody_hears_and_what_is_not_signed():
    environ = {"REBUT_HANDOFF_URL": "https://example.com/in", "NOTIFY__OPS__URL": "json://ops.example"}
    chosen = settings.read({**environ, "NOTIFY__OPS__EVENTS": "waits,won,lost"})
    found = {one.title: one async for one in messages.look(chosen)}
    assert found["Messages"].text == "handoffs go to REBUT_HANDOFF_URL; notes go to ops."
    assert "no target hears reminder, escalation, deadline" in found["Notes"].text
    assert found["Handoffs"].mark.strip() == found["Notes"].mark.strip() == "NOTE"
    signed = settings.read({**environ, "REBUT_HANDOFF_SECRET": SECRET})
    assert [one.title async for one in messages.look(signed)] == ["Messages"]


async def test_doctor_says_which_url_cannot_work():
    chosen = settings.read({"NOTIFY__OPS__URL": "carrier-pigeon://x"})
    (found,) = [one async for one in messages.look(chosen)]
    assert (found.fine, "NOTIFY__OPS__URL" in found.text) == (False, True)
