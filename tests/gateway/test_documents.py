"""Compiled documents: which are kept, and for how long."""

from __future__ import annotations

from apim_ai.config import GatewaySettings
from apim_ai.gateway import Compiler
from apim_ai.resource import Resource


def _resource(text: str) -> Resource:
    document = f"<policies><inbound><trace source='a'><message>{text}</message></trace></inbound></policies>"
    return Resource("api_policy", "apis/a/policies/policy", {"format": "rawxml", "value": document})


def test_a_document_nobody_asks_for_again_is_forgotten() -> None:
    compiler = Compiler(GatewaySettings())
    first = compiler.document(_resource("one"), "api", {})
    compiler.forget_unused()
    assert compiler.document(_resource("one"), "api", {}) is first
    compiler.forget_unused()
    compiler.document(_resource("two"), "api", {})
    compiler.forget_unused()
    assert compiler.document(_resource("one"), "api", {}) is not first


def test_a_document_stays_while_there_is_room() -> None:
    compiler = Compiler(GatewaySettings(), room=2)
    first = compiler.document(_resource("one"), "api", {})
    compiler.forget_unused()
    compiler.document(_resource("two"), "api", {})
    compiler.forget_unused()
    assert compiler.document(_resource("one"), "api", {}) is first


def test_more_documents_than_there_is_room_for_leave_only_those_in_use() -> None:
    compiler = Compiler(GatewaySettings(), room=2)
    documents = {text: compiler.document(_resource(text), "api", {}) for text in ("one", "two")}
    compiler.forget_unused()
    documents["three"] = compiler.document(_resource("three"), "api", {})
    compiler.forget_unused()
    assert compiler.document(_resource("three"), "api", {}) is documents["three"]
    assert compiler.document(_resource("one"), "api", {}) is not documents["one"]
