"""From what the asker knows of a person, age and asylum, to the person's track."""

# (under 18 or in doubt, has applied for asylum) → track.
_TRACKS = {
    (False, False): "adult",
    (True, False): "minor",
    (False, True): "asylum_adult",
    (True, True): "asylum_minor",
}
TRACKS = tuple(_TRACKS.values())
AGES = ("adult", "minor")
ASYLUM = ("yes", "no", "unknown")


def track_of(age: str, asylum: str) -> str:
    """Return the track of a person of that age; not knowing about asylum is a no.

    >>> track_of("minor", "unknown"), track_of("adult", "yes")
    ('minor', 'asylum_adult')
    """
    return _TRACKS[age == "minor", asylum == "yes"]


def age_and_asylum(track: str) -> tuple[str, str]:
    """Return the two answers that lead to the track; empty ones where none do.

    >>> age_and_asylum("asylum_minor"), age_and_asylum("")
    (('minor', 'yes'), ('', ''))
    """
    for (is_child, has_applied), code in _TRACKS.items():
        if code == track:
            return AGES[is_child], "yes" if has_applied else "no"
    return "", ""
