"""Writes random calls of every member of .NET types, one a line, for `oracle.py`: a development tool.

```text
python -m tools.oracle.calls 4 System.String 'System.Collections.Generic.List`1' [--seed N] [--core DOTNET] > calls.txt
```

`Surface.cs` lists the members by reflection, so that nothing is forgotten; `pools.json` holds C# for arguments by type
and by the parameter's name.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict, cast

__all__ = ["Calls", "members"]

_HERE = Path(__file__).parent
_NEWTONSOFT = Path("/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll")
_CONFIG = '{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"3.1.0"}}}'
_ALIASES = {
    "System.Object": "object", "System.String": "string", "System.Boolean": "bool", "System.Char": "char",
    "System.SByte": "sbyte", "System.Byte": "byte", "System.Int16": "short", "System.UInt16": "ushort",
    "System.Int32": "int", "System.UInt32": "uint", "System.Int64": "long", "System.UInt64": "ulong",
    "System.Single": "float", "System.Double": "double", "System.Decimal": "decimal",
}  # fmt: skip
_INDICES = frozenset(
    [
        "startIndex",
        "count",
        "length",
        "index",
        "indexA",
        "indexB",
        "totalWidth",
        "arrayIndex",
        "sourceIndex",
        "destinationIndex",
        "charIndex",
        "byteIndex",
        "byteCount",
        "charCount",
        "startat",
        "beginning",
        "decimals",
        "digits",
        "offset",
    ]
)
_UNWANTED = frozenset(
    ["GetHashCode", "GetType", "GetTypeCode", "NewGuid", "Finalize", "Now", "UtcNow", "Today", "GetEnumerator"]
)
_SEQUENCE = re.compile(
    r"^(System\.Collections\.(Generic\.)?(IEnumerable|ICollection|IList|List|HashSet|Queue|Stack|Dictionary)|"
    r"System\.Linq\.|.*\[\]$|Newtonsoft\.Json\.Linq\.I?JEnumerable)"
)
_METHOD = re.compile(r"^(static )?(.*?) (\w+)(<[^(]*>)?\((.*)\)$")
_PROPERTY = re.compile(r"^(static )?(.*?) (\w+)(?:\[(.*)\])?$")
_PARAMETER = re.compile(r"^(out |ref |params )?(.*) (\S+)$")


class _Pools(TypedDict):
    types: dict[str, list[str]]
    names: dict[str, list[str]]
    parsed: dict[str, list[str]]
    indices: list[str]
    ranges: dict[str, list[str]]
    generic: dict[str, list[str]]


def members(types: list[str], core: str | None) -> list[str]:
    """Return the members of types as `Surface.cs` writes them, of mono or of the .NET at `core`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "types.txt").write_text("\n".join(types) + "\n", "utf-8")
        (folder / "Newtonsoft.Json.dll").write_bytes(_NEWTONSOFT.read_bytes())
        (folder / "surface.runtimeconfig.json").write_text(_CONFIG, "utf-8")
        program = folder / "surface.exe"
        command = ["mcs", f"-r:{_NEWTONSOFT}", "-r:System.Core", f"-out:{program}", str(_HERE / "Surface.cs")]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        environment = {
            "PATH": "/usr/bin:/bin", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": name,
        }  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own command
            [core or "mono", str(program), str(folder / "types.txt")],
            check=True, capture_output=True, text=True, env=environment, cwd=name,
        )  # fmt: skip
    return done.stdout.splitlines()


