class StripeError(Exception):
    """Stripe says no: an HTTP status and the `error` object of the answer.

    `executed` is False when nothing was tried (bad parameters), which Stripe does not keep for an idempotency key.
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
        """Give the JSON answer; `code` and `param` are left out where Stripe has none."""
        error = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None}}


def malformed(message: str, param: str, code: str | None = None) -> StripeError:
    """Give the refusal of a parameter that was never tried."""
    refusal = StripeError(message, param=param, code=code)
    refusal.executed = False
    return refusal


def missing(noun: str, identity: object, param: str) -> StripeError:
    """Give the 404 of an object this key cannot see."""
    return StripeError(f"No such {noun}: '{identity}'", status=404, code="resource_missing", param=param)


def throttled(reason: str) -> StripeError:
    """Give a 429; `lock_timeout` is Stripe's only 429 without the reason header (docs.stripe.com/rate-limits)."""
    if reason == "lock_timeout":
        text = "This object cannot be accessed right now because another request is accessing it."
        refusal = StripeError(text, status=429, code="lock_timeout")
    else:
        refusal = StripeError("Request rate limit exceeded.", status=429, code="rate_limit")
        refusal.headers = {"Stripe-Rate-Limited-Reason": reason}
    refusal.executed = False
    return refusal


def broken() -> StripeError:
    """Give a 500, which Stripe keeps and replays for an idempotency key like any other result."""
    text = "An unknown error occurred while processing your request."
    return StripeError(text, status=500, kind="api_error")
