"""Wallet addresses in text, found only where their own checksum holds: a note's typing error is no address.

Bitcoin and forks: base58check (Bitcoin wiki) and bech32, bech32m (BIP 173, BIP 350). Ethereum and its like: 20 bytes
in hexadecimal, proven by mixed case (EIP-55) or told as unproven. Tron: base58check with its own first byte.
Monero is told by its form alone. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_CONSTANTS = (1, 0x2BC830A3)
"""Of bech32 (witness version 0) and bech32m (from 1 on)."""

VERSIONS = {0x00: "bitcoin", 0x05: "bitcoin", 0x30: "litecoin", 0x32: "litecoin", 0x1E: "dogecoin", 0x41: "tron"}
"""First byte of a base58check address: its network."""
PREFIXES = {"bc": "bitcoin", "ltc": "litecoin"}
"""Human-readable part of a bech32 address: its network."""
PAYLOAD = 21
"""Bytes of a base58check address without its checksum: a version and a hash of 20."""


@dataclass(frozen=True, order=True)
class Wallet:
    """One address as it stands in the text."""

    address: str
    network: str
    """The network, or the family of networks that share the form."""
    proven: bool
    """Whether a checksum inside the address holds."""


def wallets(text: str) -> tuple[Wallet, ...]:
    """Every address in a text, each once, in the order in which they stand."""
    found: dict[str, Wallet] = {}
    for hit in _WORD.finditer(text):
        for wallet in _read(hit[0]):
            found.setdefault(wallet.address, wallet)
    return tuple(found.values())


_WORD = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Za-z]{25,108}(?![0-9A-Za-z])")


def _read(word: str) -> Iterator[Wallet]:
    for read in _READERS:
        wallet = read(word)
        if wallet is not None:
            yield wallet
            return


def _base58(word: str) -> Wallet | None:
    if not 26 <= len(word) <= 35:  # noqa: PLR2004 - lengths of 25 bytes in base 58
        return None
    number = 0
    for letter in word:
        if letter not in BASE58:
            return None
        number = number * 58 + BASE58.index(letter)
    zeros = len(word) - len(word.lstrip("1"))
    raw = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != PAYLOAD + 4 or raw[0] not in VERSIONS:
        return None
    checksum = hashlib.sha256(hashlib.sha256(raw[:PAYLOAD]).digest()).digest()[:4]
    return Wallet(word, VERSIONS[raw[0]], proven=True) if checksum == raw[PAYLOAD:] else None


def _bech32(word: str) -> Wallet | None:
    if word not in (word.lower(), word.upper()):
        return None
    prefix, separator, data = word.lower().rpartition("1")
    if not separator or prefix not in PREFIXES or any(letter not in BECH32 for letter in data):
        return None
    values = [BECH32.index(letter) for letter in data]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    wanted = BECH32_CONSTANTS[min(values[0], 1)] if values else 0
    return Wallet(word, PREFIXES[prefix], proven=True) if _polymod(expanded + values) == wanted else None


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


_HEX = re.compile(r"0x[0-9a-fA-F]{40}")


def _ethereum(word: str) -> Wallet | None:
    if not _HEX.fullmatch(word):
        return None
    digits = word[2:]
    if digits in (digits.lower(), digits.upper()):
        return Wallet(word, "ethereum or alike", proven=False)
    digest = keccak256(digits.lower().encode()).hex()
    right = "".join(
        one.upper() if int(mark, 16) > 7 else one  # noqa: PLR2004 - EIP-55: the high half
        for one, mark in zip(digits.lower(), digest, strict=False)
    )
    return Wallet(word, "ethereum or alike", proven=True) if digits == right else None


_MONERO = re.compile(r"[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?")


def _monero(word: str) -> Wallet | None:
    return Wallet(word, "monero", proven=False) if _MONERO.fullmatch(word) else None


_READERS: tuple[Callable[[str], Wallet | None], ...] = (_base58, _bech32, _ethereum, _monero)

_ROTATIONS = (
    (0, 36, 3, 41, 18), (1, 44, 10, 45, 2), (62, 6, 43, 15, 61), (28, 55, 25, 21, 56), (27, 20, 39, 8, 14),
)  # fmt: skip
_MASK = (1 << 64) - 1
_RATE = 136


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: the padding before FIPS 202, which hashlib's SHA-3 does not have."""
    return sponge(data, b"\x01")


def sponge(data: bytes, suffix: bytes) -> bytes:
    """256 bits of Keccak[512]; with the suffix 0x06 it is SHA3-256 (FIPS 202, 6.1)."""
    padded = bytearray(data) + suffix + b"\0" * (-(len(data) + 1) % _RATE)
    padded[-1] |= 0x80
    state = [[0] * 5 for _column in range(5)]
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            word = int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
            state[lane % 5][lane // 5] ^= word
        state = _permuted(state)
    return b"".join(state[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


def _permuted(a: list[list[int]]) -> list[list[int]]:
    """The 24 rounds of Keccak-f[1600] (FIPS 202, 3.2)."""
    register = 1
    for _round in range(24):
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[(x - 1) % 5] ^ _turned(c[(x + 1) % 5], 1) for x in range(5)]
        b = [[0] * 5 for _column in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = _turned(a[x][y] ^ d[x], _ROTATIONS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & _MASK & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x171) & 0xFF
            if register & 2:
                a[0][0] ^= 1 << ((1 << bit) - 1)
    return a


def _turned(word: int, by: int) -> int:
    return (word << by | word >> (64 - by)) & _MASK if by else word