def _split(text: str) -> list[str]:
    pieces: list[str] = []
    depth, piece = 0, ""
    for character in text:
        depth += {"<": 1, "[": 1, ">": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            pieces.append(piece.strip())
            piece = ""
        else:
            piece += character
    return [*pieces, piece.strip()] if piece.strip() else pieces


class Calls:
    """Makes calls of members with arguments out of the pools."""

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)  # noqa: S311 - made-up arguments
        self.pools = cast("_Pools", json.loads((_HERE / "pools.json").read_text("utf-8")))

    def call(self, line: str) -> str | None:
        """Return an expression that uses the member of a line, or None where no argument is known for it."""
        type_, kind, signature = line.split("\t")
        shown = self._shown(type_)
        if shown is None:
            return None
        if kind == "ctor":
            return self._construct(type_, shown, _split(signature[1:-1]))
        found = (_METHOD if kind == "method" else _PROPERTY).match(signature)
        if found is None or found[3] in _UNWANTED:
            return None
        generic = found[4] if kind == "method" else None
        if generic and type_ not in ("System.Linq.Enumerable", "System.Array"):
            return None
        bound = self._bindings(type_, generic)
        parameters = _split((found[5] if kind == "method" else found[4]) or "")
        arguments = self._arguments(type_, found[3], parameters, bound)
        receiver = shown if found[1] else self._receiver(type_, shown)
        if arguments is None or receiver is None:
            return None
        return self._used(kind, found[3], receiver, arguments, _substituted(found[2], bound), is_static=bool(found[1]))

    def _shown(self, type_: str) -> str | None:
        if "`" not in type_:
            return _ALIASES.get(type_, type_.rsplit(".", 1)[-1])
        arguments = self.pools["generic"].get(type_.rsplit(".", 1)[-1])
        plain = type_.split("`", 1)[0].rsplit(".", 1)[-1]
        return None if arguments is None else f"{plain}<{', '.join(arguments)}>"

    def _bindings(self, type_: str, generic: str | None) -> dict[str, str]:
        bound: dict[str, str] = {}
        if "`" in type_:
            arguments = self.pools["generic"][type_.rsplit(".", 1)[-1]]
            bound = dict(zip(["T"] if len(arguments) == 1 else ["TKey", "TValue"], arguments, strict=True))
        bound.update(dict.fromkeys(_split((generic or "<>")[1:-1]), "int"))
        return bound

    def _receiver(self, type_: str, shown: str) -> str | None:
        known = self.pools["types"].get(shown) or self.pools["types"].get(self._full(type_, shown), [])
        chosen = self.random.choice(known) if known else None
        return None if chosen in (None, "null") else f"({chosen})"

    def _full(self, type_: str, shown: str) -> str:
        return type_ if "`" not in type_ else f"{type_.rsplit('.', 1)[0]}.{shown}"

    def _arguments(self, type_: str, member: str, parameters: list[str], bound: dict[str, str]) -> list[str] | None:
        chosen: list[str] = []
        for number, parameter in enumerate(parameters):
            found = _PARAMETER.match(parameter)
            if found is None or found[1] == "ref ":
                return None
            if found[1] == "out ":
                chosen.append(f"out var o{number}")
                continue
            known = self._known(type_, member, _substituted(found[2], bound), found[3])
            if not known:
                return None
            chosen.append(self.random.choice(known))
        return chosen

    def _known(self, type_: str, member: str, wanted: str, name: str) -> list[str]:
        pools = self.pools
        if wanted == "string":
            if member in ("Parse", "TryParse") and type_ in pools["parsed"]:
                return pools["parsed"][type_]
            return pools["names"].get(name) or pools["types"]["string"]
        if wanted == "int":
            return pools["ranges"].get(name) or (pools["indices"] if name in _INDICES else pools["types"]["int"])
        return pools["types"].get(wanted, [])

    def _construct(self, type_: str, shown: str, parameters: list[str]) -> str | None:
        arguments = self._arguments(type_, "", parameters, self._bindings(type_, None) if "`" in type_ else {})
        if arguments is None:
            return None
        made = f"new {shown}({', '.join(arguments)})"
        return f'@(string.Join("|", {made}))' if _SEQUENCE.match(self._full(type_, shown)) else f"@({made})"

    def _used(
        self, kind: str, name: str, receiver: str, arguments: list[str], returns: str, *, is_static: bool
    ) -> str | None:
        inside = ", ".join(arguments)
        if kind == "property":
            code = f"{receiver}[{inside}]" if arguments else f"{receiver}.{name}"
        else:
            code = f"{receiver}.{name}({inside})"
        if returns == "void":
            return self._effect(name, receiver, arguments, is_static=is_static)
        outs = [each.removeprefix("out var ") for each in arguments if each.startswith("out var ")]
        if outs:
            return f'@{{ var x = {code}; return x + "|" + {" + ".join(outs)}; }}'
        return f'@(string.Join("|", {code}))' if _SEQUENCE.match(returns) or "IEnumerable<" in returns else f"@({code})"

    def _effect(self, name: str, receiver: str, arguments: list[str], *, is_static: bool) -> str | None:
        if not is_static:
            return f"@{{ var r = {receiver}; r.{name}({', '.join(arguments)}); return r; }}"
        if not arguments:
            return None
        rest = ", ".join(["a", *arguments[1:]])
        return f'@{{ var a = {arguments[0]}; {receiver}.{name}({rest}); return string.Join("|", a); }}'


def _substituted(type_: str, bound: dict[str, str]) -> str:
    for name, value in bound.items():
        type_ = re.sub(rf"\b{name}\b", value, type_)
    return type_


def main() -> None:
    """Write calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many calls of each member")
    parser.add_argument("types", nargs="+", help=".NET full names")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--core", help="path of the dotnet host, whose members are listed instead of mono's")
    options = parser.parse_args()
    calls = Calls(options.seed)
    lines = members(options.types, options.core)
    found = dict.fromkeys(calls.call(line) for line in lines for _ in range(options.count))
    print("\n".join(text for text in found if text is not None))  # noqa: T201 - a tool prints


if __name__ == "__main__":
    main()
