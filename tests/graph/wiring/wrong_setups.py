"""Wrong set-ups, each with what doctor says of it and the exit status; docs/doctor.md shows the same table."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from simulator.webhooks import API_VERSION
from tests.graph.checkpointer.redis_servers import cluster, free_port, running
from tests.graph.wiring.setups import Databases, a_replica, an_authority, behind_tls, narrow
from tests.simulator.harness import simulated
from tests.tools.stripe_api.scripted_stripe import run_scripted_stripe
from tools.postgres.database import migrate
from tools.stripe_api.endpoint_creation import EVENTS

Environ = dict[str, str]
NOBODY = "127.0.0.1:1"
OURS = "https://shop.example.com/webhooks/stripe"


@dataclass(frozen=True)
class World:
    """Where a set-up may start servers, which end with the test."""

    stack: AsyncExitStack
    folder: Path
    databases: Databases
    standby: str

    async def redis(self, server: str = "embedded", *settings: tuple[str, str]) -> str:
        url = await self.stack.enter_async_context(running(server))
        async with Redis.from_url(url) as client:
            for name, value in settings:
                await client.config_set(name, value)
        return url

    async def stripe(self, *objects: dict[str, Any]) -> Environ:
        simulator = await self.stack.enter_async_context(simulated(*objects))
        return {"STRIPE_API_BASE": simulator.url}


Make = Callable[[World], Awaitable[Environ]]


@dataclass(frozen=True)
class WrongSetup:
    """One row: what is wrong, how it is made, what doctor says, whether it exits with 1."""

    name: str
    make: Make
    says: str
    code: int = 1


def given(**environ: str) -> Make:
    async def make(_: World) -> Environ:
        return environ

    return make


async def a_wrong_password(world: World) -> Environ:
    return {"REDIS_URL": (await world.redis()).replace("unix://", "unix://rebut:wrong@")}


async def a_cluster(world: World) -> Environ:
    return {"REDIS_URL": await world.stack.enter_async_context(cluster())}


async def a_follower(world: World) -> Environ:
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port))
    await world.stack.enter_async_context(running("embedded", *options, url=f"redis://127.0.0.1:{port}/0"))
    return {"REDIS_URL": await world.stack.enter_async_context(a_replica(port))}


async def an_evicting_redis(world: World) -> Environ:
    return {"REDIS_URL": await world.redis("embedded", ("maxmemory-policy", "allkeys-lru"))}


async def a_full_redis(world: World) -> Environ:
    return {"REDIS_URL": await world.redis("embedded", ("maxmemory", "1"))}


async def an_old_redis(world: World) -> Environ:
    return {"REDIS_URL": await world.redis("redis 6.2")}


async def a_user_without_commands(world: World) -> Environ:
    return {"REDIS_URL": await narrow(await world.redis(), without=("function|load", "xautoclaim"))}


async def a_user_without_keys(world: World) -> Environ:
    return {"REDIS_URL": await narrow(await world.redis(), keys=("rebut:*",))}


async def a_user_without_info(world: World) -> Environ:
    return {"REDIS_URL": await narrow(await world.redis())}


async def an_unknown_authority(world: World) -> Environ:
    authority = an_authority(world.folder)
    port = await world.stack.enter_async_context(behind_tls(await world.redis(), authority.context()))
    return {"REDIS_URL": f"rediss://127.0.0.1:{port}/0"}


async def no_such_database(world: World) -> Environ:
    return {"DATABASE_URL": world.databases.url.replace("/postgres?", "/nowhere?")}


async def no_right_to_create(world: World) -> Environ:
    return {"DATABASE_URL": await world.databases.add("may_not_create")}


async def a_read_only_user(world: World) -> Environ:
    switch = "alter role reads_only set default_transaction_read_only to on"
    return {"DATABASE_URL": await world.databases.add("reads_only", switch)}


async def a_user_without_tables(world: World) -> Environ:
    url = await world.databases.add("no_tables")
    await migrate(url.replace("//no_tables@", "//postgres@"))
    return {"DATABASE_URL": url}


async def no_right_to_create_later(world: World) -> Environ:
    url = await world.databases.add("works_today")
    await migrate(url.replace("//works_today@", "//postgres@"))
    await world.databases.run("grant all on all tables in schema public to works_today", database="works_today")
    return {"DATABASE_URL": url}


async def a_standby(world: World) -> Environ:
    return {"DATABASE_URL": world.standby}


async def a_file_for_a_home(world: World) -> Environ:
    (world.folder / "file").write_text("in the way")
    return {"REBUT_HOME": str(world.folder / "file")}


def an_endpoint(**changes: Any) -> Make:
    async def make(world: World) -> Environ:
        endpoint = {
            "id": "we_1",
            "object": "webhook_endpoint",
            "api_version": API_VERSION,
            "application": None,
            "enabled_events": list(EVENTS),
            "livemode": False,
            "status": "enabled",
            "url": OURS,
        }
        return await world.stripe(endpoint | changes)

    return make


async def no_endpoint(world: World) -> Environ:
    return await world.stripe()


async def no_endpoint_in_live_mode(world: World) -> Environ:
    return await world.stripe() | {"STRIPE_SECRET_KEY": "rk_live_x"}


async def a_key_that_may_not_list(world: World) -> Environ:
    stripe = await world.stack.enter_async_context(run_scripted_stripe())
    stripe.refuse(404, type="invalid_request_error", code="resource_missing", message="No such dispute: 'du_x'")
    stripe.refuse(403, type="invalid_request_error", message="The provided key does not have the required permissions.")
    return {"STRIPE_API_BASE": stripe.url}


async def a_refused_key(world: World) -> Environ:
    stripe = await world.stack.enter_async_context(run_scripted_stripe())
    stripe.refuse(401, type="invalid_request_error", message="Invalid API Key provided")
    return {"STRIPE_API_BASE": stripe.url}


WEBHOOK_KIND = "has to be the signing secret of the endpoint: whsec_...."
KEY_KIND = "has to be a secret or restricted key: sk_test_..., sk_live_..., rk_...."
REDIS, POSTGRES = "REDIS_URL does not work: ", "DATABASE_URL does not work: "
LIST = "(docs/configuration.md has the whole list)."
SETUPS = (
    WrongSetup("no setting at all", given(STRIPE_SECRET_KEY=""), "STRIPE_SECRET_KEY is not set: "),
    WrongSetup("no webhook secret", given(STRIPE_WEBHOOK_SECRET=""), "STRIPE_WEBHOOK_SECRET is not set: "),
    WrongSetup(
        "an API key as webhook secret",
        given(STRIPE_WEBHOOK_SECRET="rk_test_a"),
        f"STRIPE_WEBHOOK_SECRET is wrong: it is a restricted API key, and {WEBHOOK_KIND}",
    ),
    WrongSetup(
        "a webhook secret in quotes",
        given(STRIPE_WEBHOOK_SECRET='"whsec_a"'),
        "STRIPE_WEBHOOK_SECRET is wrong: it stands in quotes, which are part of the value here; remove them.",
    ),
    WrongSetup(
        "a placeholder as webhook secret",
        given(STRIPE_WEBHOOK_SECRET="whsec_xxx"),
        f"STRIPE_WEBHOOK_SECRET is wrong: it is a placeholder, and {WEBHOOK_KIND}",
    ),
    WrongSetup(
        "a publishable key",
        given(STRIPE_SECRET_KEY="pk_test_a"),
        f"STRIPE_SECRET_KEY is wrong: it is a publishable key, which a browser uses, and {KEY_KIND}",
    ),
    WrongSetup(
        "a webhook secret as key",
        given(STRIPE_SECRET_KEY="whsec_a"),
        f"STRIPE_SECRET_KEY is wrong: it is a webhook secret, and {KEY_KIND}",
    ),
    WrongSetup(
        "a key with a space behind it",
        given(STRIPE_SECRET_KEY="sk_test_a "),
        "STRIPE_SECRET_KEY is wrong: it begins or ends with a space or a line break; remove that.",
    ),
    WrongSetup("a key that Stripe refuses", a_refused_key, "test mode, the key is refused: "),
    WrongSetup("Stripe is not reached", given(STRIPE_API_BASE=f"http://{NOBODY}"), "test mode, not reachable: "),
    WrongSetup(
        "the URL of a page as Redis",
        given(REDIS_URL="https://redis"),
        "REDIS_URL is wrong: it must start with one of redis://, rediss://, unix://.",
    ),
    WrongSetup(
        "the URL of a Sentinel",
        given(REDIS_URL="redis+sentinel://s:26379/m"),
        "REDIS_URL is wrong: it names a Sentinel, which Rebut does not ask for the primary; "
        "put an address that always leads to the primary there.",
    ),
    WrongSetup(
        "several Redis servers",
        given(REDIS_URL="redis://a:6379,b:6379"),
        "REDIS_URL is wrong: it names several servers, as for a Sentinel or a Cluster; Rebut works on a single Redis.",
    ),
    WrongSetup(
        "Redis is not reached",
        given(REDIS_URL=f"redis://u:hunter2@{NOBODY}/0"),
        f"{REDIS}Redis does not answer: no job can be handed on and no run can wait. Start it, or correct REDIS_URL.",
    ),
    WrongSetup(
        "a wrong password of Redis",
        a_wrong_password,
        f"{REDIS}Redis takes neither this user nor this password: no job can be handed on. Correct both in REDIS_URL.",
    ),
    WrongSetup(
        "a Redis Cluster",
        a_cluster,
        f"{REDIS}This is a Redis Cluster: the job queue cannot spread its keys over one. "
        "Give Rebut a single Redis, with a replica behind it if you like.",
    ),
    WrongSetup(
        "a replica of a Redis",
        a_follower,
        f"{REDIS}This Redis is a replica: what is written there is refused or lost. "
        "Put the address of its primary into REDIS_URL.",
    ),
    WrongSetup(
        "a Redis that evicts",
        an_evicting_redis,
        f"{REDIS}This Redis evicts (allkeys-lru): when it is full it drops suspended runs. "
        "Set maxmemory-policy to noeviction.",
    ),
    WrongSetup(
        "a Redis that is full",
        a_full_redis,
        f"{REDIS}Redis refuses to write, so no run can be kept; look at the server. It says: OOM command not allowed",
    ),
    WrongSetup(
        "Redis 6.2",
        an_old_redis,
        "is too old: the job queue needs its functions. Give Rebut Redis 7 or newer.",
    ),
    WrongSetup(
        "a Redis user without two commands",
        a_user_without_commands,
        f"{REDIS}The Redis user may not use every command that Rebut needs, so runs and jobs would break: "
        f"give it +function|load +xautoclaim {LIST}",
    ),
    WrongSetup(
        "a Redis user without the queue's keys",
        a_user_without_keys,
        f"{REDIS}The Redis user may not reach every key that Rebut writes, so runs and jobs would break: "
        f"give it ~streaq:rebut:* {LIST}",
    ),
    WrongSetup(
        "a Redis user that may not see whether it evicts",
        a_user_without_info,
        "Whether this Redis evicts cannot be read: make sure that maxmemory-policy is noeviction, or give +info.",
        code=0,
    ),
    WrongSetup(
        "the CA of Redis is not named",
        an_unknown_authority,
        f"{REDIS}The certificate of Redis is not trusted: it must name the host of REDIS_URL; "
        "add ?ssl_ca_certs=<file of its CA> to the rediss:// URL where the CA is not a public one.",
    ),
    WrongSetup(
        "PostgreSQL is not reached",
        given(DATABASE_URL=f"postgresql://u:hunter2@{NOBODY}/x"),
        f"{POSTGRES}PostgreSQL does not answer: no webhook can be stored and no case recorded. "
        "Start it, or correct DATABASE_URL.",
    ),
    WrongSetup("no such database", no_such_database, f"{POSTGRES}PostgreSQL does not answer: "),
    WrongSetup(
        "a PostgreSQL user without the right to create",
        no_right_to_create,
        f"{POSTGRES}The PostgreSQL user may not create the tables of Rebut in the schema public. "
        "Grant it create on the schema, or start each new release once with a user that may.",
    ),
    WrongSetup(
        "a PostgreSQL user without rights on the tables",
        a_user_without_tables,
        "no case can be recorded. "
        "Grant select, insert, update and delete on every table, or make the user their owner.",
    ),
    WrongSetup(
        "a PostgreSQL user without the right to create, later",
        no_right_to_create_later,
        "The PostgreSQL user may not create tables in its schema: this release works, the next may not start. "
        "Grant it create on the schema, or start each new release once with a user that may.",
        code=0,
    ),
    WrongSetup(
        "a PostgreSQL user that is read-only",
        a_read_only_user,
        f"{POSTGRES}This PostgreSQL user or database is set to read-only: nothing can be recorded. "
        "Set default_transaction_read_only to off.",
    ),
    WrongSetup(
        "a standby of a PostgreSQL",
        a_standby,
        f"{POSTGRES}This PostgreSQL is a read-only standby: nothing can be recorded there. "
        "Put the address of its primary into DATABASE_URL.",
    ),
    WrongSetup(
        "a folder that cannot be written",
        a_file_for_a_home,
        "A file cannot be written in the storage, so exhibits and your files cannot be kept. "
        "Correct REBUT_STORAGE and its key, or the rights on that place.",
    ),
    WrongSetup(
        "a bucket that is not reached",
        given(
            REBUT_STORAGE="s3://files",
            AWS_ENDPOINT_URL=f"http://{NOBODY}",
            AWS_ACCESS_KEY_ID="a",
            AWS_SECRET_ACCESS_KEY="b",
        ),
        "REBUT_STORAGE does not work: A file cannot be written in the storage, "
        "so exhibits and your files cannot be kept.",
    ),
    WrongSetup(
        "no webhook endpoint, live mode",
        no_endpoint_in_live_mode,
        "Stripe has none whose URL ends in /webhooks/stripe: disputes are found late, by the sync alone; "
        "add one there or with `rebut init`.",
    ),
    WrongSetup(
        "no webhook endpoint, test mode",
        no_endpoint,
        "Stripe has none whose URL ends in /webhooks/stripe: right with `stripe listen`, "
        "otherwise add one there or with `rebut init`.",
        code=0,
    ),
    WrongSetup(
        "a disabled endpoint",
        an_endpoint(status="disabled"),
        "is disabled, so Stripe sends nothing: enable it in Stripe's dashboard.",
    ),
    WrongSetup(
        "an endpoint that hears of new disputes alone",
        an_endpoint(enabled_events=[name for name in EVENTS if name == EVENTS[0] or "dispute" not in name]),
        "Stripe does not send charge.dispute.updated, charge.dispute.closed, charge.dispute.funds_withdrawn, "
        "charge.dispute.funds_reinstated: those disputes are found late. Enable them on the endpoint.",
    ),
    WrongSetup(
        "an endpoint that hears of disputes alone",
        an_endpoint(enabled_events=[name for name in EVENTS if "dispute" in name]),
        "Stripe does not send charge.refunded, refund.created, refund.updated, refund.failed, "
        "radar.early_fraud_warning.created, radar.early_fraud_warning.updated, "
        "which may end or foretell a dispute; enable them too.",
        code=0,
    ),
    WrongSetup(
        "an endpoint of another API version",
        an_endpoint(api_version="2019-02-19"),
        f"snapshots in 2019-02-19, while disputes are read in {API_VERSION}; "
        "both are taken, and newer fields may be missing.",
        code=0,
    ),
    WrongSetup(
        "a key that may not read endpoints",
        a_key_that_may_not_list,
        "the key may not read webhook endpoints, so nobody looked: give it read on Webhook Endpoints, "
        "or look at them in Stripe's dashboard.",
        code=0,
    ),
)
