"""What goes in and out, as pydantic models; each module belongs to the routes of the same name."""
