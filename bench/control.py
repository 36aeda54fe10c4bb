"""What is compared with: bare Flask, served as the product is, but without a database.

It imports nothing of the product, so that it pays for nothing of it either.
"""

import sys

from flask import Flask, Response, jsonify, render_template
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from jinja2 import DictLoader

ROWS = [{"name": f"Office {n}", "phone": f"+472200000{n}"} for n in range(10)]
PAGE = """<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<ul>
{% for row in rows %}
<li>{{ row.name }}: <a href="tel:{{ row.phone }}">{{ row.phone }}</a></li>
{% endfor %}
</ul>
"""
COMMENT = "<!--{}-->"


def create_app(page_size: int) -> Flask:
    """Return an application with `/hello` (JSON) and `/page` (Jinja, of that size).

    The page is padded by text that costs Jinja nothing: it favours the control.
    """
    app = Flask("control")
    pages = {"page.html": PAGE + COMMENT.format("")}
    app.jinja_loader = DictLoader(pages)

    @app.get("/hello")
    def hello() -> Response:
        return jsonify(hello="world")

    @app.get("/page")
    def page() -> str:
        return render_template("page.html", title="Who", rows=ROWS)

    unpadded = len(app.test_client().get("/page").data)
    padding = "x" * max(0, page_size - unpadded)
    pages["page.html"] = PAGE + COMMENT.format(padding)
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    return app


def main(host: str, port: int, threads: int, page_size: int) -> None:
    """Serve it as `flask serve` does: one worker of so many threads."""
    app = create_app(page_size)
    server = Granian(
        "bench.control:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=lambda *_args: app, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
