"""meetings, agendas, invitations, what was sent and received, attendances and feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
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


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("key", key(96), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("network", key(96), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("rrule", sa.String(length=200), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revised_at", sa.DateTime(), nullable=True),
        sa.Column("first_sent_at", sa.DateTime(), nullable=True),
        sa.Column("organizer", key(64), nullable=False),
        sa.Column("shows_attendees", sa.Boolean(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("split_from", key(96), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network"],
            ["network.key"],
            name=op.f("fk_meeting_network_network"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["split_from"],
            ["meeting.key"],
            name=op.f("fk_meeting_split_from_meeting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meeting")),
        sa.UniqueConstraint("uid", name=op.f("uq_meeting_uid")),
    )
    op.create_index(op.f("ix_meeting_last_day"), "meeting", ["last_day"])
    op.create_index(op.f("ix_meeting_network"), "meeting", ["network"])
    op.create_index(op.f("ix_meeting_split_from"), "meeting", ["split_from"])
    op.create_index(op.f("ix_meeting_starts"), "meeting", ["starts"])

    op.create_table(
        "agenda_item",
        sa.Column("key", key(64), nullable=False),
        sa.Column("meeting", key(96), nullable=True),
        sa.Column("network", key(96), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("clarifications", sa.String(), nullable=False),
        sa.Column("organisations", sa.String(), nullable=False),
        sa.Column("place", key(64), nullable=True),
        sa.Column("track", key(64), nullable=True),
        sa.Column("owner", key(96), nullable=True),
        sa.Column("carried_from", key(96), nullable=True),
        sa.ForeignKeyConstraint(
            ["carried_from"],
            ["meeting.key"],
            name=op.f("fk_agenda_item_carried_from_meeting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting"],
            ["meeting.key"],
            name=op.f("fk_agenda_item_meeting_meeting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["network"],
            ["network.key"],
            name=op.f("fk_agenda_item_network_network"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["entry.key"],
            name=op.f("fk_agenda_item_owner_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place"],
            ["place.code"],
            name=op.f("fk_agenda_item_place_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_agenda_item")),
    )
    op.create_index(
        op.f("ix_agenda_item_carried_from"), "agenda_item", ["carried_from"]
    )
    op.create_index(op.f("ix_agenda_item_meeting"), "agenda_item", ["meeting"])
    op.create_index(op.f("ix_agenda_item_network"), "agenda_item", ["network"])
    op.create_index(op.f("ix_agenda_item_owner"), "agenda_item", ["owner"])
    op.create_index(op.f("ix_agenda_item_place"), "agenda_item", ["place"])

    op.create_table(
        "attendance",
        sa.Column("key", key(600), nullable=False),
        sa.Column("meeting", key(96), nullable=False),
        sa.Column("holder", key(96), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder"],
            ["entry.key"],
            name=op.f("fk_attendance_holder_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting"],
            ["meeting.key"],
            name=op.f("fk_attendance_meeting_meeting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_holder"), "attendance", ["holder"])
    op.create_index(op.f("ix_attendance_meeting"), "attendance", ["meeting"])

    op.create_table(
        "invitation",
        sa.Column("key", key(64), nullable=False),
        sa.Column("meeting", key(96), nullable=False),
        sa.Column("holder", key(96), nullable=True),
        sa.Column("person", key(96), nullable=True),
        sa.Column("only", sa.DateTime(), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("deputy", sa.String(length=200), nullable=False),
        sa.Column("delegated_from", key(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegated_from"],
            ["invitation.key"],
            name=op.f("fk_invitation_delegated_from_invitation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["holder"],
            ["entry.key"],
            name=op.f("fk_invitation_holder_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting"],
            ["meeting.key"],
            name=op.f("fk_invitation_meeting_meeting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.key"],
            name=op.f("fk_invitation_person_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invitation")),
    )
    op.create_index(
        op.f("ix_invitation_delegated_from"), "invitation", ["delegated_from"]
    )
    op.create_index(op.f("ix_invitation_holder"), "invitation", ["holder"])
    op.create_index(op.f("ix_invitation_meeting"), "invitation", ["meeting"])
    op.create_index(
        op.f("ix_invitation_meeting_holder"), "invitation", ["meeting", "holder"]
    )
    op.create_index(op.f("ix_invitation_person"), "invitation", ["person"])

    op.create_table(
        "occurrence",
        sa.Column("key", key(600), nullable=False),
        sa.Column("meeting", key(96), nullable=False),
        sa.Column("original", sa.DateTime(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting"],
            ["meeting.key"],
            name=op.f("fk_occurrence_meeting_meeting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrence")),
    )
    op.create_index(op.f("ix_occurrence_meeting"), "occurrence", ["meeting"])

    op.create_table(
        "feed",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", key(64), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("subject", key(96), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"], ["user.key"], name=op.f("fk_feed_user_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_feed")),
    )
    op.create_index(op.f("ix_feed_user"), "feed", ["user"])

    op.create_table(
        "occurrence_answer",
        sa.Column("key", key(600), nullable=False),
        sa.Column("invitation", key(64), nullable=False),
        sa.Column("original", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation"],
            ["invitation.key"],
            name=op.f("fk_occurrence_answer_invitation_invitation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrence_answer")),
    )
    op.create_index(
        op.f("ix_occurrence_answer_invitation"), "occurrence_answer", ["invitation"]
    )

    op.create_table(
        "received",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.Column("meeting", key(96), nullable=True),
        sa.Column("invitation", key(64), nullable=True),
        sa.Column("told", JSON_VALUE, nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation"],
            ["invitation.key"],
            name=op.f("fk_received_invitation_invitation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting"],
            ["meeting.key"],
            name=op.f("fk_received_meeting_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_received")),
    )
    op.create_index(op.f("ix_received_invitation"), "received", ["invitation"])
    op.create_index(op.f("ix_received_meeting"), "received", ["meeting"])
    op.create_index(
        op.f("ix_received_meeting_settled_at"), "received", ["meeting", "settled_at"]
    )
    op.create_index(
        op.f("ix_received_sender_received_at"), "received", ["sender", "received_at"]
    )

    op.create_table(
        "sent",
        sa.Column("invitation", key(64), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("told", JSON_VALUE, nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("asked_sequence", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(), nullable=True),
        sa.Column("reply_sequence", sa.Integer(), nullable=True),
        sa.Column("reply_stamped_at", sa.DateTime(), nullable=True),
        sa.Column("first", key(64), nullable=False),
        sa.Column("message", key(64), nullable=False),
        sa.Column("bounced_at", sa.DateTime(), nullable=True),
        sa.Column("bounce", sa.String(length=100), nullable=False),
        sa.Column("reminded_for", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation"],
            ["invitation.key"],
            name=op.f("fk_sent_invitation_invitation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("invitation", name=op.f("pk_sent")),
    )
    op.create_index(op.f("ix_sent_address"), "sent", ["address"])
    op.create_index(op.f("ix_sent_message"), "sent", ["message"])

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "timezone",
                sa.String(length=64),
                nullable=False,
                server_default="Europe/Oslo",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("user") as batch_op:
        batch_op.drop_column("timezone")
    for table in (
        "sent",
        "received",
        "occurrence_answer",
        "feed",
        "occurrence",
        "invitation",
        "attendance",
        "agenda_item",
        "meeting",
    ):
        op.drop_table(table)
