"""What people say: the reference's words, and those that the unit brings or edits."""

from collections import defaultdict

import pytest

from coordinator import (
    catalogue,
    deletion,
    editing,
    history,
    records,
    reference,
    synonyms,
)
from coordinator.access import PUBLIC, UNIT, select_to_write
from coordinator.columns import EDITED, KINDS
from coordinator.values import read_phrase
from models import LANGUAGES, Chapter, Synonym, db, fold
from tests.exchanging import bring, counted, stored, taken_out
from tests.unit.test_editing import an_account, change, codes, form, rows

SAID = reference.read_synonyms()
CHAPTERS = ("audience", "definitions", "purpose", "system", "indicators", "how")
CHAPTERS += ("referral",)
MOST_WORDS = 6
FEWEST = {"step": 3, "right": 2, "kind": 2, "guide": 3}
SYNONYMS = KINDS["synonyms"]
HEADER = "subject,language,phrase\n"
OWN = {"code": "own", "title_nb": "Eget steg", "process": "journey"}


def kept():
    """Return the keys of all synonyms, whoever may see them."""
    found = set(db.session.scalars(select_to_write(Synonym.key)))
    db.session.rollback()
    return found


def loaded_anew():
    before, counter = stored(), counted()
    reference.load()
    assert (stored(), counted()) == (before, counter)


# The reference's


def test_everything_that_can_be_found_has_words_of_people_in_each_language(app):
    known = synonyms.subjects(catalogue.current(PUBLIC)).keys()
    chapters = {f"guide:{code}" for code in CHAPTERS}

    assert known | chapters == SAID.keys()
    for subject, phrases in SAID.items():
        assert tuple(phrases) == LANGUAGES, subject
        for several in phrases.values():
            assert len(several) >= FEWEST[subject.partition(":")[0]], subject


def test_the_words_are_short_and_stand_as_they_are_kept():
    phrases = [
        phrase for said in SAID.values() for few in said.values() for phrase in few
    ]

    assert [one for one in phrases if read_phrase(one) != one] == []
    assert [one for one in phrases if len(one.split()) > MOST_WORDS] == []


def test_no_two_steps_share_a_word_of_one_language():
    meant = defaultdict(list)
    for subject, said in SAID.items():
        for language, phrases in said.items():
            for phrase in phrases:
                sort = subject.partition(":")[0]
                meant[sort, language, fold(phrase)].append(subject)

    assert {one: by for one, by in meant.items() if len(by) > 1} == {}


def test_all_of_it_is_loaded_once_and_seen_by_the_public(app):
    seen = [SYNONYMS.key(row) for row in records.every(SYNONYMS, PUBLIC)]

    assert set(seen) == kept()
    assert len(seen) == sum(
        len(phrases)
        for subject, said in SAID.items()
        if synonyms.is_there(subject)
        for phrases in said.values()
    )
    assert "step:legal_aid|nb|advokat" in seen
    db.session.rollback()
    loaded_anew()


def test_words_come_for_what_there_is(app):
    for chapter in db.session.scalars(select_to_write(Chapter)):
        db.session.delete(chapter)
    db.session.commit()
    reference.load()
    assert not [key for key in kept() if key.startswith("guide:purpose")]

    title = {"nb": "Formålet"}
    db.session.add(Chapter(code="purpose", title=title, audience="public"))
    db.session.commit()
    reference.load()

    assert "guide:purpose|nb|formål" in kept()


def test_loading_again_leaves_what_the_unit_edited_and_removed(app):
    unit = an_account()
    change(SYNONYMS, "step:talk|nb|tolk", unit, phrase="tolken")
    read = form(SYNONYMS, "step:talk|nb|oversetter", unit)
    deletion.remove(
        SYNONYMS, "step:talk|nb|oversetter", unit, read_version=read.version
    )
    bring("synonyms", f"{HEADER}step:talk,nb,prate med henne\n")

    loaded_anew()

    assert {"step:talk|nb|tolken", "step:talk|nb|prate med henne"} <= kept()
    assert not {"step:talk|nb|tolk", "step:talk|nb|oversetter"} & kept()


def test_a_word_that_the_reference_gives_up_is_withdrawn(app, monkeypatch):
    fewer = SAID | {"step:talk": {"nb": ["tolk"]}}
    monkeypatch.setattr(reference, "read_synonyms", lambda: fewer)

    reference.load()

    of_talk = {key for key in kept() if key.startswith("step:talk|")}
    assert of_talk == {"step:talk|nb|tolk"}


# Brought by a file

