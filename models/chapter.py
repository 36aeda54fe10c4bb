"""The identification guide: its chapters, and the indicators of its check list."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE, Base, Classified, LocalisedText

INDICATOR_FORMS = (
    "general",
    "sexual",
    "labour",
    "begging",
    "crime",
    "war_service",
    "organs",
    "child",
)


class Chapter(Classified, Base):
    """A chapter of the identification guide: a title and a text, in Markdown.

    What is generated beside the text (the process, the directory by place) is no part
    of it: whoever edits the text cannot lose it. `sources` are what the text rests on.
    """

    __tablename__ = "chapter"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    title: Mapped[LocalisedText]
    text: Mapped[LocalisedText | None]
    sources: Mapped[tuple[str, ...]]
    order: Mapped[int] = mapped_column(default=0)


class Indicator(Classified, Base):
    """A sign that someone may be exploited, by form of exploitation.

    A sign is a reason to ask on, never a score: none weighs more than another.
    """

    __tablename__ = "indicator"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    form: Mapped[str] = mapped_column(String(16))
    text: Mapped[LocalisedText]
    source: Mapped[str | None] = mapped_column(
        ForeignKey("source.key", ondelete="RESTRICT")
    )
    order: Mapped[int] = mapped_column(default=0)
