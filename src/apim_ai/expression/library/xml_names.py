"""XNamespace and XDeclaration: what belongs to XML documents besides their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["Declaration", "Namespace"]


class Namespace:
    """An XNamespace."""

    __slots__ = ("uri",)
    clr = "System.Xml.Linq.XNamespace"

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the URI."""
        return self.uri


class Declaration:
    """An XDeclaration."""

    __slots__ = ("encoding", "standalone", "text", "version")
    clr = "System.Xml.Linq.XDeclaration"

    def __init__(self, version: str | None, encoding: str | None, standalone: str | None) -> None:
        self.version, self.encoding, self.standalone = version, encoding, standalone
        parts = [f'version="{version or "1.0"}"']
        parts += [] if encoding is None else [f'encoding="{encoding}"']
        parts += [] if standalone is None else [f'standalone="{standalone}"']
        self.text = f"<?xml {' '.join(parts)}?>"

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the declaration."""
        return self.text
