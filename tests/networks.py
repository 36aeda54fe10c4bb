"""Networks as exchange files: one written by hand, others drawn by hypothesis."""

import io

from hypothesis import strategies as st

from coordinator import spreadsheets
from coordinator.columns import KINDS
from models import ANSWERS, LANGUAGES, MEMBER_ROLES

NETWORK = {
    "places": """\
code,kind,name,parents,other_names,valid_from,valid_to,successor
5099,municipality,Nyby,50|pd-trondelag,Ođđagávpot,2027-01-01,,
5098,municipality,Gamleby,50|pd-trondelag,,,2026-12-31,5099
""",
    "organisations": """\
key,name,kind,parent,orgnr,serves,protected,web,languages,valid_from,valid_to
bv-trondheim,Barnevernet i Trondheim,child_welfare,tk,974760673,5001,false,https://trondheim.example/barnevern,nb|en,2020-01-01,2030-12-31
tk,Trondheim kommune,municipality,,,5001,,,,,
""",
    "posts": """\
key,organisation,title,valid_from,valid_to
bv-leder,bv-trondheim,Leder,2021-01-01,
""",
    "persons": """\
key,name,languages
kari,Kari Nordmann,nb|se
ola,Ola Nordmann,
""",
    "holdings": """\
person,post,deputy,valid_from,valid_to
kari,bv-leder,false,2021-01-01,
ola,bv-leder,true,,2029-12-31
""",
    "contact-points": """\
owner,channel,value,audience,hours,order,note
bv-trondheim,phone,+4772540000,public,Mo-Fr 08:00-15:30,1,Sentralbord
bv-leder,email,leder@trondheim.example,network,,,
kari,phone,22331160,unit,24/7,2,
tk,visit,Munkegata 1,public,,,
""",
    "responsibilities": """\
step,role,holder,place,tracks,status,valid_from,valid_to,sources,order
report_child,A,bv-trondheim,5001,minor|asylum_minor,agreed,2026-01-01,2027-12-31,seed|own,1
report_child,C,kind:rosa,5001,,,,,,
talk_child,R,bv-leder,5001,minor,proposed,,,,2
""",
    "networks": """\
key,name,mandate,valid_from,valid_to
forum,Regionalt forum,"Samordne hjelpen, i hele fylket",2024-01-01,2027-12-31
gammelt,Det gamle forumet,,,2023-12-31
""",
    "memberships": """\
network,holder,role,valid_from,valid_to
forum,tk,chair,2024-01-01,
forum,bv-leder,member,,2027-06-30
gammelt,tk,observer,,
""",
    "meetings": """\
key,network,title,starts,ends,timezone,steps
var-26,forum,"Barn, og mer",2026-03-10T10:00,2026-03-10T11:30,Europe/Oslo,talk_child
host-26,,Høstmøte,2026-09-08T23:00,2026-09-09T00:30,America/New_York,
""",
    "attendances": """\
meeting,holder,answer,attended
var-26,bv-leder,accepted,true
var-26,tk,declined,
host-26,bv-leder,,false
""",
    "synonyms": """\
subject,language,phrase
step:talk,nb,Prate med henne
right:legal_aid,en,"my own, free lawyer"
kind:rosa,nn,rosetelefonen
""",
}

# Nothing that a meeting leans on is deleted: for tests of deleting.
WITHOUT_MEETINGS = {
    kind: content
    for kind, content in NETWORK.items()
    if kind not in ("meetings", "attendances")
}

UNUSABLE = ("Cc", "Cs", "Zl", "Zp")


def text(longest=20):
    """Draw what a cell may hold: no control characters, no blanks around it."""
    characters = st.characters(exclude_categories=UNUSABLE, exclude_characters="\ufffd")
    dangerous = st.sampled_from(["=1+1", "+x", "-x", "@x", "'=", "a;b", 'a"b', "a,b"])
    drawn = st.text(characters, min_size=1, max_size=longest) | dangerous
    return drawn.map(str.strip).filter(bool)


def _lists(values):
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map("|".join)


