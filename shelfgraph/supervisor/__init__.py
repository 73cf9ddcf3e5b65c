"""What `shelfgraph up` runs: every process of one machine, in the foreground, until Ctrl-C."""

from shelfgraph.supervisor.home import Home
from shelfgraph.supervisor.run import Supervisor

__all__ = ["Home", "Supervisor"]
