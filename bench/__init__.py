"""Measurements: `make bench` or `python -m bench [section]`. Each section is a package with `run() -> list[dict]`."""
