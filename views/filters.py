"""How values look to people: numbers, dates, links."""

from datetime import date

import phonenumbers
from flask import Flask
from flask_babel import format_date
from jinja2 import StrictUndefined

from views.language import chosen_language


def phone(value: str) -> str:
    """Return a number as it is read: 22 33 11 60, +46 8 123 456 78, 112.

    >>> phone("+4722331160"), phone("02800"), phone("116117")
    ('22 33 11 60', '02800', '116 117')
    """
    if not value.startswith("+"):
        return f"{value[:3]} {value[3:]}" if len(value) == 6 else value
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    is_norwegian = number.country_code == 47
    return phonenumbers.format_number(
        number, style.NATIONAL if is_norwegian else style.INTERNATIONAL
    )


def day(value: date | str) -> str:
    """Return a day in words, in the reader's language: 23. november 2026."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return str(format_date(value, "d. MMMM y"))


def init_app(app: Flask) -> None:
    """Make them known to templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["language"] = chosen_language
    app.jinja_env.filters |= {"phone": phone, "day": day}
