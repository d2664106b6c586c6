"""Which library module declares which types, and the C# aliases of types."""

from __future__ import annotations

__all__ = ["ALIASES", "CONTINUED", "EXTENSIONS", "MODULES"]

ALIASES = {
    "object": "System.Object", "string": "System.String", "bool": "System.Boolean", "char": "System.Char",
    "sbyte": "System.SByte", "byte": "System.Byte", "short": "System.Int16", "ushort": "System.UInt16",
    "int": "System.Int32", "uint": "System.UInt32", "long": "System.Int64", "ulong": "System.UInt64",
    "float": "System.Single", "double": "System.Double", "decimal": "System.Decimal",
}  # fmt: skip

_FUNCS = " ".join(f"System.Func`{count}" for count in range(1, 9)) + " System.Action "
_ACTIONS = " ".join(f"System.Action`{count}" for count in range(1, 9))

MODULES = {
    "system_object": "System.Object System.ValueType System.Enum System.Type System.Nullable`1 System.IDisposable "
    "System.IFormatProvider System.IFormattable System.IComparable System.IComparable`1 System.IEquatable`1 "
    "System.IConvertible System.ICloneable "
    + _FUNCS
    + _ACTIONS
    + " System.Predicate`1 System.Comparison`1 System.Converter`2 System.Nullable System.Reflection.MemberInfo",
    "system_string": "System.String System.StringComparison System.StringComparer System.StringSplitOptions",
    "system_char": "System.Char System.Boolean",
    "system_numbers": "System.SByte System.Byte System.Int16 System.UInt16 System.Int32 System.UInt32 System.Int64 "
    "System.UInt64",
    "system_real": "System.Single System.Double System.Decimal",
    "system_convert": "System.Convert System.BitConverter System.Base64FormattingOptions",
    "system_math": "System.Math System.MidpointRounding System.Random",
    "system_datetime": "System.DateTime System.DateTimeKind System.DayOfWeek",
    "system_datetimeoffset": "System.DateTimeOffset",
    "system_timespan": "System.TimeSpan",
    "system_guid": "System.Guid System.Version",
    "system_uri": "System.Uri System.UriKind System.UriPartial System.UriComponents System.UriFormat "
    "System.UriHostNameType",
    "system_net_webutility": "System.Net.WebUtility",
    "system_array": "System.Array System.Tuple " + " ".join(f"System.Tuple`{count}" for count in range(1, 8)),
    "system_exception": "System.Exception System.SystemException System.ApplicationException System.ArgumentException "
    "System.ArgumentNullException System.ArgumentOutOfRangeException System.ArithmeticException "
    "System.DivideByZeroException System.OverflowException System.FormatException System.InvalidCastException "
    "System.InvalidOperationException System.NotImplementedException System.NotSupportedException "
    "System.NullReferenceException System.IndexOutOfRangeException System.OutOfMemoryException "
    "System.InsufficientExecutionStackException System.TimeoutException System.UriFormatException "
    "System.RankException System.ArrayTypeMismatchException System.OperationCanceledException "
    "System.UnauthorizedAccessException System.TimeZoneNotFoundException System.ObjectDisposedException "
    "System.Collections.Generic.KeyNotFoundException System.Text.DecoderFallbackException "
    "System.Text.EncoderFallbackException System.Text.RegularExpressions.RegexMatchTimeoutException System.Text.RegularExpressions.RegexParseException "
    "System.Security.Cryptography.CryptographicException System.Xml.XmlException System.Xml.XPath.XPathException "
    "Newtonsoft.Json.JsonException Newtonsoft.Json.JsonReaderException Newtonsoft.Json.JsonWriterException "
    "Newtonsoft.Json.JsonSerializationException",
    "collections_interfaces": "System.Collections.IEnumerable System.Collections.IEnumerator "
    "System.Collections.ICollection System.Collections.IList System.Collections.IDictionary "
    "System.Collections.Generic.IEnumerable`1 System.Collections.Generic.IEnumerator`1 "
    "System.Collections.Generic.ICollection`1 System.Collections.Generic.IReadOnlyCollection`1 "
    "System.Collections.Generic.IList`1 System.Collections.Generic.IReadOnlyList`1 "
    "System.Collections.Generic.IDictionary`2 "
    "System.Collections.Generic.IReadOnlyDictionary`2 System.Collections.Generic.IEqualityComparer`1 "
    "System.Collections.Generic.IComparer`1 System.Collections.Generic.KeyValuePair`2",
    "collections_list": "System.Collections.Generic.List`1",
    "collections_queue": "System.Collections.Generic.Queue`1 System.Collections.Generic.Stack`1",
    "collections_set": "System.Collections.Generic.HashSet`1 System.Collections.Generic.ISet`1",
    "collections_dictionary": "System.Collections.Generic.Dictionary`2",
    "system_linq": "System.Linq.Enumerable System.Linq.IGrouping`2 System.Linq.IOrderedEnumerable`1 "
    "System.Linq.ILookup`2",
    "system_text": "System.Text.Encoding",
    "string_builder": "System.Text.StringBuilder",
    "system_io": "System.IO.StringWriter System.IO.StringReader",
    "system_text_regularexpressions": "System.Text.RegularExpressions.Regex System.Text.RegularExpressions.Match "
    "System.Text.RegularExpressions.Group System.Text.RegularExpressions.Capture "
    "System.Text.RegularExpressions.MatchCollection System.Text.RegularExpressions.GroupCollection "
    "System.Text.RegularExpressions.CaptureCollection System.Text.RegularExpressions.RegexOptions",
    "system_security_cryptography": "System.Security.Cryptography.HashAlgorithm "
    "System.Security.Cryptography.KeyedHashAlgorithm System.Security.Cryptography.HMAC "
    + " ".join(f"System.Security.Cryptography.HMAC{n}" for n in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"))
    + " "
    + " ".join(f"System.Security.Cryptography.{n}" for n in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"))
    + " "
    + " ".join(f"System.Security.Cryptography.{n}Managed" for n in ("SHA1", "SHA256", "SHA384", "SHA512"))
    + " System.Security.Cryptography.RNGCryptoServiceProvider System.Security.Cryptography.RandomNumberGenerator",
    "system_security_rsa": " ".join(
        f"System.Security.Cryptography.{name}"
        for name in (
            "HashAlgorithmName",
            "RSASignaturePadding",
            "RSAEncryptionPadding",
            "AsymmetricAlgorithm",
            "RSA",
            "SymmetricAlgorithm",
            "CipherMode",
            "PaddingMode",
            "X509Certificates.RSACertificateExtensions",
        )
    ),
    "system_net": "System.Net.IPAddress System.Net.Sockets.AddressFamily",
    "system_timezoneinfo": "System.TimeZoneInfo",
    "newtonsoft_json": "Newtonsoft.Json.JsonConvert Newtonsoft.Json.Formatting",
    "newtonsoft_json_linq": "Newtonsoft.Json.Linq.JToken Newtonsoft.Json.Linq.JContainer Newtonsoft.Json.Linq.JObject "
    "Newtonsoft.Json.Linq.JArray Newtonsoft.Json.Linq.JProperty Newtonsoft.Json.Linq.JValue "
    "Newtonsoft.Json.Linq.JTokenType Newtonsoft.Json.Linq.Extensions Newtonsoft.Json.Linq.JEnumerable`1 "
    "Newtonsoft.Json.Linq.JRaw Newtonsoft.Json.Linq.IJEnumerable`1",
    "x509": " ".join(
        f"System.Security.Cryptography.X509Certificates.{name}"
        for name in ("X509Certificate", "X509Certificate2", "X500DistinguishedName", "X509NameType", "X509ContentType")
    ),
    "system_xml_linq": " ".join(
        f"System.Xml.Linq.{name}"
        for name in (
            "XName",
            "XNamespace",
            "XObject",
            "XNode",
            "XContainer",
            "XElement",
            "XDocument",
            "XAttribute",
            "XText",
            "XCData",
            "XComment",
            "XDeclaration",
            "Extensions",
            "SaveOptions",
            "LoadOptions",
        )
    ),
    "xml_navigation": "System.Xml.XmlNodeType",
    "system_xml": " ".join(
        f"System.Xml.{name}"
        for name in (
            "XmlNode",
            "XmlDocument",
            "XmlElement",
            "XmlAttribute",
            "XmlText",
            "XmlComment",
            "XmlNodeList",
            "XmlAttributeCollection",
            "XmlNameTable",
            "XmlNamespaceManager",
        )
    ),
    "apim_context": "IContext IApi IContextApi IBackend IDeployment IGateway ISustainabilityInfo "
    "CarbonIntensityCategory IGraphQL IGraphQLDataObject ILastError IOperation IProduct ProductState IGroup "
    "IWorkspace ISubscription IUser IUserIdentity ISubscriptionKeyParameterNames IFoundry IAzureVnetInfo "
    "IPrivateEndpointConnection Authorization",
    "apim_message": "IRequest IResponse IUrl IMessageBody ApimHeaders ApimQuery ApimVariables ApimParameters",
    "apim_extensions": "Jwt BasicAuthCredentials ApimExtensions",
}
"""Module of `library` to the full names of its types, parted by blanks."""

CONTINUED = {"collections_list": "list_search", "system_xml_linq": "xml_navigation"}
"""Modules whose types get further members from a second module, which is loaded when members are first asked for."""

EXTENSIONS = (
    "System.Linq.Enumerable",
    "Newtonsoft.Json.Linq.Extensions",
    "System.Xml.Linq.Extensions",
    "System.Security.Cryptography.X509Certificates.RSACertificateExtensions",
    "ApimExtensions",
)
"""The static classes whose extension methods apply everywhere."""
