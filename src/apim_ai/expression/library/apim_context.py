"""The types behind `context`: which C# member is which attribute of the objects of `expression.context`."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from apim_ai.expression.context import (
    Api,
    BackendInfo,
    Context,
    Deployment,
    GatewayInfo,
    Group,
    LastError,
    Operation,
    Product,
    Subscription,
    User,
    UserIdentity,
    Workspace,
)
from apim_ai.expression.library.boxes import Array, string_array
from apim_ai.expression.library.declare import ClrDeclaration, clr_class, clr_enum, clr_interface
from apim_ai.expression.library.relations import declare_class
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_guid import Guid
from apim_ai.expression.library.system_timespan import TimeSpan
from apim_ai.expression.types import resolve
from apim_ai.message import Url

if TYPE_CHECKING:
    from apim_ai.expression.library.collections_dictionary import Dictionary


def _interface(name: str, python: type | None = None, *, interfaces: tuple[str, ...] = ()) -> ClrDeclaration:
    if python is not None:
        declare_class(python, name)
    return clr_interface(name, python=() if python is None else (python,), interfaces=interfaces)


def _attributes(type_: ClrDeclaration, texts: str) -> None:
    """Declare properties that are attributes: `string FirstName` is `first_name`."""
    for line in texts.strip().splitlines():
        name = line.split()[-1]
        attribute = "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
        type_.inline(line.strip(), "{0}." + attribute)


CONTEXT = _interface("IContext", Context)
WORKSPACE = _interface("IWorkspace", Workspace)
_attributes(WORKSPACE, "string Id\nstring Name")
GROUP = _interface("IGroup", Group)
_attributes(GROUP, "string Id\nstring Name")
API = _interface("IApi", Api)
_attributes(API, "string Id\nstring Name\nstring Path\nIWorkspace Workspace")
CONTEXT_API = clr_interface("IContextApi", interfaces=("IApi",))
_attributes(CONTEXT_API, "bool IsCurrentRevision\nstring Revision\nstring Version")
OPERATION = _interface("IOperation", Operation)
_attributes(OPERATION, "string Id\nstring Name\nstring Method\nstring UrlTemplate")
LAST_ERROR = _interface("ILastError", LastError)
_attributes(
    LAST_ERROR,
    "string Source\nstring Reason\nstring Message\nstring Scope\nstring Section\nstring Path\nstring PolicyId",
)
BACKEND = _interface("IBackend", BackendInfo)
_attributes(BACKEND, "string Id\nstring Type\nstring AzureRegion")
GATEWAY = _interface("IGateway", GatewayInfo)
_attributes(GATEWAY, "string Id\nstring InstanceId\nbool IsManaged")
DEPLOYMENT = _interface("IDeployment", Deployment)
_attributes(DEPLOYMENT, "string Region\nstring ServiceId\nstring ServiceName\nstring GatewayId\nIGateway Gateway")
clr_enum("CarbonIntensityCategory", {"NotAvailable": 0, "VeryLow": 1, "Low": 2, "Medium": 3, "High": 4, "VeryHigh": 5})
SUSTAINABILITY = _interface("ISustainabilityInfo")
SUSTAINABILITY.inline("CarbonIntensityCategory CurrentCarbonIntensity", "({0}, 0)[1]")
DEPLOYMENT.inline("ISustainabilityInfo SustainabilityInfo", "{0}")
PRODUCT = _interface("IProduct", Product)
_attributes(PRODUCT, "string Id\nstring Name\nbool ApprovalRequired\nbool SubscriptionRequired")
clr_enum("ProductState", {"NotPublished": 0, "Published": 1})
PRODUCT.inline("int? SubscriptionsLimit", "{0}.subscriptions_limit")
PRODUCT.inline("int? SubscriptionLimit", "{0}.subscriptions_limit")
PRODUCT.inline("ProductState State", "({0}.state == 'Published') + 0")
PRODUCT.inline("IWorkspace Workspace", "({0}, None)[1]")
SUBSCRIPTION = _interface("ISubscription", Subscription)
_attributes(SUBSCRIPTION, "string Id\nstring Name\nstring Key\nstring PrimaryKey\nstring SecondaryKey")
IDENTITY = _interface("IUserIdentity", UserIdentity)
_attributes(IDENTITY, "string Id\nstring Provider")
USER = _interface("IUser", User)
_attributes(USER, "string Id\nstring Email\nstring FirstName\nstring LastName\nstring Note")
KEY_NAMES = _interface("ISubscriptionKeyParameterNames")
KEY_NAMES.inline("string Header", "({0}, 'Ocp-Apim-Subscription-Key')[1]")
KEY_NAMES.inline("string Query", "({0}, 'subscription-key')[1]")
API.inline("ISubscriptionKeyParameterNames SubscriptionKeyParameterNames", "{0}")
GRAPHQL = _interface("IGraphQL")
GRAPHQL_DATA = _interface("IGraphQLDataObject")
GRAPHQL.inline("IGraphQLDataObject GraphQLArguments", "{0}")
GRAPHQL.inline("IGraphQLDataObject Parent", "{0}")
GRAPHQL_DATA.inline("JToken this[string name]", "({0}, {1}, None)[2]")
FOUNDRY = _interface("IFoundry")
FOUNDRY.inline("string Deployment", "{0}")
VNET = _interface("IAzureVnetInfo")
for _text in ("int VnetTrafficTag", "int SubnetId", "int PrivateLinkId"):
    VNET.inline(_text, "({0}, 0)[1]")
VNET.inline("string SnatVip", "({0}, None)[1]")
PRIVATE_ENDPOINT = _interface("IPrivateEndpointConnection")
for _text in ("string Name", "string GroupId", "string MemberName"):
    PRIVATE_ENDPOINT.inline(_text, "({0}, None)[1]")


# --- values that are not plain attributes ----------------------------------------------------------------------------


def _sequence(name: str, items: tuple[object, ...]) -> Array:
    return Array(resolve(name), items)


@API.member("IEnumerable<string> Protocols")
def protocols(api: Api) -> Array:
    """Return the protocols."""
    return string_array(api.protocols)


@API.member("IUrl ServiceUrl")
def service_url(api: Api) -> Url | None:
    """Return the backend's URL, or null where the API has none."""
    return Url.parse(api.service_url) if api.service_url else None


