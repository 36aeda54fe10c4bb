"""Where a user reads the clock: chosen on her account, told of in her mails."""

from coordinator import accounts, letters, zones
from models import db
from tests import meetings as there
from tests.functional.test_accounts import PASSWORD, send, sign_in


def test_a_user_chooses_the_zone_whose_clock_she_reads(app, client):
    account = there.organizer()
    accounts.set_password(accounts.renew_link(account.email), PASSWORD, "")
    sign_in(client, account.email)
    db.session.rollback()
    assert letters.readers([account.email])[account.email].timezone == "Europe/Oslo"
    db.session.rollback()

    done = send(client, "/account/timezone", "/account", timezone="America/New_York")

    assert done.status_code == 303
    assert '<option value="America/New_York" selected>' in client.get("/account").text
    db.session.rollback()
    reader = letters.readers([account.email])[account.email]
    assert reader.timezone == "America/New_York"
    for odd in ("", "Europe/Atlantis", "localtime", "../etc/passwd", "\x00"):
        refused = send(client, "/account/timezone", "/account", timezone=odd)
        assert refused.status_code == 422
    db.session.rollback()
    assert accounts.timezone_of(account) == "America/New_York"
    assert zones.known(accounts.timezone_of(account))
    db.session.rollback()
