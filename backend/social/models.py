"""Tables of the social side: identities, what was said, and channels' secrets."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Numeric, func
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from backend.db.base import Base


class Channel(Base):
    """A connected channel. `secret` is the signing secret, encrypted under WEFT_SECRET."""

    __tablename__ = "channel"

    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[dict[str, Any]]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    enabled: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Identity(Base):
    """One handle of a person on one channel."""

    __tablename__ = "identity"
    __table_args__ = (Index("ix_identity_person_id", "person_id"),)

    channel: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    name: Mapped[str]
    first_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SocialPost(Base):
    """A social event as rules, the wall and the time line read it; made by the pipeline from the event of the same id.

    `log_id` is the event `social.processed` that tells of it and `xid` the transaction: with both rules know what came before
    what. `product` is the one its text names.
    """

    __tablename__ = "social_post"
    __table_args__ = (
        Index("ix_social_post_occurred_at", "occurred_at"),
        Index("ix_social_post_person", "person_id", "occurred_at"),
        Index("ix_social_post_person_type", "person_id", "type", "occurred_at"),
        Index(
            "ix_social_post_product_type",
            "product",
            "type",
            "occurred_at",
            postgresql_where=sql_text("product IS NOT NULL"),
        ),
        Index("ix_social_post_type", "type", "occurred_at"),
        Index("ix_social_post_sentiment", "sentiment", "occurred_at"),
        Index("ix_social_post_channel", "channel", "occurred_at"),
        Index("ix_social_post_rules", "rules", postgresql_using="gin"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str]
    type: Mapped[str]
    external_id: Mapped[str]
    author_id: Mapped[str]
    author_name: Mapped[str]
    person_id: Mapped[UUID]
    text: Mapped[str]
    target: Mapped[str | None]
    product: Mapped[UUID | None]
    sentiment: Mapped[str]
    sentiment_score: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    sentiment_words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    rules: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    occurred_at: Mapped[datetime]
    log_id: Mapped[int] = mapped_column(BigInteger)
    xid: Mapped[int] = mapped_column(BigInteger, server_default=sql_text("(pg_current_xact_id()::text)::bigint"))
    processed_at: Mapped[datetime] = mapped_column(server_default=func.now())
