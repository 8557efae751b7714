"""The TOML loader: what it validates, and the one sentence it raises for a file that is wrong."""

from pathlib import Path

import pytest
from pydantic import Field, model_validator

from disputes import toml_file
from disputes.errors import Invalid
from disputes.model import Strict

NAME = "The price list shop.toml"


class Price(Strict):
    """A price in minor units."""

    amount: int = Field(gt=0)


class PriceList(Strict):
    """Prices by product."""

    price: tuple[Price, ...]

    @model_validator(mode="after")
    def _few(self) -> "PriceList":
        if len(self.price) > 1:
            raise ValueError("it holds more than one price")
        return self


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "shop.toml"
    path.write_bytes(content)
    return path


def test_a_file_becomes_a_model(tmp_path: Path) -> None:
    path = _file(tmp_path, b"[[price]]\namount = 4200\n")
    assert toml_file.load(path, PriceList, NAME) == PriceList(price=(Price(amount=4200),))


def test_a_file_becomes_a_dictionary_of_models(tmp_path: Path) -> None:
    path = _file(tmp_path, b"[lamp]\namount = 4200\n")
    assert toml_file.load(path, dict[str, Price], NAME) == {"lamp": Price(amount=4200)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"price = ", r"cannot be read: Invalid value"),
        (b'price = "\xff"', r"cannot be read: 'utf-8' codec can't decode"),
        (b"[[price]]\namount = 0", r"is wrong at price\.0\.amount: Input should be greater than 0\.$"),
        (b"price = []\ncurrency = 'usd'", r"is wrong at currency: Extra inputs are not permitted\.$"),
        (b"price = [{amount = 1}, {amount = 2}]", r"is wrong: it holds more than one price"),
    ],
)
def test_a_wrong_file_raises_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=rf"^{NAME} {sentence}") as error:
        toml_file.load(_file(tmp_path, content), PriceList, NAME)
    assert "\n" not in str(error.value)


def test_a_missing_file_raises_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=rf"^{NAME} cannot be read: .*No such file"):
        toml_file.read(tmp_path / "shop.toml", NAME)
