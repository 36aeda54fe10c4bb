"""Correctness first: what is served is what the rules say, and what we put in.

Two references: the answer that `guide.who_acts` gives in this process on the same
database, and, without the product's rules, the generated rows themselves.
"""

import json
from collections.abc import Sequence
from typing import Any

from apiflask import APIFlask
from markupsafe import escape

from bench.networks import Area, Network, Point, Question
from bench.servers import Instance, Server
from coordinator import catalogue, guide
from coordinator.access import PUBLIC
from views.app import create_app
from views.config import read
from views.presenting import present

PAGE, API = "/answer?", "/api/v1/answers?"

Values = dict[str, Any]


class Wrong(AssertionError):
    """An answer that is not what it should be."""


class Reference:
    """The product in this process, on the database of the server that is measured."""

    def __init__(self, instance: Instance, network: Network) -> None:
        self.app: APIFlask = create_app(read(instance.environment))
        self.network = network

    def answer(self, question: Question) -> Values:
        """Return what the API shall answer."""
        with self.app.app_context():
            found = guide.who_acts(question.step, question.place, question.track)
            known = catalogue.current(PUBLIC)
            values = present(found, known, question.language)
        return dict(json.loads(json.dumps(values)))

    def page(self, question: Question) -> bytes:
        """Return what the page shall be."""
        return bytes(self.app.test_client().get(PAGE + question.query).data)

    def check(self, server: Server, questions: Sequence[Question]) -> None:
        """Raise Wrong unless the server answers each question as it shall."""
        for question in questions:
            # Twice, for the minute may turn between one and the other.
            if self._fault(server, question) and (
                fault := self._fault(server, question)
            ):
                raise Wrong(f"{question.query}: {fault}")

    def _fault(self, server: Server, question: Question) -> str:
        (status, body), (page_status, page) = server.get_all(
            [API + question.query, PAGE + question.query]
        )
        if (status, page_status) != (200, 200):
            return f"status {status} and {page_status}"
        expected, values = self.answer(question), json.loads(body)
        if values != expected:
            return "the API's answer is not the one of who_acts"
        if page != self.page(question):
            return "the page is not the one made in this process"
        if first := values["first"]:
            actor = values["roles"][first["role"]][first["index"]]
            if str(escape(actor["organisation"]["name"])).encode() not in page:
                return "the page does not name who is first"
        return _fault_of_rows(self.network, question, values)


def _fault_of_rows(network: Network, question: Question, values: Values) -> str:
    """Compare the answer with the rows put in, which lie open: nothing is weighed."""
    area = network.area(int(question.place[1:]))
    actors = [actor for role in values["roles"].values() for actor in role]
    for actor in actors:
        if actor["via"].startswith("kind:") and actor["serves_place"] == area.code:
            kind = actor["via"].removeprefix("kind:")
            found = {
                other["organisation"]["key"]
                for other in actors
                if other["via"] == actor["via"] and other["serves_place"] == area.code
            }
            if found != {one.key for one in area.organisations if one.kind == kind}:
                return f"{kind} is not who serves the area"
            if not _shows_its_lines(actor, area):
                return f"{kind} has other lines than were put in"
    named = {
        key
        for actor in (*actors, *values["pending"], *values["others"])
        for key in (actor["organisation"], actor["post"])
        if key
        for key in (key["key"],)
    }
    for rule in area.responsibilities:
        is_asked = not question.track or rule.tracks in ("", question.track)
        if rule.step == question.step and is_asked and rule.holder not in named:
            return f"{rule.holder} is agreed here, and is not named"
    return ""


def _shows_its_lines(actor: Values, area: Area) -> bool:
    key = actor["organisation"]["key"]
    put_in = {
        (point.channel, _normal(point))
        for point in area.points
        if point.owner == key and point.audience == "public"
    }
    shown = {(point["channel"], point["value"]) for point in actor["contact_points"]}
    return put_in <= shown


def _normal(point: Point) -> str:
    if point.channel != "phone":
        return point.value
    digits = point.value.replace(" ", "")
    return digits if digits.startswith("+") else f"+47{digits}"
