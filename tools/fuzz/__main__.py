"""`python -m tools.fuzz`: fuzz one target, or each in turn, for some seconds."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.fuzz.corpus import words, write_seeds
from tools.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CORPUS = Path("build/fuzz")


def main(arguments: Sequence[str]) -> int:
    """Run targets, each in a process of its own as atheris never comes back; 1 when one of them broke a promise."""
    options = _options(arguments)
    if options.inside:
        _fuzz(options.targets[0], options.seconds, options.corpus)
    failed = [name for name in options.targets or TARGETS if _run(name, options.seconds, options.corpus) != 0]
    print(f"broken: {', '.join(failed)}" if failed else "no promise was broken")  # noqa: T201 - a tool's answer
    return int(bool(failed))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, default=_CORPUS, help="where inputs are kept")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"there is no target '{unknown[0]}'")
    return options


def _run(target: str, seconds: int, corpus: Path) -> int:
    command = [
        sys.executable,
        "-m",
        "tools.fuzz",
        target,
        "--inside",
        "--seconds",
        str(seconds),
        "--corpus",
        str(corpus),
    ]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - itself


def _fuzz(target: str, seconds: int, corpus: Path) -> None:
    """Fuzz until the time is over or a promise breaks; the input that broke it is written to the corpus' folder."""
    try:
        atheris = importlib.import_module("atheris")  # optional, and without types
    except ModuleNotFoundError:
        sys.exit("atheris is not installed: pip install atheris")
    folder = corpus / target
    write_seeds(folder, target)
    dictionary = corpus / f"{target}.dict"
    dictionary.write_text("".join(f"{_entry(word)}\n" for word in words(target)), encoding="ascii")

    def one(data: bytes) -> None:
        TARGETS[target](data.decode("utf-8", "replace"))

    atheris.instrument_all()
    flags = [f"-max_total_time={seconds}", "-timeout=20", "-max_len=4096", f"-dict={dictionary}"]
    artifacts = f"-artifact_prefix={corpus}{os.sep}{target}-"
    atheris.Setup(["fuzz", *flags, artifacts, str(folder)], one)
    atheris.Fuzz()


def _entry(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
