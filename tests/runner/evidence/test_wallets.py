"""Wallet addresses are found by their own checksum: an error of typing is no address, a form alone proves nothing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.evidence.wallets import BASE58, keccak256, sponge, wallets

PROVEN = {
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": "bitcoin",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy": "bitcoin",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq": "bitcoin",
    "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr": "bitcoin",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed": "ethereum or alike",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": "tron",
}


@pytest.mark.parametrize(("address", "network"), PROVEN.items())
def test_an_address_whose_checksum_holds_is_proven(address: str, network: str) -> None:
    [found] = wallets(f"send it to {address}, by Friday")
    assert (found.address, found.network, found.proven) == (address, network, True)


@given(address=st.sampled_from(sorted(PROVEN)), place=st.integers(0, 80), letter=st.sampled_from(BASE58))
def test_no_address_with_one_wrong_character_is_proven(address: str, place: int, letter: str) -> None:
    place %= len(address)
    wrong = address[:place] + letter + address[place + 1 :]
    if wrong == address:
        return
    assert not any(one.proven and one.address.lower() == wrong.lower() for one in wallets(wrong))


def test_an_ethereum_address_in_one_case_has_no_checksum_and_is_told_as_unproven() -> None:
    [found] = wallets("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    assert not found.proven


def test_an_address_counts_once_and_not_inside_a_longer_word() -> None:
    address = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert len(wallets(f"{address} {address}")) == 1
    assert wallets(f"x{address}") == ()


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_keccak_is_the_one_of_ethereum_and_not_the_standards(text: bytes, digest: str) -> None:
    assert keccak256(text).hex() == digest
    assert keccak256(text) != hashlib.sha3_256(text).digest()


@given(st.binary(max_size=600))
def test_but_for_its_padding_keccak_is_the_standards_sha3(data: bytes) -> None:
    assert sponge(data, b"\x06") == hashlib.sha3_256(data).digest()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(one.address in text for one in wallets(text))
