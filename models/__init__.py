"""Facts: tables, relations, and what can be said of one row."""

from models.base import (
    AUDIENCES,
    LANGUAGES,
    SCHEMA,
    Base,
    LocalisedText,
    db,
    fold,
    text_in,
)
from models.change import Change, ChangeCounter, begin_write, is_writing
from models.contact_point import CHANNELS, ContactPoint
from models.organisation import Entry, Organisation, OrganisationKind, ServiceArea
from models.person import Person
from models.place import PLACE_KINDS, Place, PlaceParent, PlaceSuccessor
from models.post import Holding, Post
from models.process import (
    Handover,
    Override,
    Phase,
    Pillar,
    Process,
    Right,
    SharingRule,
    Step,
    Track,
)
from models.responsibility import ROLES, STATUSES, Responsibility
from models.source import Source
from models.suggestion import SUGGESTION_KINDS, Suggestion

__all__ = [
    "AUDIENCES",
    "CHANNELS",
    "LANGUAGES",
    "PLACE_KINDS",
    "ROLES",
    "SCHEMA",
    "STATUSES",
    "SUGGESTION_KINDS",
    "Base",
    "Change",
    "ChangeCounter",
    "ContactPoint",
    "Entry",
    "Handover",
    "Holding",
    "LocalisedText",
    "Organisation",
    "OrganisationKind",
    "Override",
    "Person",
    "Phase",
    "Pillar",
    "Place",
    "PlaceParent",
    "PlaceSuccessor",
    "Post",
    "Process",
    "Responsibility",
    "Right",
    "ServiceArea",
    "SharingRule",
    "Source",
    "Step",
    "Suggestion",
    "Track",
    "begin_write",
    "db",
    "fold",
    "is_writing",
    "text_in",
]
