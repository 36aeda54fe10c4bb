"""The factory: settings, extensions, blueprints, errors, commands, in that order."""

from apiflask import APIFlask
from flask_babel import Babel
from werkzeug.routing import UnicodeConverter

from models import db
from views import (
    about,
    account,
    api,
    asked,
    assets,
    chapters,
    checklist,
    cli,
    config,
    errors,
    feeds,
    filters,
    guide,
    headers,
    health,
    history,
    kept,
    language,
    matrix,
    meetings,
    messages,
    network,
    networks,
    offline,
    organisations,
    places,
    pocket_cards,
    policy,
    records,
    replies,
    rights,
    search,
    sources,
    steps,
    suggestions,
    users,
)
from views.config import LARGEST_REQUEST
from views.language import chosen_language
from views.sessions import Sessions


def create_app(settings: config.Config | None = None) -> APIFlask:
    """Return the application, with settings from the environment unless given."""
    settings = settings or config.read()
    app = APIFlask(
        "views",
        title="Coordinator",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path="/api/v1/openapi.json",
        template_folder="../templates",
        static_folder=None,  # type: ignore[arg-type]
        instance_path=str(settings.instance),
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Values of rows stay out of error messages, and so out of logs.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SETTINGS=settings,
        BABEL_DEFAULT_LOCALE="nb",
        BABEL_DEFAULT_TIMEZONE="Europe/Oslo",
    )
    app.url_map.converters |= dict.fromkeys(("default", "string"), asked.TypedPart)
    app.url_map.converters["secret"] = (
        UnicodeConverter  # what is hashed can be anything
    )
    app.session_interface = Sessions(app)
    db.init_app(app)
    Babel(app, locale_selector=chosen_language)
    kept.init_app(app)
    assets.init_app(app)
    headers.init_app(app)
    filters.init_app(app)
    language.init_app(app)
    for part in (
        guide,
        steps,
        places,
        organisations,
        network,
        networks,
        meetings,
        rights,
        chapters,
        checklist,
        pocket_cards,
        offline,
        search,
        sources,
        about,
        suggestions,
        account,
        users,
        records,
        replies,
        history,
        matrix,
        messages,
        feeds,
        health,
        api,
    ):
        app.register_blueprint(part.bp)
    app.register_blueprint(meetings.organizing)
    api.describe(app)
    errors.init_app(app)
    places.init_app(app)
    suggestions.init_app(app)
    search.init_app(app)
    pocket_cards.init_app(app)
    replies.init_app(app)
    account.init_app(app)
    feeds.init_app(app)
    policy.init_app(app)
    cli.init_app(app)
    return app