ORGANISATIONS = ["o0", "o1", "o2", "o3"]
POSTS = ["p0", "p1"]
PERSONS = ["n0", "n1"]
# Keys of networks are a namespace of their own.
NETWORKS = ["w0", "w1", "o0"]
MEETINGS = ["m0", "m1", "w0"]
PLACES = ["NO", "50", "5001", "030102", "pd-oslo"]
DAYS = st.sampled_from(["", "2020-01-01", "2026-02-28"])
LATER_DAYS = st.sampled_from(["", "2026-02-28", "2030-12-31"])
DRAWN = {
    "organisations": {
        "key": st.sampled_from(ORGANISATIONS),
        "name": text(),
        "kind": st.sampled_from(["child_welfare", "municipality", "shelter_ngo"]),
        "parent": st.sampled_from(["", *ORGANISATIONS]),
        "serves": _lists(PLACES),
        "protected": st.sampled_from(["", "true", "false"]),
        "languages": _lists(["nb", "se", "en"]),
        "valid_from": DAYS,
        "valid_to": LATER_DAYS,
    },
    "posts": {
        "key": st.sampled_from(POSTS),
        "organisation": st.sampled_from(ORGANISATIONS),
        "title": text(),
        "valid_from": DAYS,
    },
    "persons": {
        "key": st.sampled_from(PERSONS),
        "name": text(),
        "languages": _lists(["nb", "se"]),
    },
    "holdings": {
        "person": st.sampled_from(PERSONS),
        "post": st.sampled_from(POSTS),
        "deputy": st.sampled_from(["", "true", "false"]),
        "valid_from": DAYS,
        "valid_to": LATER_DAYS,
    },
    "contact-points": {
        "owner": st.sampled_from([*ORGANISATIONS, *POSTS, *PERSONS]),
        "channel": st.just("phone"),
        "value": st.sampled_from(["22331160", "116 117", "+46 8 123 456 78"]),
        "audience": st.sampled_from(["public", "network", "unit"]),
        "hours": st.sampled_from(["", "24/7", "Mo-Fr 08:00-15:30"]),
        "order": st.integers(-9, 9).map(str),
        "note": text(60),
    },
    "responsibilities": {
        "step": st.sampled_from(["report_child", "talk"]),
        "role": st.sampled_from("ARCI"),
        "holder": st.sampled_from([*ORGANISATIONS, *POSTS, "kind:rosa"]),
        "place": st.sampled_from(PLACES),
        "tracks": _lists(["adult", "minor"]),
        "status": st.sampled_from(["", "agreed", "contested"]),
        "valid_from": DAYS,
        "sources": _lists(["seed", "own"]),
    },
    "networks": {
        "key": st.sampled_from(NETWORKS),
        "name": text(),
        "mandate": st.just("") | text(60),
        "valid_from": DAYS,
        "valid_to": LATER_DAYS,
    },
    "memberships": {
        "network": st.sampled_from(NETWORKS),
        "holder": st.sampled_from([*ORGANISATIONS, *POSTS]),
        "role": st.sampled_from(MEMBER_ROLES),
        "valid_from": DAYS,
        "valid_to": LATER_DAYS,
    },
    "meetings": {
        "key": st.sampled_from(MEETINGS),
        "network": st.sampled_from(["", *NETWORKS]),
        "title": text(),
        # One is in spring's gap, one comes twice in autumn; some end before they start.
        "starts": st.sampled_from(
            ["2025-11-20T10:00", "2026-03-29T02:30", "2026-06-02T10:00"]
        ),
        "ends": st.sampled_from(
            ["2025-11-20T11:00", "2026-06-02T12:00", "2026-06-03T09:00"]
        ),
        "timezone": st.sampled_from(["", "Europe/Oslo", "America/New_York"]),
        "steps": _lists(["report_child", "talk"]),
    },
    "attendances": {
        "meeting": st.sampled_from(MEETINGS),
        "holder": st.sampled_from([*ORGANISATIONS, *POSTS]),
        "answer": st.sampled_from(["", *ANSWERS]),
        "attended": st.sampled_from(["", "true", "false"]),
    },
    "synonyms": {
        "subject": st.sampled_from(["step:talk", "right:legal_aid", "kind:rosa"]),
        "language": st.sampled_from(LANGUAGES),
        "phrase": text(),
    },
}


def file_of(kind):
    """Draw a file of one kind."""
    columns = DRAWN[kind]
    known_by = [name for name in columns if name in KINDS[kind].known_by]
    rows = st.lists(
        st.fixed_dictionaries(columns),
        max_size=5,
        unique_by=lambda row: tuple(row[name] for name in known_by),
    )
    return rows.map(lambda found: written(list(columns), map(dict.values, found)))


def written(header, rows):
    """Return a table as CSV."""
    file = io.StringIO()
    spreadsheets.write(file, header, map(list, rows))
    return file.getvalue()


def networks():
    """Draw files of every kind; some rows may be refused."""
    return st.fixed_dictionaries({kind: file_of(kind) for kind in DRAWN})
