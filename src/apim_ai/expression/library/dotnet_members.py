"""Names of .NET members that the library does not run: they are refused as unsupported, not as unknown."""

from __future__ import annotations

__all__ = ["MEMBERS"]

MEMBERS: dict[str, str] = {
    "System.DateTime": "ParseExact TryParseExact FromBinary FromFileTime FromFileTimeUtc FromOADate ToBinary ToFileTime "
    "ToFileTimeUtc ToOADate GetDateTimeFormats GetTypeCode ToLocalTime ToUniversalTime Equals CompareTo Compare",
    "System.String": "CopyTo GetTypeCode IsInterned LastIndexOfAny Create GetPinnableReference AsSpan AsMemory",
    "System.Text.RegularExpressions.Regex": "Options RightToLeft MatchTimeout GetGroupNames GetGroupNumbers "
    "GroupNameFromNumber GroupNumberFromName CacheSize Count EnumerateMatches",
    "System.Convert": "ChangeType GetTypeCode IsDBNull FromBase64CharArray ToBase64CharArray",
    "System.Linq.Enumerable": "GroupJoin",
    "System.Array": "CreateInstance ConstrainedCopy BinarySearch Clear FindLast FindLastIndex ForEach Resize TrueForAll "
    "SetValue GetEnumerator Fill",
    "System.Text.StringBuilder": "EnsureCapacity CopyTo MaxCapacity GetChunks",
    "System.Enum": "CompareTo HasFlag GetTypeCode IsDefined GetNames GetValues GetName Format ToObject GetUnderlyingType",
    "System.Exception": "Data HelpLink TargetSite GetObjectData",
    "Newtonsoft.Json.Linq.JToken": "Load ReadFrom WriteTo CreateReader AfterSelf BeforeSelf AncestorsAndSelf "
    "Annotation Annotations AddAnnotation RemoveAnnotations EqualityComparer",
}
