"""Real servers that are set up wrong, for the tests of what doctor says of them."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis.asyncio import Redis
from sqlalchemy import make_url, text

from tests.graph.checkpointer.redis_servers import free_port, running
from tools.fitness.redis_needs import CHANNELS, KEYS, commands
from tools.postgres.database import open_engine

PASSWORD = "hunter2"
START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of a test's own, in files, and a certificate of it for 127.0.0.1."""

    ca: Path
    chain: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def an_authority(folder: Path, *, host: str = "127.0.0.1") -> Authority:
    key, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test's own authority")])
    root = _builder(issuer, issuer, key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(host))])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    leaf = _builder(subject, issuer, own.public_key()).add_extension(names, critical=False)
    plain = serialization.NoEncryption()
    private = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem = serialization.Encoding.PEM
    authority = Authority(folder / "ca.pem", folder / "server.pem")
    authority.ca.write_bytes(root.sign(key, hashes.SHA256()).public_bytes(pem))
    authority.chain.write_bytes(private + leaf.sign(key, hashes.SHA256()).public_bytes(pem))
    return authority


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), START, END)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


@asynccontextmanager
async def behind_tls(url: str, context: ssl.SSLContext) -> AsyncIterator[int]:
    """End TLS in front of a server on a unix socket, since the embedded binary has none; give the port."""
    path = url.removeprefix("unix://")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


async def narrow(url: str, *, without: tuple[str, ...] = (), keys: tuple[str, ...] = KEYS) -> str:
    """Make a user who may do exactly what is documented, less some of it, and give the user's URL."""
    channels = [f"&{name}" for name in CHANNELS]
    may = [f"+{name}" for name in commands() if name not in without]
    async with Redis.from_url(url) as redis:
        words = ("reset", "on", f">{PASSWORD}", *[f"~{key}" for key in keys], *channels, *may)
        await redis.execute_command("ACL", "SETUSER", "rebut", *words)
    return url.replace("unix://", f"unix://rebut:{PASSWORD}@")


@asynccontextmanager
async def a_replica(of: int) -> AsyncIterator[str]:
    """Start a Redis that follows the one on a port."""
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port), "--replicaof", f"127.0.0.1 {of}")
    async with running("embedded", *options, url=f"redis://127.0.0.1:{port}/0") as url:
        yield url


@dataclass
class Databases:
    """Makes databases with users who lack something, in a PostgreSQL that a test may fill."""

    url: str
    made: list[str] = field(default_factory=list)

    async def run(self, *statements: str, database: str = "postgres") -> None:
        url = make_url(self.url).set(database=database).render_as_string(hide_password=False)
        async with open_engine(url, size=1) as engine, engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                await free.execute(text(statement))

    async def add(self, name: str, *after: str) -> str:
        """Make a database and a user of one name, run the statements in it, and give the user's URL."""
        await self.run(f"create role {name} login", f"create database {name}")
        await self.run(*after, database=name)
        self.made.append(name)
        return make_url(self.url).set(database=name, username=name).render_as_string(hide_password=False)
