"""networks and memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "network",
        sa.Column("key", key(96), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("mandate", sa.String(length=2000), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_network")),
    )
    op.create_table(
        "membership",
        sa.Column("key", key(600), nullable=False),
        sa.Column("network", key(96), nullable=False),
        sa.Column("holder", key(96), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["network"],
            ["network.key"],
            name=op.f("fk_membership_network_network"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["holder"],
            ["entry.key"],
            name=op.f("fk_membership_holder_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_network"), "membership", ["network"])
    op.create_index(op.f("ix_membership_holder"), "membership", ["holder"])


def downgrade() -> None:
    op.drop_table("membership")
    op.drop_table("network")
