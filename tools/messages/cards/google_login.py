"""The login of a Google service account: a signed assertion for an access token of an hour."""

import base64
import json
from datetime import datetime, timedelta

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pydantic import SecretStr, ValidationError

from disputes.errors import Invalid, Refused
from disputes.model import Value
from disputes.ports.clock import Clock
from tools.messages.cards.calls import ToolApi, ToolCall

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
_LIFE = timedelta(hours=1)  # the longest that Google allows
_EARLY = timedelta(minutes=2)  # a token is replaced so long before its end, so that none ends on its way


class ServiceAccount(Value):
    """What is used of a key file; the addresses in it are not, so that a forged file leads nowhere."""

    client_email: str
    private_key: SecretStr
    private_key_id: str = ""


class _Token(Value):
    access_token: SecretStr
    expires_in: int


def read_account(text: str, *, setting: str) -> tuple[ServiceAccount, rsa.RSAPrivateKey]:
    """Return the account of a JSON key and its key for signing. Raises `Invalid`, naming the setting."""
    try:
        account = ServiceAccount.model_validate_json(text)
        pem = account.private_key.get_secret_value().encode()
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValidationError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Invalid(f"{setting} cannot be used: it must be the JSON key of a Google service account, whole.")
    return account, key


def sign(account: ServiceAccount, key: rsa.RSAPrivateKey, *, at: datetime) -> str:
    """Return the assertion by which Google knows the account for an hour from a moment on."""
    issued = int(at.timestamp())
    head = {"alg": "RS256", "typ": "JWT", **({"kid": account.private_key_id} if account.private_key_id else {})}
    expires = issued + int(_LIFE.total_seconds())
    claims = {"iss": account.client_email, "scope": SCOPE, "aud": AUDIENCE, "iat": issued, "exp": expires}
    signed = f"{_encode(json.dumps(head).encode())}.{_encode(json.dumps(claims).encode())}"
    return f"{signed}.{_encode(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class GoogleLogin:
    """Keeps one access token, in memory only, and fetches another shortly before it ends."""

    def __init__(self, api: ToolApi, account: tuple[ServiceAccount, rsa.RSAPrivateKey], *, now: Clock) -> None:
        self._api, self._account, self._now = api, account, now
        self._token: SecretStr | None = None
        self._until: datetime | None = None

    async def headers(self) -> dict[str, str]:
        """Return the header of a call. Raises `TryAgain`, and `Refused` when Google does not take the key."""
        if self._token is None or self._until is None or self._now() >= self._until:
            await self._fetch()
        return {"Authorization": f"Bearer {self._token.get_secret_value()}"} if self._token else {}

    def forget(self) -> None:
        """Let the next call fetch another token."""
        self._token = None

    async def _fetch(self) -> None:
        at = self._now()
        form = {"grant_type": GRANT, "assertion": sign(*self._account, at=at)}
        reply = await self._api.send(ToolCall("POST", "/token", form=form))
        if reply.status == httpx.codes.BAD_REQUEST:
            raise self._refusal(reply.body.get("error"))
        if not reply.accepted:
            raise self._api.refusal(reply)
        token = self._api.parse(_Token, reply.body)
        self._token, self._until = token.access_token, at + timedelta(seconds=token.expires_in) - _EARLY

    def _refusal(self, error: object) -> Refused:
        # `invalid_grant` also stands for a clock that is minutes off.
        why = "; the clock of this machine may be wrong, too" if error == "invalid_grant" else ""
        return Refused(
            f"Google refused the key of the service account: it was deleted or disabled{why}. "
            f"Set {self._api.tool.credentials} to a new key."
        )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
