"""The rehearsal behind `rebut try`: one sample dispute, worked out with the merchant's own policy, sent nowhere."""

import tempfile
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from disputes import policy
from disputes.errors import DisputeError
from disputes.money import Money
from disputes.repositories.cases import CaseRecord
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime
from graph.wiring.settings import Settings
from jobs.cli import packet
from jobs.cli.setup.sample import DISPUTE, build_sample
from jobs.cli.simulator_process import open_simulator

SECRET = "whsec_rehearsal"  # noqa: S105 - no webhook is sent
KEY = "sk_test_rehearsal"
_MODEL = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "REBUT_MODEL")
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


@dataclass(frozen=True)
class RehearsalOptions:
    """The options of `rebut try`; `money` is what is disputed, `save` the folder for the packet."""

    reason: str
    money: Money
    model: bool = False
    sources: bool = False
    save: Path | None = None


@dataclass(frozen=True)
class Rehearsal:
    """What became of the sample, and which files of it were written."""

    record: CaseRecord
    saved: tuple[Path, ...] = ()


async def rehearse(options: RehearsalOptions, environ: Mapping[str, str]) -> Rehearsal:
    """Have the sample disputed at a simulator, and answer it as any dispute. Raises one sentence on what is wrong.

    Servers and records stand under a temporary home and go with it.
    """
    policy.load(environ.get("REBUT_POLICY") or "default")
    with tempfile.TemporaryDirectory(prefix="rebut-try-", ignore_cleanup_errors=True) as home:
        async with open_simulator(SECRET) as url:
            chosen = build_settings(environ, options, home=Path(home), simulator=url)
            async with open_runtime(chosen) as runtime:
                return await _play(runtime, url, options)


async def _play(runtime: Runtime, url: str, options: RehearsalOptions) -> Rehearsal:
    objects = build_sample(options.reason, options.money, runtime.deps.now())
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as simulator:
        posted = await simulator.post("/_sim/objects", json={"objects": objects}, params={"silent": True})
        posted.raise_for_status()
    await runtime.runner.drive(DISPUTE)
    record = await runtime.deps.cases.find(DISPUTE)
    if record is None:
        raise DisputeError("The sample dispute was not taken up.")
    written = await packet.write(runtime.deps, DISPUTE, options.save) if options.save else None
    return Rehearsal(record, written.paths if written else ())


def build_settings(environ: Mapping[str, str], options: RehearsalOptions, *, home: Path, simulator: str) -> Settings:
    """Build settings that take from the merchant's the policy, and what the options name: no key, no address."""
    names = {"REBUT_POLICY", *(_MODEL if options.model else ())}
    own = {name: value for name, value in environ.items() if name in names or _is_source(name, options)}
    ours = {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": simulator,
    }
    return settings.read(own | ours)


def stay_on_this_machine(environ: MutableMapping[str, str]) -> None:
    """Keep what the process's own environment would send elsewhere: local calls to a proxy, runs to LangSmith."""
    local = filter(None, (environ.get("no_proxy") or environ.get("NO_PROXY"), "127.0.0.1,localhost"))
    environ["no_proxy"] = environ["NO_PROXY"] = ",".join(local)
    environ.update(dict.fromkeys(_TRACING, "false"))


def _is_source(name: str, options: RehearsalOptions) -> bool:
    return options.sources and name.startswith("SOURCES__")
