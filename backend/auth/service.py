"""Signing in and out, and turning a cookie or a key into a caller."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.auth import repository
from backend.auth.models import ApiKey, UserSession
from backend.auth.secrets import hash_password, new_token, token_hash, verify_password
from backend.db import uuid7
from backend.errors import Invalid, NotFound, Unauthenticated, WeftError
from backend.identity import service as identity
from backend.identity.models import User

FAILURE_WINDOW = timedelta(minutes=15)
#: Few for one account from one address. Whoever knows only an e-mail must not lock its owner out of other addresses, so
#: that all addresses together have many.
FAILURES_PER_EMAIL_AND_ADDRESS = 5
FAILURES_PER_EMAIL = 50
FAILURES_PER_ADDRESS = 50
PASSWORD_MINIMUM = 10
KEY_PREFIX = "weft_"


class LoginRefused(WeftError):
    """Wrong e-mail or password; which of the two is not said."""

    status, code = 401, "auth.invalid"
    zh, en = "邮箱或密码不正确", "Wrong e-mail or password"


class LoginThrottled(WeftError):
    """Too many failed logins for this account or from this address."""

    status, code = 429, "auth.throttled"
    zh, en = "登录失败次数过多，请在 {minutes} 分钟后重试", "Too many failed logins; try again in {minutes} minutes"


class CsrfRefused(WeftError):
    """A change was asked for by cookie without the session's CSRF token."""

    status, code = 403, "auth.csrf"
    zh, en = "请求缺少防伪令牌，请刷新页面", "The request lacks its CSRF token; reload the page"


class PasswordTooShort(Invalid):
    """A password below the minimum length."""

    code = "auth.password_too_short"
    zh, en = "密码至少需要 {minimum} 个字符", "A password needs at least {minimum} characters"


class PasswordWrong(Invalid):
    """The old password does not match."""

    code = "auth.password_wrong"
    zh, en = "原密码不正确", "The old password is wrong"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's token, its CSRF token, when it ends, and whose it is."""

    token: str
    csrf: str
    expires_at: datetime
    user: User


async def throttle(session: AsyncSession, email: str, address: str) -> None:
    """Refuse when too many logins failed lately. Tries for one account take turns, so that many at once are counted too."""
    account = identity.normal_email(email)
    await repository.lock_account(session, account)
    failed = await repository.failures(session, account, address, FAILURE_WINDOW)
    if (
        failed.by_both >= FAILURES_PER_EMAIL_AND_ADDRESS
        or failed.by_email >= FAILURES_PER_EMAIL
        or failed.by_address >= FAILURES_PER_ADDRESS
    ):
        raise LoginThrottled(minutes=int(FAILURE_WINDOW.total_seconds() // 60))


async def sign_in(session: AsyncSession, *, email: str, password: str, user_agent: str, hours: int) -> SignedIn | None:
    """Check the password and open a session; None when refused (the caller records the failure, which must commit)."""
    user = await identity.user_by_email(session, email)
    known = user.password_hash if user is not None else None
    # In a thread: hashing is slow on purpose, and everybody else's requests must not wait for it.
    if not await asyncio.to_thread(verify_password, known, password):
        return None
    if user is None or not user.active:
        return None
    await repository.clear_failures(session, user.email)
    now = datetime.now(UTC)
    await repository.delete_expired(session, now - FAILURE_WINDOW * 4)
    opened = SignedIn(new_token(), new_token(), now + timedelta(hours=hours), user)
    session.add(
        UserSession(
            token_hash=token_hash(opened.token),
            user_id=user.id,
            csrf=opened.csrf,
            expires_at=opened.expires_at,
            user_agent=user_agent[:300],
        )
    )
    return opened


async def record_failure(session: AsyncSession, email: str, address: str) -> None:
    """Count a failed login; the caller's transaction must commit."""
    await repository.add_failure(session, identity.normal_email(email), address)


async def sign_out(session: AsyncSession, token: str) -> None:
    await repository.delete_session(session, token_hash(token))


async def caller_of_session(session: AsyncSession, token: str) -> tuple[Caller, str]:
    """The caller behind a session cookie and the session's CSRF token."""
    found = await repository.session_user(session, token_hash(token))
    if found is None:
        raise Unauthenticated()
    opened, user, standing = found
    return _caller(user, standing), opened.csrf


async def caller_of_key(session: AsyncSession, token: str) -> Caller:
    """The caller behind an API key: its user, narrowed to the key's roles and what it may do with tasks, never an administrator."""
    found = await repository.key_user(session, token_hash(token))
    if found is None:
        raise Unauthenticated()
    key, user, standing = found
    await repository.touch_key(session, key.id)
    whole = _caller(user, standing)
    roles = whole.roles & frozenset(key.roles) if not user.is_admin else frozenset(key.roles)
    return Caller(
        user_id=whole.user_id,
        name=whole.name,
        email=whole.email,
        roles=roles,
        department_id=whole.department_id,
        department_ids=whole.department_ids,
        kind="api_key",
        locale=whole.locale,
        tasks=key.tasks,
    )


async def caller_of(session: AsyncSession, user: User) -> Caller:
    """The caller that `user` is when signed in."""
    return _caller(user, await identity.standing_of(session, user.id))


def _caller(user: User, standing: identity.Standing) -> Caller:
    return Caller(
        user_id=user.id,
        name=user.name,
        email=user.email,
        roles=standing.roles,
        department_id=user.department_id,
        department_ids=standing.department_ids,
        is_admin=user.is_admin,
        locale=user.locale,
    )


def checked_hash(password: str) -> str:
    """The hash of a new password, refused when it is too short."""
    if len(password) < PASSWORD_MINIMUM:
        raise PasswordTooShort(path="password", minimum=PASSWORD_MINIMUM)
    return hash_password(password)


async def set_password(session: AsyncSession, user_id: UUID, password: str) -> None:
    """Give a user a new password and end all their sessions."""
    user = await identity.get_user(session, user_id)
    user.password_hash = checked_hash(password)
    await repository.delete_sessions_of(session, user_id)


async def change_password(session: AsyncSession, user_id: UUID, old: str, new: str, token: str | None) -> None:
    """Change one's own password; other sessions end, this one stays."""
    user = await identity.get_user(session, user_id)
    if not verify_password(user.password_hash, old):
        raise PasswordWrong(path="password.old")
    user.password_hash = checked_hash(new)
    await repository.delete_sessions_of(session, user_id, keep=token_hash(token) if token else None)


async def create_key(
    session: AsyncSession, *, name: str, user_id: UUID, roles: Sequence[str], tasks: bool = False
) -> tuple[ApiKey, str]:
    """Make a key and return it with its token, which is shown this once."""
    user = await identity.get_user(session, user_id)
    token = KEY_PREFIX + new_token()
    key = ApiKey(
        id=uuid7(),
        name=name,
        prefix=token[:12],
        token_hash=token_hash(token),
        user_id=user.id,
        roles=list(roles),
        tasks=tasks,
    )
    session.add(key)
    await session.flush()
    return key, token


async def revoke_key(session: AsyncSession, id: UUID) -> None:
    if not await repository.revoke_key(session, id):
        raise NotFound(what="API key", key=id)
