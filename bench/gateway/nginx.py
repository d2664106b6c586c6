"""nginx as a plain reverse proxy, where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.gateway.processes import Child, pin

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["serving"]

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream backend {{ server 127.0.0.1:{backend}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }}
  }}
}}
"""


@contextmanager
def serving(backend: int, core: int) -> Generator[Child | None]:
    """Run nginx before a backend on a core while the block runs; None where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")  # not on every PATH
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        file = Path(folder) / "nginx.conf"
        file.write_text(_CONFIGURATION.format(folder=folder, backend=backend, port=port), encoding="utf-8")
        began = time.perf_counter()
        process = subprocess.Popen([program, "-c", str(file)], text=True)
        pin(process.pid, core)
        _wait(port)
        child = Child(process, port, time.perf_counter() - began)
        try:
            yield child
        finally:
            child.stop()


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
