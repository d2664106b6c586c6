"""How a demo's report is shown: one module a form, each `render(report) -> str`."""
