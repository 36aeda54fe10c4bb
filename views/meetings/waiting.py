"""What came by mail about a meeting and waits for its organizer's one click."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import inbox
from coordinator.editing import Invalid
from coordinator.errors import NotFound
from coordinator.inbox import ByHand, Item, Waiting
from coordinator.meetings import IsCancelled
from coordinator.replies import NotAsked
from views import asked
from views.meetings import times, words
from views.meetings.blueprint import organizing

# Why an answer may not be the invitee's own; else the sentence says enough.
DOUBTS = {
    "failed_dmarc": _l("Avsenderen er ikke bekreftet av sin egen e-posttjeneste."),
    "several_senders": _l("Den har flere avsendere."),
    "other_address": _l("Den svarer for en annen adresse enn den som ble invitert."),
    "other_sender": _l("Den kom fra en annen adresse enn den som ble invitert."),
    "several_attendees": _l("Den svarer for flere."),
    "no_token": _l("Den kom ikke til adressen som sto i invitasjonen."),
    "unknown_occurrence": _l("Den gjelder en gang som ikke finnes i serien."),
    "too_many": _l("Det har kommet mange svar fra samme sted."),
    "no_stamp": _l("Den sier ikke når den ble skrevet."),
    "stamp_ahead": _l("Den sier at den er skrevet i framtiden."),
    "no_delegate": _l("Den sier ikke hvem som kommer i stedet."),
    "delegates_occurrence": _l("Den sender en annen bare én gang, og det må du ordne."),
}
OTHERS = {
    "written": _l("Et svar skrevet som vanlig tekst. Les det i postkassen."),
    "foreign": _l("En kalenderbeskjed av et slag vi ikke bruker."),
    "unknown_meeting": _l("Et svar på et annet møte."),
    "unreadable": _l("Et svar som ikke kan leses."),
    "too_large": _l("En e-post som er for stor til å leses."),
    "poison": _l("En e-post som ikke kunne leses."),
}
# What the two buttons say.
CHOICES = {
    "held": (_l("La svaret gjelde"), _l("La det ligge")),
    "proposal": (_l("Flytt dit"), _l("Behold tiden")),
    "crasher": (_l("Legg til som gjest"), _l("Nei")),
}
REFUSED = "not_settled"


def told(key: str) -> list[dict[str, Any]]:
    """Return what waits, the oldest first, with what one may do about it."""
    return [_mail(one) for one in inbox.waiting(key)]


def _mail(mail: Waiting) -> dict[str, Any]:
    accept, refuse = CHOICES.get(mail.verdict, ("", _l("Merk som sett")))
    items = [one for one in mail.items if one.verdict in (*CHOICES, *OTHERS)]
    return {
        "digest": mail.digest,
        "at": mail.received_at,
        "sender": mail.sender,
        "said": [_sentence(one, mail) for one in items or mail.items],
        "doubts": list(
            dict.fromkeys(str(DOUBTS[one.why]) for one in items if one.why in DOUBTS)
        ),
        "comments": [one.comment for one in items if one.comment],
        "accept": str(accept),
        "refuse": str(refuse),
    }


def _sentence(item: Item, mail: Waiting) -> str:
    name = item.name or item.attendee or mail.sender
    if item.verdict == "held" and item.method == "REFRESH":
        return str(_("%(name)s ber om invitasjonen på nytt.", name=name))
    if item.verdict == "held":
        state = words.OF_GIVEN.get(item.answer, "waiting")
        answer = words.STATES[state][0]
        if item.delegate:
            return str(
                _("%(name)s sender %(other)s i stedet.", name=name, other=item.delegate)
            )
        if item.original:
            when = times.in_sentence(item.original, item.original, is_start=True)
            return str(
                _(
                    "%(name)s: %(answer)s, %(when)s.",
                    name=name,
                    answer=answer,
                    when=when,
                )
            )
        return str(_("%(name)s: %(answer)s.", name=name, answer=answer))
    if item.verdict == "proposal" and item.starts and item.ends:
        when = times.in_sentence(item.starts, item.ends)
        return str(_("%(name)s foreslår %(when)s.", name=name, when=when))
    if item.verdict == "crasher":
        return str(_("%(name)s svarer, men er ikke invitert.", name=name))
    return str(OTHERS.get(item.verdict, OTHERS["unreadable"]))


@organizing.post("/<key>/waiting/<digest>")
def settle(key: str, digest: str) -> BaseResponse:
    """Accept or refuse what a mail says; it waits no longer."""
    accepts = request.form.get("choice") == "accept"
    waiting = {one.digest for one in inbox.waiting(asked.part("key"))}
    done = "settled"
    try:
        if digest not in waiting:
            raise NotFound("mail", "")
        inbox.settle(digest, current_user.account, accept=accepts)
    except (Invalid, ByHand, NotAsked, NotFound, IsCancelled):
        done = REFUSED
    return redirect(url_for("meetings.show", key=key, done=done), 303)