WRONG = [
    ("step:nowhere,nb,ord", "subject", "unknown_subject"),
    ("talk,nb,ord", "subject", "unknown_subject"),
    ("post:talk,nb,ord", "subject", "unknown_subject"),
    ("step:,nb,ord", "subject", "bad_key"),
    (",nb,ord", "subject", "required"),
    ("step:talk,,ord", "language", "required"),
    ("step:talk,se,ord", "language", "bad_choice"),
    ("step:talk,nb,", "phrase", "required"),
    ("step:talk,nb,  ", "phrase", "required"),
    ("step:talk,nb,?!…", "phrase", "no_word"),
    (f"step:talk,nb,{'a' * 201}", "phrase", "too_long"),
]


def test_each_row_that_is_wrong_is_named_and_none_of_the_file_is_kept(app):
    before = kept()
    lines = "\n".join(["step:talk,nb,godt ord", *(row for row, _, _ in WRONG)])

    outcome = bring("synonyms", f"{HEADER}{lines}\n")

    assert sorted(outcome.named) == sorted(
        (number, column, code)
        for number, (_row, column, code) in enumerate(WRONG, start=3)
    )
    assert kept() == before


def test_blanks_and_forms_of_letters_make_no_other_word(app):
    bring("synonyms", f"{HEADER}step:talk,nb,  prate   med å henne \n")
    again = bring("synonyms", f"{HEADER}step:talk,nb,prate med a\u030a henne\n")

    assert again.counts == (0, 0, 1)
    assert "step:talk|nb|prate med å henne\r\n" not in taken_out("synonyms")
    assert "step:talk,nb,prate med å henne\n" in taken_out("synonyms")


# Edited by the unit


def test_a_word_that_is_edited_keeps_its_history(app):
    unit = an_account()

    saved = change(SYNONYMS, "step:talk|nb|tolk", unit, subject="right:interpreter")

    assert saved.key == "right:interpreter|nb|tolk"
    made, loaded = history.of(SYNONYMS, saved.key, UNIT)
    assert (made.who, loaded.who) == (unit.key, "reference")
    db.session.rollback()
    history.undo(saved.act, unit)
    assert "step:talk|nb|tolk" in kept()


def test_only_the_unit_edits_the_words(app):
    bring("organisations", "key,name,kind,serves\nbv,Barnevernet,child_welfare,5001\n")
    agency = an_account("agency", "bv", "etat")

    cells = {"subject": "step:talk", "language": "nb", "phrase": "prate"}
    with pytest.raises(editing.NotAllowed):
        editing.save(SYNONYMS, cells, agency)
    with pytest.raises(editing.NotAllowed):
        change(SYNONYMS, "step:talk|nb|tolk", agency, phrase="tolken")


@pytest.mark.parametrize(
    ("kind", "new", "subject"),
    [
        ("steps", OWN, "step:own"),
        ("rights", {"code": "own", "label_nb": "Egen rett"}, "right:own"),
    ],
)
def test_what_is_deleted_takes_its_words_along_and_they_come_back(
    app, kind, new, subject
):
    unit, made_of = an_account(), EDITED[kind]
    made = editing.save(made_of, new, unit).act
    said = {"subject": subject, "language": "nb", "phrase": "mitt ord"}
    key = editing.save(SYNONYMS, said, unit).key
    before = rows()

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(made, unit)
    assert (refused.value.code, refused.value.records) == (
        "in_use",
        (("synonym", key),),
    )
    db.session.rollback()
    read = form(made_of, "own", unit)
    act = deletion.remove(made_of, "own", unit, read_version=read.version)
    gone = kept()
    history.undo(act, unit)

    assert key not in gone
    assert rows() == before


def test_a_word_does_not_come_back_without_what_it_stands_for(app):
    unit = an_account()
    editing.save(EDITED["steps"], OWN, unit)
    said = {"subject": "step:own", "language": "nb", "phrase": "mitt ord"}
    key = editing.save(SYNONYMS, said, unit).key
    read = form(SYNONYMS, key, unit)
    act = deletion.remove(SYNONYMS, key, unit, read_version=read.version)
    read = form(EDITED["steps"], "own", unit)
    deletion.remove(EDITED["steps"], "own", unit, read_version=read.version)

    with pytest.raises(history.CannotUndo) as refused:
        history.undo(act, unit)

    assert refused.value.code == "missing"
    assert refused.value.records == (("step", "own"),)


def test_a_word_is_not_entered_twice(app):
    unit = an_account()
    cells = {"subject": "step:talk", "language": "nb", "phrase": " tolk "}

    with pytest.raises(editing.Invalid) as refused:
        editing.save(SYNONYMS, cells, unit)

    assert codes(refused) == {("subject", "exists")}
