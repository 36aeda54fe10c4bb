"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
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
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", key(600), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_kind_key_seq"), "change", ["kind", "key", "seq"])
    op.create_index(op.f("ix_change_kind_seq"), "change", ["kind", "seq"])

    counter = op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
    )
    op.create_table(
        "entry",
        sa.Column("key", key(96), nullable=False),
        sa.Column("entry_kind", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_audience"), "entry", ["audience"])

    op.create_table(
        "organisation_kind",
        sa.Column("code", key(64), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organisation_kind")),
    )
    op.create_table(
        "phase",
        sa.Column("code", key(64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_phase")),
    )
    op.create_table(
        "pillar",
        sa.Column("code", key(64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pillar")),
    )
    op.create_table(
        "place",
        sa.Column("code", key(64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("other_names", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place")),
    )
    op.create_table(
        "process",
        sa.Column("code", key(64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("states", sa.String(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_process")),
    )
    op.create_table(
        "right",
        sa.Column("code", key(64), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_right")),
    )
    op.create_table(
        "sharing_rule",
        sa.Column("code", key(64), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sharing_rule")),
    )
    op.create_table(
        "source",
        sa.Column("key", key(64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("web", sa.String(length=2000), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("next_check_on", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
    )
    op.create_table(
        "track",
        sa.Column("code", key(64), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_track")),
    )
    op.create_table(
        "contact_point",
        sa.Column("key", key(600), nullable=False),
        sa.Column("owner", key(96), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("hours", sa.String(length=500), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["entry.key"],
            name=op.f("fk_contact_point_owner_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contact_point")),
    )
    op.create_index(op.f("ix_contact_point_owner"), "contact_point", ["owner"])

    op.create_table(
        "organisation",
        sa.Column("key", key(96), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", key(64), nullable=False),
        sa.Column("parent", key(96), nullable=True),
        sa.Column("orgnr", sa.String(length=9), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("web", sa.String(length=2000), nullable=True),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["entry.key"],
            name=op.f("fk_organisation_key_entry"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["kind"],
            ["organisation_kind.code"],
            name=op.f("fk_organisation_kind_organisation_kind"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["organisation.key"],
            name=op.f("fk_organisation_parent_organisation"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_kind"), "organisation", ["kind"])
    op.create_index(op.f("ix_organisation_parent"), "organisation", ["parent"])
    op.create_index(op.f("ix_organisation_protected"), "organisation", ["protected"])

    op.create_table(
        "override",
        sa.Column("code", key(64), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("source", key(64), nullable=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.key"],
            name=op.f("fk_override_source_source"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_override")),
    )
    op.create_table(
        "person",
        sa.Column("key", key(96), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["entry.key"],
            name=op.f("fk_person_key_entry"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_person")),
    )
    op.create_table(
        "place_parent",
        sa.Column("place", key(64), nullable=False),
        sa.Column("parent", key(64), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["place.code"],
            name=op.f("fk_place_parent_parent_place"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["place"],
            ["place.code"],
            name=op.f("fk_place_parent_place_place"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("place", "parent", name=op.f("pk_place_parent")),
    )
    op.create_index(op.f("ix_place_parent_parent"), "place_parent", ["parent"])

    op.create_table(
        "place_successor",
        sa.Column("place", key(64), nullable=False),
        sa.Column("successor", key(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["place"],
            ["place.code"],
            name=op.f("fk_place_successor_place_place"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["successor"],
            ["place.code"],
            name=op.f("fk_place_successor_successor_place"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("place", "successor", name=op.f("pk_place_successor")),
    )
    op.create_index(
        op.f("ix_place_successor_successor"), "place_successor", ["successor"]
    )

    op.create_table(
        "step",
        sa.Column("code", key(64), nullable=False),
        sa.Column("process", key(64), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("phase", key(64), nullable=True),
        sa.Column("pillar", key(64), nullable=True),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("deadline", JSON, nullable=True),
        sa.Column("condition", JSON, nullable=True),
        sa.Column("note", JSON, nullable=True),
        sa.Column("parallel", sa.String(length=20), nullable=True),
        sa.Column("certainty", sa.String(length=1), nullable=True),
        sa.Column("source", key(64), nullable=True),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=False),
        sa.Column("appeal", sa.String(), nullable=False),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("rights_minor", sa.String(), nullable=False),
        sa.Column("may_identify", sa.String(), nullable=False),
        sa.Column("shares", JSON, nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["phase"],
            ["phase.code"],
            name=op.f("fk_step_phase_phase"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pillar"],
            ["pillar.code"],
            name=op.f("fk_step_pillar_pillar"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["process"],
            ["process.code"],
            name=op.f("fk_step_process_process"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.key"],
            name=op.f("fk_step_source_source"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_step")),
    )
    op.create_table(
        "handover",
        sa.Column("key", key(600), nullable=False),
        sa.Column("from_step", key(64), nullable=False),
        sa.Column("to_step", key(64), nullable=False),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("share", key(64), nullable=True),
        sa.Column("note", JSON, nullable=True),
        sa.Column("becomes", key(64), nullable=True),
        sa.Column("known_gap", sa.Boolean(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["becomes"],
            ["track.code"],
            name=op.f("fk_handover_becomes_track"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["from_step"],
            ["step.code"],
            name=op.f("fk_handover_from_step_step"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["share"],
            ["sharing_rule.code"],
            name=op.f("fk_handover_share_sharing_rule"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["to_step"],
            ["step.code"],
            name=op.f("fk_handover_to_step_step"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_from_step"), "handover", ["from_step"])
    op.create_index(op.f("ix_handover_to_step"), "handover", ["to_step"])

    op.create_table(
        "post",
        sa.Column("key", key(96), nullable=False),
        sa.Column("organisation", key(96), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["entry.key"],
            name=op.f("fk_post_key_entry"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.key"],
            name=op.f("fk_post_organisation_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_organisation"), "post", ["organisation"])

    op.create_table(
        "responsibility",
        sa.Column("key", key(600), nullable=False),
        sa.Column("step", key(64), nullable=False),
        sa.Column("role", sa.String(length=1), nullable=False),
        sa.Column("holder_kind", key(64), nullable=True),
        sa.Column("holder_key", key(96), nullable=True),
        sa.Column("place", key(64), nullable=False),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("sources", sa.String(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", key(64), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(holder_kind IS NULL) <> (holder_key IS NULL)",
            name=op.f("ck_responsibility_one_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_key"],
            ["entry.key"],
            name=op.f("fk_responsibility_holder_key_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["holder_kind"],
            ["organisation_kind.code"],
            name=op.f("fk_responsibility_holder_kind_organisation_kind"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place"],
            ["place.code"],
            name=op.f("fk_responsibility_place_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["step"],
            ["step.code"],
            name=op.f("fk_responsibility_step_step"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_responsibility")),
    )
    op.create_index(
        op.f("ix_responsibility_holder_key"), "responsibility", ["holder_key"]
    )
    op.create_index(
        op.f("ix_responsibility_holder_kind"), "responsibility", ["holder_kind"]
    )
    op.create_index(op.f("ix_responsibility_place"), "responsibility", ["place"])
    op.create_index(
        op.f("ix_responsibility_step_place"), "responsibility", ["step", "place"]
    )

    op.create_table(
        "service_area",
        sa.Column("organisation", key(96), nullable=False),
        sa.Column("place", key(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.key"],
            name=op.f("fk_service_area_organisation_organisation"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["place"],
            ["place.code"],
            name=op.f("fk_service_area_place_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("organisation", "place", name=op.f("pk_service_area")),
    )
    op.create_index(op.f("ix_service_area_place"), "service_area", ["place"])

    op.create_table(
        "holding",
        sa.Column("key", key(600), nullable=False),
        sa.Column("person", key(96), nullable=False),
        sa.Column("post", key(96), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.key"],
            name=op.f("fk_holding_person_person"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["post"],
            ["post.key"],
            name=op.f("fk_holding_post_post"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_holding")),
    )
    op.create_index(op.f("ix_holding_person"), "holding", ["person"])
    op.create_index(op.f("ix_holding_post"), "holding", ["post"])
    op.bulk_insert(counter, [{"id": 1, "value": 0}])


def downgrade() -> None:
    for table in (
        "holding",
        "service_area",
        "responsibility",
        "post",
        "handover",
        "step",
        "place_successor",
        "place_parent",
        "person",
        "override",
        "organisation",
        "contact_point",
        "track",
        "source",
        "sharing_rule",
        "right",
        "process",
        "place",
        "pillar",
        "phase",
        "organisation_kind",
        "entry",
        "change_counter",
        "change",
    ):
        op.drop_table(table)
