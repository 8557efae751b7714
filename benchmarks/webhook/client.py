"""The load on a front door: signed events over a few connections, each waiting for its answer before the next.

Sends to 127.0.0.1 only, a bounded number of requests in a bounded time, and prints what it saw as JSON.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from secrets import token_hex

import uvloop

from benchmarks.processes import SECRET
from benchmarks.table import share
from simulator.scenarios import SCENARIOS

MOST = 60_000
WARM = 200


def main() -> None:
    """Knock at `PORT` over `CONNECTIONS` for `SECONDS`, after a short warm-up that is not counted."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    sys.stdout.write(json.dumps(uvloop.run(_load(port, connections, seconds))) + "\n")


async def _load(port: int, connections: int, seconds: float) -> dict[str, float]:
    ready = list(islice(_requests(), min(MOST, WARM + int(seconds * 5_000))))
    await _knock(port, iter(ready[:WARM]), connections=connections, seconds=60)
    began = time.perf_counter()
    waits = await _knock(port, iter(ready[WARM:]), connections=connections, seconds=seconds)
    took = time.perf_counter() - began
    milliseconds = [wait * 1_000 for wait in waits]
    return {
        "answers": len(waits),
        "sent": len(waits) + WARM,
        "rate": len(waits) / took,
        "p50": share(milliseconds, 0.50),
        "p99": share(milliseconds, 0.99),
    }


async def _knock(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> list[float]:
    end = time.perf_counter() + seconds
    waits = await asyncio.gather(*(_line(port, requests, end) for _ in range(connections)))
    return [wait for line in waits for wait in line]


async def _line(port: int, requests: Iterator[bytes], end: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        await _acknowledged(reader)
        waits.append(time.perf_counter() - began)
        if began > end:
            break
    writer.close()
    await writer.wait_closed()
    return waits


async def _acknowledged(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r", 1)[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200 "):
        raise RuntimeError(f"The answer was not 200 but {head.split(b' ', 2)[1].decode()}: {body.decode()}")


def _requests() -> Iterator[bytes]:
    now, run = datetime.now(UTC), token_hex(6)
    things = SCENARIOS["fraud_mid"].build(now, run)
    dispute = next(thing for thing in things if thing["object"] == "dispute")
    plain = {key: value for key, value in dispute.items() if not key.startswith("_")}
    number = 0
    while True:
        number += 1
        data: dict[str, object] = {"object": {**plain, "id": f"{plain['id']}x{number}"}}
        yield _signed(_event(f"evt_{run}x{number}", data, int(now.timestamp())), int(now.timestamp()))


def _event(event_id: str, data: dict[str, object], created: int) -> bytes:
    event = {"id": event_id, "object": "event", "type": "charge.dispute.created", "created": created}
    more = {"livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "data": data}
    return json.dumps({**event, **more}, indent=2).encode()


def _signed(body: bytes, stamp: int) -> bytes:
    signature = hmac.new(SECRET.encode(), b"%d." % stamp + body, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Stripe-Signature: t={stamp},v1={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    main()
