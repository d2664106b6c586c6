"""The AI gateway you can test on your laptop and ship to Azure API Management.

`project` turns configuration into ARM-shaped resources; `lint`, `gateway`, `deploy` and `arm` are the four engines
that work on them; `cli` is the terminal. `docs/architecture.md` walks through one request and one deployment.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