PRODUCT.getter("IEnumerable<IGroup> Groups", lambda product: _sequence("IGroup", cast("Product", product).groups))
PRODUCT.getter("IEnumerable<IApi> Apis", lambda _product: _sequence("IApi", ()))
USER.getter("IEnumerable<IGroup> Groups", lambda user: _sequence("IGroup", cast("User", user).groups))
USER.getter(
    "IEnumerable<IUserIdentity> Identities", lambda user: _sequence("IUserIdentity", cast("User", user).identities)
)


def _date(seconds: float | None) -> DateTime | None:
    return None if seconds is None else DateTime.of_timestamp(seconds)


@USER.member("System.DateTime RegistrationDate")
def registration_date(user: User) -> DateTime:
    """Return when the user registered."""
    return _date(user.registration_date) or DateTime(0)


@SUBSCRIPTION.member("System.DateTime CreatedDate", "System.DateTime CreatedTime")
def created_date(subscription: Subscription) -> DateTime:
    """Return when the subscription was made."""
    return _date(subscription.created_date) or DateTime(0)


SUBSCRIPTION.getter("System.DateTime? StartDate", lambda each: _date(cast("Subscription", each).start_date))
SUBSCRIPTION.getter("System.DateTime? EndDate", lambda each: _date(cast("Subscription", each).end_date))


@DEPLOYMENT.member(
    "IReadOnlyDictionary<string, X509Certificate2> Certificates",
)
def certificates(_deployment: Deployment) -> Dictionary:
    """Return the service's certificates by id."""
    from apim_ai.expression.library.collections_dictionary import Dictionary  # noqa: PLC0415 - rare

    return Dictionary(resolve("string"), resolve("X509Certificate2"))


# --- the root --------------------------------------------------------------------------------------------------------

_attributes(
    CONTEXT,
    "IBackend Backend\nIDeployment Deployment\nILastError LastError\nIOperation Operation\nIProduct Product\nIRequest Request\nIResponse Response\nISubscription Subscription\nbool Tracing\nIUser User\nApimVariables Variables\nIContextApi Api",
)
CONTEXT.inline("IWorkspace Workspace", "{0}.api.workspace")
CONTEXT.inline("IGraphQL GraphQL", "({0}, None)[1]")


@CONTEXT.member("System.TimeSpan Elapsed")
def elapsed(context: Context) -> TimeSpan:
    """Return the time since the request arrived."""
    return TimeSpan.of_seconds(context.now() - context.timestamp)


@CONTEXT.member("System.DateTime Timestamp")
def timestamp(context: Context) -> DateTime:
    """Return when the request arrived."""
    return DateTime.of_timestamp(context.timestamp)


@CONTEXT.member("System.Guid RequestId")
def request_id(context: Context) -> Guid:
    """Return the request's id; one that is no GUID gives the empty one."""
    guid = Guid.of_text(context.request_id)
    if guid is not None:
        return guid
    try:
        return Guid(uuid.UUID(context.request_id))
    except ValueError:
        return Guid(uuid.UUID(int=0))


@CONTEXT.member("void Trace(string message)")
def trace(context: Context, message: str | None) -> None:
    """Write to the trace."""
    context.traces.append(("expression", message or ""))


class Authorization:
    """What `get-authorization-context` keeps: an access token and the claims that came with it."""

    __slots__ = ("access_token", "claims")
    clr = "Authorization"

    def __init__(self, access_token: str, claims: dict[str, object] | None = None) -> None:
        self.access_token = access_token
        self.claims = claims or {}

    def __repr__(self) -> str:
        return "Authorization(…)"


AUTHORIZATION = clr_class("Authorization", python=(Authorization,))
AUTHORIZATION.inline("string AccessToken", "{0}.access_token")
AUTHORIZATION.inline("ApimVariables Claims", "{0}.claims")
