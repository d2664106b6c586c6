"""Reads the JSON bodies of the OpenAI operations, forgiving where the service is and strict where it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from apim_ai.demo.backends import tokens

__all__ = ["BadRequestError", "Payload", "texts_of"]

_TOKENS_PER_MESSAGE = 3
_TOKENS_PER_IMAGE = 85


class BadRequestError(Exception):
    """The service refuses the body with 400.

    Args:
        message: what the service says.
        param: the member that is wrong.
    """

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


@dataclass(frozen=True, slots=True)
class Payload:
    """One request body.

    Attributes:
        members: the JSON object.
    """

    members: dict[str, object]

    @classmethod
    def read(cls, body: bytes) -> Payload:
        """Return the body as an object.

        Raises:
            BadRequestError: it is none.
        """
        try:
            value: object = json.loads(body)
            if b"\\ud" in body.lower():
                json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair cannot be said in an answer
        except (ValueError, RecursionError) as error:
            raise BadRequestError("We could not parse the JSON body of your request.") from error
        if not isinstance(value, dict):
            raise BadRequestError("Invalid type for the body: expected an object.")
        return cls(cast("dict[str, object]", value))

    @property
    def model(self) -> str | None:
        """The model that the body names."""
        return self.text("model")

    @property
    def streams(self) -> bool:
        """Whether a stream is wanted."""
        return self.members.get("stream") is True

    @property
    def wants_usage(self) -> bool:
        """Whether a stream shall end with its usage."""
        options = self.members.get("stream_options")
        return isinstance(options, dict) and cast("dict[str, object]", options).get("include_usage") is True

    @property
    def wants_json(self) -> bool:
        """Whether the answer shall be JSON."""
        form = self.members.get("response_format")
        kind = cast("dict[str, object]", form).get("type") if isinstance(form, dict) else None
        return kind in {"json_object", "json_schema"}

    @property
    def messages(self) -> list[dict[str, object]]:
        """The messages of a dialog.

        Raises:
            BadRequestError: there are none, or something else stands in their place.
        """
        value = self.members.get("messages")
        if not isinstance(value, list) or not value:
            raise BadRequestError("Invalid 'messages': expected a non-empty array of objects.", "messages")
        messages = cast("list[object]", value)
        for number, message in enumerate(messages):
            if not isinstance(message, dict) or not isinstance(cast("dict[str, object]", message).get("role"), str):
                raise BadRequestError(f"Invalid 'messages[{number}]': expected an object with a role.", "messages")
        return cast("list[dict[str, object]]", messages)

    def text(self, name: str) -> str | None:
        """Return a member that is text, else None."""
        value = self.members.get(name)
        return value if isinstance(value, str) else None

    def number(self, *names: str, most: int | None = None) -> int | None:
        """Return the first of these members that is there, a whole number of at least 1 and at most `most`.

        Raises:
            BadRequestError: it is something else.
        """
        for name in names:
            value = self.members.get(name)
            if value is None:
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise BadRequestError(f"Invalid '{name}': expected an integer of at least 1.", name)
            if most is not None and value > most:
                raise BadRequestError(f"Invalid '{name}': expected an integer of at most {most}.", name)
            return value
        return None

    def question(self) -> str:
        """Return what the user asked last."""
        for message in reversed(self.messages):
            if message["role"] == "user":
                return "\n".join(texts_of(message.get("content")))
        return ""

    def prompt_tokens(self) -> int:
        """Return what the messages and the tools cost."""
        used = _TOKENS_PER_MESSAGE + sum(_cost(message) for message in self.messages)
        tools = self.members.get("tools")
        return used + (tokens.count(json.dumps(tools)) if tools else 0)

    def forced_tool(self) -> str | None:
        """Return the function that the answer must call: one named, or the first where any is required."""
        choice = self.members.get("tool_choice")
        names = self._tool_names()
        if choice == "required" and names:
            return names[0]
        if isinstance(choice, dict):
            function = cast("dict[str, object]", choice).get("function")
            name = cast("dict[str, object]", function).get("name") if isinstance(function, dict) else None
            return name if isinstance(name, str) else None
        return None

    def _tool_names(self) -> list[str]:
        """Return the names of the functions offered."""
        tools = self.members.get("tools")
        found: list[str] = []
        for tool in cast("list[object]", tools) if isinstance(tools, list) else []:
            function = cast("dict[str, object]", tool).get("function") if isinstance(tool, dict) else None
            name = cast("dict[str, object]", function).get("name") if isinstance(function, dict) else None
            if isinstance(name, str):
                found.append(name)
        return found


def texts_of(content: object) -> list[str]:
    """Return the texts of a message's content: text itself, or a list of parts."""
    if isinstance(content, str):
        return [content]
    found: list[str] = []
    for part in _parts(content):
        text = cast("dict[str, object]", part).get("text") if isinstance(part, dict) else None
        if isinstance(text, str):
            found.append(text)
    return found


def _cost(message: dict[str, object]) -> int:
    """Return the tokens of one message: its texts, its role and a fixed price for each image."""
    parts = _parts(message.get("content"))
    images = sum(
        1
        for part in parts
        if isinstance(part, dict)
        and str(cast("dict[str, object]", part).get("type", "")).endswith(("image_url", "image"))
    )
    texts = sum(tokens.count(text) for text in texts_of(message.get("content")))
    return _TOKENS_PER_MESSAGE + tokens.count(str(message["role"])) + texts + images * _TOKENS_PER_IMAGE


def _parts(content: object) -> list[object]:
    """Return the parts of a content that is a list, else none."""
    return cast("list[object]", content) if isinstance(content, list) else []
