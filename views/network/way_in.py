"""The way in: from one to another by people who know each other, in words."""

from typing import Any, NamedTuple

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from coordinator import networks, questions, registers
from coordinator.errors import NotFound
from views import asked
from views.network.blueprint import bp
from views.network.telling import named
from views.viewing import viewer

KINDS = ("organisation", "post", "person")
NETWORK = "network:"
# How one on the way is tied to the next.
TIES = {
    ("person", "post"): _l("har funksjonen"),
    ("post", "person"): _l("som denne har"),
    ("post", "organisation"): _l("hører til"),
    ("organisation", "post"): _l("har funksjonen"),
    ("organisation", "network"): _l("er med i"),
    ("post", "network"): _l("er med i"),
    ("network", "organisation"): _l("der også denne er med"),
    ("network", "post"): _l("der også denne er med"),
}
NODE_KINDS = {
    "person": _l("person"),
    "post": _l("funksjon"),
    "organisation": _l("instans"),
    "network": _l("nettverk"),
}
REGISTERS = {"person": "persons", "post": "posts", "organisation": "organisations"}


class End(NamedTuple):
    """An end of the way: what was typed, whom it means, or the choices, or a fault."""

    typed: str
    key: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    fault: str = ""


@bp.get("/way-in")
def way_in() -> BaseResponse:
    """Show the way from one to the other, chosen by name."""
    ends = {name: _end(name) for name in ("from", "to")}
    source, target = ends["from"], ends["to"]
    way: list[str] | None = None
    if source.key and target.key:
        try:
            way = questions.way_in(source.key, target.key, viewer())
        except NotFound as error:
            ends[error.parameter] = ends[error.parameter]._replace(
                fault=_not_found(ends[error.parameter].typed)
            )
    faults = [(name, one.fault) for name, one in ends.items() if one.fault]
    page = render_template(
        "network/way_in.html",
        ends=ends,
        labels={"from": _("Fra"), "to": _("Til")},
        faults=faults,
        by_field=dict(faults),
        way=_told(way) if way else [],
        is_asked=way is not None,
    )
    return make_response(page, 404 if faults else 200)


def _end(name: str) -> End:
    own = viewer().own if name == "from" and name not in request.args else None
    try:
        typed = own or asked.text(name)
    except asked.BadParameter:
        return End("", fault=_("Skriv ett navn, uten tegn som ikke kan brukes."))
    if not typed:
        return End("")
    if called := registers.names([typed], viewer()):
        return End(called[typed], typed)
    found = registers.called(typed, viewer(), KINDS)
    if not found:
        return End(typed, fault=_not_found(typed))
    if len(found) == 1:
        key, called_so = next(iter(found.items()))
        return End(called_so, key)
    return End(typed, choices=tuple((n, _with(name, key)) for key, n in found.items()))


def _not_found(typed: str) -> str:
    return str(_("Vi kjenner ingen som heter «%(value)s».", value=typed))


def _with(name: str, key: str) -> str:
    given = asked.given("from", "to") | {name: key}
    return url_for("network.way_in", **given)  # type: ignore[arg-type]


def _told(way: list[str]) -> list[dict[str, Any]]:
    """Return each on the way: name, kind, page, and how she is tied to the next."""
    entries, kinds = named(way, viewer()), registers.kinds(way, viewer())
    forums = networks.names(
        [one.removeprefix(NETWORK) for one in way if one.startswith(NETWORK)], viewer()
    )
    shown = [
        (
            one,
            "network" if one.startswith(NETWORK) else kinds.get(one, "organisation"),
        )
        for one in way
    ]
    following = [kind for _key, kind in shown[1:]]
    return [
        {
            "name": forums.get(key.removeprefix(NETWORK), key)
            if kind == "network"
            else entries.get(key, key),
            "kind": NODE_KINDS[kind],
            "href": url_for("networks.show", key=key.removeprefix(NETWORK))
            if kind == "network"
            else url_for("records.show", register=REGISTERS[kind], address=key),
            "tie": TIES.get((kind, then), _("kjenner")) if then else "",
        }
        for (key, kind), then in zip(shown, [*following, ""], strict=True)
    ]
