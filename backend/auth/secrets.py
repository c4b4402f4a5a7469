"""Hashing of passwords and tokens, and encryption of secrets at rest under WEFT_SECRET."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.errors import WeftError

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified against when the account does not exist, so that both answers take the same time."""
    return _hasher.hash(secrets.token_hex(16))


class SecretUnreadable(WeftError):
    """A stored secret was encrypted under another WEFT_SECRET."""

    status, code = 500, "secret.unreadable"
    zh, en = "无法解密：WEFT_SECRET 与加密时不同", "Cannot decrypt: WEFT_SECRET is not the one it was encrypted under"


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password matches; takes as long when there is no such account or no password."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """A random token of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token. Tokens are random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()


def encrypt(secret: str, plain: bytes) -> bytes:
    """Encrypt under the installation's secret (Fernet; key by HKDF-SHA256)."""
    return _fernet(secret).encrypt(plain)


def decrypt(secret: str, token: bytes) -> bytes:
    """The reverse of `encrypt`; SecretUnreadable under another secret."""
    try:
        return _fernet(secret).decrypt(token)
    except InvalidToken as error:
        raise SecretUnreadable() from error


def _fernet(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"weft secrets at rest").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
