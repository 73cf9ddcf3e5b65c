"""Keys: made, listed and revoked by admins."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.auth import forget_all, key_hash, needs, new_secret
from api.schemas.keys import KeyIn, KeyOut, KeyPage, NewKeyOut
from api.schemas.lists import PageQuery
from api.services import services

blueprint = APIBlueprint("keys", __name__, url_prefix="/v1/keys", tag="Keys")


@blueprint.post("")
@needs("admin")
@blueprint.input(KeyIn, location="json", arg_name="body")
@blueprint.output(NewKeyOut, status_code=201)
def create_key(body: KeyIn) -> tuple[NewKeyOut, int, dict[str, str]]:
    """Make a key. Its secret is shown here and never again: only a hash of it is kept."""
    secret = new_secret()
    made = services().graph.keys.create(body.name, tuple(dict.fromkeys(body.scopes)), key_hash(secret))
    shown = KeyOut.model_validate(made).model_dump()
    return NewKeyOut(**shown, key=secret), 201, {"Location": f"/v1/keys/{made.key_id}"}


@blueprint.get("")
@needs("admin")
@blueprint.input(PageQuery, location="query", arg_name="page")
@blueprint.output(KeyPage)
def list_keys(page: PageQuery) -> KeyPage:
    """List keys, revoked ones included."""
    found = services().graph.keys.page(page.limit, page.cursor)
    return KeyPage(results=[KeyOut.model_validate(key) for key in found.results], next_cursor=found.next_cursor)


@blueprint.delete("/<key_id>")
@needs("admin")
@blueprint.output(KeyOut)
def revoke_key(key_id: str) -> KeyOut:
    """Revoke a key; other API processes follow within seconds."""
    revoked = services().graph.keys.revoke(key_id)
    forget_all()
    return KeyOut.model_validate(revoked)
