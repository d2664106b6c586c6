"""Coverage-guided fuzzing of everything that reads what users write; for a nightly run, not for tests.

`python -m tools.fuzz TARGET --seconds 600` feeds a target of `targets` with mutations of the repository's own documents and
expressions, and stops at the first input that breaks a promise. It needs atheris (`uv sync --group fuzz`, or
`pip install atheris`). Inputs that found new paths are kept in the corpus folder from one night to the next.
"""
