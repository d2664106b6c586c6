"""Compares our answers with those of a real C# compiler: a development tool, not part of the package.

```text
python tools/oracle/oracle.py FILE [--core DOTNET] [--newtonsoft DLL] [--write CASES.jsonl]
```

Expressions come from a pen, from `generate.py` (a grammar) or from `calls.py` (every member of a type).

FILE holds one policy expression a line (`@(…)` or `@{…}`, without `context`). Each is compiled with mono's `mcs` as a
method of one program, which runs on mono and, with `--core`, on .NET Core; the tool prints every difference in type,
value or exception. `--write` keeps the expressions on whose answer all agree as data for the tests (`mcs` has defects of
its own, which nobody needs to keep).
Debian's Newtonsoft.Json is version 6; where a later one differs (places in messages of errors, comments, doubled names),
`--newtonsoft` names one of version 12 or later, and its answers count.
Needs Debian's `mono-mcs`, `mono-runtime` and `libnewtonsoft-json5.0-cil`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.expression import ExpressionSettings
from apim_ai.expression.evaluation import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 60
_BATCH = 1500
_LOST = ("System.IO.FileNotFoundException", "System.PlatformNotSupportedException", "System.MissingMethodException")
_NEWTONSOFT = Path("/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll")
_HEAD = """
using System; using System.Collections.Generic; using System.Linq; using System.Text; using System.Net; using System.IO;
using System.Text.RegularExpressions; using System.Security.Cryptography; using System.Globalization; using System.Xml.Linq;
using Newtonsoft.Json.Linq; using Newtonsoft.Json;
static class Program {
  static string Q(string s) {
    if (s == null) return "null";
    var b = new StringBuilder("\\"");
    foreach (char c in s) if (c < 32 || c > 126 || c == '"' || c == '\\\\') b.Append("\\\\u" + ((int)c).ToString("x4")); else b.Append(c);
    return b.Append("\\"").ToString();
  }
  static string N(Type t) {
    if (t.IsArray) return N(t.GetElementType()) + "[]";
    if (!t.IsGenericType) return t.FullName;
    return t.GetGenericTypeDefinition().FullName + "[" + string.Join(",", t.GetGenericArguments().Select(N)) + "]";
  }
  static void R(int id, Func<object> f) {
    try { var v = f(); Console.WriteLine("{\\"id\\":" + id + ",\\"type\\":" + (v == null ? "null" : Q(N(v.GetType()))) + ",\\"value\\":" + (v == null ? "null" : Q(v.ToString())) + "}"); }
    catch (Exception e) { Console.WriteLine("{\\"id\\":" + id + ",\\"exception\\":" + Q(e.GetType().FullName) + ",\\"message\\":" + Q(e.Message) + "}"); }
  }
"""
_ERROR = re.compile(r"^.*?\((\d+),(\d+)\+?\): error (CS\d+): (.*)$")
_CONFIG = '{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"3.1.0"},"configProperties":{"System.Globalization.Invariant":true}}}'


def program(expressions: dict[int, str]) -> tuple[str, dict[int, int]]:
    """Return C# that evaluates expressions, and the expression of each of its lines."""
    lines: list[str] = list(_HEAD.splitlines())
    owners: dict[int, int] = {}
    for number, text in expressions.items():
        body = text[1:] if text.startswith("@{") else f"{{ return {text[2:-1]}; }}"
        owners[len(lines) + 1] = number
        lines.append(f"  static object E{number}() {body.replace(chr(10), ' ')}")
    lines.append(
        "  static void Main(string[] args) { int from = args.Length > 0 ? int.Parse(args[0]) : 0; CultureInfo.DefaultThreadCurrentCulture = System.Threading.Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;"
    )
    lines.extend(f"    if ({number} >= from) R({number}, E{number});" for number in expressions)
    lines.append("  } }")
    return "\n".join(lines), owners


def build(expressions: dict[int, str], folder: Path, newtonsoft: Path = _NEWTONSOFT) -> tuple[Path, dict[int, str]]:
    """Compile; expressions that C# refuses are left out and returned with the compiler's words."""
    left, refused = dict(expressions), dict[int, str]()
    target = folder / "oracle.exe"
    while True:
        source, owners = program(left)
        (folder / "oracle.cs").write_text(source, "utf-8")
        command = [
            "mcs",
            "-langversion:7",
            f"-r:{newtonsoft}",
            "-r:System.Core",
            "-r:System.Xml.Linq",
            "-nowarn:0219,0162,0168",
            f"-out:{target}",
            str(folder / "oracle.cs"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        errors = [found for line in done.stderr.splitlines() if (found := _ERROR.match(line))]
        wrong = {owners[int(found[1])]: f"{found[3]} {found[4]}" for found in errors if int(found[1]) in owners}
        if not wrong:
            if done.returncode:
                sys.exit(done.stderr[:2000])
            return target, refused
        refused.update(wrong)
        left = {number: text for number, text in left.items() if number not in wrong}


def run(target: Path, runtime: list[str], numbers: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """Run the program and return its answers; where an expression kills the process, go on behind it."""
    answers: dict[int, dict[str, str | None]] = {}
    begin = 0
    while True:
        answers.update(_run_from(target, runtime, begin))
        behind = [number for number in numbers if number >= begin and number not in answers]
        if not behind:
            return answers
        answers[behind[0]] = {"died": ""}
        begin = behind[0] + 1


def _run_from(target: Path, runtime: list[str], begin: int) -> dict[int, dict[str, str | None]]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
        "TZ": "UTC",
        "HOME": str(target.parent),
    }
    command = [*runtime, str(target), str(begin)]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, check=False, env=environment, cwd=target.parent, timeout=_SECONDS
        )
        output = done.stdout
    except subprocess.TimeoutExpired as expired:
        output = (expired.stdout or b"").decode("utf-8", "replace")
    lines = [line for line in output.splitlines() if line.startswith("{") and line.endswith("}")]
    return {(answer := json.loads(line))["id"]: answer for line in lines}


def ours(text: str, profile: str) -> dict[str, str | None]:
    """Return our answer in the form of the program's."""
    result = evaluate(text, None, ExpressionSettings(profile="framework" if profile == "framework" else "core"))
    if result.error is None:
        return {"type": result.type, "value": result.text}
    if result.error["kind"] == "compile":
        return {"refused": str(result.error["message"])}
    return {"exception": str(result.error["exception"]), "message": str(result.error["message"])}


def differs(mine: dict[str, str | None], theirs: dict[str, str | None]) -> bool:
    """Whether two answers are not the same; messages of exceptions count too."""
    if "exception" in theirs:
        return (mine.get("exception"), mine.get("message")) != (theirs["exception"], theirs["message"])
    if "died" in theirs:
        return True
    return "value" not in mine or (mine["type"], mine["value"]) != (theirs["type"], theirs["value"])


def main() -> None:
    """Compare and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--core", help="path of the dotnet host")
    parser.add_argument("--newtonsoft", type=Path, default=_NEWTONSOFT, help="the Newtonsoft.Json.dll that is asked")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    texts = [line.strip() for line in options.file.read_text("utf-8").splitlines() if line.strip()]
    kept: list[dict[str, object]] = []
    wrong = sum(
        _examine(dict(enumerate(texts[start : start + _BATCH])), options.core, options.newtonsoft, kept)
        for start in range(0, len(texts), _BATCH)
    )
    print(f"{len(texts)} expressions, {wrong} differ")  # noqa: T201 - a tool prints
    if options.write is not None:
        options.write.write_text("".join(json.dumps(case) + "\n" for case in kept), "utf-8")


def _examine(expressions: dict[int, str], core: str | None, newtonsoft: Path, kept: list[dict[str, object]]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target, refused = build(expressions, folder, newtonsoft)
        left = [number for number in expressions if number not in refused]
        mono = run(target, ["mono"], left)
        answers = mono
        if core:
            (folder / "oracle.runtimeconfig.json").write_text(_CONFIG, "utf-8")
            (folder / "Newtonsoft.Json.dll").write_bytes(newtonsoft.read_bytes())
            answers = {
                number: _settle(answer, mono.get(number)) for number, answer in run(target, [core], left).items()
            }
    return _report(expressions, refused, mono, answers, kept)


def _settle(core: dict[str, str | None], mono: dict[str, str | None] | None) -> dict[str, str | None]:
    """Return mono's answer where .NET Core lacks an assembly of Newtonsoft's, or a library of the machine's."""
    is_lost = "died" in core or core.get("exception") in _LOST
    return mono if mono is not None and is_lost else core


def _report(
    expressions: dict[int, str],
    refused: dict[int, str],
    mono: dict[int, dict[str, str | None]],
    answers: dict[int, dict[str, str | None]],
    kept: list[dict[str, object]],
) -> int:
    wrong = 0
    for number, text in expressions.items():
        mine = ours(text, "core")
        theirs: dict[str, str | None] = (
            {"refused": refused[number]} if number in refused else answers.get(number, {"died": ""})
        )
        bad = ("refused" in mine) != ("refused" in theirs) if "refused" in theirs else differs(mine, theirs)
        if bad:
            wrong += 1
            print(f"{text}\n   ours   {_short(mine)}\n   theirs {_short(theirs)}")  # noqa: T201 - a tool prints
            if number in mono and mono[number] != theirs:
                print(f"   mono   {_short(mono[number])}")  # noqa: T201 - a tool prints
        else:
            kept.append({"expression": text, **{key: value for key, value in theirs.items() if key != "id"}})
    return wrong


def _short(answer: dict[str, str | None]) -> str:
    return json.dumps({key: value for key, value in answer.items() if key != "id"}, ensure_ascii=False)[:300]


if __name__ == "__main__":
    main()
