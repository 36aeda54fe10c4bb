"""what is found, synonyms, chapters and indicators of the identification guide."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIERS = (1, 2, 3)


def key(length: int) -> sa.String:
    """Return the type of keys: they sort by code point on both databases."""
    return sa.String(length).with_variant(
        sa.String(length, collation="C"), "postgresql"
    )


def texts(name: str, *, nullable: bool = False) -> sa.Column:
    """Return a column that holds a text in each language."""
    kind = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True), "postgresql"
    )
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "chapter",
        sa.Column("code", key(64), nullable=False),
        texts("title"),
        texts("text", nullable=True),
        sa.Column("sources", sa.String(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_chapter")),
    )
    op.create_table(
        "indicator",
        sa.Column("code", key(64), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        texts("text"),
        sa.Column("source", key(64), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.key"],
            name=op.f("fk_indicator_source_source"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
    )
    op.create_table(
        "synonym",
        sa.Column("key", key(600), nullable=False),
        sa.Column("subject", key(96), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("phrase", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_synonym")),
    )
    op.create_index(op.f("ix_synonym_subject"), "synonym", ["subject"])
    op.create_table(
        "search_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tier", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", key(600), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("names", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("entry", key(96), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index(
        op.f("ix_search_entry_kind_key_language"),
        "search_entry",
        ["kind", "key", "language"],
        unique=True,
    )
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", key(96), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", name=op.f("uq_search_word_word")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for tier in TIERS:
            op.create_index(
                f"ix_search_entry_folded_{tier}",
                "search_entry",
                ["folded"],
                postgresql_using="gin",
                postgresql_ops={"folded": "gin_trgm_ops"},
                postgresql_where=sa.text(f"tier = {tier}"),
            )
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search_trigram USING fts5"
            "(folded, content='search_entry', content_rowid='id', tokenize='trigram')"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_trigram")
    op.drop_table("search_word")
    op.drop_table("search_entry")
    op.drop_table("synonym")
    op.drop_table("indicator")
    op.drop_table("chapter")
