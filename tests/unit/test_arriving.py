"""What is read of a mail's bytes: who sent it, whom it is about, and what it is."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests import replying
from tests.conftest import settings
from tests.replying import SHAPES, Reply
from views import arriving, reply_tokens

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
INVITATION = "0f" * 16
OURS = "mx.eksempel.no"
PASSED = f"{OURS}; spf=pass; dmarc=pass (p=none) header.from=bv.example"


@pytest.fixture(autouse=True)
def app(tmp_path):
    app = Flask("arriving")
    app.config["SETTINGS"] = settings(tmp_path, "sqlite://")
    with app.app_context():
        yield app


@pytest.fixture
def own_server(app, tmp_path):
    """Let our own mail server sign what it finds."""
    app.config["SETTINGS"] = settings(tmp_path, "sqlite://", authserv_id=OURS)


def reply(**changed):
    to = reply_tokens.address(INVITATION)
    found = Reply("uid-1", "kari@bv.example", to, datetime(2026, 12, 9, 10))
    return found.but(**changed)


def read(raw):
    return arriving.read(raw, NOW)


@pytest.mark.parametrize("shape", SHAPES)
def test_point_44_each_calendars_reply_is_read_alike(shape):
    found = read(SHAPES[shape](reply(comment="Ja, gjerne")))

    assert (found.senders, found.invitation, found.nature) == (
        ("kari@bv.example",),
        INVITATION,
        "",
    )
    (said,) = set(found.said)
    assert (said.method, said.uid, said.comment) == ("REPLY", "uid-1", "Ja, gjerne")
    assert said.attendees[0].partstat == "accepted"
    assert said.starts.astimezone(UTC) == datetime(2026, 12, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", arriving.ADDRESSED)
def test_point_45_the_token_is_found_wherever_a_server_says_whom_a_mail_was_for(name):
    tagged = reply_tokens.address(INVITATION)
    raw = f"From: kari@bv.example\r\n{name}: Enheten <{tagged.upper()}>\r\n\r\nhei"

    assert read(raw.encode()).invitation == INVITATION


def test_point_45_where_the_tag_was_dropped_the_organizers_address_still_has_it():
    raw = reply().mail().replace(b"\nTo: ", b"\nX-To: ")

    assert read(raw).invitation == INVITATION


def test_the_same_mail_has_the_same_digest_however_its_lines_end():
    raw = reply().mail().replace(b"\r\n", b"\n")

    assert read(raw).digest == read(raw.replace(b"\n", b"\r\n")).digest


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([PASSED], True),
        ([PASSED.replace(OURS, OURS.upper())], True),
        ([PASSED.replace("pass (p", "fail (p")], False),
        ([PASSED.replace(OURS, "mx.else.example")], False),
        ([PASSED.replace("bv.example", "else.example")], False),
        ([f"{OURS}; spf=pass; dkim=pass"], False),
        # Whatever the sender put in stands below what our server puts on top.
        ([f"{OURS}; dmarc=fail header.from=bv.example", PASSED], False),
        ([f"{OURS}; dmarc=fail; dmarc=pass"], False),
        ([f'{OURS}; spf=fail smtp.from="; dmarc=pass"; dkim=none'], False),
        ([f"{OURS}; spf=fail (; dmarc=pass); dkim=none"], False),
        ([f"{OURS}; dmarc=passable"], False),
        (["mx.else.example; dmarc=fail", PASSED], True),
    ],
)
def test_t14_only_our_own_server_says_that_dmarc_passes(own_server, headers, expected):
    lines = "".join(f"Authentication-Results: {one}\r\n" for one in headers)

    found = read(lines.encode() + reply().mail())

    assert found.dmarc is expected


def test_t14_where_no_server_of_ours_is_named_nobody_is_asked():
    assert read(f"Authentication-Results: {PASSED}\r\n\r\n".encode()).dmarc is None


@pytest.mark.parametrize(
    ("header", "nature", "is_automatic"),
    [
        ("Auto-Submitted: no", "", False),
        ("Auto-Submitted: auto-generated", "", True),
        ("Auto-Submitted: auto-replied (vacation)", "auto_reply", True),
        ("X-Auto-Response-Suppress: All", "", True),
        ("Precedence: list", "list", True),
        ("List-Id: <x.else.example>", "list", False),
        ("Return-Path: <>", "", True),
    ],
)
def test_point_55_machines_and_lists_are_known(header, nature, is_automatic):
    found = read(f"{header}\r\nFrom: kari@bv.example\r\n\r\nhei".encode())

    assert (found.nature, found.is_automatic) == (nature, is_automatic)


def test_point_54_a_calendar_is_read_at_any_depth_and_in_any_coding():
    said = reply().calendar()
    inner = (
        b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n"
        b"Content-Type: application/ics\r\n\r\n"
        + said.encode("utf-16")
        + b"\r\n--i--\r\n"
    )
    for _ in range(arriving.DEEPEST - 1):
        inner = b"Content-Type: message/rfc822\r\n\r\n" + inner
    raw = b"From: kari@bv.example\r\n" + inner

    assert [one.uid for one in read(raw).said] == ["uid-1"]
    deeper = b"From: kari@bv.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3
    assert read(deeper + inner).nature == "unreadable"


def test_point_37_a_bounce_says_which_mail_and_why_and_no_address():
    found = read(replying.bounce("ab" * 16))

    assert (found.nature, found.bounce) == ("", ("ab" * 16, "5.1.1"))


def test_a_mail_that_is_too_large_is_known_by_its_headers():
    raw = b"From: kari@bv.example\r\nTo: x@eksempel.no\r\n\r\n"

    assert read(raw + b"x" * arriving.LARGEST).nature == "too_large"
    found = arriving.read_headers(raw, NOW)
    assert (found.nature, found.senders) == ("too_large", ("kari@bv.example",))
