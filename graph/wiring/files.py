"""Where files are kept: a bucket that the settings name, else a folder under the home."""

from pydantic import SecretStr

from graph.wiring.settings import Settings
from tools import storage
from tools.storage import ObjectStorage


def open_storage(settings: Settings) -> ObjectStorage:
    """Open the storage. Raises `Invalid` with one sentence that names a wrong setting."""
    if settings.storage:
        given = {
            "endpoint": settings.storage_endpoint,
            "access_key_id": _plain(settings.storage_id),
            "secret_access_key": _plain(settings.storage_secret),
            "region": settings.storage_region,
        }
        return storage.in_bucket(settings.storage, {name: value for name, value in given.items() if value})
    return storage.in_folder(settings.home / "files")


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
