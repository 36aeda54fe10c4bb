"""shapes of places."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBERS = ("left", "top", "right", "bottom", "x", "y", "room")


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "shape",
        sa.Column("place", key, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.Column("is_derived", sa.Boolean(), nullable=False),
        sa.Column("attribution", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_shape")),
    )


def downgrade() -> None:
    op.drop_table("shape")
