"""Who started or resumed a run on the LangGraph server."""

from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from pydantic import ValidationError

from disputes.errors import Invalid
from disputes.repositories.users import User

_KEY = "langgraph_auth_user"


def signed_in(config: RunnableConfig) -> User | None:
    """Return who started or resumed this run on the LangGraph server; None where no server is, as in a worker.

    The server writes it from its authentication over whatever a request says. Raises `Invalid` where the server let
    somebody in whom Rebut does not know, as one without its guard does.
    """
    configurable: Mapping[str, Any] = config.get("configurable", {})
    if _KEY not in configurable:
        return None
    user = configurable[_KEY]
    try:
        return User.model_validate({"name": user["identity"], "role": user["role"]})
    except (TypeError, KeyError, ValidationError):
        raise Invalid("The LangGraph server does not say which of Rebut's users this is.") from None
