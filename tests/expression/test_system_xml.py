"""XmlDocument over our own tree, with XPath: names, texts, queries, and no way out of the sandbox."""

from __future__ import annotations

import pytest

from apim_ai.expression.evaluation import evaluate

LOAD = """var d = new XmlDocument(); d.LoadXml("<r a=\\"1\\" xmlns:s=\\"urn:s\\"><b>t</b><b k=\\"v\\">u<c/></b><s:e>&lt;</s:e></r>");"""


def value(code: str) -> str | None:
    result = evaluate(f"@{{ {LOAD} return {code}; }}")
    assert result.error is None
    return result.text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("d.DocumentElement.Name", "r"),
        ('d.SelectSingleNode("/r/b[2]").InnerText', "u"),
        ("d.SelectSingleNode(\"//b[@k='v']\").InnerXml", "u<c />"),
        ('d.SelectSingleNode("//b[2]/@k").Value', "v"),
        ('d.SelectSingleNode("//b/text()").Value', "t"),
        ('d.SelectSingleNode("//zz") == null', "True"),
        ('d.SelectNodes("//b").Count', "2"),
        ('d.DocumentElement.SelectSingleNode("b").OuterXml', "<b>t</b>"),
        ('d["r"]["b"].InnerText', "t"),
        ('d.GetElementsByTagName("b")[1].Attributes["k"].Value', "v"),
        ('d.DocumentElement.GetAttribute("a") + d.DocumentElement.GetAttribute("zz")', "1"),
        ("d.SelectSingleNode(\"//*[local-name()='e']\").Name", "s:e"),
        ("d.DocumentElement.LastChild.NamespaceURI", "urn:s"),
        ("d.DocumentElement.FirstChild.NextSibling.ChildNodes.Count", "2"),
        ("d.DocumentElement.FirstChild.ParentNode.Name", "r"),
        ("d.DocumentElement.FirstChild.NodeType", "Element"),
        ("d.DocumentElement.InnerText", "tu<"),
    ],
)
def test_reads_as_dotnet_does(code: str, expected: str) -> None:
    assert value(code) == expected


def test_changes_what_is_written() -> None:
    code = f'@{{ {LOAD} d.SelectSingleNode("//c").InnerText = "<"; return d.SelectSingleNode("//c").OuterXml; }}'
    assert evaluate(code).text == "<c>&lt;</c>"


def test_names_with_prefixes_need_a_manager() -> None:
    declare = 'var m = new XmlNamespaceManager(d.NameTable); m.AddNamespace("p", "urn:s");'
    assert evaluate(f'@{{ {LOAD} {declare} return d.SelectSingleNode("//p:e", m).InnerText; }}').text == "<"
    error = evaluate(f'@{{ {LOAD} return d.SelectSingleNode("//p:e"); }}').error
    assert error is not None
    assert error["exception"] == "System.Xml.XPath.XPathException"


def test_warns_once_and_names_what_to_use_instead() -> None:
    assert len(evaluate(f"@{{ {LOAD} return d.DocumentElement.FirstChild.InnerText; }}").warnings) == 1


@pytest.mark.parametrize(
    ("path", "type_name"),
    [
        ("//[", "System.Xml.XPath.XPathException"),
        ("count(//b)", "System.Xml.XPath.XPathException"),
        ("//*[re:test('aaaaaaaaaaaaaaaaaaaaaaaaaaa!', '(a+)+$')]", "System.Xml.XPath.XPathException"),
        (
            "//*" + "[count(//*) > 0]" * 12 + "[//*[//*[//*[//*[//*[//*[//*[//*[//*[//*]]]]]]]]]]",
            "System.OutOfMemoryException",
        ),
    ],
)
def test_refuses_what_is_no_path_or_costs_too_much(path: str, type_name: str) -> None:
    error = evaluate(f'@{{ {LOAD} return d.SelectNodes("{path}").Count; }}').error
    assert error is not None
    assert error["exception"] == type_name


def test_refuses_entities() -> None:
    error = evaluate(
        "@{ var d = new XmlDocument(); d.LoadXml(\"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>\"); return 1; }"
    ).error
    assert error is not None
    assert error["message"] == "For security reasons DTD is prohibited in this XML document."
