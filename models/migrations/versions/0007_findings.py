"""acceptances, scenarios, sightings and analyses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def _points_at(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.code"],
        name=op.f(f"fk_acceptance_{column}_{table}"),
        ondelete="RESTRICT",
    )


def upgrade() -> None:
    op.create_table(
        "acceptance",
        sa.Column("key", key(600), nullable=False),
        sa.Column("question", key(64), nullable=False),
        sa.Column("weakness", key(64), nullable=False),
        sa.Column("step", key(64), nullable=True),
        sa.Column("to_step", key(64), nullable=True),
        sa.Column("place", key(64), nullable=True),
        sa.Column("track", key(64), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("reason", JSON_VALUE, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        _points_at("step", "step"),
        _points_at("to_step", "step"),
        _points_at("place", "place"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_acceptance")),
    )
    for column in ("step", "to_step", "place"):
        op.create_index(op.f(f"ix_acceptance_{column}"), "acceptance", [column])
    op.create_table(
        "scenario",
        sa.Column("key", key(64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("without", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", key(64), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_scenario")),
    )
    op.create_table(
        "sighting",
        sa.Column("row", key(64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_from", sa.Date(), nullable=False),
        sa.Column("seen_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("row", "digest", "seen_from", name=op.f("pk_sighting")),
    )
    op.create_table(
        "analysis",
        sa.Column("question", key(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(), nullable=False),
        sa.Column("told", JSON_VALUE, nullable=False),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_analysis")),
    )


def downgrade() -> None:
    for table in ("analysis", "sighting", "scenario", "acceptance"):
        op.drop_table(table)
