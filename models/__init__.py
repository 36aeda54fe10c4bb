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
from models.change import (
    Change,
    ChangeCounter,
    begin_write,
    followers,
    is_writing,
    one_write,
)
from models.chapter import INDICATOR_FORMS, Chapter, Indicator
from models.contact_point import CHANNELS, ContactPoint
from models.finding import Acceptance, Analysis, Scenario, Sighting
from models.invitation import (
    ANSWERS,
    INVITATION_ORIGINS,
    PARTS,
    Attendance,
    Feed,
    Invitation,
    OccurrenceAnswer,
    Received,
    Sent,
)
from models.meeting import MEETING_STATUSES, AgendaItem, Meeting, Occurrence
from models.message import MESSAGE_STATES, Message
from models.network import MEMBER_ROLES, Membership, Network
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
from models.search import TIERS, TRIGRAMS, SearchEntry, SearchWord, Synonym
from models.shape import Shape
from models.source import Source
from models.suggestion import SUGGESTION_KINDS, Suggestion
from models.user import (
    LINK_PURPOSES,
    USER_ROLES,
    OneTimeLink,
    Token,
    User,
    UserSession,
)

__all__ = [
    "ANSWERS",
    "AUDIENCES",
    "CHANNELS",
    "INDICATOR_FORMS",
    "INVITATION_ORIGINS",
    "LANGUAGES",
    "LINK_PURPOSES",
    "MEETING_STATUSES",
    "MEMBER_ROLES",
    "MESSAGE_STATES",
    "PARTS",
    "PLACE_KINDS",
    "ROLES",
    "SCHEMA",
    "STATUSES",
    "SUGGESTION_KINDS",
    "TIERS",
    "TRIGRAMS",
    "USER_ROLES",
    "Acceptance",
    "AgendaItem",
    "Analysis",
    "Attendance",
    "Base",
    "Change",
    "ChangeCounter",
    "Chapter",
    "ContactPoint",
    "Entry",
    "Feed",
    "Handover",
    "Holding",
    "Indicator",
    "Invitation",
    "LocalisedText",
    "Meeting",
    "Membership",
    "Message",
    "Network",
    "Occurrence",
    "OccurrenceAnswer",
    "OneTimeLink",
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
    "Received",
    "Responsibility",
    "Right",
    "Scenario",
    "SearchEntry",
    "SearchWord",
    "Sent",
    "ServiceArea",
    "Shape",
    "SharingRule",
    "Sighting",
    "Source",
    "Step",
    "Suggestion",
    "Synonym",
    "Token",
    "Track",
    "User",
    "UserSession",
    "begin_write",
    "db",
    "fold",
    "followers",
    "is_writing",
    "one_write",
    "text_in",
]
