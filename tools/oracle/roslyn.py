"""Compares our answers with those of Roslyn, the compiler that Azure's C# is: a development tool, not part of the package.

```text
python tools/oracle/roslyn.py FILE… --compiler FOLDER --core DOTNET [--write CASES.jsonl]
```

FILE holds one policy expression a line. FOLDER holds `Microsoft.CodeAnalysis.dll`, `Microsoft.CodeAnalysis.CSharp.dll`
(3.x, as many packages of code generators carry it) and `Newtonsoft.Json.dll`; DOTNET is the host of .NET Core 3.1, which
needs OpenSSL 1.1. Where `mcs` and Roslyn disagree, Roslyn is right: `mcs` knows C# 7 in parts only.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))
from oracle import differs, ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    Answer = dict[str, str | None]

_REFERENCES = (
    "netstandard", "System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Linq", "System.Console",
    "System.Collections.Immutable", "System.Runtime.Extensions", "System.Threading.Thread", "System.Threading",
    "System.IO.FileSystem", "System.Globalization", "System.Reflection", "System.Text.Encoding.Extensions",
)  # fmt: skip
_CONFIG = {
    "runtimeOptions": {
        "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"},
        "configProperties": {"System.Globalization.Invariant": True},
    }
}


def build(compiler: Path, core: Path, folder: Path) -> Path:
    """Return the driver, compiled with `mcs` against .NET Core's own assemblies."""
    framework = next((core.parent / "shared" / "Microsoft.NETCore.App").iterdir())
    for each in compiler.glob("*.dll"):
        shutil.copy(each, folder)
    references = [f"-r:{framework / name}.dll" for name in _REFERENCES]
    references += [
        f"-r:{folder / name}" for name in ("Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll")
    ]
    target, source = folder / "Roslyn.exe", Path(__file__).with_name("Roslyn.cs")
    command = ["mcs", "-nostdlib", "-noconfig", "-langversion:7", *references, f"-out:{target}", str(source)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    (folder / "Roslyn.runtimeconfig.json").write_text(json.dumps(_CONFIG))
    return target


def answers(target: Path, core: Path, texts: Sequence[str]) -> dict[int, Answer]:
    """Return Roslyn's answers; an expression that kills the process costs its own only."""
    given = target.with_name("expressions.b64")
    given.write_text("".join(base64.b64encode(text.encode()).decode() + "\n" for text in texts))
    environment = {**os.environ, "TZ": "UTC", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    found: dict[int, Answer] = {}
    begin = 0
    while begin < len(texts):
        command = [str(core), str(target), str(given), str(begin)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - likewise
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        found.update({line.pop("id"): line for line in lines})
        begin = max([begin, *(number + 1 for number in found)])
        if begin < len(texts):
            found[begin] = {"died": ""}
            begin += 1
    return found


def main() -> None:
    """Compare and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--compiler", type=Path, required=True)
    parser.add_argument("--core", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    texts = [line for file in options.files for line in file.read_text("utf-8").splitlines() if line.startswith("@")]
    with tempfile.TemporaryDirectory() as name:
        target = build(options.compiler, options.core, Path(name))
        theirs = answers(target, options.core, texts)
    kept: list[dict[str, object]] = []
    for number, text in enumerate(texts):
        mine, answer = ours(text, "core"), theirs[number]
        if ("refused" in answer and "refused" in mine) or not ("refused" in answer or differs(mine, answer)):
            kept.append({"expression": text, **answer})
        elif "died" not in answer:
            print(f"{text}\n  C#:   {answer}\n  ours: {mine}")  # noqa: T201 - a tool prints
    print(f"{len(texts)} expressions, {len(texts) - len(kept)} differ")  # noqa: T201 - likewise
    if options.write is not None:
        options.write.write_text("".join(json.dumps(case) + "\n" for case in kept), "utf-8")


if __name__ == "__main__":
    main()
