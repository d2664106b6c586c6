"""Tools for people who work on apim-ai; not part of the wheel."""
