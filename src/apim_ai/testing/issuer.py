"""An issuer of tokens for tests: its keys are made for the process, its documents are answered by respx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import httpx

from apim_ai.cases.tokens import Issuers, mint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import respx

__all__ = ["Issuer"]

_NAME = "issuer"


class Issuer:
    """Signs tokens that `validate-jwt` and `validate-azure-ad-token` take for real.

    Args:
        url: the `iss` of its tokens.
        openid_config: where its OpenID configuration stands; below the URL by default.
        algorithm: what it signs with.
        now: seconds since 1970.
    """

    def __init__(self, url: str, *, openid_config: str | None, algorithm: str, now: Callable[[], float]) -> None:
        content: dict[str, Any] = {"issuer": url, "algorithm": algorithm}
        self.openid_config = openid_config or f"{url.rstrip('/')}/.well-known/openid-configuration"
        self._issuers = Issuers({_NAME: {**content, "openid_config": self.openid_config}})
        self._now = now

    def answer(self, backends: respx.Router) -> None:
        """Let a router answer the issuer's configuration and keys."""
        for url in (self.openid_config, f"{self.openid_config}/keys"):
            backends.get(url).mock(side_effect=self._document)

    def _document(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self._issuers.document(str(request.url)))

    def token(
        self,
        claims: Mapping[str, Any] | None = None,
        *,
        expires_in: float | None = 3600,
        not_before_in: float | None = None,
        algorithm: str | None = None,
        tamper: Literal["signature", "payload", "none-algorithm"] | None = None,
    ) -> str:
        """Return a signed token in compact form.

        Args:
            claims: its claims; `iss`, `iat` and `exp` are added unless given.
            expires_in: seconds until it expires; None leaves `exp` out.
            not_before_in: seconds until it counts; None leaves `nbf` out.
            algorithm: another one than the issuer's.
            tamper: what to break, so that a verifier must refuse it.
        """
        content: dict[str, Any] = {"issuer": _NAME, "claims": dict(claims or {}), "expires_in": expires_in}
        given = {"not_before_in": not_before_in, "algorithm": algorithm, "tamper": tamper}
        content |= {name: value for name, value in given.items() if value is not None}
        return mint(content, self._issuers, self._now())

    def headers(self, claims: Mapping[str, Any] | None = None, **options: Any) -> dict[str, str]:  # noqa: ANN401 - those of `token`
        """Return an `Authorization` header with a token; options are those of `token`."""
        return {"Authorization": f"Bearer {self.token(claims, **options)}"}
