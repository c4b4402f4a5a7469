"""Sessions, keys and throttling at the service; over HTTP they are tested with the application."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import select, update

from backend.auth import repository, service
from backend.auth.models import ApiKey, UserSession
from backend.auth.secrets import SecretUnreadable, decrypt, encrypt, hash_password, verify_password
from backend.db import Database
from backend.errors import Unauthenticated
from backend.identity import service as identity
from tests.product import ROOT

PASSWORD = "correct horse"


@pytest.fixture
async def li(database: Database) -> Database:
    async with database.transaction() as session:
        await identity.create_user(
            session, email="li@weft.local", name="李娜", password_hash=hash_password(PASSWORD), roles=["agent", "lead"]
        )
    return database


async def _sign_in(database: Database, password: str = PASSWORD) -> service.SignedIn | None:
    async with database.transaction() as session:
        return await service.sign_in(session, email="LI@weft.local ", password=password, user_agent="t", hours=1)


async def test_a_session_names_its_caller_until_it_ends(li: Database) -> None:
    opened = await _sign_in(li)
    assert opened is not None
    async with li.transaction() as session:
        caller, csrf = await service.caller_of_session(session, opened.token)
        assert (caller.name, caller.roles, csrf) == ("李娜", {"agent", "lead"}, opened.csrf)
        stored = (await session.execute(select(UserSession))).scalar_one()
        assert opened.token.encode() not in stored.token_hash
        await session.execute(update(UserSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        with pytest.raises(Unauthenticated):
            await service.caller_of_session(session, opened.token)


async def test_a_disabled_user_is_out_at_once(li: Database) -> None:
    opened = await _sign_in(li)
    assert opened is not None
    async with li.transaction() as session:
        await identity.update_user(session, opened.user.id, {"active": False})
        with pytest.raises(Unauthenticated):
            await service.caller_of_session(session, opened.token)
    assert await _sign_in(li) is None


async def test_wrong_passwords_and_unknown_accounts_are_refused_alike_then_throttled(li: Database) -> None:
    assert await _sign_in(li, "wrong") is None
    async with li.transaction() as session:
        assert await service.sign_in(session, email="nobody@x", password=PASSWORD, user_agent="", hours=1) is None
        for _ in range(service.FAILURES_PER_EMAIL_AND_ADDRESS):
            await service.throttle(session, "li@weft.local", "127.0.0.1")
            await repository.add_failure(session, "li@weft.local", "127.0.0.1")
        with pytest.raises(service.LoginThrottled):
            await service.throttle(session, "li@weft.local", "127.0.0.1")
        with pytest.raises(service.LoginThrottled):
            await service.throttle(session, " LI@weft.local\n", "127.0.0.1")
        await service.throttle(session, "other@weft.local", "127.0.0.1")


async def test_a_stranger_who_knows_an_email_does_not_lock_its_owner_out(li: Database) -> None:
    async with li.transaction() as session:
        for _ in range(service.FAILURES_PER_EMAIL_AND_ADDRESS):
            await repository.add_failure(session, "li@weft.local", "10.0.0.9")
        await service.throttle(session, "li@weft.local", "127.0.0.1")


async def test_guessing_from_many_addresses_has_its_ceiling(li: Database) -> None:
    async with li.transaction() as session:
        for number in range(service.FAILURES_PER_EMAIL):
            await repository.add_failure(session, "li@weft.local", f"10.0.0.{number}")
        with pytest.raises(service.LoginThrottled):
            await service.throttle(session, "li@weft.local", "127.0.0.1")


async def test_tries_for_one_account_at_once_are_all_counted(li: Database) -> None:
    async def attempt(_: int) -> bool:
        address = "10.0.0.9"
        async with li.transaction() as session:
            try:
                await service.throttle(session, "li@weft.local", address)
            except service.LoginThrottled:
                return False
            await service.record_failure(session, " Li@weft.local", address)
            return True

    assert sum(await asyncio.gather(*map(attempt, range(12)))) == service.FAILURES_PER_EMAIL_AND_ADDRESS


async def test_changing_the_password_ends_the_other_sessions(li: Database) -> None:
    here, there = await _sign_in(li), await _sign_in(li)
    assert here is not None
    assert there is not None
    async with li.transaction() as session:
        with pytest.raises(service.PasswordWrong):
            await service.change_password(session, here.user.id, "wrong", "a longer password", here.token)
        with pytest.raises(service.PasswordTooShort):
            await service.change_password(session, here.user.id, PASSWORD, "short", here.token)
        await service.change_password(session, here.user.id, PASSWORD, "a longer password", here.token)
        await service.caller_of_session(session, here.token)
        with pytest.raises(Unauthenticated):
            await service.caller_of_session(session, there.token)


async def test_a_key_is_narrowed_to_its_roles_hashed_and_revocable(li: Database) -> None:
    async with li.transaction() as session:
        user = await identity.user_by_email(session, "li@weft.local")
        assert user is not None
        await identity.update_user(session, user.id, {"is_admin": True})
        key, token = await service.create_key(session, name="ERP", user_id=user.id, roles=["agent"])
        caller = await service.caller_of_key(session, token)
        assert (caller.kind, caller.roles, caller.unrestricted) == ("api_key", {"agent"}, False)
        stored = (await session.execute(select(ApiKey))).scalar_one()
        assert token.encode() not in stored.token_hash
        await service.revoke_key(session, key.id)
        with pytest.raises(Unauthenticated):
            await service.caller_of_key(session, token)


def test_the_product_makes_passwords_hard_to_guess() -> None:
    """Asked of a process of its own: here they are hashed quickly. OWASP's least for argon2id: 19 MiB, two passes."""
    command = "from backend.auth.secrets import hash_password; print(hash_password('x'))"
    hashed = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = extract_parameters(hashed.strip())
    assert found.type is Type.ID
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2


def test_passwords_and_secrets() -> None:
    assert verify_password(hash_password("x"), "x")
    assert not verify_password(hash_password("x"), "y")
    assert not verify_password(None, "x")
    assert not verify_password("not a hash", "x")
    sealed = encrypt("installation secret", b"channel secret")
    assert b"channel" not in sealed
    assert decrypt("installation secret", sealed) == b"channel secret"
    with pytest.raises(SecretUnreadable):
        decrypt("another", sealed)
