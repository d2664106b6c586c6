"""Every error that reaches a user.

```text
ApimAiError
├── Refused        exit 1   the command worked and the answer is "no"
├── InputError     exit 2   ConfigError, RenderError, DocumentError, ExpressionError, CaseError, UsageError
└── OutsideError   exit 3   ControlPlaneError, BackendError, CredentialError
```

One handler in `cli` turns the tree into stderr and an exit code. A message says what is wrong in lower case without a
full stop; `where` is `file:line:column`; `help` says what to do. `PolicyError`, an event inside an exchange, is not
part of this tree: see `runtime`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.source import Span

__all__ = [
    "ApimAiError",
    "BackendError",
    "CaseError",
    "ConfigError",
    "ControlPlaneError",
    "CredentialError",
    "DocumentError",
    "ExpressionError",
    "InputError",
    "OutsideError",
    "Refused",
    "RenderError",
    "UsageError",
]


class ApimAiError(Exception):
    """The root of all errors that a user sees.

    Args:
        message: what is wrong, in lower case, without a full stop.
        span: the place it is about.
        help: what the user can do.
        also: further errors of the same kind, when several were found at once.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        span: Span | None = None,
        help: str | None = None,  # noqa: A002 - the word users see in the JSON document
        also: tuple[ApimAiError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help
        self.also = also

    @property
    def where(self) -> str | None:
        """`file:line:column`, or None where there is no file."""
        return None if self.span is None else str(self.span)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.span else self.message


class Refused(ApimAiError):  # noqa: N818 - an answer, not a failure
    """The command did its job and the answer is "no"."""


class InputError(ApimAiError):
    """The input is wrong: usage, a file that cannot be read or parsed, a value that does not validate."""

    exit_code = 2


class UsageError(InputError):
    """Options or arguments that do not fit together, or an extra that is not installed."""


class ConfigError(InputError):
    """A configuration file that cannot be read or does not validate."""


class RenderError(InputError):
    """A template that cannot be rendered."""


class DocumentError(InputError):
    """A policy document that cannot be used."""


class ExpressionError(InputError):
    """A policy expression that does not compile."""


class CaseError(InputError):
    """A policy case that cannot be loaded."""


class OutsideError(ApimAiError):
    """Something outside failed: the control plane, a backend, the network, credentials."""

    exit_code = 3


class ControlPlaneError(OutsideError):
    """The control plane refused, failed or could not be reached."""


class BackendError(OutsideError):
    """A backend failed or could not be reached."""


class CredentialError(OutsideError):
    """No credential, or one that does not suffice."""
