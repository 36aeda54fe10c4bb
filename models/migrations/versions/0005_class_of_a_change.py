"""the class of whom a change may be told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.add_column("change", sa.Column("audience", sa.String(length=10), nullable=True))
    change = sa.table(
        "change",
        sa.column("kind"),
        sa.column("key"),
        sa.column("audience"),
        sa.column("before", JSON),
        sa.column("after", JSON),
    )
    op.execute(sa.update(change).values(audience="unit"))
    # When a line was protected is not kept of older changes: where it ever was, none
    # of them is told.
    columns = change.c.key, change.c.before, change.c.after
    of_lines = sa.select(*columns).where(change.c.kind == "contact_point")
    protected = {
        key
        for key, *states in op.get_bind().execute(of_lines)
        for state in states
        if state and state.get("audience", "") in (None, "protected")
    }
    for key in sorted(protected):
        op.execute(
            sa.update(change)
            .where(change.c.kind == "contact_point", change.c.key == key)
            .values(audience="protected")
        )
    with op.batch_alter_table("change") as batch:
        batch.alter_column(
            "audience", existing_type=sa.String(length=10), nullable=False
        )


def downgrade() -> None:
    with op.batch_alter_table("change") as batch:
        batch.drop_column("audience")
