"""Input as pydantic models through APIFlask: repeated query parameters, strict JSON, and unknown names refused.

APIFlask's own adapter takes the first of a repeated parameter, reads JSON whatever its media type, and answers
errors in a shape of its own; this adapter takes its place for every model of the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_origin

import orjson
from apiflask.schema_adapters.pydantic import PydanticAdapter
from apiflask.schema_adapters.registry import registry
from pydantic import BaseModel, ConfigDict, ValidationError

from api.problems import UnsupportedMediaTypeError
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from flask import Request

JSON_MEDIA_TYPES: Final = ("application/json", "application/merge-patch+json")
_MOST_ERRORS: Final = 20


class Input(BaseModel):
    """What a caller sends: unknown names are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiAdapter(PydanticAdapter):
    """Reads a model from a request, or says field by field what is wrong with it."""

    def validate_input(self, request: Request, location: str, **_options: Any) -> BaseModel:  # noqa: ANN401 - APIFlask's signature
        """The model, from the JSON body or the query.

        Raises:
            InvalidRequestError: ``request.invalid`` with ``errors``, or ``request.json_invalid``.
            UnsupportedMediaTypeError: the body is not JSON.
        """
        if location == "json":
            return self._validate(read_json(request), location, strict=True)
        return self._validate(self._query(request), location, strict=False)

    def _validate(self, data: object, location: str, *, strict: bool) -> BaseModel:
        try:
            if strict:
                # JSON mode: strict about types, yet an array may become a tuple and a string a literal.
                return self.model_class.model_validate_json(orjson.dumps(data), strict=True)
            return self.model_class.model_validate(data)
        except ValidationError as error:
            raise invalid(error, location) from error

    def _query(self, request: Request) -> dict[str, Any]:
        fields = self.model_class.model_fields
        data: dict[str, Any] = {}
        for name, values in request.args.lists():
            if name in fields and get_origin(fields[name].annotation) in {list, tuple}:
                data[name] = values
            elif len(values) > 1:
                raise InvalidRequestError(
                    "request.invalid",
                    f"The parameter {name[:50]} is given more than once.",
                    errors=[{"location": "query", "field": name[:50], "message": "given more than once"}],
                )
            else:
                data[name] = values[0]
        return data


def read_json(request: Request) -> object:
    """The JSON body; strict UTF-8, no NaN, no lone surrogates.

    Raises:
        InvalidRequestError: ``request.json_invalid``.
        UnsupportedMediaTypeError: ``request.unsupported_media_type``.
    """
    body = request.get_data(cache=True)
    if not body:
        return {}
    if request.mimetype not in JSON_MEDIA_TYPES:
        raise UnsupportedMediaTypeError(
            "request.unsupported_media_type",
            "The body must be JSON.",
            help="Send it with `Content-Type: application/json`.",
        )
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestError("request.json_invalid", "The body is not valid JSON.", help=f"{error}.") from error


def invalid(error: ValidationError, location: str) -> InvalidRequestError:
    """What pydantic found, field by field, without repeating the input."""
    errors = [
        {"location": location, "field": ".".join(str(step) for step in one["loc"])[:200], "message": one["msg"]}
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_ERRORS]
    ]
    if all(one["type"] == "extra_forbidden" for one in error.errors()):
        names = ", ".join(one["field"] for one in errors)
        return InvalidRequestError("request.unknown_field", f"There is no {names} here.", errors=errors)
    first = errors[0]
    where = f"{first['field']}: " if first["field"] else ""
    return InvalidRequestError("request.invalid", f"{where}{first['message']}.", errors=errors)


registry.register("pydantic", ApiAdapter)
