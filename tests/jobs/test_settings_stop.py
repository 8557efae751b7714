"""A wrong setting stops start-up: one sentence that names it, on stderr, on one line, and exit status 1."""

import signal
import socket
from pathlib import Path

import pytest

from tests.jobs.children import TOKEN, a_child, run, until
from tests.tools.embedded.homes import alive

GOOD = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
CASES = [
    ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is not set"),
    ({"STRIPE_SECRET_KEY": "pk_test_public"}, "STRIPE_SECRET_KEY is wrong"),
    ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is not set"),
    ({"STRIPE_API_BASE": "api.stripe.com"}, "STRIPE_API_BASE is wrong"),
    ({"REDIS_URL": "http://localhost"}, "REDIS_URL is wrong"),
    ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL is wrong"),
    ({"OPENAI_BASE_URL": "localhost:11434"}, "OPENAI_BASE_URL is wrong"),
    ({"REBUT_API_TOKENS": f"ada:owner:{TOKEN}"}, "REBUT_API_TOKENS is wrong"),
    ({"REBUT_API_TOKENS": "ada:viewer:short"}, "REBUT_API_TOKENS is wrong"),
    ({"REBUT_HANDOFF_URL": "ftp://example.com"}, "REBUT_HANDOFF_URL is wrong"),
    ({"REBUT_POLICY": "no-such-policy"}, "no-such-policy"),
    (
        {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"},
        "DATABASE_URL does not work",
    ),
]


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_nothing_set_is_one_sentence(command: str, folder: Path):
    assert_refused(await run(command, folder=folder), "STRIPE_SECRET_KEY is not set")


@pytest.mark.parametrize(("changes", "named"), CASES, ids=[f"{next(iter(c))}-{n[-12:]}" for c, n in CASES])
async def test_a_wrong_setting_stops_serve(changes: dict[str, str], named: str, folder: Path):
    assert_refused(await run("serve", "--port", "0", folder=folder, **{**GOOD, **changes}), named)


async def test_a_home_that_cannot_be_written_stops_serve(folder: Path):
    (folder / "file").write_text("in the way")
    ended = await run("serve", "--port", "0", folder=folder, **GOOD, REBUT_HOME=str(folder / "file" / "home"))
    assert_refused(ended, str(folder / "file" / "home"))


async def test_a_port_in_use_stops_serve_and_the_servers_it_started(folder: Path, environ: dict[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(await run("serve", "--port", str(port), folder=folder, **environ), f"127.0.0.1:{port}")
    assert_refused(await run("serve", "--host", "256.0.0.1", folder=folder, **environ), "256.0.0.1:8000")


async def test_an_unreachable_redis_stops_the_worker(folder: Path, environ: dict[str, str]):
    ended = await run("worker", folder=folder, **environ, REDIS_URL="redis://127.0.0.1:1/0")
    assert_refused(ended, "REDIS_URL does not work")


async def test_a_redis_that_takes_a_connection_and_says_nothing_stops_serve(folder: Path, environ: dict[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert_refused(await run("serve", "--port", "0", folder=folder, **environ, REDIS_URL=url), "REDIS_URL")


async def test_secrets_are_not_printed(folder: Path):
    _, _, err = await run("serve", folder=folder, STRIPE_SECRET_KEY="sk_secret_abcdef", REDIS_URL="redis://x:pw12@h")
    assert "abcdef" not in err
    _, _, err = await run("serve", folder=folder, **GOOD, DATABASE_URL="mysql://u:hunter2@h/x")
    assert "hunter2" not in err


async def test_a_signal_while_starting_leaves_no_server_behind(folder: Path, environ: dict[str, str]):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as child:
        await until(lambda: alive(folder / "home"), child)
        assert await child.end(signal.SIGTERM) == 143
        assert alive(folder / "home") == set()
        assert "Traceback" not in child.err


def assert_refused(ended: tuple[int | None, str, str], named: str) -> None:
    code, out, err = ended
    assert (code, out) == (1, ""), err
    assert named in err
    assert len(err.strip().splitlines()) == 1, err
