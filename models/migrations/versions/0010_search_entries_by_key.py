"""Search entries by key: so that PostgreSQL finds a few among those of one kind."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE, AFTER = ["kind", "key", "language"], ["key", "kind", "language"]


def upgrade() -> None:
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)


def _replace(old: list[str], new: list[str]) -> None:
    op.drop_index(op.f(f"ix_search_entry_{'_'.join(old)}"), "search_entry")
    name = op.f(f"ix_search_entry_{'_'.join(new)}")
    op.create_index(name, "search_entry", new, unique=True)
