"""Addresses of wallets: the check sums of TRON, Ethereum and Bitcoin. Pure; text → address, or BadAccount."""

import hashlib
import re

from django.utils.translation import gettext_lazy as _

from payouts.account_words import HIDDEN, Account, BadAccount, compact

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_SUM, BECH32M_SUM = 1, 0x2BC830A3
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_MASK = (1 << 64) - 1


def check_tron(text: str) -> Account:
    """A TRON address: base58check over 21 bytes, the first of them 0x41."""
    address = compact(text)
    if len(address) != 34 or not address.startswith("T"):
        raise BadAccount(_("A TRC-20 address begins with T and has 34 characters; this one has %d.") % len(address))
    if wrong := next((letter for letter in address if letter not in BASE58), None):
        raise BadAccount(_("The character “%s” does not occur in TRC-20 addresses.") % wrong)
    if _base58check(address, 25)[:1] != b"\x41":
        raise BadAccount(_("The check sum of this address does not fit: a character is wrong. Copy it again."))
    return _shown(address)


def check_ethereum(text: str) -> Account:
    """An Ethereum address: 0x and 40 hexadecimal digits; capitals, where there are some, are its check sum (EIP-55)."""
    address = compact(text)
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", address, re.ASCII):
        raise BadAccount(_("An ERC-20 address is 0x and 40 digits or letters from a to f."))
    digits = address[2:]
    right = with_capitals(digits.lower())
    if digits not in (digits.lower(), digits.upper(), right):
        raise BadAccount(_("The capitals of this address do not fit: a character is wrong. Copy it again."))
    return _shown(f"0x{right}")


def with_capitals(digits: str) -> str:
    """EIP-55: 40 small hexadecimal digits with the capitals that are their check sum."""
    sums = keccak256(digits.encode()).hex()
    return "".join(digit.upper() if int(mark, 16) >= 8 else digit for digit, mark in zip(digits, sums, strict=False))


def check_bitcoin(text: str) -> Account:
    """A Bitcoin address of the main network: base58check (1…, 3…) or bech32 (bc1…)."""
    address = compact(text)
    if address.lower().startswith("bc1"):
        return _check_segwit(address)
    if not (26 <= len(address) <= 35 and address[:1] in ("1", "3") and all(letter in BASE58 for letter in address)):
        raise BadAccount(_("A Bitcoin address begins with 1, 3 or bc1 and has no letters but digits and Latin ones."))
    if _base58check(address, 25)[:1] not in (b"\x00", b"\x05"):
        raise BadAccount(_("The check sum of this address does not fit: a character is wrong. Copy it again."))
    return _shown(address)


def _check_segwit(address):
    wrong = BadAccount(_("The check sum of this address does not fit: a character is wrong. Copy it again."))
    if address not in (address.lower(), address.upper()) or not 14 <= len(address) <= 74:
        raise wrong
    lower = address.lower()
    values = [BECH32.find(letter) for letter in lower[3:]]
    if min(values) < 0:
        raise wrong
    version, checked = values[0], _polymod([3, 3, 0, 2, 3, *values])
    if version > 16 or checked != (BECH32_SUM if version == 0 else BECH32M_SUM):
        raise wrong
    size = (len(values) - 7) * 5 // 8
    if not 2 <= size <= 40 or (version == 0 and size not in (20, 32)):
        raise wrong
    return _shown(lower)


def _polymod(values) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            found ^= generator if (top >> bit) & 1 else 0
    return found


def _base58check(address: str, length: int) -> bytes:
    """The bytes behind the address without its check sum; nothing when that is wrong."""
    number = 0
    for letter in address:
        number = number * 58 + BASE58.index(letter)
    if number >> (8 * length):
        return b""
    raw = number.to_bytes(length, "big")
    checksum = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return raw[:-4] if raw[-4:] == checksum else b""


def _shown(address) -> Account:
    return Account(address, f"{address[:4]}{HIDDEN}{address[-4:]}")


def keccak256(data: bytes) -> bytes:
    """Keccak with the padding from before SHA-3 became a standard, as Ethereum uses it."""
    rate = 136
    padded = data + b"\x01" + b"\x00" * (-(len(data) + 1) % rate)
    padded = padded[:-1] + bytes([padded[-1] | 0x80])
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), rate):
        for index in range(rate // 8):
            word = padded[start + 8 * index : start + 8 * index + 8]
            lanes[index % 5][index // 5] ^= int.from_bytes(word, "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[index % 5][index // 5].to_bytes(8, "little") for index in range(4))


def _permuted(lanes):
    """Keccak-f[1600]: 24 rounds of theta, rho, pi, chi, iota."""
    shift = 1
    for _round in range(24):
        columns = [column[0] ^ column[1] ^ column[2] ^ column[3] ^ column[4] for column in lanes]
        mixed = [columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ mixed[x] for y in range(5)] for x in range(5)]
        x, y, moved = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            moved, lanes[x][y] = lanes[x][y], _rotated(moved, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & _MASK)
        for bit in range(7):
            shift = (shift << 1 ^ (shift >> 7) * 0x71) % 256
            lanes[0][0] ^= ((shift >> 1) & 1) << ((1 << bit) - 1)
    return lanes


def _rotated(value, by):
    by %= 64
    return (value << by | value >> (64 - by)) & _MASK
