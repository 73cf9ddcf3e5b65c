"""``backup`` and ``restore``: the data folder of a Shelfgraph that does not run, as one archive."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shelfgraph import __version__
from shelfgraph.cli.output import JsonOption, show_json, show_line
from shelfgraph.errors import ConflictError, InvalidRequestError
from shelfgraph.settings import get_settings
from shelfgraph.supervisor import Home

if TYPE_CHECKING:
    from shelfgraph.settings import Settings

_KEPT: Final = ("graph", "blobs", "admin.key")  # all else is made again: the index, converted weights, messages, logs
_LEFT_OUT: Final = frozenset({"log", "server.log", "server.log.1", "server.json", ".lock", "java.args", "config"})
_MANIFEST: Final = "shelfgraph-backup.json"


def backup(
    archive: Annotated[Path, typer.Argument(help="The archive to write, such as shop.tar.gz.")],
    as_json: JsonOption = False,
) -> None:
    """Write the catalogue, texts, keys and files into one archive. Stop `shelfgraph up` first.

    Example: `shelfgraph backup shop-2026-11-24.tar.gz`
    """
    settings = _embedded_only("backup")
    home = Home(settings.home_path)
    if not (home.path / "graph").is_dir():
        raise InvalidRequestError("backup.nothing_there", f"There is no catalogue in {home.path}.")
    if archive.exists():
        raise ConflictError("backup.file_exists", f"The file {archive} exists.", help="Choose another name.")
    with home.claim(url=""), tempfile.TemporaryDirectory() as scratch:
        manifest = Path(scratch) / _MANIFEST
        manifest.write_text(json.dumps({"version": __version__, "format": 1}), encoding="utf-8")
        partial = archive.with_name(f".{archive.name}.partial")
        try:
            with tarfile.open(partial, "w:gz", compresslevel=6) as tar:
                tar.add(manifest, _MANIFEST)
                for name in _KEPT:
                    if (home.path / name).exists():
                        tar.add(home.path / name, name, filter=_wanted)
            partial.chmod(0o600)  # the admin key is in it
            partial.replace(archive)
        finally:
            partial.unlink(missing_ok=True)
    _show({"archive": str(archive), "bytes": archive.stat().st_size}, as_json, f"Wrote {archive}.")


def restore(
    archive: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the catalogue that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put an archive back into SHELFGRAPH_HOME. Stop `shelfgraph up` first.

    Example: `shelfgraph restore shop-2026-11-24.tar.gz`
    """
    settings = _embedded_only("restore")
    home = Home(settings.home_path)
    with home.claim(url=""):
        if (home.path / "graph").exists() and not replace:
            raise ConflictError(
                "restore.catalogue_exists",
                f"There is a catalogue in {home.path}.",
                help="Choose another folder with SHELFGRAPH_HOME, or say --replace.",
            )
        scratch = Path(tempfile.mkdtemp(prefix=".restore-", dir=home.path))
        try:
            _unpack(archive, scratch)
            for name in (*_KEPT, "index", "broker"):  # index and messages belong to the catalogue that was there
                _remove(home.path / name)
            for name in _KEPT:
                if (scratch / name).exists():
                    (scratch / name).rename(home.path / name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    _show({"home": str(home.path)}, as_json, f"Restored into {home.path}; start it with `shelfgraph up`.")


def _embedded_only(command: str) -> Settings:
    settings = get_settings()
    if settings.graph_uri or settings.blob_url:
        raise InvalidRequestError(
            f"{command}.external_store",
            "The catalogue is not in SHELFGRAPH_HOME: SHELFGRAPH_GRAPH_URI or SHELFGRAPH_BLOB_URL is set.",
            help="Use the tools of that graph and that store.",
        )
    return settings


def _wanted(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(member.name).parts
    top_of_graph = len(parts) > 1 and parts[0] == "graph" and parts[1] in _LEFT_OUT
    return None if top_of_graph or not (member.isfile() or member.isdir()) else member


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                _extract(tar, member, folder)
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise InvalidRequestError("restore.archive_invalid", f"{archive} is no whole backup of Shelfgraph.") from error
    if manifest.get("format") != 1 or not (folder / "graph").is_dir():
        raise InvalidRequestError("restore.archive_invalid", f"{archive} is no backup that this version can read.")


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One file or folder, inside ``folder`` whatever its name says; tarfile's own filters came with Python 3.11.4."""
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
        raise ValueError(member.name)
    source = tar.extractfile(member)
    if source is None:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with source, target.open("xb") as file:
        shutil.copyfileobj(source, file)
    target.chmod(0o600)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _show(found: dict[str, object], as_json: bool, sentence: str) -> None:
    if as_json:
        show_json(found)
    else:
        show_line(sentence)
