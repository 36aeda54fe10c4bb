"""Who did something, in words: a user for the unit, to others only "another"."""

from flask_babel import gettext as _

from coordinator import accounts
from coordinator.access import UNIT
from views import wording
from views.viewing import viewer


def name_of(who: str) -> str:
    """Return who did it: the address of a user, for the unit; else what did it."""
    if who in wording.WHO:
        return str(wording.WHO[who])
    if viewer() != UNIT:
        return str(_("en annen"))
    return accounts.email_of(who, UNIT) or str(_("En som ikke er bruker lenger"))
