"""`rebut report write-offs`: what was lost without a fight in a month of the merchant's zone, and why."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Route
from disputes.errors import Invalid
from disputes.money import Money
from disputes.repositories.cases import HistoryStep
from disputes.repositories.ledger import LedgerEntry
from graph.wiring.deps import AccountSettings
from jobs.cli import report_commands, write_offs
from tests.api.builders import a_case, a_dispute, a_record
from tests.conftest import Stage
from tests.fakes import NOON
from tests.jobs.children import run
from tests.jobs.harness import some_deps

NOVEMBER = (2026, 11)
PASSED = Route(action="record", reasons=("The deadline passed on 20 November 2026.",), outcome="past_due")
months = st.tuples(st.integers(2020, 2040), st.integers(1, 12))
zones = st.timezone_keys()


@given(month=months, zone=zones)
def test_each_month_ends_where_the_next_begins(month, zone):
    year, number = month
    later = (year + 1, 1) if number == 12 else (year, number + 1)
    start, end = write_offs.borders(month, zone)
    assert start < end == write_offs.borders(later, zone)[0]


@given(at=st.datetimes(datetime(2020, 1, 2), datetime(2040, 12, 30)), zone=zones)  # noqa: DTZ001 - UTC is put on it below
def test_each_moment_is_in_the_month_that_the_clocks_on_the_wall_show(at, zone):
    moment = at.replace(tzinfo=UTC)
    wall = moment.astimezone(ZoneInfo(zone))
    start, end = write_offs.borders((wall.year, wall.month), zone)
    assert start <= moment < end


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        # Clocks go forward in March and back in November: the border is four, then five hours after UTC's.
        ((2026, 3), "America/New_York", "2026-03-01T05:00Z", "2026-04-01T04:00Z"),
        ((2026, 11), "America/New_York", "2026-11-01T04:00Z", "2026-12-01T05:00Z"),
        # Havana's midnight of 1 November 2026 comes twice, and the first one counts.
        ((2026, 11), "America/Havana", "2026-11-01T04:00Z", "2026-12-01T05:00Z"),
        ((2026, 12), "Pacific/Auckland", "2026-11-30T11:00Z", "2026-12-31T11:00Z"),
    ],
)
def test_a_month_begins_on_the_merchants_clocks(month, zone, start, end):
    assert write_offs.borders(month, zone) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    "said",
    ["2026", "2026-13", "2026-1", "2026-00", "26-11", "2026-11-01", "\N{ARABIC-INDIC DIGIT TWO}026-11", "", "1999-12"],
)
def test_what_is_no_month_is_refused(said):
    with pytest.raises(Invalid, match="write one as 2026-11"):
        write_offs.read_month(said)
    assert write_offs.read_month("2026-11") == NOVEMBER


async def lose(deps, dispute_id, kind, *, state, **more):
    """Let a case end, with its entry in the ledger; what is said besides is the record's or the dispute's."""
    at, route = more.pop("at", NOON), more.pop("route", a_case().route)
    told = {name: more.pop(name) for name in ("history", "outcome") if name in more}
    dispute = a_dispute(dispute_id, network_code="10.4", **more)
    case = a_case(dispute).model_copy(update={"route": route})
    await deps.cases.save(a_record(dispute_id, state=state, case=case, account=dispute.account, **told))
    await deps.ledger.add([LedgerEntry(dispute_id=dispute_id, kind=kind, money=dispute.money, at=at)])


def a_review(note):
    return HistoryStep(step="review", at=NOON, note=note)


async def test_every_loss_without_a_fight_is_listed_with_its_reason():
    deps = some_deps()
    late = NOON - timedelta(hours=30)
    await lose(deps, "du_late", "chargeback:past_due", state="recorded", route=PASSED, outcome="past_due", due_by=late)
    await lose(
        deps, "du_given", "chargeback:accepted", state="accepted", history=(a_review("accept_loss by Rui: too old"),)
    )
    await lose(deps, "du_no", "chargeback:rejected", state="rejected", history=(a_review("reject by Rui"),))
    await lose(
        deps, "du_small", "chargeback:accepted", state="accepted", route=Route(action="accept", reasons=("Tiny.",))
    )
    found = {off.dispute_id: off for off in await write_offs.find(deps, NOVEMBER)}
    assert found["du_late"].kind == "chargeback:past_due"
    assert found["du_late"].why == ("It arrived 30 hours after its deadline.", *PASSED.reasons)
    assert found["du_given"].why == ("accept_loss by Rui: too old",)
    assert found["du_no"].why == ("reject by Rui",)
    assert found["du_small"].why == ("Tiny.",)
    assert (found["du_no"].code, found["du_no"].reason) == ("10.4", "fraudulent")


async def test_what_was_fought_or_won_or_is_open_again_is_no_write_off():
    deps = some_deps()
    await lose(deps, "du_filed", "chargeback:filed", state="filed")
    await lose(deps, "du_again", "chargeback:rejected", state="waiting")
    await lose(deps, "du_by_hand", "chargeback:rejected", state="rejected", submissions=1)
    await lose(deps, "du_won", "chargeback:rejected", state="rejected", outcome="won")
    await lose(deps, "du_answered", "chargeback:recorded", state="recorded", route=PASSED, outcome="answered")
    await lose(deps, "du_seen", "chargeback:recorded", state="recorded", outcome="won")
    await lose(deps, "du_inquiry", "inquiry:accepted", state="accepted", status="warning_needs_response")
    assert await write_offs.find(deps, NOVEMBER) == []


async def test_a_loss_that_stripe_confirmed_later_stays_written_off_and_is_listed_once():
    deps = some_deps()
    await lose(deps, "du_1", "chargeback:recorded", state="recorded", route=PASSED, outcome="lost")
    twice = LedgerEntry(
        dispute_id="du_1", kind="chargeback:past_due", money=Money(amount=3_800, currency="usd"), at=NOON
    )
    await deps.ledger.add([twice, twice.model_copy(update={"kind": "chargeback:lost"})])
    assert [off.kind for off in await write_offs.find(deps, NOVEMBER)] == ["chargeback:past_due"]


async def test_each_account_has_the_month_of_its_own_clocks():
    deps = some_deps()
    merchant = deps.policy.merchant.model_copy(update={"timezone": "America/New_York"})
    abroad = AccountSettings(policy=deps.policy.model_copy(update={"merchant": merchant}))
    deps = replace(deps, accounts={"acct_1": abroad})
    edge = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)  # still November in New York, and December in UTC
    await lose(deps, "du_own", "chargeback:rejected", state="rejected", at=edge)
    await lose(deps, "du_theirs", "chargeback:rejected", state="rejected", at=edge, account="acct_1")
    assert [off.dispute_id for off in await write_offs.find(deps, NOVEMBER)] == ["du_theirs"]
    assert [off.dispute_id for off in await write_offs.find(deps, (2026, 12))] == ["du_own"]


async def test_the_list_adds_up_by_currency():
    deps = some_deps()
    for number, currency in enumerate(("usd", "jpy", "usd")):
        await lose(deps, f"du_{number}", "chargeback:rejected", state="rejected", currency=currency, amount=4_200)
    lines = report_commands.describe(await write_offs.find(deps, NOVEMBER), "2026-11")
    assert lines[0].startswith(
        "2026-11-21  du_0  chargeback:rejected  42.00 USD  10.4 fraudulent  (arrived 2026-11-21 12:00 UTC"
    )
    assert lines[-1] == "Written off without a fight in 2026-11: 3, together 4,200 JPY, 84.00 USD."
    assert report_commands.describe([], "2026-10") == ["Written off without a fight in 2026-10: 0, together nothing."]


async def test_the_file_has_a_row_each_and_no_cell_is_a_formula(tmp_path: Path):
    deps, note = some_deps(), 'reject by =HYPERLINK("http://x"): \n+1'
    await lose(deps, "du_1", "chargeback:rejected", state="rejected", history=(a_review(note),))
    off = (await write_offs.find(deps, NOVEMBER))[0].model_copy(update={"reason": "=1+1", "why": ("@SUM(1)",)})
    written = report_commands.write_csv([off])
    (row,) = csv.DictReader(io.StringIO(written))
    assert tuple(row) == report_commands.COLUMNS
    assert (row["amount"], row["currency"], row["due"]) == ("38.00", "USD", "2026-11-30 12:00 UTC")
    assert (row["reason"], row["why"]) == ("'=1+1", "'@SUM(1)")
    report_commands.save(tmp_path / "november.csv", written)
    assert (tmp_path / "november.csv").read_bytes().decode("utf-8-sig") == written
    with pytest.raises(Invalid, match="cannot be written"):
        report_commands.save(tmp_path / "no" / "such.csv", written)


@given(cell=st.text())
def test_no_cell_begins_as_a_formula_does(cell):
    assert not report_commands.plain_cell(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


async def test_a_ledger_line_whose_case_is_gone_is_still_listed():
    deps = some_deps()
    money = Money(amount=100, currency="usd")
    await deps.ledger.add([LedgerEntry(dispute_id="du_gone", kind="chargeback:accepted", money=money, at=NOON)])
    (off,) = await write_offs.find(deps, NOVEMBER)
    assert (off.dispute_id, off.reason, off.why) == ("du_gone", "", ())


async def test_what_real_runs_write_off_is_listed(stage: Stage):
    late, waiting = await stage.play("past_due"), await stage.play("fraud_mid")
    given = await stage.decide(waiting, "accept_loss", note="not worth it")
    now = stage.deps.now()
    offs = await write_offs.find(stage.deps, (now.year, now.month))
    found = {off.dispute_id: off for off in offs if off.dispute_id in {late.dispute_id, given.dispute_id}}
    assert found[late.dispute_id].kind == "chargeback:past_due"
    assert found[late.dispute_id].why[0].startswith("It arrived ")
    assert "before anything was filed" in found[late.dispute_id].why[1]
    assert found[given.dispute_id].kind == "chargeback:accepted"
    assert found[given.dispute_id].why == ("accept_loss by ada: not worth it",)


@pytest.mark.parametrize("arguments", [("report",), ("report", "write-offs"), ("report", "losses")])
async def test_a_report_is_named_and_has_a_month(arguments: tuple[str, ...], folder: Path):
    code, out, err = await run(*arguments, folder=folder)
    assert code == 2
    assert "Usage: rebut report" in out + err
