// Compiles each expression of a file with Roslyn as C# 7.3, runs it, and writes one JSON line for it: see roslyn.py.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

static class Roslyn {
  const int Seconds = 5, Stack = 16 * 1024 * 1024;
  const string Usings = "using System; using System.Collections.Generic; using System.Linq; using System.Text; using System.Net; using System.IO;"
    + " using System.Text.RegularExpressions; using System.Security.Cryptography; using System.Xml.Linq;"
    + " using Newtonsoft.Json; using Newtonsoft.Json.Linq;";
  const string Head = Usings + " public static class Program { public static object E() ";

  static string Quoted(string text) {
    if (text == null) return "null";
    var built = new StringBuilder("\"");
    foreach (char c in text)
      if (c < 32 || c > 126 || c == '"' || c == '\\') built.Append("\\u" + ((int)c).ToString("x4"));
      else built.Append(c);
    return built.Append('"').ToString();
  }

  static string Name(Type type) {
    if (type.IsArray) return Name(type.GetElementType()) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
    if (!type.IsGenericType) return type.FullName;
    return type.GetGenericTypeDefinition().FullName + "[" + string.Join(",", type.GetGenericArguments().Select(Name)) + "]";
  }

  static string Run(MethodInfo method) {
    try {
      var value = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
      return value == null ? "\"type\":null,\"value\":null"
        : "\"type\":" + Quoted(Name(value.GetType())) + ",\"value\":" + Quoted(value.ToString());
    } catch (Exception error) {
      return "\"exception\":" + Quoted(error.GetType().FullName) + ",\"message\":" + Quoted(error.Message);
    }
  }

  static string RunWithin(MethodInfo method) {
    string answer = null;
    var thread = new Thread(() => { CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; answer = Run(method); }, Stack);
    thread.IsBackground = true;
    thread.Start();
    return thread.Join(Seconds * 1000) ? answer : "\"died\":\"\"";
  }

  static string Answer(string text, int number, List<MetadataReference> references) {
    var body = text.StartsWith("@{") ? text.Substring(1) : "{ return (" + text.Substring(2, text.Length - 3) + "\n); }";
    var tree = CSharpSyntaxTree.ParseText(Head + body + "\n}", new CSharpParseOptions(LanguageVersion.CSharp7_3));
    var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary);
    var image = new MemoryStream();
    var result = CSharpCompilation.Create("E" + number, new[] { tree }, references, options).Emit(image);
    if (result.Success) return RunWithin(Assembly.Load(image.ToArray()).GetType("Program").GetMethod("E"));
    var first = result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error)
      .OrderBy(each => each.Location.SourceSpan.Start).First();
    return "\"refused\":" + Quoted(first.Id + " " + first.GetMessage(CultureInfo.InvariantCulture));
  }

  static void Main(string[] arguments) {
    var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")).Split(Path.PathSeparator);
    var references = trusted.Where(path => !path.Contains("CodeAnalysis") && !path.EndsWith("Roslyn.exe"))
      .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToList();
    var lines = File.ReadAllLines(arguments[0]);
    for (int number = int.Parse(arguments[1]); number < lines.Length; number++) {
      var text = Encoding.UTF8.GetString(Convert.FromBase64String(lines[number]));
      Console.WriteLine("{\"id\":" + number + "," + Answer(text, number, references) + "}");
      Console.Out.Flush();
    }
  }
}
