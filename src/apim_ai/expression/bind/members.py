"""Members: looking them up on a type, checking them against the allow-list, and turning their use into calls."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.bind.advice import member_advice
from apim_ai.expression.bind.arguments import Candidate
from apim_ai.expression.bind.bound import Bound, Call, Const, Local, Op
from apim_ai.expression.bind.conversions import convert
from apim_ai.expression.bind.scope import Read, ScopeBinder, suggestion
from apim_ai.expression.exceptions import argument_null, null_reference
from apim_ai.expression.library.index import EXTENSIONS
from apim_ai.expression.library.relations import is_assignable
from apim_ai.expression.types import UNKNOWN, ClrType, find, make, resolve, substitute

if TYPE_CHECKING:
    from apim_ai.expression.signatures import Signature
    from apim_ai.expression.syntax import tree
    from apim_ai.expression.types import Declaration

__all__ = ["MemberBinder"]

_READS = {
    ("IContext", "Request"): Read.REQUEST,
    ("IContext", "Response"): Read.RESPONSE,
    ("IContext", "Variables"): Read.VARIABLES,
    ("IContext", "LastError"): Read.LAST_ERROR,
    ("IContext", "Subscription"): Read.SUBSCRIPTION,
    ("IContext", "Product"): Read.PRODUCT,
    ("IContext", "User"): Read.USER,
    ("IContext", "Api"): Read.API,
    ("IContext", "Operation"): Read.OPERATION,
    ("IContext", "Backend"): Read.BACKEND,
    ("IContext", "Deployment"): Read.DEPLOYMENT,
    ("IContext", "Elapsed"): Read.TIME,
    ("IContext", "Timestamp"): Read.TIME,
    ("IRequest", "Body"): Read.REQUEST_BODY,
}
_GUARD_NAME = "null_reference"


def guard(value: Bound, parameter: str | None = None) -> Bound:
    """Return the value, throwing where it is null.

    Args:
        value: what a member is asked of.
        parameter: the parameter that takes the value, for an extension method that refuses null by name.
    """
    if not value.may_be_null or value.type is UNKNOWN:
        return value
    name = _GUARD_NAME if parameter is None else "refuse"
    names: dict[str, object] = {name: null_reference if parameter is None else partial(argument_null, parameter)}
    if isinstance(value, Local) and not value.symbol.is_cell:
        template = "({0} if {0} is not None else {" + name + "}())"
    else:
        template = "({t} if ({t} := {0}) is not None else {" + name + "}())"
    return Op(value.type, template, value, may_be_null=False, names=names)


@lru_cache(maxsize=8192)
def _members_of(type_: ClrType, name: str) -> tuple[Candidate, ...]:
    is_interface = type_.kind == "interface"
    found: list[Candidate] = []
    for ancestor in type_.ancestors():
        if ancestor.kind == "interface" and not is_interface and (found or name != "GetEnumerator"):
            break  # a class shows what it declares; its interfaces' members are seen through them alone
        signatures = ancestor.declaration.members().get(name)
        if signatures:
            bindings = ancestor.bindings()
            found.extend(Candidate(signature, bindings) for signature in signatures)
    if is_interface and not found:
        signatures = resolve("object").declaration.members().get(name, ())
        found.extend(Candidate(signature, {}) for signature in signatures)
    return tuple(found)


@lru_cache(maxsize=1024)
def _extensions_of(name: str) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for owner in EXTENSIONS:
        declaration = find(owner)
        if declaration is not None:
            signatures = declaration.members().get(name, ())
            found.extend(Candidate(signature, {}) for signature in signatures if signature.is_extension)
    return tuple(found)


class MemberBinder(ScopeBinder):
    """The part of the binder that knows members."""

    # --- looking up ---------------------------------------------------------------------------------------------

    def lookup(self, type_: ClrType, name: str) -> tuple[Candidate, ...]:
        """Return the members of this name, nearest declaring type first."""
        return _members_of(type_, name)

    def extensions(self, name: str) -> tuple[Candidate, ...]:
        """Return the extension methods of this name."""
        return _extensions_of(name)

    def names_of(self, type_: ClrType) -> list[str]:
        """Return the names of all members of a type, for suggestions."""
        names: list[str] = [name for name, _ in type_.fields]
        for ancestor in type_.ancestors():
            names.extend(name for name in ancestor.declaration.members() if name[:1].isupper())
            names.extend(ancestor.declaration.constants)
        if any(is_assignable(each, resolve("System.Collections.IEnumerable")) for each in [type_]):
            declaration = find("System.Linq.Enumerable")
            names.extend(declaration.members() if declaration else ())
        return names

    def unknown_member(self, type_: ClrType, name: str, node: tree.Node) -> NoReturn:
        """Give up: the type has no such member, or one that is not run here."""
        from apim_ai.expression.library.refused import is_dotnet_member  # noqa: PLC0415 - only for messages

        for ancestor in type_.ancestors():
            allowed = ancestor.declaration.allowed
            is_known = is_dotnet_member(ancestor.declaration.name, name)
            if is_known and isinstance(allowed, frozenset) and name not in allowed:
                self.refuse_member(ancestor.declaration, name, node)
            if is_known:
                self.unsupported(f"'{ancestor.declaration.simple}.{name}'", node)
        message = f"'{type_.display}' does not contain a definition for '{name}'"
        help_ = member_advice(type_, name) or suggestion(name, self.names_of(type_))
        self.fail("AIM206", message, node, help_)

    # --- allowed? -----------------------------------------------------------------------------------------------

    def check_allowed(self, signature: Signature, node: tree.Node) -> None:
        """Complain where Azure's allow-list does not have a member."""
        owner = signature.owner
        if owner.allowed == "all":
            return
        name = {".ctor": "(constructor)", "this[]": "Item"}.get(signature.name, signature.name.removeprefix("set "))
        if signature.kind in ("operator", "conversion"):
            return
        if owner.allowed is None:
            message = f"type '{owner.name}' is not on the list of types that policy expressions may use"
            if owner.name.startswith("System.Xml.Xml"):  # undocumented: one warning where such an object is made
                if name != "(constructor)":
                    return
                self.warn("AIM204", message, node, "use XElement.Parse or XDocument.Parse")
                return
            if (
                owner.name in ("System.Type", "System.Reflection.MemberInfo")
                or owner.name.endswith("Exception")
                or "MatchCollection" in owner.name
                or "Grouping" in owner.name
                or "Lookup" in owner.name
            ):
                self.warn("AIM204", message, node, "throw a System.Exception" if "Exception" in owner.name else None)
                return
            self.fail("AIM204", message, node)
        elif name not in owner.allowed:
            self.refuse_member(owner, name, node)

    def refuse_member(self, owner: Declaration, name: str, node: tree.Node) -> NoReturn:
        """Give up: the type is allowed, this member of it is not."""
        from apim_ai.expression.library.refused import instead  # noqa: PLC0415 - only for messages

        message = f"'{owner.simple}.{name}' is not on the list of members that policy expressions may use"
        self.fail("AIM205", message, node, instead(owner.name, name))

    # --- reading ------------------------------------------------------------------------------------------------

    def property_of(self, receiver: Bound, name: str, node: tree.Node) -> Bound | None:
        """Return the value of a property or field, or None if the type has none of this name."""
        if receiver.type is UNKNOWN:
            return Op(UNKNOWN, "{0}", receiver)
        for index, (field, type_) in enumerate(receiver.type.fields):
            if field == name:
                return Op(type_, "{0}.values[" + str(index) + "]", guard(receiver))
        for candidate in self.lookup(receiver.type, name):
            signature = candidate.signature
            if signature.kind == "get" and not signature.is_static:
                self.check_allowed(signature, node)
                self._note_read(receiver, signature)
                return self.invoke(signature, candidate.bindings, receiver, [])
        return None

    def _note_read(self, receiver: Bound, signature: Signature) -> None:
        key = (signature.owner.name, signature.name)
        if key in _READS:  # flags are slow to join
            self.reads |= _READS[key]
        if key == ("IResponse", "Body"):
            self._note_response_body(receiver)

    def _note_response_body(self, receiver: Bound) -> None:
        """A response's body is the backend's unless the response plainly comes from a variable."""
        node: Bound = receiver
        while isinstance(node, (Op, Call)) and node.operands:
            if isinstance(node, Call) and node.member == "cast":
                return
            node = node.operands[0]
        if Read.RESPONSE in self.reads:
            self.reads |= Read.RESPONSE_BODY

    def static_property(self, type_: ClrType, name: str, node: tree.Node) -> Bound | None:
        """Return the value of a static property, constant or enum constant, or None if there is none."""
        constants = type_.declaration.constants
        if name in constants:
            if type_.declaration.allowed is None:
                self.fail(
                    "AIM204",
                    f"type '{type_.declaration.name}' is not on the list of types that policy expressions may use",
                    node,
                )
            if isinstance(type_.declaration.allowed, frozenset) and name not in type_.declaration.allowed:
                self.refuse_member(type_.declaration, name, node)
            return Const(type_, constants[name])
        for candidate in self.lookup(type_, name):
            signature = candidate.signature
            if signature.kind == "get" and signature.is_static:
                self.check_allowed(signature, node)
                return self.invoke(signature, candidate.bindings, None, [])
        return None

    # --- calling ------------------------------------------------------------------------------------------------

    def invoke(
        self, signature: Signature, bindings: dict[str, ClrType], receiver: Bound | None, operands: list[Bound]
    ) -> Bound:
        """Return the use of a chosen member with converted arguments."""
        returns = substitute(signature.returns, bindings)
        if signature.raw.is_constant:
            return Const(returns, signature.raw.constant)
        inner: list[Bound] = []
        if receiver is not None:
            inner.append(self._receiver(signature, bindings, receiver))
        inner.extend(operands)
        may_be_null = returns.accepts_null
        if signature.inline is not None:
            return Op(returns, signature.inline, *inner, may_be_null=may_be_null)
        function = signature.function
        if function is None:
            raise TypeError(signature)
        extra = self._extra(signature, bindings)
        member = f"{signature.owner.name}.{signature.name}"
        if signature.owner.parameters or signature.owner.name in _METERED or _may_copy(signature):
            self.is_metered = True
        is_new = signature.kind == "constructor"
        return Call(returns, function, *extra, *inner, member=member, may_be_null=may_be_null and not is_new)

    def _receiver(self, signature: Signature, bindings: dict[str, ClrType], receiver: Bound) -> Bound:
        if signature.is_extension:
            target = substitute(signature.params[0].type, bindings)
        else:
            target = self._owner_type(receiver.type, signature.owner)
        value = convert(receiver, target) or receiver
        return value if "on_null" in signature.flags else guard(value)

    def _owner_type(self, type_: ClrType, owner: Declaration) -> ClrType:
        for ancestor in type_.ancestors():
            if ancestor.declaration is owner:
                return ancestor
        return make(owner)

    def _extra(self, signature: Signature, bindings: dict[str, ClrType]) -> list[Bound]:
        extra: list[Bound] = []
        anything = resolve("object")
        if "context" in signature.flags:
            extra.append(Op(anything, "context"))
            self.reads |= Read.TIME
        if "settings" in signature.flags:
            extra.append(Const(anything, self.settings))
        if "typed" in signature.flags:
            names = (*signature.owner.parameters, *signature.generics)
            extra.extend(Const(anything, bindings[name]) for name in names)
        return extra

    def note_variable(self, receiver: Bound, operands: list[Bound]) -> None:
        """Remember the name of a context variable that is read."""
        if receiver.type.declaration.name == _VARIABLES and operands:
            first = operands[0]
            if isinstance(first, Const) and isinstance(first.value, str):
                self.variable_reads.add(first.value)


def _may_copy(signature: Signature) -> bool:
    """Whether a member may copy a tree of JSON or XML, or walk it for each of its nodes."""
    if not signature.owner.name.startswith(_TREES):
        return False
    return signature.kind == "constructor" or signature.name.startswith(_COPYING)


_VARIABLES = "ApimVariables"
_TREES = ("Newtonsoft.Json.Linq.", "System.Xml.")
_COPYING = ("set ", "DeepClone", "Add", "Insert", "Replace", "Merge", "Set", "Select")
_METERED = frozenset(["System.Linq.Enumerable", "System.Array", "System.StringComparer", "System.String"])
"""Types whose members walk sequences or order texts, so that the run's meter must be set."""
