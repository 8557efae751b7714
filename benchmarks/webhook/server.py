"""One webhook route in a process of its own: Rebut's, or a bare one that only verifies the signature."""

import socket
import sys
from math import inf

import stripe
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from api.app import create_standalone
from api.middleware.rate_limit import RateLimits
from benchmarks.processes import SECRET
from jobs import logs


def create_bare() -> FastAPI:
    """Build the minimal webhook route: check the signature on the raw bytes, and answer."""
    app = FastAPI()

    @app.post("/webhooks/stripe")
    async def receive(request: Request) -> dict[str, bool]:
        body, signature = await request.body(), request.headers.get("stripe-signature")
        try:
            stripe.WebhookSignature.verify_header(body, signature, SECRET, tolerance=300)
        except stripe.SignatureVerificationError as error:
            raise HTTPException(401) from error
        return {"received": True}

    return app


def create_unlimited() -> FastAPI:
    """Build Rebut's API without a rate limit, since the load comes from one caller."""
    return create_standalone(rates=RateLimits(peer=inf, token=inf))


def main() -> None:
    """Serve `bare` or `rebut`, as the first argument says, with the same options on a free port."""
    logs.configure("info")
    app = {"bare": create_bare, "rebut": create_unlimited}[sys.argv[1]]()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        sys.stdout.write(f"listening on {listener.getsockname()[1]}\n")
        sys.stdout.flush()
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
