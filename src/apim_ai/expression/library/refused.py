"""Types and members that API Management's allow-list leaves out, and what to write instead."""

from __future__ import annotations

from apim_ai.expression.library.index import ALIASES

__all__ = ["instead", "is_dotnet_member", "reason"]

_REFUSED: dict[str, tuple[str, str]] = {
    "Thread": ("System.Threading.Thread", "no threading, no delays; use retry with an interval"),
    "Task": ("System.Threading.Tasks.Task", "no threading, no delays; use retry with an interval"),
    "HttpClient": ("System.Net.Http.HttpClient", "use send-request"),
    "WebRequest": ("System.Net.WebRequest", "use send-request"),
    "WebClient": ("System.Net.WebClient", "use send-request"),
    "File": ("System.IO.File", "files cannot be read in a policy"),
    "Stream": ("System.IO.Stream", "work on byte[]"),
    "MemoryStream": ("System.IO.MemoryStream", "work on byte[]"),
    "StreamReader": ("System.IO.StreamReader", "use Body.As<string>() or Encoding.GetString"),
    "StreamWriter": ("System.IO.StreamWriter", "use StringBuilder"),
    "Environment": ("System.Environment", "use context.Deployment, or a named value"),
    "Process": ("System.Diagnostics.Process", "processes cannot be started in a policy"),
    "Stopwatch": ("System.Diagnostics.Stopwatch", "use context.Elapsed"),
    "Debug": ("System.Diagnostics.Debug", "use context.Trace"),
    "Activator": ("System.Activator", "reflection is not available"),
    "Assembly": ("System.Reflection.Assembly", "reflection is not available"),
    "AppDomain": ("System.AppDomain", "reflection is not available"),
    "GC": ("System.GC", "not available"),
    "JsonDocument": ("System.Text.Json.JsonDocument", "use Newtonsoft.Json.Linq"),
    "JsonSerializer": ("Newtonsoft.Json.JsonSerializer", "use JsonConvert, JObject.Parse and ToObject"),
    "JsonReader": ("Newtonsoft.Json.JsonReader", "use JObject.Parse"),
    "JsonTextReader": ("Newtonsoft.Json.JsonTextReader", "use JObject.Parse"),
    "JsonSerializerSettings": ("Newtonsoft.Json.JsonSerializerSettings", "use the overload without settings"),
    "CultureInfo": (
        "System.Globalization.CultureInfo",
        "use the overload without a culture, and formats that do not depend on one",
    ),
    "NumberStyles": ("System.Globalization.NumberStyles", "use the overload without styles"),
    "DateTimeStyles": ("System.Globalization.DateTimeStyles", "use the overload without styles"),
    "Aes": ("System.Security.Cryptography.Aes", 'use Encrypt("Aes", key, iv) and Decrypt("Aes", key, iv)'),
    "AesManaged": ("System.Security.Cryptography.AesManaged", 'use Encrypt("Aes", key, iv)'),
    "TripleDES": ("System.Security.Cryptography.TripleDES", 'use Encrypt("TripleDES", key, iv)'),
    "SortedDictionary": ("System.Collections.Generic.SortedDictionary", "use Dictionary and OrderBy"),
    "SortedList": ("System.Collections.Generic.SortedList", "use Dictionary and OrderBy"),
    "LinkedList": ("System.Collections.Generic.LinkedList", "use List"),
    "ConcurrentDictionary": ("System.Collections.Concurrent.ConcurrentDictionary", "use Dictionary"),
    "ImmutableArray": ("System.Collections.Immutable.ImmutableArray", "use an array or List"),
    "ArrayList": ("System.Collections.ArrayList", "use List"),
    "Hashtable": ("System.Collections.Hashtable", "use Dictionary"),
    "HttpUtility": ("System.Web.HttpUtility", "use System.Net.WebUtility or Uri.EscapeDataString"),
    "Console": ("System.Console", "use context.Trace"),
    "Lazy": ("System.Lazy", "compute the value where it is needed"),
    "HttpStatusCode": ("System.Net.HttpStatusCode", "write the number"),
    "HttpMethod": ("System.Net.Http.HttpMethod", "write the text"),
    "BigInteger": ("System.Numerics.BigInteger", "use decimal or long"),
    "Marshal": ("System.Runtime.InteropServices.Marshal", "not available"),
    "Buffer": ("System.Buffer", "use Array.Copy"),
    "Path": ("System.IO.Path", "files cannot be read in a policy"),
    "Dns": ("System.Net.Dns", "names cannot be looked up in a policy"),
    "MailAddress": ("System.Net.Mail.MailAddress", "use Regex"),
    "RSACng": ("System.Security.Cryptography.RSACng", "use GetRSAPrivateKey() as RSA"),
    "ExpandoObject": ("System.Dynamic.ExpandoObject", "use JObject"),
}
_NAMESPACES = (
    "System.IO.", "System.Threading", "System.Reflection", "System.Diagnostics", "System.Net.Http", "System.Text.Json",
    "System.Globalization", "System.Runtime", "System.Web", "Microsoft.", "System.Data", "System.Linq.Expressions",
    "System.Numerics", "System.Dynamic", "System.CodeDom", "System.Timers", "System.Xml.XPath", "System.Net.Mail",
)  # fmt: skip
_UNSUPPORTED = frozenset(
    [
        "XmlReader",
        "XmlWriter",
        "XmlNamespaceManager",  # with XmlDocument, in documents that a service has given back
        "XmlNode",
        "XmlNodeList",
        "XmlElement",
        "XmlAttribute",
        "TimeZone",
        "Oid",
        "PublicKey",
        "ValueTuple",
        "XDocumentType",
        "XProcessingInstruction",
        "JConstructor",
    ]
)


def reason(name: str) -> tuple[str, str, str | None] | None:
    """Return (rule or "unsupported", message, help) for the name of a type that is refused, or None."""
    simple = name.rsplit(".", 1)[-1]
    if simple in _UNSUPPORTED:
        return "unsupported", f"type '{simple}'", None
    known = _REFUSED.get(simple)
    full = known[0] if known else name
    if known is None and not any(name.startswith(each) for each in _NAMESPACES):
        return None
    message = f"type '{full}' is not on the list of types that policy expressions may use"
    return "AIM204", message, known[1] if known else None


_INSTEAD = {
    ("System.DateTime", "ParseExact"): "use DateTime.Parse, or DateTimeOffset.ParseExact",
    ("System.DateTime", "TryParse"): "use DateTimeOffset.TryParse",
    ("System.DateTime", "TryParseExact"): "use DateTimeOffset.TryParseExact",
    ("System.DateTime", "ToUniversalTime"): "use DateTime.UtcNow, or DateTimeOffset",
    ("System.DateTime", "ToLocalTime"): "use DateTimeOffset",
    ("System.DateTime", "SpecifyKind"): "use a constructor with DateTimeKind.Utc",
    ("System.DateTime", "CompareTo"): "use the operators < and >",
    ("System.DateTime", "Compare"): "use the operators < and >",
    ("System.DateTime", "Equals"): "use the operator ==",
    ("System.Text.RegularExpressions.Regex", "Escape"): "escape the text by hand",
}


def instead(owner: str, name: str) -> str | None:
    """Return what to write instead of a member that is not allowed."""
    return _INSTEAD.get((owner, name))


def is_dotnet_member(owner: str, name: str) -> bool:
    """Whether .NET's type has a member that this library does not run."""
    from apim_ai.expression.library.dotnet_members import MEMBERS  # noqa: PLC0415 - data, only for messages

    return name in MEMBERS.get(ALIASES.get(owner, owner), "").split()
