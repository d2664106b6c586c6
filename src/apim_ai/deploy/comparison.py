"""One declared resource beside the actual one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.difference import FieldChange, changed_fields, cut, declared_form, digest_of, shape_of
from apim_ai.deploy.fingerprint import fingerprints, same
from apim_ai.deploy.ledger import Entry
from apim_ai.deploy.live import is_live, turnable
from apim_ai.resource import Kind, Resource, kinds
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.deploy.actual import Actual
    from apim_ai.deploy.service import Entity

__all__ = ["Comparison", "compare", "descendants", "form_of", "has_drifted", "is_owned"]


@dataclass(frozen=True)
class Comparison:
    """One declared resource beside the actual one.

    Args:
        desired: the declared resource.
        actual: the service's, or None.
        former: what the ledger says was deployed, or None when it is not ours.
        entry: what the ledger shall say after the deployment.
        owner: another project that owns it.
        form: the declared properties as they are compared.
    """

    desired: Resource
    actual: Entity | None
    former: Entry | None
    entry: Entry
    owner: str | None
    form: dict[str, Any]

    @cached_property
    def kind(self) -> Kind:
        """The resource's kind."""
        return kinds.find(self.desired.kind)

    @property
    def is_ours(self) -> bool:
        """Whether this project owns the actual resource, or the service itself put it there."""
        if self.actual is None:
            return self.former is not None
        return self.kind.is_default(self.actual.properties) or is_owned(self.former, self.actual)

    @cached_property
    def fields(self) -> tuple[FieldChange, ...]:
        """The fields that differ in meaning."""
        if self.actual is None:
            return tuple(changed_fields({}, self.form))
        actual = form_of(self.kind, self.desired.id, self.actual.properties)
        changes = tuple(changed_fields(cut(self.kind, actual, self.entry.shape), self.form))
        return (*changes, *self._dropped(actual))

    @cached_property
    def secret_changed(self) -> bool:
        """Whether a secret is another one than was deployed, as far as fingerprints tell."""
        if not self.entry.secrets or is_live(self.desired.kind, self.desired.id):
            return False
        return self.former is None or self.former.pending or not same(self.former.secrets, self.entry.secrets)

    @property
    def is_turned(self) -> bool:
        """Whether it differs only in what operators turned, while the project says what it said before."""
        if self.former is None or self.former.digest != self.entry.digest or self.secret_changed or not self.fields:
            return False
        return {change.path for change in self.fields} <= turnable(self.desired.kind, self.desired.id)

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to do."""
        return self.actual is not None and not self.secret_changed and (not self.fields or self.is_turned)

    @property
    def must_recreate(self) -> bool:
        """Whether a property differs that the service cannot change."""
        return self.actual is not None and any(change.path in self.kind.immutable for change in self.fields)

    @property
    def drifted(self) -> bool:
        """Whether somebody else changed what was deployed last."""
        return self.actual is not None and self.former is not None and has_drifted(self.former, self.actual)

    @property
    def all_fields(self) -> tuple[FieldChange, ...]:
        """The fields that differ and the secrets that do."""
        secrets = sorted(self.entry.secrets) if self.secret_changed else ()
        before = None if self.actual is None else ""
        return (*self.fields, *(FieldChange(path, before, "", is_secret=True) for path in secrets))

    def _dropped(self, actual: dict[str, Any]) -> tuple[FieldChange, ...]:
        """Return top-level fields that were declared last time, are no longer, and still stand there."""
        former = self.former.shape if self.former else None
        if not is_object(former):
            return ()
        names = [name for name in former if name not in self.form and name in actual]
        defaults = self.kind.defaults
        return tuple(FieldChange(name, actual[name], None) for name in names if actual[name] != defaults.get(name))


def compare(resource: Resource, actual: Actual, *, is_gone: bool = False) -> Comparison:
    """Set a declared resource beside the actual one.

    Args:
        resource: the declared one.
        actual: the service's state.
        is_gone: whether the actual one goes away before, with a parent that is made anew.
    """
    kind = kinds.find(resource.kind)
    form = form_of(kind, resource.id, resource.properties)
    secrets = fingerprints(kind, resource, actual.ledger.salt)
    entry = Entry(resource.id, resource.kind, digest_of(form), shape_of(kind, form), secrets, resource.protect)
    found = None if is_gone else actual.get(resource.id)
    former = actual.ledger.get(resource.id)
    return Comparison(resource, found, former, entry, actual.owners.get(resource.id.lower()), form)


def is_owned(entry: Entry | None, entity: Entity) -> bool:
    """Tell whether an entity is the one that an entry of the ledger stands for.

    A run that died may have announced what it then did not create: what stands there now is only ours if it is what
    that run would have written.
    """
    return entry is not None and (not entry.pending or not _differs(entry, entity))


def has_drifted(former: Entry, entity: Entity) -> bool:
    """Tell whether a resource differs from what was deployed last."""
    return not former.pending and _differs(former, entity)


def _differs(former: Entry, entity: Entity) -> bool:
    if not former.digest:
        return False
    kind = kinds.find(former.kind)
    return digest_of(cut(kind, form_of(kind, former.id, entity.properties), former.shape)) != former.digest


def descendants(identifier: str, of: Iterable[str]) -> bool:
    """Tell whether an id lies below one of others."""
    return any(identifier.lower().startswith(f"{parent.lower()}/") for parent in of)


def form_of(kind: Kind, identifier: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource as plan and drift compare them; a value that is turned in operation is left out."""
    form = declared_form(kind, properties)
    if is_live(kind.name, identifier):
        form.pop("value", None)
    return form
