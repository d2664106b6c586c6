"""Runs the sections, prints their tables, and writes `build/bench.json` and the plot of the gateway's ratios."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import bench
from bench.plot import bars
from bench.table import table

RESULTS = Path("build") / "bench.json"
PLOT = Path("build") / "performance.svg"
TARGETS = {"empty": 1.3, "full": 2.0}


def sections() -> list[str]:
    """Return the names of the sections, in order."""
    return sorted(module.name for module in iter_modules(bench.__path__) if module.ispkg)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def drawn(rows: list[dict[str, Any]]) -> str:
    """Return the plot: CPU a request of each subject, as multiples of the bare stack's that does the same."""
    values = [(str(row["name"]), float(row["cpu_ratio"])) for row in rows if "cpu_ratio" in row]
    return bars("CPU a request, bare stack = 1 (dashed: target)", values, TARGETS)


def main(wanted: list[str]) -> int:
    """Measure the wanted sections, or all."""
    unknown = set(wanted) - set(sections())
    if unknown:
        sys.stderr.write(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(sections())}\n")
        return 2
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's: all subjects have one core
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results: dict[str, Any] = {**kept, "machine": machine()}
    for name in wanted or sections():
        rows: list[dict[str, Any]] = importlib.import_module(f"bench.{name}").run()
        results[name] = rows
        sys.stdout.write(f"\n{name}\n{table(rows)}\n")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PLOT.write_text(drawn(results.get("gateway", [])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
