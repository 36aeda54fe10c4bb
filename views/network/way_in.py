"""The way in: from one to another by people who know each other, in words."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from coordinator import meetings, networks, questions, registers
from coordinator.errors import NotFound
from views import asked
from views.network.blueprint import bp
from views.network.telling import named
from views.viewing import viewer

KINDS = ("organisation", "post", "person")
NETWORK, MEETING = "network:", "meeting:"
# How one on the way is tied to the next.
TIES = {
    ("person", "post"): _l("har funksjonen"),
    ("post", "person"): _l("som denne har"),
    ("post", "organisation"): _l("hører til"),
    ("organisation", "post"): _l("har funksjonen"),
    ("organisation", "network"): _l("er med i"),
    ("post", "network"): _l("er med i"),
    ("organisation", "meeting"): _l("var med på"),
    ("post", "meeting"): _l("var med på"),
    ("meeting", "organisation"): _l("der også denne var med"),
    ("meeting", "post"): _l("der også denne var med"),
    ("network", "organisation"): _l("der også denne er med"),
    ("network", "post"): _l("der også denne er med"),
}
NODE_KINDS = {
    "person": _l("person"),
    "post": _l("funksjon"),
    "organisation": _l("instans"),
    "network": _l("nettverk"),
    "meeting": _l("møte"),
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
    kinds = registers.kinds(way, viewer())
    called = named(way, viewer()) | _called(way)
    shown = [(one, _kind_of(one, kinds)) for one in way]
    following = [kind for _key, kind in shown[1:]]
    return [
        {
            "name": called.get(key, key),
            "kind": NODE_KINDS[kind],
            "href": _page_of(key, kind),
            "tie": TIES.get((kind, then), _("kjenner")) if then else "",
        }
        for (key, kind), then in zip(shown, [*following, ""], strict=True)
    ]


def _kind_of(key: str, kinds: Mapping[str, str]) -> str:
    for prefix in (NETWORK, MEETING):
        if key.startswith(prefix):
            return prefix.rstrip(":")
    return kinds.get(key, "organisation")


def _called(way: Iterable[str]) -> dict[str, str]:
    """Return what the networks and meetings on the way are called."""
    found: dict[str, str] = {}
    for prefix, names in ((NETWORK, networks.names), (MEETING, meetings.names)):
        keys = [one.removeprefix(prefix) for one in way if one.startswith(prefix)]
        if keys:
            named_so = names(keys, viewer())
            found |= {f"{prefix}{key}": name for key, name in named_so.items()}
    return found


def _page_of(key: str, kind: str) -> str:
    if kind == "network":
        return url_for("networks.show", key=key.removeprefix(NETWORK))
    if kind == "meeting":
        return url_for("meetings.show", key=key.removeprefix(MEETING))
    return url_for("records.show", register=REGISTERS[kind], address=key)
