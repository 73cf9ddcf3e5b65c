"""Write constraints.txt from what is installed: every package that pyproject.toml leads to, with its version alone.

Local version suffixes (``+cpu``) are left out, so that the same file serves every build of a package, and so are
addresses. Run by `make pin` after an upgrade.
"""  # noqa: INP001 - a script, not a package

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

_ROOT = Path(__file__).resolve().parent.parent
_HEAD = "# What Shelfgraph was built and tested with; written by `make pin`. Models are pinned in models.txt.\n"


def main() -> None:
    """Follow the requirements and write the file."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pending = [(Requirement(one), "") for one in project["dependencies"] + project["optional-dependencies"]["dev"]]
    versions: dict[str, str] = {}
    seen: set[str] = set()
    while pending:
        requirement, extra = pending.pop()
        if str(requirement) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(str(requirement))
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            sys.exit(f"Error: {requirement.name} is not installed: run make install first.")
        versions[re.sub(r"[-_.]+", "-", requirement.name).lower()] = found.version.partition("+")[0]
        for needed in found.requires or ():
            pending.extend((Requirement(needed), one) for one in ("", *requirement.extras))
    lines = "".join(f"{name}=={versions[name]}\n" for name in sorted(versions))
    (_ROOT / "constraints.txt").write_text(_HEAD + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
