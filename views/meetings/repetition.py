"""How a meeting repeats: from plain choices to a rule, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l

from coordinator.exchange import Finding
from coordinator.rrule import WEEKDAYS, Rule
from coordinator.values import Unreadable, read_date

CHOICES = {
    "": _l("Ikke, bare denne gangen"),
    "weekly": _l("Hver uke, samme ukedag"),
    "fortnightly": _l("Annenhver uke, samme ukedag"),
    "monthly": _l("Hver måned, samme ukedag (som den andre onsdagen)"),
    "monthly_last": _l("Hver måned, den siste av denne ukedagen"),
    "monthly_date": _l("Hver måned, samme dato"),
    "quarterly": _l("Hver tredje måned, samme ukedag"),
    "yearly": _l("Hvert år, samme dato"),
}
KEPT = "as_now"
# The fields of a form that say what a part of a rule does.
FIELDS = {"UNTIL": "until", "COUNT": "count"}


def cells_of(rule: Rule | None, starts: datetime) -> dict[str, str]:
    """Return the choices that make the rule; `as_now` for one that none makes."""
    if rule is None:
        return {"repeats": "", "until": "", "count": ""}
    ends = {
        "until": rule.until.isoformat() if rule.until else "",
        "count": str(rule.count or ""),
    }
    for choice in CHOICES:
        made = _start_of(choice, starts)
        if choice and made == _without_end(rule):
            return {"repeats": choice, **ends}
    return {"repeats": KEPT, **ends}


def _without_end(rule: Rule) -> str:
    return replace(rule, until=None, count=None).text()


def _start_of(choice: str, starts: datetime) -> str:
    """Return the rule of a choice, without its end."""
    name = WEEKDAYS[starts.weekday()]
    nth = (starts.day - 1) // 7 + 1
    # A fifth Wednesday is in few months: who means it means the last.
    which = nth if nth < 5 else -1
    return {
        "weekly": f"FREQ=WEEKLY;BYDAY={name}",
        "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={name}",
        "monthly": f"FREQ=MONTHLY;BYDAY={which}{name}",
        "monthly_last": f"FREQ=MONTHLY;BYDAY=-1{name}",
        "monthly_date": f"FREQ=MONTHLY;BYMONTHDAY={starts.day}",
        "quarterly": f"FREQ=MONTHLY;INTERVAL=3;BYDAY={which}{name}",
        "yearly": "FREQ=YEARLY",
    }.get(choice, "")


def rule_of(
    cells: Mapping[str, str], starts: datetime | None, now: Rule | None
) -> tuple[str, list[Finding]]:
    """Return the RRULE that the choices make, and what is wrong with them.

    Whether the rule itself will do is for `recurrence`.
    """
    choice, found = cells.get("repeats", ""), []
    if choice not in {*CHOICES, KEPT} or (choice == KEPT and now is None):
        return "", [Finding(2, "repeats", "bad_answer")]
    if not choice or starts is None:
        return "", []
    until, count = cells.get("until", "").strip(), cells.get("count", "").strip()
    ends = ""
    if until:
        try:
            ends += f";UNTIL={read_date(until):%Y%m%d}"
        except Unreadable as problem:
            found.append(Finding(2, "until", problem.code, problem.details))
    if count:
        if count.isascii() and count.isdecimal() and len(count) < 5:
            ends += f";COUNT={int(count)}"
        else:
            found.append(Finding(2, "count", "bad_number"))
    start = _without_end(now) if choice == KEPT and now else _start_of(choice, starts)
    return f"{start}{ends}", found


def field_of(finding: Finding) -> str:
    """Return the field that a fault of the rule belongs to."""
    if finding.code == "rule_endless":
        return "until"
    part = (finding.details or {}).get("part", "")
    return FIELDS.get(part, "repeats")
