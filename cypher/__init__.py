"""Every statement the graph is asked, one per file."""
