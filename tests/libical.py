"""What libical says of calendars; run by the system's Python, which has its bindings.

JSON in: a list of calendars. JSON out, for each: what it holds against them.
"""

import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402


def complaints(text):
    component = ICalGLib.Component.new_from_string(text)
    if component is None:
        return ["no component"]
    ICalGLib.restriction_check(component)
    found = []
    parts = [component]
    while parts:
        part = parts.pop()
        error = part.get_first_property(ICalGLib.PropertyKind.XLICERROR_PROPERTY)
        while error is not None:
            found.append(error.as_ical_string().strip())
            error = part.get_next_property(ICalGLib.PropertyKind.XLICERROR_PROPERTY)
        inner = part.get_first_component(ICalGLib.ComponentKind.ANY_COMPONENT)
        while inner is not None:
            parts.append(inner)
            inner = part.get_next_component(ICalGLib.ComponentKind.ANY_COMPONENT)
    if not found and component.count_errors():
        found.append(f"{component.count_errors()} errors")
    return found


if __name__ == "__main__":
    json.dump([complaints(text) for text in json.load(sys.stdin)], sys.stdout)
