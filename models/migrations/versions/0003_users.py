"""users, sessions and one-time links."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("key", key(64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("organisation", key(96), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "role <> 'agency' OR organisation IS NOT NULL",
            name=op.f("ck_user_agency_has_one"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.key"],
            name=op.f("fk_user_organisation_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_index(op.f("ix_user_organisation"), "user", ["organisation"])
    op.create_table(
        "user_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", key(64), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["user.key"],
            name=op.f("fk_user_session_user_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_user"), "user_session", ["user"])
    op.create_table(
        "one_time_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", key(64), nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["user.key"],
            name=op.f("fk_one_time_link_user_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_link")),
    )
    op.create_index(op.f("ix_one_time_link_user"), "one_time_link", ["user"])


def downgrade() -> None:
    op.drop_table("one_time_link")
    op.drop_table("user_session")
    op.drop_table("user")
