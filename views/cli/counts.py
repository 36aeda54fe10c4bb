"""What imports and exports tell of how much they did: the same sentences for each."""

import click
from flask_babel import gettext as _
from flask_babel import ngettext


def tell_counts(
    what: str, created: int, updated: int, unchanged: int, *, dry_run: bool
) -> None:
    """Tell how many records of what were new, changed and left as they were."""
    counts = _(
        "%(what)s: %(created)s nye, %(updated)s endret, %(unchanged)s uendret",
        what=what,
        created=created,
        updated=updated,
        unchanged=unchanged,
    )
    if dry_run:
        counts = _("%(counts)s (prøve, ingenting er endret)", counts=counts)
    click.echo(counts)


def tell_refusal(bad: int) -> None:
    """Tell how many errors kept a file from changing anything."""
    sentence = ngettext(
        "%(num)s feil. Ingenting er endret.", "%(num)s feil. Ingenting er endret.", bad
    )
    click.echo(sentence, err=True)


def tell_omitted(omitted: int) -> None:
    """Tell how many protected rows a file leaves out, where it leaves out any."""
    if omitted:
        sentence = ngettext(
            "%(num)s skjermet rad er utelatt.",
            "%(num)s skjermede rader er utelatt.",
            omitted,
        )
        click.echo(sentence, err=True)
