"""Registers of records: lists, a page for each record, and its form."""

from typing import Any

from apiflask import APIBlueprint
from flask import (
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from coordinator import (
    catalogue,
    deletion,
    editing,
    history,
    meeting_names,
    networks,
    places,
    registers,
    synonyms,
)
from coordinator.access import UNIT
from coordinator.accounts import Account
from coordinator.catalogue import Catalogue
from coordinator.columns import EDITED, RecordKind
from coordinator.editing import Cells, Collision, Gone, Invalid, NotAllowed
from coordinator.errors import NotFound
from coordinator.exchange import Finding
from coordinator.registers import PAGE, Wanted
from views import asked, cells, forms, wording
from views import history as told
from views.cells import Words
from views.doers import name_of
from views.language import chosen_language
from views.network import around
from views.policy import EDITORS
from views.viewing import viewer
from views.wording import problem

bp = APIBlueprint("records", __name__, url_prefix="/records", enable_openapi=False)

# What a list shows of each kind, the first being what the record is called by.
SHOWN = {
    "organisations": ("name", "kind", "parent", "serves", "valid_to"),
    "posts": ("title", "organisation", "valid_from", "valid_to"),
    "persons": ("name", "languages"),
    "holdings": ("person", "post", "deputy", "valid_from", "valid_to"),
    "contact-points": ("value", "owner", "channel", "audience", "hours"),
    "responsibilities": ("step", "role", "holder", "place", "tracks", "status"),
    "networks": ("name", "mandate", "valid_from", "valid_to"),
    "memberships": ("holder", "network", "role", "valid_from", "valid_to"),
    "attendances": ("holder", "meeting", "answer", "attended"),
    "synonyms": ("phrase", "subject", "language"),
    "places": ("name", "code", "kind", "parents", "valid_to"),
    "steps": ("title_nb", "process", "phase", "tracks"),
    "handovers": ("from_step", "to_step", "tracks", "known_gap"),
    "rights": ("label_nb", "steps"),
    "indicators": ("text_nb", "form"),
    "sources": ("title_nb", "checked_on", "next_check_on"),
    "chapters": ("title_nb", "code", "sources"),
}
NARROWED = {
    "organisations": ("kind", "protected"),
    "posts": ("organisation",),
    "holdings": ("post", "person", "deputy"),
    "contact-points": ("owner", "channel", "audience"),
    "responsibilities": ("step", "role", "holder", "place", "status"),
    "memberships": ("network", "holder", "role"),
    "attendances": ("meeting", "holder", "answer", "attended"),
    "synonyms": ("subject", "language"),
    "places": ("kind",),
    "steps": ("process", "phase"),
    "handovers": ("from_step", "to_step"),
    "indicators": ("form",),
}
# What belongs to a record: kinds of records that lead to it, and by which column.
BELONGING = {
    "organisations": (
        ("contact-points", "owner"),
        ("posts", "organisation"),
        ("responsibilities", "holder"),
        ("memberships", "holder"),
        ("organisations", "parent"),
    ),
    "posts": (
        ("holdings", "post"),
        ("contact-points", "owner"),
        ("responsibilities", "holder"),
        ("memberships", "holder"),
    ),
    "networks": (("memberships", "network"),),
    "persons": (("holdings", "person"), ("contact-points", "owner")),
    "steps": (
        ("responsibilities", "step"),
        ("handovers", "from_step"),
        ("handovers", "to_step"),
        ("synonyms", "subject"),
    ),
    "rights": (("synonyms", "subject"),),
    "chapters": (("synonyms", "subject"),),
    "places": (("responsibilities", "place"),),
}
PUBLIC_PAGES = {
    "organisations": ("organisations.show", "key"),
    "networks": ("networks.show", "key"),
    "places": ("places.show", "code"),
    "steps": ("steps.show", "code"),
    "rights": ("rights.show", "code"),
    "sources": ("sources.show", "key"),
    "chapters": ("chapters.show", "code"),
}


def _kind(name: str) -> RecordKind:
    return EDITED.get(name) or abort(404)


def _account() -> Account:
    account: Account = current_user.account
    return account


@bp.get("")
def start() -> str:
    """List the registers, and how many records each has for the reader."""
    return render_template(
        "records/start.html",
        kinds=[
            (
                kind.name,
                wording.KINDS[kind.name][0],
                wording.KINDS_ABOUT[kind.name],
                registers.count(kind, viewer()),
            )
            for kind in EDITED.values()
        ],
    )


@bp.get("/<register>")
def index(register: str) -> str:
    """List records; what narrows, sorts and pages it stands in the address."""
    found, language = _kind(register), chosen_language()
    known = catalogue.current(viewer())
    narrowed = {
        name: value
        for name in NARROWED.get(register, ())
        if (value := asked.text(name))
    }
    sort = asked.choice("sort", _sorts(register)) or SHOWN[register][0]
    place = asked.text("near") if register == "organisations" else ""
    within = places.named(place, known, forms.today()) if place else []
    wanted = Wanted(
        asked.text("q"),
        narrowed,
        sort,
        asked.count("skip"),
        known.at_or_above(within[0].code) if within else None,
        _in_order(found, sort.removeprefix("-"), known, language),
    )
    page = registers.listed(found, viewer(), wanted)
    following = wanted.skip + PAGE
    words = cells.words(
        found, [row for _a, row in page.rows], viewer(), known, language
    )
    return render_template(
        "records/index.html",
        register=register,
        many=wording.KINDS[register][0],
        new=wording.KINDS[register][2] if editing.may_create(found, _account()) else "",
        query=wanted.text,
        place=place,
        no_place=bool(place and not within),
        narrowing=_narrowing(found, narrowed, known, language),
        columns=[
            (
                name,
                _label(found, name, known, language),
                *_sorting(register, name, sort),
            )
            for name in SHOWN[register]
        ],
        rows=[
            (address, [_said(found, name, row, words) for name in SHOWN[register]])
            for address, row in page.rows
        ],
        total=page.total,
        first=wanted.skip + 1,
        last=wanted.skip + len(page.rows),
        previous=_page(register, max(0, wanted.skip - PAGE)) if wanted.skip else "",
        next=_page(register, following) if following < page.total else "",
        is_narrowed=bool(request.args.keys() - {"lang", "skip", "sort"}),
        sort=sort,
        done=done(),
    )


def _in_order(
    kind: RecordKind, name: str, known: Catalogue, language: str
) -> tuple[str, ...]:
    """Return the codes that a column can hold by their words, if few."""
    column = kind.column(name)
    choices = cells.choices_of(kind, column, known, language) if column else []
    if column and column.names == "places":
        choices = [(place.code, place.name) for place in known.places.values()]
    choices.sort(key=lambda choice: places.alphabetical(choice[1]))
    return tuple(code for code, _said in choices)


def _sorts(kind: str) -> set[str]:
    return {f"{way}{name}" for name in SHOWN[kind] for way in ("", "-")}


def _sorting(kind: str, name: str, sort: str) -> tuple[str, str]:
    """Return how a column sorts the list now, and the address that turns it."""
    now = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    turned = f"-{name}" if now == "ascending" else name
    given = asked.given("q", "near", *NARROWED.get(kind, ()))
    return now, url_for("records.index", register=kind, **given, sort=turned)  # type: ignore[arg-type]


def _page(kind: str, skip: int) -> str:
    given = asked.given("q", "near", "sort", *NARROWED.get(kind, ()))
    return url_for("records.index", register=kind, **given, skip=skip or None)  # type: ignore[arg-type]


def _narrowing(
    kind: RecordKind, chosen: dict[str, str], known: Catalogue, language: str
) -> list[dict[str, Any]]:
    """Return a field for each column that narrows the list."""
    found = []
    words = cells.words(kind, [chosen], viewer(), known, language)
    for name in NARROWED.get(kind.name, ()):
        column = kind.column(name)
        if column is None:
            continue
        choices = cells.choices_of(kind, column, known, language)
        if name in ("deputy", "protected"):
            choices = [(code, str(said)) for code, said in wording.YES_NO.items()]
        value = chosen.get(name, "")
        if not choices and not value:
            continue  # reached from the record itself, not chosen here
        found.append(
            {
                "name": name,
                "label": _label(kind, name, known, language),
                "value": value,
                "said": cells.name_of(kind, column, value, words) if value else "",
                "choices": choices,
            }
        )
    return found


def _label(kind: RecordKind, name: str, known: Catalogue, language: str) -> str:
    column = kind.column(name)
    return cells.column_label(kind, column, known, language) if column else name


def _said(kind: RecordKind, name: str, row: Any, words: Words) -> str:
    column = kind.column(name)
    return cells.said(kind, column, row[name], words) if column else ""


def done() -> dict[str, Any] | None:
    """Return what was just done here, if the address says which act of the reader's."""
    act = asked.count("done")
    if not act:
        return None
    if history.who_did(act) != _account().key:
        return None
    try:
        found = history.one(act, UNIT)
    except NotFound:  # protected now
        return {"act": act, "is_deletion": False, "is_hidden": True}
    is_deletion = all(row.after is None for row in found.rows)
    return {"act": act, "is_deletion": is_deletion, "is_hidden": False}


# One record


@bp.get("/<register>/<address>")
def show(register: str, address: str) -> str:
    """Show a record: what it holds, what belongs to it, and what was done to it."""
    found, account, language = _kind(register), _account(), chosen_language()
    key = _key(found, address)
    record = _read(found, key)
    known = catalogue.current(viewer())
    row = _values(found, record.cells)
    words = cells.words(found, [row], viewer(), known, language)
    may_edit = editing.may_edit(found, key, account)
    return render_template(
        "records/show.html",
        register=register,
        many=wording.KINDS[register][0],
        address=address,
        name=_name(found, row, words),
        facts=[
            (
                cells.column_label(found, column, known, language),
                said,
                column.name in ("web", "value") and said.startswith("http"),
            )
            for column in found.columns
            if (said := cells.said(found, column, row[column.name], words))
        ],
        belonging=[
            _belonging(*one, found, key, known) for one in BELONGING.get(register, ())
        ],
        may_edit=may_edit,
        may_delete=may_edit
        and (account.role == "unit" or register in editing.NEW_BY_AGENCIES),
        public=_public_page(found, key),
        what_if=_what_if(found, key),
        public_words=_("Slik de som er logget inn, ser det")
        if found.audience == "network"
        else _("Slik alle ser det"),
        past=url_for("history.organisation", key=key)
        if register == "organisations"
        else "",
        acts=told.acts_of_record(found, key) if account.role == "unit" else [],
        done=done(),
        # Whoever has a page of its own has its picture there.
        around=around.around(key) if register in ("posts", "persons") else None,
    )


def _values(kind: RecordKind, sent: Cells) -> dict[str, Any]:
    """Return the values of cells that the database holds."""
    return {
        column.name: column.value(sent[column.name]) if sent[column.name] else None
        for column in kind.columns
    }


def _name(kind: RecordKind, row: Any, words: Words) -> str:
    """Return what a record is called at the head of its page."""
    parts = SHOWN[kind.name][:2] if len(kind.known_by) > 1 else SHOWN[kind.name][:1]
    return ", ".join(filter(None, (_said(kind, name, row, words) for name in parts)))


def _key(kind: RecordKind, address: str) -> str:
    if asked.is_odd(address):
        abort(404)
    return registers.key_at(kind, address) or abort(404)


def _read(kind: RecordKind, key: str) -> editing.Form:
    if asked.is_odd(key):
        abort(404)
    try:
        return editing.read(kind, key, _account())
    except Gone:
        abort(404)


def _belonging(
    name: str, column: str, of: RecordKind, key: str, known: Catalogue
) -> dict[str, Any]:
    """Return the first of the records that lead to this one, and where the rest are."""
    kind, language = EDITED[name], chosen_language()
    if column == "subject":
        key = synonyms.subject_of(of.table, key) or key
    sort = "order" if name == "contact-points" else SHOWN[name][0]
    codes = _in_order(kind, sort, known, language)
    wanted = Wanted(narrowed={column: key}, sort=sort, codes=codes)
    page = registers.listed(kind, viewer(), wanted)
    words = cells.words(kind, [row for _a, row in page.rows], viewer(), known, language)
    shown = [one for one in SHOWN[name] if one != column]
    title = wording.KINDS[name][0]
    if (name, column) == ("organisations", "parent"):
        title = _("Instanser under")
    if name == "handovers":
        is_from = column == "from_step"
        title = _("Overganger herfra") if is_from else _("Overganger hit")
    new = ""
    if editing.may_create(kind, _account()):
        new = url_for("records.new", register=name, **{column: key})  # type: ignore[arg-type]
    return {
        "kind": name,
        "title": title,
        "rows": [
            (address, _told(kind, shown, row, words)) for address, row in page.rows[:10]
        ],
        "total": page.total,
        "all": url_for("records.index", register=name, **{column: key}),  # type: ignore[arg-type]
        "new": new,
        "new_words": wording.KINDS[name][2],
    }


def _told(kind: RecordKind, shown: list[str], row: Any, words: Words) -> list[str]:
    """Return what a row under a record says: first what it is called, then the rest.

    A responsibility is called by two parts: of one step, several have the same role.
    What is not so is not said; what is, by its name.
    """
    said = [
        _label(kind, one, words.known, words.language).lower()
        if row[one] is True
        else _said(kind, one, row, words)
        for one in shown
        if row[one] is not False
    ]
    called = 2 if kind.name == "responsibilities" else 1
    return [": ".join(said[:called]), *filter(None, said[called:])]


# What can be taken out of the network, and what stands before its key there.
TAKEN_OUT = {
    "organisations": "",
    "posts": "",
    "persons": "",
    "holdings": "",
    "memberships": "",
    "networks": "network:",
}


def _what_if(kind: RecordKind, key: str) -> str:
    """Return where one sees what breaks without the record; empty where none may."""
    if kind.name not in TAKEN_OUT or current_user.account.role not in EDITORS:
        return ""
    return url_for("network.what_if", without=f"{TAKEN_OUT[kind.name]}{key}")


def _public_page(kind: RecordKind, key: str) -> str:
    if kind.name not in PUBLIC_PAGES:
        return ""
    endpoint, part = PUBLIC_PAGES[kind.name]
    return url_for(endpoint, **{part: key})  # type: ignore[arg-type]


# Forms


@bp.get("/<register>/new")
def new(register: str) -> str:
    """Ask for a new record; what the address names is filled in."""
    found = _kind(register)
    if not editing.may_create(found, _account()):
        abort(403)
    given = {
        column.name: text
        for column in found.columns
        if (text := request.args.get(column.name, "")[: asked.LONGEST_QUERY])
        and not asked.is_odd(text)
    }
    start = {column.name: column.cell(column.empty) for column in found.columns}
    return _form(found, start | _usual(found) | given)


def _usual(kind: RecordKind) -> dict[str, str]:
    """Return what a new record most often holds."""
    usual = {
        "contact-points": {"audience": "public", "channel": "phone"},
        "responsibilities": {"status": "proposed", "place": "NO"},
    }
    return usual.get(kind.name, {})


@bp.post("/<register>/new")
def create(register: str) -> BaseResponse:
    """Save a new record."""
    return _save(_kind(register), None, "")


@bp.get("/<register>/<address>/edit")
def edit(register: str, address: str) -> str:
    """Show the record's form."""
    found = _kind(register)
    key = _key(found, address)
    record = _read(found, key)
    if not editing.may_edit(found, key, _account()):
        abort(403)
    return _form(found, record.cells, address=address, version=record.version)


@bp.post("/<register>/<address>/edit")
def update(register: str, address: str) -> BaseResponse:
    """Save what was changed in the record."""
    found = _kind(register)
    return _save(found, _key(found, address), address)


def _save(kind: RecordKind, key: str | None, address: str) -> BaseResponse:
    account, given = _account(), request.form
    known, language = catalogue.current(viewer()), chosen_language()
    columns = editing.columns_for(kind, account)
    now = {} if key is None else _now(kind, key)
    sent, findings = forms.read(kind, columns, given, now, known, viewer(), language)
    version = _version(given.get("version", ""))
    sent = _with_saved(sent, now, given.getlist("saved"))
    if given.get("action") == "preview":
        # What is not filled in yet is no fault before it is to be saved.
        typed = [finding for finding in findings if finding.code != "required"]
        page = _form(kind, now | sent, address=address, version=version, findings=typed)
        return make_response(page)
    try:
        if findings:
            raise Invalid(findings)
        saved = editing.save(kind, sent, account, key=key, read_version=version)
    except Invalid as invalid:
        page = _form(
            kind,
            now | sent,
            address=address,
            version=version,
            findings=invalid.findings,
        )
        return make_response(page, 422)
    except Collision as collision:
        page = _form(
            kind,
            {**collision.saved, **sent},
            address=address,
            version=collision.version,
            collision=collision,
        )
        return make_response(page, 409)
    except NotAllowed:
        abort(403)
    except Gone:
        if not editing.may_create(kind, account):
            abort(404)
        return make_response(_form(kind, sent, is_gone=True), 409)
    if _is_hidden(kind, saved.key):
        return redirect(
            url_for("records.index", register=kind.name, done=saved.act), 303
        )
    (to,) = registers.addresses(kind, [saved.key])
    return redirect(
        url_for("records.show", register=kind.name, address=to, done=saved.act), 303
    )


def _is_hidden(kind: RecordKind, key: str) -> bool:
    """Return whether who just saved the record may not see it, as it is now."""
    try:
        editing.read(kind, key, _account())
    except Gone:
        return True
    return False


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _now(kind: RecordKind, key: str) -> dict[str, str]:
    try:
        return editing.read(kind, key, _account()).cells
    except Gone:
        return {}


def _with_saved(sent: dict[str, str], now: Cells, names: list[str]) -> dict[str, str]:
    """Take what is saved for the fields where the editor chose that."""
    return sent | {name: now[name] for name in names if name in sent and name in now}


def _form(
    kind: RecordKind,
    sent: Cells,
    *,
    address: str = "",
    version: int = 0,
    findings: list[Finding] | None = None,
    collision: Collision | None = None,
    is_gone: bool = False,
) -> str:
    known, language = catalogue.current(viewer()), chosen_language()
    columns = editing.columns_for(kind, _account())
    is_new = not address
    labels = {
        column.name: cells.column_label(kind, column, known, language)
        for column in kind.columns
    }
    faults = _faults(kind, findings or [], labels)
    fields = forms.fields(
        kind,
        [one for one in columns if not (is_new and _is_drawn(one.name, kind))],
        sent,
        _words_of(kind, sent, collision, known, language),
        errors=dict(faults),
        collision=collision,
        offered=_offered(kind),
        is_new=is_new,
    )
    locked = [labels[one.name] for one in kind.columns if one not in columns]
    return render_template(
        "records/form.html",
        register=kind.name,
        many=wording.KINDS[kind.name][0],
        title=wording.KINDS[kind.name][2 if is_new else 1],
        address=address,
        version=version,
        fields=fields,
        faults=faults,
        locked=locked,
        collision=collision and name_of(collision.who),
        is_gone=is_gone,
        previews=kind.name == "contact-points",
    )


def _is_drawn(name: str, kind: RecordKind) -> bool:
    """Whether an agency's new record gets this column without being asked."""
    return _account().role == "agency" and kind.known_by == (name,)


def _faults(
    kind: RecordKind, findings: list[Finding], labels: dict[str, str]
) -> list[tuple[str, str]]:
    """Return each field that is wrong, with a sentence that says how."""
    found = []
    for finding in findings:
        name = finding.column or kind.columns[0].name
        said = problem(finding.code, finding.details)
        found.append((_field_of(kind, name), f"{labels.get(name, name)} {said}."))
    return found


def _field_of(kind: RecordKind, name: str) -> str:
    return name if kind.column(name) else kind.columns[0].name


def _words_of(
    kind: RecordKind,
    sent: Cells,
    collision: Collision | None,
    known: Catalogue,
    language: str,
) -> Words:
    rows: list[dict[str, Any]] = [dict(sent)]
    if collision:
        rows.append(dict(collision.saved))
    return cells.words(kind, rows, viewer(), known, language)


def _offered(kind: RecordKind) -> dict[str, tuple[str, ...]]:
    """Return what entry fields offer, by whose keys they hold."""
    found = {}
    known, language = catalogue.current(viewer()), chosen_language()
    for names in {column.names for column in kind.columns if not column.is_list}:
        if names in cells.ENTRY_KINDS:
            entries = registers.offered(
                viewer(), cells.ENTRY_KINDS[names], forms.MOST_OFFERED
            )
            found[names] = tuple(f"{name} [{key}]" for key, name in entries.items())
        if names == "holders":
            kinds = cells.kinds_by_name(known, language)
            found[names] = (
                *(f"{name.capitalize()} [kind:{code}]" for name, code in kinds.items()),
                *found[names],
            )
        if names == "networks":
            every = networks.offered(viewer(), forms.MOST_OFFERED)
            found[names] = tuple(f"{name} [{key}]" for key, name in every.items())
        if names == "meetings":
            latest = cells.titled(meeting_names.offered(viewer(), forms.MOST_OFFERED))
            found[names] = tuple(f"{name} [{key}]" for key, name in latest.items())
        if names == "subjects":
            titles = cells.subjects(known, language)
            found[names] = tuple(f"{said} [{code}]" for code, said in titles.items())
        if names == "places":
            found[names] = tuple(
                f"{place.name} [{place.code}]" for place in known.places.values()
            )
    return found


@bp.get("/preview")
def preview() -> dict[str, str]:
    """Return how a line's number and hours will be read, while they are typed."""
    channel, value = asked.text("channel"), asked.text("value", 500)
    return {
        "value": forms.preview_value(channel, value),
        "hours": forms.preview_hours(asked.text("hours", 500)),
    }


# Deleting


@bp.get("/<register>/<address>/delete")
def ask_to_delete(register: str, address: str) -> str:
    """Say what goes with the record, and ask whether to delete it."""
    found = _kind(register)
    key = _key(found, address)
    record = _read(found, key)
    if not editing.may_edit(found, key, _account()):
        abort(403)
    return _deletion(found, key, address, record.version)


@bp.post("/<register>/<address>/delete")
def delete(register: str, address: str) -> BaseResponse:
    """Delete the record; it can come back for thirty days."""
    found, account = _kind(register), _account()
    key = _key(found, address)
    version = _version(request.form.get("version", ""))
    try:
        act = deletion.remove(found, key, account, read_version=version)
    except NotAllowed:
        abort(403)
    except Gone:
        abort(404)
    except Collision as collision:
        page = _deletion(found, key, address, collision.version, is_changed=True)
        return make_response(page, 409)
    except deletion.InUse:
        return make_response(_deletion(found, key, address, version), 409)
    return redirect(url_for("records.index", register=register, done=act), 303)


def _deletion(
    kind: RecordKind, key: str, address: str, version: int, *, is_changed: bool = False
) -> str:
    record = _read(kind, key)
    row = _values(kind, record.cells)
    known, language = catalogue.current(viewer()), chosen_language()
    going = deletion.what_goes_with(kind, key)
    words = cells.words(kind, [row], viewer(), known, language)
    return render_template(
        "records/delete.html",
        register=kind.name,
        many=wording.KINDS[kind.name][0],
        address=address,
        version=version,
        name=_name(kind, row, words),
        going=[
            (wording.TABLES[name], count)
            for name, count in deletion.seen_of(going, viewer()).items()
        ],
        leaning=[
            (wording.TABLES[name], count)
            for name, count in deletion.in_the_way(kind, key, _account()).items()
        ],
        is_changed=is_changed,
    )
