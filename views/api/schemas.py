"""The shapes that the API sends, for its OpenAPI document and its tests."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Role = Literal["A", "R", "C", "I"]
Status = Literal["statutory", "agreed", "proposed", "contested", "unclear"]
Channel = Literal["phone", "email", "web", "visit"]
Audience = Literal["public", "network", "unit", "protected"]
MemberRole = Literal["chair", "deputy", "member", "observer"]
Reason = Literal[
    "nearest_place",
    "names_track",
    "kind_serves_place",
    "kind_serves_wider_place",
    "post_holder",
    "deputy",
    "vacant_post",
    "function_line",
    "fallback_kind",
    "everyone",
    "statutory_stands",
]
Flag = Literal[
    "overlap",
    "no_accountable",
    "unresolved",
    "pending",
    "merged_place",
    "not_for_track",
    "stale",
]


class Shape(BaseModel):
    """A shape that names every field it has."""

    model_config = ConfigDict(extra="forbid")


class ContactPoint(Shape):
    """How someone is reached; `open_now` is null when that is not known."""

    channel: Channel
    value: str
    open_now: bool | None
    audience: Audience
    hours: str
    note: str
    confirmed: str | None


class OrganisationName(Shape):
    """An organisation by key, name and kind."""

    key: str
    name: str
    kind: str


class PostName(Shape):
    """A post by key and title."""

    key: str
    title: str


class PersonName(Shape):
    """A person by key, name and languages."""

    key: str
    name: str
    languages: list[str]


class Actor(Shape):
    """Who acts in a role, and by which rule."""

    organisation: OrganisationName | None
    post: PostName | None
    person: PersonName | None
    via: str
    place: str
    serves_place: str | None
    status: Status
    confirmed: str | None
    fallback: bool
    reasons: list[Reason]
    contact_points: list[ContactPoint]


class Beaten(Actor):
    """What waits for agreement or was beaten, and why."""

    role: Role
    reason: Reason


class First(Shape):
    """Who stands on top: `roles[role][index]`."""

    role: Role
    index: int


class Override(Shape):
    """What goes before every answer."""

    code: str
    text: str


class Unresolved(Shape):
    """A holder that resolves to nobody here and now."""

    role: Role
    holder: str
    label: str


class Right(Shape):
    """A right to mention."""

    code: str
    label: str


class AppealBody(OrganisationName):
    """An organisation that decides appeals, and its lines."""

    contact_points: list[ContactPoint]


class Appeal(Shape):
    """Where a decision is appealed."""

    kind: str
    label: str
    organisations: list[AppealBody]


class Next(Shape):
    """A step that follows, and what may be shared on the way to it."""

    step: str
    title: str
    track: str | None
    share: str | None
    note: str | None
    known_gap: bool


class UnitLine(Shape):
    """A line of the coordination unit."""

    channel: Channel
    value: str


class Unit(Shape):
    """The coordination unit, for questions about the system."""

    name: str
    contact_points: list[UnitLine]


class Source(Shape):
    """What the answer rests on."""

    key: str
    title: str
    note: str | None
    checked: str | None


class Roles(Shape):
    """Accountable, responsible, consulted, informed."""

    A: list[Actor]
    R: list[Actor]
    C: list[Actor]
    I: list[Actor]  # noqa: E741  # the letter of RACI


class Answer(Shape):
    """Who acts on a step, here, for this person, and why."""

    step: str
    title: str
    summary: str | None
    place: str
    place_name: str
    asked_place: str
    asked_place_name: str
    track: str | None
    on: str
    status: Status
    first: First | None
    overrides: list[Override]
    roles: Roles
    pending: list[Beaten]
    others: list[Beaten]
    unresolved: list[Unresolved]
    flags: list[Flag]
    rights: list[Right]
    share: str | None
    deadline: str | None
    condition: str | None
    note: str | None
    appeal: list[Appeal]
    next: list[Next]
    unit: Unit
    sources: list[Source]


class Place(Shape):
    """A place, with the columns of its exchange file."""

    code: str
    kind: str
    name: str
    parents: list[str]
    other_names: list[str]
    valid_from: str | None
    valid_to: str | None
    successor: list[str]


class Step(Shape):
    """A step of a process."""

    code: str
    title: str
    summary: str | None
    process: str
    phase: str | None
    pillar: str | None
    order: int
    tracks: list[str]
    parallel: str | None
    rights: list[str]
    fallback: list[str]
    appeal: list[str]


class Organisation(Shape):
    """An organisation, with the columns of its exchange file."""

    key: str
    name: str
    kind: str
    parent: str | None
    orgnr: str | None
    serves: list[str]
    protected: bool
    web: str | None
    languages: list[str]
    valid_from: str | None
    valid_to: str | None


class Post(Shape):
    """A post, with the columns of its exchange file."""

    key: str
    organisation: str
    title: str
    valid_from: str | None
    valid_to: str | None


class OwnedContactPoint(Shape):
    """A contact point, with the columns of its exchange file."""

    owner: str
    channel: Channel
    value: str
    audience: Audience
    hours: str
    order: int
    note: str


class Responsibility(Shape):
    """A responsibility, with the columns of its exchange file."""

    step: str
    role: Role
    holder: str
    place: str
    tracks: list[str]
    status: Status
    valid_from: str | None
    valid_to: str | None
    sources: list[str]
    order: int


class Network(Shape):
    """A network, with the columns of its exchange file."""

    key: str
    name: str
    mandate: str
    valid_from: str | None
    valid_to: str | None


class Membership(Shape):
    """A membership of a network, with the columns of its exchange file."""

    network: str
    holder: str
    role: MemberRole
    valid_from: str | None
    valid_to: str | None


class Hit(Shape):
    """Something that fits what was typed; `url` is the path of its page."""

    kind: Literal[
        "step",
        "right",
        "guide",
        "organisation",
        "post",
        "person",
        "network",
        "meeting",
        "place",
        "source",
    ]
    key: str
    title: str
    url: str


class Found(Shape):
    """What fits, best first; `next` is the address of what comes after."""

    results: list[Hit]
    next: str | None


class GuideSource(Shape):
    """What a chapter rests on, and the day it was last checked."""

    key: str
    title: str
    checked: str | None


class GuideItem(Shape):
    """A line made of the records: a step by its code, and whom to call for it."""

    text: str
    step: str | None
    organisation: OrganisationName | None
    contact_points: list[ContactPoint]


class GuideSection(Shape):
    """What stands beside the text of a chapter, under a heading of its own."""

    title: str
    items: list[GuideItem]


class Chapter(Shape):
    """A chapter of the identification guide; `text` is Markdown."""

    code: str
    number: int
    title: str
    text: str
    url: str
    sources: list[GuideSource]
    sections: list[GuideSection]


class Guide(Shape):
    """The identification guide, in one language."""

    language: str
    chapters: list[Chapter]


class PlaceList(Shape):
    """A page of places, and where the next one is."""

    results: list[Place]
    next: str | None


class StepList(Shape):
    """A page of steps, and where the next one is."""

    results: list[Step]
    next: str | None


class OrganisationList(Shape):
    """A page of organisations, and where the next one is."""

    results: list[Organisation]
    next: str | None


class PostList(Shape):
    """A page of posts, and where the next one is."""

    results: list[Post]
    next: str | None


class ContactPointList(Shape):
    """A page of contact points, and where the next one is."""

    results: list[OwnedContactPoint]
    next: str | None


class ResponsibilityList(Shape):
    """A page of responsibilities, and where the next one is."""

    results: list[Responsibility]
    next: str | None


class NetworkList(Shape):
    """A page of networks, and where the next one is."""

    results: list[Network]
    next: str | None


class ListedMeeting(Shape):
    """A meeting as its exchange file has it, and what calendars know it by.

    Times are wall times in its zone; of a series those of the first.
    """

    id: str
    key: str
    uid: str
    sequence: int
    status: str
    network: str | None
    title: str
    starts: str
    ends: str
    timezone: str
    steps: list[str]


class Attendance(Shape):
    """Who was asked to a meeting: the answer, and whether it came; null: not noted."""

    meeting: str
    holder: str
    answer: str | None
    attended: bool | None


class MeetingList(Shape):
    """A page of meetings, and where the next one is."""

    results: list[ListedMeeting]
    next: str | None


class AttendanceList(Shape):
    """A page of attendances, and where the next one is."""

    results: list[Attendance]
    next: str | None


class Synonym(Shape):
    """What people say, in a language, for a step, a right, a kind or a chapter."""

    subject: str
    language: str
    phrase: str


class SynonymList(Shape):
    """A page of synonyms, and where the next one is."""

    results: list[Synonym]
    next: str | None


class MembershipList(Shape):
    """A page of memberships, and where the next one is."""

    results: list[Membership]
    next: str | None


LIST_SCHEMAS: dict[str, type[Shape]] = {
    "places": PlaceList,
    "steps": StepList,
    "organisations": OrganisationList,
    "posts": PostList,
    "contact-points": ContactPointList,
    "responsibilities": ResponsibilityList,
    "networks": NetworkList,
    "memberships": MembershipList,
    "meetings": MeetingList,
    "attendances": AttendanceList,
    "synonyms": SynonymList,
}


class Problem(BaseModel):
    """An error as RFC 9457 has it; `parameter` names what is wrong."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    parameter: str | None = None
    successors: list[str] | None = None
