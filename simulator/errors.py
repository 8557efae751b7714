"""Errors as Stripe answers them."""


class StripeError(Exception):
    """An error answer of Stripe: an HTTP status and the `error` object of the body.

    `executed` is False when nothing was tried (bad parameters); Stripe does not store such an answer for an idempotency
    key.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.code, self.param, self.kind = message, status, code, param, kind
        self.executed = True
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, dict[str, str]]:
        """Return the JSON body; `code` and `param` are left out where Stripe has none."""
        error = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None}}


def invalid_parameter(message: str, param: str, code: str | None = None) -> StripeError:
    """Return the error for an invalid parameter, raised before anything is executed."""
    error = StripeError(message, param=param, code=code)
    error.executed = False
    return error


def not_found(noun: str, identity: object, param: str) -> StripeError:
    """Return the 404 of an object that is absent or invisible to this key."""
    return StripeError(f"No such {noun}: '{identity}'", status=404, code="resource_missing", param=param)


def rate_limited(reason: str) -> StripeError:
    """Return a 429; `lock_timeout` is Stripe's only 429 without the reason header (docs.stripe.com/rate-limits)."""
    if reason == "lock_timeout":
        text = "This object cannot be accessed right now because another request is accessing it."
        error = StripeError(text, status=429, code="lock_timeout")
    else:
        error = StripeError("Request rate limit exceeded.", status=429, code="rate_limit")
        error.headers = {"Stripe-Rate-Limited-Reason": reason}
    error.executed = False
    return error


def server_error() -> StripeError:
    """Return a 500, which Stripe stores and replays for an idempotency key like any other result."""
    text = "An unknown error occurred while processing your request."
    return StripeError(text, status=500, kind="api_error")
