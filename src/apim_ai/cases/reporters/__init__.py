"""Output formats of a test run: one module each, with `render(results, seconds) -> str`."""
