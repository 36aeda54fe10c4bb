"""the outbox, tokens, and the act that a change belongs to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    # Which older changes were made together is not known: each stands alone.
    op.add_column("change", sa.Column("act", sa.BigInteger(), nullable=True))
    change = sa.table("change", sa.column("act"), sa.column("seq"))
    op.execute(sa.update(change).values(act=change.c.seq))
    with op.batch_alter_table("change") as batch:
        batch.alter_column("act", existing_type=sa.BigInteger(), nullable=False)
    op.create_table(
        "token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", key(64), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"],
            ["user.key"],
            name=op.f("fk_token_user_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_token")),
    )
    op.create_index(op.f("ix_token_user"), "token", ["user"])
    op.create_table(
        "message",
        sa.Column("key", key(64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("user", key(64), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("told", JSON, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["user.key"],
            name=op.f("fk_message_user_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_state_due_at"), "message", ["state", "due_at"])
    op.create_index(op.f("ix_message_user"), "message", ["user"])


def downgrade() -> None:
    op.drop_table("message")
    op.drop_table("token")
    with op.batch_alter_table("change") as batch:
        batch.drop_column("act")
