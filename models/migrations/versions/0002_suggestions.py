"""suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("key", key(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("step", key(64), nullable=True),
        sa.Column("place", key(64), nullable=True),
        sa.Column("track", key(64), nullable=True),
        sa.Column("organisation", key(96), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suggestion")),
    )


def downgrade() -> None:
    op.drop_table("suggestion")
