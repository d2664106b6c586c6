"""The last exchanges, for people: what ran, where it stands, what it decided."""

from __future__ import annotations

from collections import deque
from html import escape
from typing import TYPE_CHECKING, Any

from apim_ai.gateway.export import Record, exported

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Exchange

__all__ = ["Inspector"]

KEPT = 200


class Inspector:
    """Keeps the traces of the last exchanges; hand `record` to the gateway as `on_finished`.

    Args:
        keep: how many.
        redact: takes secrets out of a text (`Gateway.redact`).
    """

    def __init__(self, keep: int = KEPT, redact: Callable[[str], str] = str) -> None:
        self.redact = redact
        self._kept: deque[Record] = deque(maxlen=keep)

    def record(self, exchange: Exchange) -> None:
        """Keep the trace of an exchange that has ended; its bodies are not kept."""
        self._kept.append(Record.of(exchange))

    def exchanges(self) -> list[dict[str, Any]]:
        """Return the traces, newest first, as JSON values."""
        return [_redacted(exported(record), self.redact) for record in reversed(self._kept)]

    def page(self) -> str:
        """Return a self-contained HTML page of the traces, newest first."""
        rows = "".join(_row(trace) for trace in self.exchanges())
        return _PAGE.replace("{rows}", rows or '<p class="none">No request yet.</p>')


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item, redact) for key, item in value.items()}  # type: ignore[misc]  # JSON
    if isinstance(value, list):
        return [_redacted(item, redact) for item in value]  # type: ignore[misc]  # JSON
    return value


def _row(trace: dict[str, Any]) -> str:
    request, response = trace["request"], trace["response"] or {"status": "-"}
    steps = "".join(_step(step) for step in trace["steps"])
    error = trace["error"]
    failed = f'<p class="error">{escape(error["source"])}: {escape(error["message"])}</p>' if error else ""
    return (
        f'<details><summary><b class="s{str(response["status"])[0]}">{response["status"]}</b> '
        f"{escape(request['method'])} {escape(request['path'])} "
        f"<i>{trace['at']} · {trace['seconds'] * 1000:.1f} ms · {escape(trace['operation'] or 'no operation')}</i>"
        f"</summary>{failed}<table>{steps}</table></details>"
    )


def _step(step: dict[str, Any]) -> str:
    lines = [*step["notes"], *(f"{c['what']}: {c['before']} → {c['after']}" for c in step["changes"])]
    notes = "<br>".join(escape(line) for line in lines)
    error = f'<span class="error">{escape(step["error"])}</span>' if step["error"] else ""
    place = f"{step['file']}:{step['line']}" if step["file"] else ""
    milliseconds = "" if step["milliseconds"] is None else f"{step['milliseconds']:.2f}"
    return (
        f"<tr><td>{step['section']}</td><td>{step['scope']}</td>"
        f'<td style="padding-left:{step["depth"] + 0.5}em">{escape(step["policy"])}</td>'
        f"<td>{notes}{error}</td><td>{escape(place)}</td><td>{milliseconds}</td></tr>"
    )


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>apim-ai inspector</title>
<meta name="viewport" content="width=device-width">
<style>
body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222;background:#fff}
summary{cursor:pointer;padding:.3em 0}summary i{color:#666;font-style:normal}
details{border-bottom:1px solid #ddd}table{border-collapse:collapse;width:100%;margin:.3em 0 1em}
td{border-top:1px solid #eee;padding:.15em .5em;vertical-align:top;font-size:13px}
.s2{color:#17662f}.s3{color:#555}.s4{color:#9a5b00}.s5,.error{color:#b3001b}.none{color:#666}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}details,td{border-color:#333}
.s2{color:#6c9}.s4{color:#eb5}.s5,.error{color:#f77}summary i{color:#999}}
</style>
<h1>Exchanges</h1>
{rows}
</html>
"""
