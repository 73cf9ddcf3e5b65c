"""The application factory: services in, a Flask application out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
from apiflask import APIFlask
from flask.json.provider import JSONProvider

from api import auth, correlation, docs, headers, limits, metrics, openapi, paths, problems
from api.console import blueprint as console
from api.routes import BLUEPRINTS
from api.version import VERSION

if TYPE_CHECKING:
    from typing import Any

    from api.services import ApiServices

_LARGEST_JSON: Final = 1 << 20
_DESCRIPTION: Final = """Products as a graph of facts with evidence: search, related products, and texts whose every \
claim rests on a fact.

Send a key as `Authorization: Bearer KEY`. Errors are problem details (RFC 9457) whose `type` ends in a stable code. \
Lists take `limit` and `cursor` and answer `results` and `next_cursor`. What takes long answers 202 with a job or an \
import to watch."""


class _OrjsonProvider(JSONProvider):
    """JSON as orjson writes it: fast, UTF-8, and never NaN."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:  # noqa: ANN401 - Flask's signature
        """The value as JSON text."""
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:  # noqa: ANN401 - same
        """The value of JSON text."""
        return orjson.loads(s)


def create_app(services: ApiServices) -> APIFlask:
    """The API and the console over ``services``; it starts nothing and may be made many times in one process."""
    app = APIFlask(
        "api", title="Shelfgraph", version=VERSION, spec_path=None, docs_path=None, json_errors=False, static_folder=""
    )
    app.json = _OrjsonProvider(app)
    app.config.update(
        MAX_CONTENT_LENGTH=max(_LARGEST_JSON, services.settings.import_max_row_bytes),
        MAX_FORM_MEMORY_SIZE=0,  # no route reads forms
        OPENAPI_VERSION="3.1.0",
        AUTO_SERVERS=False,
        AUTO_VALIDATION_ERROR_RESPONSE=True,
        VALIDATION_ERROR_STATUS_CODE=400,
        VALIDATION_ERROR_DESCRIPTION="The request is not as it should be.",
        VALIDATION_ERROR_SCHEMA=openapi.PROBLEM_SCHEMA,
        HTTP_ERROR_SCHEMA=openapi.PROBLEM_SCHEMA,
        AUTO_AUTH_ERROR_RESPONSE=False,
        DESCRIPTION=_DESCRIPTION,
    )
    app.extensions["shelfgraph"] = services
    app.url_map.strict_slashes = True
    paths.register(app)
    correlation.register(app)
    metrics.register(app)
    problems.register(app)
    auth.register(app)
    limits.register(app)
    headers.register(app)
    for blueprint in (*BLUEPRINTS, docs.blueprint, console):
        app.register_blueprint(blueprint)
    app.spec_processor(openapi.complete)  # type: ignore[arg-type]  # a dict for the JSON format
    return app
