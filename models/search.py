"""What can be found, and by which words: one table, kept with what it tells of."""

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, String, column, table
from sqlalchemy import text as condition
from sqlalchemy.orm import Mapped, mapped_column

from models.base import KEY, LONG_KEY, Base, Classified, Searchable, Unrecorded

TIERS = (1, 2, 3)
"""The process, the guide and the places; the directory; the lines of the directory.

The first is small and always read whole; the others can be a million rows.
"""


class Synonym(Searchable, Classified, Base):
    """A word or phrase that people use for something, and what it finds.

    SKOS calls it an alternative label. `subject` is `step:`, `right:`, `kind:` or
    `guide:` with the code of the step, right, kind of organisation or chapter.
    """

    __tablename__ = "synonym"

    key: Mapped[str] = mapped_column(LONG_KEY, primary_key=True)
    subject: Mapped[str] = mapped_column(KEY, index=True)
    language: Mapped[str] = mapped_column(String(2))
    phrase: Mapped[str] = mapped_column(String(200))


class SearchEntry(Unrecorded, Classified, Base):
    """What a record is found by, in one language ("" where it has none).

    `names` are what else it is called, one a line; `folded` holds every word of it, as
    searches compare them, between blanks. `entry` is the organisation, post or person
    through which it is seen: the class of both counts.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        # The key first: every line is of one kind, and is looked for by its key.
        Index(None, "key", "kind", "language", unique=True),
        *(
            Index(
                f"ix_search_entry_folded_{tier}",
                "folded",
                postgresql_using="gin",
                postgresql_ops={"folded": "gin_trgm_ops"},
                postgresql_where=condition(f"tier = {tier}"),
            ).ddl_if(dialect="postgresql")
            for tier in TIERS
        ),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    tier: Mapped[int] = mapped_column(SmallInteger())
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(LONG_KEY)
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str]
    names: Mapped[str]
    text: Mapped[str]
    folded: Mapped[str]
    entry: Mapped[str | None] = mapped_column(KEY)


class SearchWord(Unrecorded, Classified, Base):
    """A word that something is found by, and the widest class that may know of it.

    What is typed wrongly is read as the nearest of these.
    """

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(KEY, unique=True)


# SQLite's index of every three letters of `search_entry.folded` (FTS5). A column named
# as the table takes commands. Triggers cannot keep it: the schema is not trusted.
TRIGRAMS = table(
    "search_trigram", column("search_trigram"), column("rowid"), column("folded")
)
