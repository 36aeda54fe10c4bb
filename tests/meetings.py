"""A small network that meets, and meetings of it as their organizer makes them."""

from datetime import UTC, datetime
from typing import Any

from coordinator import (
    accounts,
    catalogue,
    guests,
    invitations,
    meeting_values,
    meetings,
)
from coordinator.access import UNIT, select_to_write
from coordinator.accounts import Account
from coordinator.guests import Guest, Guests
from models import User, db
from tests.exchanging import bring_all

FILES = {
    "organisations": "key,name,kind,serves,protected,valid_to\n"
    "bv,Barnevernet,child_welfare,5001,,\n"
    "politi,Politiet,police_district,pd-trondelag,,\n"
    "barnehus,Barnehuset,child_house,pd-trondelag,,\n"
    "rosa-midt,ROSA Midt,rosa,,,\n"
    "statsforvalter,Statsforvalteren,county_governor,50,,\n"
    "senter,Krisesenteret,crisis_centre,5001,true,\n"
    "nedlagt,Det nedlagte,rosa,,,2026-06-30\n",
    "posts": "key,organisation,title\n"
    "leder,bv,Leder\nvakt,bv,Vaktleder\netterforsker,politi,Etterforsker\n",
    "persons": "key,name\nkari,Kari\nola,Ola\nnils,Nils\n",
    "holdings": "person,post,deputy,valid_from,valid_to\n"
    "kari,leder,,,2026-12-31\nnils,leder,,2027-01-01,\n"
    "ola,etterforsker,true,,\n",
    "contact-points": "owner,channel,value,audience\n"
    "bv,email,post@bv.example,public\n"
    "leder,email,leder@bv.example,network\n"
    "kari,email,kari@bv.example,network\n"
    "etterforsker,email,sak@politi.example,network\n"
    "politi,phone,02800,public\n"
    "rosa-midt,email,midt@rosa.example,public\n"
    "statsforvalter,email,post@statsforvalter.example,public\n"
    "senter,email,post@senter.example,unit\n"
    "barnehus,phone,72540000,public\n",
    "responsibilities": "step,role,holder,place,tracks,status\n"
    "report_child,A,leder,5001,,agreed\n"
    "report_child,R,vakt,5001,,agreed\n"
    "report_child,R,etterforsker,5001,,agreed\n"
    "report_child,R,barnehus,5001,,agreed\n"
    "report_child,C,rosa-midt,5001,,agreed\n"
    "report_child,I,statsforvalter,5001,,agreed\n",
    "networks": "key,name\nforum,Samarbeidsgruppen\n",
    "memberships": "network,holder,role,valid_to\n"
    "forum,rosa-midt,chair,\nforum,leder,member,\nforum,politi,observer,\n"
    "forum,statsforvalter,member,2026-01-31\n",
}
ITEM = {"title": "Melding", "minutes": "20", "steps": ["report_child"], "place": "5001"}
# Nobody else of the reference is asked: what the files above say stands in 5001.
CELLS = {
    "title": "Barn i Trondheim",
    "starts": "2026-12-09T10:00",
    "ends": "2026-12-09T11:30",
    "location": "Møterom 3, Storgata 1, Trondheim",
    "link": "https://video.example/rom",
    "agenda": [ITEM],
}


def bring_network() -> None:
    """Write the network into the database."""
    bring_all(FILES)


def organizer(email: str = "enheten@example.org") -> Account:
    """Return someone of the unit who is signed in."""
    return account(email, "unit")


def agency(organisation: str = "bv", email: str = "bv@example.org") -> Account:
    """Return a user of an agency who is signed in."""
    return account(email, "agency", organisation)


def account(email: str, role: str, organisation: str | None = None) -> Account:
    """Return a new user, as if she were signed in."""
    accounts.create(email, role, organisation)
    key = db.session.scalars(select_to_write(User.key).where(User.email == email)).one()
    db.session.rollback()
    return Account(key, email, role, organisation, "nb", "", now())


def wanted(**changed: Any) -> meeting_values.MeetingWanted:
    """Return what a form or a program sends of a meeting, read."""
    found = meeting_values.read_meeting(CELLS | changed, catalogue.current(UNIT))
    db.session.rollback()
    return found


def a_meeting(account: Account, **changed: Any) -> str:
    """Make a meeting and return its key."""
    return meetings.create(wanted(**changed), account)


def change(key: str, account: Account, **changed: Any) -> list[datetime]:
    """Change a meeting to what `a_meeting` makes with these changes."""
    return meetings.change(key, wanted(**changed), account, with_agenda=True)


def of(key: str) -> Guests:
    """Return the meeting and its guests, in a transaction of its own."""
    found = guests.of(key)
    db.session.rollback()
    return found


def guest(key: str, name: str) -> Guest:
    """Return the guest of that name."""
    (found,) = (one for one in of(key).guests if one.invitee.name == name)
    return found


def preview(key: str) -> list[tuple[str, str, str]]:
    """Return what would be sent: name, what, and the occurrence it is about."""
    posts = invitations.pending(of(key))
    db.session.rollback()
    return told(posts)


def send(key: str, account: Account) -> list[tuple[str, str, str]]:
    """Send what differs and return it as `preview` does."""
    return told(invitations.send(key, account))


def told(posts: list[Any]) -> list[tuple[str, str, str]]:
    """Return posts as name, what, and the occurrence they are about."""
    return sorted(
        (
            one.guest.invitee.name,
            one.what,
            meetings.iso(one.original) if one.original else "",
        )
        for one in posts
    )


def sequence(key: str) -> int:
    """Return the meeting's SEQUENCE."""
    found = meetings.profile(key, UNIT).meeting.sequence
    db.session.rollback()
    return found


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)
