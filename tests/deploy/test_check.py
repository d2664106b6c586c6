from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from apim_ai.deploy.check import as_json, as_junit, as_text, failed, ok, unchecked

CHECKS = (ok("a", "fine"), failed("b", 'said "<no>"\x00', "grant it"), unchecked("c", "nobody knows"))


def test_text() -> None:
    lines = as_text(CHECKS).splitlines()
    assert lines[0].split() == ["ok", "a:", "fine"]
    assert lines[2].strip() == "help: grant it"
    assert lines[-1] == "1 ok, 1 failed, 1 not checked"


def test_json() -> None:
    document = json.loads(as_json("prod", CHECKS))
    assert (document["env"], document["ok"], document["failed"], document["not_checked"]) == ("prod", 1, 1, 1)
    assert document["checks"][0] == {"name": "a", "state": "ok", "detail": "fine", "help": None}


def test_junit() -> None:
    suite = ET.fromstring(as_junit("smoke prod", CHECKS))[0]  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["skipped"]]
    assert suite[1][0].get("message") == 'said "<no>"\N{REPLACEMENT CHARACTER}; grant it'
