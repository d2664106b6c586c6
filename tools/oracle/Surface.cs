// Writes the public members of .NET types, one a line, for calls.py: `type <tab> kind <tab> signature`.
using System; using System.Collections.Generic; using System.Linq; using System.Reflection;
static class Surface {
  static readonly Dictionary<string, string> Aliases = new Dictionary<string, string> {
    {"System.Object","object"},{"System.String","string"},{"System.Boolean","bool"},{"System.Char","char"},{"System.SByte","sbyte"},
    {"System.Byte","byte"},{"System.Int16","short"},{"System.UInt16","ushort"},{"System.Int32","int"},{"System.UInt32","uint"},
    {"System.Int64","long"},{"System.UInt64","ulong"},{"System.Single","float"},{"System.Double","double"},{"System.Decimal","decimal"},
    {"System.Void","void"} };
  static readonly string[] Assemblies = {
    "System.Core, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
    "System, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
    "System.Xml.Linq, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089", "System.Runtime", "System.Collections",
    "System.Linq", "System.Private.Xml.Linq", "System.Private.Xml", "System.Private.Uri", "System.Private.CoreLib",
    "System.Net.Primitives", "System.Runtime.Extensions", "System.Text.RegularExpressions", "System.Security.Cryptography.Algorithms",
    "System.Security.Cryptography.Primitives", "System.Security.Cryptography.X509Certificates", "System.Security.Cryptography.Csp",
    "System.Security.Cryptography.Encoding", "System.Web.HttpUtility" };
  static string Name(Type t) {
    if (t.IsByRef) return Name(t.GetElementType());
    if (t.IsArray) return Name(t.GetElementType()) + "[]";
    if (t.IsGenericParameter) return t.Name;
    if (t.IsGenericType) {
      var plain = t.GetGenericTypeDefinition().FullName;
      var arguments = t.GetGenericArguments().Select(Name);
      return plain == "System.Nullable`1" ? arguments.First() + "?" : plain.Split('`')[0].Replace('+', '.') + "<" + string.Join(", ", arguments) + ">";
    }
    string alias;
    return Aliases.TryGetValue(t.FullName ?? t.Name, out alias) ? alias : (t.FullName ?? t.Name).Replace('+', '.');
  }
  static string Parameters(ParameterInfo[] all) {
    return string.Join(", ", all.Select(p => (p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : p.GetCustomAttributes(typeof(ParamArrayAttribute), false).Any() ? "params " : "") + Name(p.ParameterType) + " " + p.Name));
  }
  static void Main(string[] args) {
    var known = new List<Assembly> { typeof(object).Assembly, typeof(Newtonsoft.Json.Linq.JObject).Assembly };
    foreach (var name in Assemblies) try { known.Add(Assembly.Load(name)); } catch (Exception) { }
    foreach (var name in System.IO.File.ReadAllLines(args[0])) {
      var t = known.Select(a => a.GetType(name)).FirstOrDefault(x => x != null);
      if (t == null) continue;
      var all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
      foreach (var c in t.GetConstructors(all)) if (!c.IsStatic) Console.WriteLine(name + "\tctor\t(" + Parameters(c.GetParameters()) + ")");
      foreach (var m in t.GetMethods(all)) if (!m.IsSpecialName)
        Console.WriteLine(name + "\tmethod\t" + (m.IsStatic ? "static " : "") + Name(m.ReturnType) + " " + m.Name + (m.IsGenericMethod ? "<" + string.Join(", ", m.GetGenericArguments().Select(Name)) + ">" : "") + "(" + Parameters(m.GetParameters()) + ")");
      foreach (var p in t.GetProperties(all)) { var g = p.GetGetMethod(); if (g == null) continue;
        Console.WriteLine(name + "\tproperty\t" + (g.IsStatic ? "static " : "") + Name(p.PropertyType) + " " + p.Name + (p.GetIndexParameters().Length > 0 ? "[" + Parameters(p.GetIndexParameters()) + "]" : "")); }
      foreach (var f in t.GetFields(all)) if (!f.IsSpecialName) Console.WriteLine(name + "\tproperty\t" + (f.IsStatic ? "static " : "") + Name(f.FieldType) + " " + f.Name);
    }
  }
}
