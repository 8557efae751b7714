"""`rebut try`: the sample under the merchant's policy, with no key of theirs and no call beyond this machine."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from disputes.errors import Invalid
from disputes.money import Money
from evals.http_server import LocalServer, serving
from jobs.cli.setup.policy_text import write_policy
from jobs.cli.setup.rehearsal import KEY, SECRET, RehearsalOptions, build_settings, stay_on_this_machine
from jobs.cli.setup.rehearsal_command import read_environ, read_money
from jobs.cli.setup.sample import CODES, build_sample
from tests.jobs.children import run
from tests.jobs.setup.terminal import ROOT

LIVE = "sk_live_neverusedbytry"
WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[0 if event.startswith("socket.get") else -1]
        with open(os.environ["WATCHED"], "a") as seen:
            seen.write(f"{event} {address!r}\\n")

sys.addaudithook(watch)
"""
LOCAL = ("127.0.0.1", "localhost", "::1")
SAMPLE = RehearsalOptions("product_not_received", Money(amount=3_800, currency="usd"))


@dataclass
class Recorder(LocalServer):
    """A server that answers nothing and remembers who called."""

    heads: list[str] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(head)


@asynccontextmanager
async def recorder() -> AsyncIterator[Recorder]:
    server = Recorder()
    async with serving(server):
        yield server


async def watched(folder: Path, environ: Mapping[str, str], *words: str) -> tuple[int, str, list[str]]:
    """Run `rebut try` with every Python process of it telling where it connects to."""
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(WATCH)
    seen = folder / "watched"
    whole = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{folder / 'watch'}:{ROOT}",
        "WATCHED": str(seen),
        "COLUMNS": "200",
        **environ,
    }
    code = "from jobs.cli.main import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "try", *words),
        cwd=folder,
        env=whole,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode(), seen.read_text().splitlines()


def is_local(line: str) -> bool:
    address = line.partition(" ")[2]
    return address.startswith(("'/", "b'/", "'\\x00", "None")) or any(f"'{host}'" in address for host in LOCAL)


async def test_live_keys_are_not_used_and_nothing_leaves_this_machine(folder: Path):
    async with recorder() as outside:
        kept = {"STRIPE_SECRET_KEY": LIVE, "STRIPE_WEBHOOK_SECRET": "whsec_live", "STRIPE_API_BASE": outside.url}
        more = {"REBUT_HANDOFF_URL": outside.url, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": outside.url}
        shop = {"SOURCES__SHOPIFY__SHOP": "acme", "SOURCES__SHOPIFY__TOKEN": "shpat_live"}
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in {**kept, **more, **shop}.items()))
        around = {"HTTP_PROXY": outside.url, "LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": outside.url}
        code, out, seen = await watched(folder, {**around, "LANGSMITH_API_KEY": "k", "STRIPE_SECRET_KEY": LIVE})
        port = outside.url.rpartition(":")[2]
        assert code == 0, out
        assert "Rebut would file this answer by itself." in out
        assert outside.heads == []
    assert seen
    assert [line for line in seen if not is_local(line) or f", {port})" in line] == []
    assert LIVE not in out


