"""The load on a webhook route: signed events over a few connections, each waiting for its answer before the next.

Sends to 127.0.0.1 only, a bounded number of requests in a bounded time, and prints its measurements as JSON.
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
from benchmarks.table import percentile
from simulator.scenarios import SCENARIOS

MAX_EVENTS = 60_000
WARM_UP_EVENTS = 200


def main() -> None:
    """Send events to `PORT` over `CONNECTIONS` for `SECONDS`, after a short warm-up that is not counted."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    sys.stdout.write(json.dumps(uvloop.run(_load(port, connections, seconds))) + "\n")


async def _load(port: int, connections: int, seconds: float) -> dict[str, float]:
    requests = list(islice(_requests(), min(MAX_EVENTS, WARM_UP_EVENTS + int(seconds * 5_000))))
    await _send_all(port, iter(requests[:WARM_UP_EVENTS]), connections=connections, seconds=60)
    began = time.perf_counter()
    latencies = await _send_all(port, iter(requests[WARM_UP_EVENTS:]), connections=connections, seconds=seconds)
    took = time.perf_counter() - began
    milliseconds = [wait * 1_000 for wait in latencies]
    return {
        "answers": len(latencies),
        "sent": len(latencies) + WARM_UP_EVENTS,
        "rate": len(latencies) / took,
        "p50": percentile(milliseconds, 0.50),
        "p99": percentile(milliseconds, 0.99),
    }


async def _send_all(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> list[float]:
    end = time.perf_counter() + seconds
    latencies = await asyncio.gather(*(_send_over_connection(port, requests, end) for _ in range(connections)))
    return [wait for connection in latencies for wait in connection]


async def _send_over_connection(port: int, requests: Iterator[bytes], end: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies = []
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        await _read_acknowledgement(reader)
        latencies.append(time.perf_counter() - began)
        if began > end:
            break
    writer.close()
    await writer.wait_closed()
    return latencies


async def _read_acknowledgement(reader: asyncio.StreamReader) -> None:
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(headers.partition(b"content-length:")[2].split(b"\r", 1)[0])
    body = await reader.readexactly(length)
    if not headers.startswith(b"http/1.1 200 "):
        raise RuntimeError(f"The answer was not 200 but {headers.split(b' ', 2)[1].decode()}: {body.decode()}")


def _requests() -> Iterator[bytes]:
    now, run = datetime.now(UTC), token_hex(6)
    objects = SCENARIOS["fraud_mid"].build(now, run)
    dispute = next(obj for obj in objects if obj["object"] == "dispute")
    public = {key: value for key, value in dispute.items() if not key.startswith("_")}
    number = 0
    while True:
        number += 1
        data: dict[str, object] = {"object": {**public, "id": f"{public['id']}x{number}"}}
        yield _signed(_event(f"evt_{run}x{number}", data, int(now.timestamp())), int(now.timestamp()))


def _event(event_id: str, data: dict[str, object], created: int) -> bytes:
    event = {"id": event_id, "object": "event", "type": "charge.dispute.created", "created": created}
    rest = {"livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "data": data}
    return json.dumps({**event, **rest}, indent=2).encode()


def _signed(body: bytes, timestamp: int) -> bytes:
    signature = hmac.new(SECRET.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    headers = (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Stripe-Signature: t={timestamp},v1={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return headers.encode() + body


if __name__ == "__main__":
    main()
