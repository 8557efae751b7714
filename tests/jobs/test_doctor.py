"""The findings of `rebut doctor`, checked in this process; test_serve runs the command itself."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from graph.wiring import doctor
from graph.wiring.doctor import DoctorFinding
from graph.wiring.runtime import Runtime
from tests.jobs.children import run

NOWHERE = {"REDIS_URL": "redis://127.0.0.1:1/0", "DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}


async def test_with_nothing_configured_only_stripe_is_missing(folder: Path):
    findings = await examine({"REBUT_HOME": str(folder / "home")})
    assert [title for title, finding in findings.items() if not finding.fine] == ["Stripe"]
    assert findings["Stripe"].text.startswith("STRIPE_SECRET_KEY is not set")
    assert "none; the built-in writer" in findings["Model"].text
    assert "no REBUT_API_TOKENS" in findings["People"].text
    assert findings["Messages"].text == "no handoff URL; notes go to no target."
    assert sum("not running now; it starts with Rebut" in finding.text for finding in findings.values()) == 2
    assert not (folder / "home").exists(), "looking changes nothing"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
async def test_with_everything_configured_every_line_is_fine(runtime: Runtime, simulator: httpx.AsyncClient):
    environ = {
        **stripe(simulator),
        "REDIS_URL": runtime.servers.redis_url,
        "DATABASE_URL": runtime.servers.database_url,
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "REBUT_MODEL": "a-model",
        "REBUT_API_TOKENS": "ada:reviewer:0123456789abcdef,vic:viewer:fedcba9876543210",
        "REBUT_HANDOFF_URL": "https://example.com/handoff",
        "REBUT_NOTIFY": "json://example.com,json://example.org",
        "REBUT_POLICY": "autopilot",
    }
    findings = await examine(environ)
    assert all(finding.fine for finding in findings.values()), findings
    assert findings["Policy"].text.startswith("autopilot ")
    assert findings["Model"].text == "a-model at http://127.0.0.1:1/v1; not called by this check."
    assert findings["People"].text == "ada (reviewer), vic (viewer)"
    assert findings["Messages"].text == "handoffs go to REBUT_HANDOFF_URL; notes go to notify1, notify2."
    assert findings["Handoffs"].text.startswith("REBUT_HANDOFF_SECRET is not set")
    assert "Notes" not in findings
    assert findings["Redis"].text.startswith("yours, version ")
    assert findings["Redis"].text.endswith("it never evicts.")
    assert findings["PostgreSQL"].text == "yours, takes what is written."
    assert findings["Stripe"].text == "test mode, reachable."


async def test_what_cannot_be_reached_is_named_without_its_password(folder: Path):
    away = {**NOWHERE, "STRIPE_API_BASE": "http://127.0.0.1:1", "REBUT_HOME": str(folder)}
    findings = await examine({**away, "STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"})
    assert {title for title, finding in findings.items() if not finding.fine} == {"Redis", "PostgreSQL", "Stripe"}
    assert findings["Redis"].text.startswith("REDIS_URL does not work: ")
    assert findings["PostgreSQL"].text.startswith("DATABASE_URL does not work: ")
    assert findings["Stripe"].text.startswith("test mode, not reachable: ")
    assert "hunter2" not in str(findings)


async def test_a_key_of_live_mode_is_called_that(simulator: httpx.AsyncClient, folder: Path):
    environ = {**stripe(simulator), "STRIPE_SECRET_KEY": "sk_live_x", "REBUT_HOME": str(folder)}
    assert "live mode" in (await examine(environ))["Stripe"].text


@pytest.mark.parametrize(
    ("environ", "title", "words"),
    [
        ({"REDIS_URL": "localhost"}, "Settings", "REDIS_URL is wrong"),
        ({"REBUT_POLICY": "reckless"}, "Policy", "reckless"),
        ({"STRIPE_SECRET_KEY": "sk_test_x"}, "Stripe", "STRIPE_WEBHOOK_SECRET is not set"),
    ],
)
async def test_a_wrong_setting_is_a_problem(environ: Mapping[str, str], title: str, words: str, folder: Path):
    finding = (await examine({"REBUT_HOME": str(folder), **environ}))[title]
    assert (finding.fine, finding.mark) == (False, "PROBLEM")
    assert words in finding.text


async def test_the_command_prints_a_line_for_each_part_and_its_status_is_the_result(folder: Path):
    code, out, err = await run("doctor", folder=folder)
    assert (code, err) == (1, "")
    marks = [line[:7].strip() for line in out.splitlines()]
    assert marks.count("PROBLEM") == 1
    assert marks.count("NOTE") == 1, "nobody hears of anything"
    assert marks.count("ok") == len(marks) - 2 >= 5


async def examine(environ: Mapping[str, str]) -> dict[str, DoctorFinding]:
    return {finding.title: finding for finding in await doctor.examine(environ)}


def stripe(simulator: httpx.AsyncClient) -> dict[str, str]:
    return {
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
    }