async def test_the_merchants_own_policy_decides_and_the_packet_is_saved(folder: Path):
    text = write_policy("Hollow Oak", "Refunds within 30 days.").replace("automatic = true", "automatic = false")
    (folder / "policy.toml").write_text(text)
    words = ("--reason", "credit_not_processed", "--amount", "12.50", "--save", str(folder / "out"))
    code, out, err = await run("try", *words, folder=folder, REBUT_POLICY=str(folder / "policy.toml"))
    assert code == 0, err
    for sentence in ("credit_not_processed, 12.50 USD", "The letter", "The exhibits", "A person would decide"):
        assert sentence in out
    assert "Refunds within 30 days." in out
    listing = json.loads((folder / "out" / "packet.json").read_text())
    assert {path.name for path in (folder / "out").iterdir()} == {
        "packet.json",
        *(file["name"] for file in listing["files"]),
    }
    assert all(f"{file['name']}, {file['pages']} page" in out for file in listing["files"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--reason", "dislike"), "--reason dislike is no reason of the sample: take one of product_not_received"),
        (("--amount", "1.005"), "--amount 1.005 is no amount of USD"),
    ],
)
async def test_an_option_that_is_wrong_is_one_sentence(folder: Path, words, sentence):
    code, out, err = await run("try", *words, folder=folder)
    assert (code, out) == (1, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_the_settings_of_a_sample_take_the_policy_alone():
    mine = {
        "REBUT_POLICY": "autopilot",
        "STRIPE_SECRET_KEY": LIVE,
        "STRIPE_API_BASE": "https://api.stripe.com",
        "REDIS_URL": "redis://elsewhere",
        "REBUT_NOTIFY": "slack://token",
        "OPENAI_API_KEY": "k",
        "SOURCES__SHOPIFY__SHOP": "acme",
        "SOURCES__SHOPIFY__TOKEN": "t",
    }
    chosen = build_settings(mine, SAMPLE, home=Path("home"), simulator="http://127.0.0.1:1")
    assert chosen.stripe_key
    assert chosen.stripe_key.get_secret_value() == KEY
    assert chosen.webhook_secrets[0].get_secret_value() == SECRET
    assert (chosen.policy, chosen.stripe_base, chosen.redis_url) == ("autopilot", "http://127.0.0.1:1", None)
    assert (chosen.model_key, chosen.notify, chosen.sources) == (None, (), {})
    with_all = RehearsalOptions(SAMPLE.reason, SAMPLE.money, model=True, sources=True)
    more = build_settings(mine, with_all, home=Path("home"), simulator="http://127.0.0.1:1")
    assert more.model_key
    assert set(more.sources) == {"shopify"}
    assert more.stripe_key == chosen.stripe_key


def test_the_process_sends_local_calls_to_no_proxy_and_runs_to_no_tracer():
    environ = {"NO_PROXY": "intranet.example.com", "LANGSMITH_TRACING": "true", "HTTP_PROXY": "http://proxy"}
    stay_on_this_machine(environ)
    assert environ["no_proxy"] == environ["NO_PROXY"] == "intranet.example.com,127.0.0.1,localhost"
    assert environ["LANGSMITH_TRACING"] == environ["LANGCHAIN_TRACING_V2"] == "false"


@pytest.mark.parametrize("reason", CODES)
def test_a_sample_is_a_dispute_of_its_reason_and_amount(reason):
    objects = build_sample(reason, Money(amount=1_250, currency="eur"), datetime.now(UTC))
    dispute = objects[-1]
    assert (dispute["object"], dispute["reason"], dispute["amount"]) == ("dispute", reason, 1_250)
    assert {thing["currency"] for thing in objects if "amount" in thing} == {"eur"}


@pytest.mark.parametrize("amount", ["", "0", "-1", "nan", "inf", "1e99", "38,00", "0.001", "ten"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(Invalid, match="is no amount of USD"):
        read_money(amount, {})


def test_an_amount_is_of_the_policys_currency(tmp_path: Path):
    path = tmp_path / "policy.toml"
    path.write_text(write_policy("", "").replace('currency = "usd"', 'currency = "jpy"'))
    assert read_money("3800", {"REBUT_POLICY": str(path)}) == Money(amount=3_800, currency="jpy")
    assert read_money("38", {}) == Money(amount=3_800, currency="usd")


def test_the_environment_is_read_over_the_file(tmp_path: Path):
    (tmp_path / ".env").write_text("PATH=/nowhere\nONLY_THERE=1\n")
    environ = read_environ(tmp_path / ".env")
    assert environ["PATH"] == os.environ["PATH"]
    assert environ["ONLY_THERE"] == "1"
