"""System.TimeZoneInfo over the IANA database; Windows' names of zones are known too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apim_ai.expression.exceptions import ClrException, argument, argument_null
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.system_datetime import EPOCH, DateTime
from apim_ai.expression.library.system_datetimeoffset import DateTimeOffset
from apim_ai.expression.library.system_timespan import TICKS_PER_SECOND, TimeSpan
from apim_ai.expression.library.windows_zones import WINDOWS_ZONES

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["TimeZone"]

_UTC_KIND, _LOCAL_KIND = 1, 2
_MINUTE = 60 * TICKS_PER_SECOND
_START = datetime(1970, 1, 1, tzinfo=UTC)


class TimeZone:
    """A time zone under the name it was asked for."""

    __slots__ = ("id", "zone")
    clr = "System.TimeZoneInfo"

    def __init__(self, id_: str, zone: ZoneInfo) -> None:
        self.id = id_
        self.zone = zone

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the display name."""
        return display_name(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeZone) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def offset_at_utc(self, ticks: int) -> int:
        """Return the offset in ticks at a moment in UTC."""
        return self._offset(_moment(ticks).astimezone(self.zone))

    def offset_at_local(self, ticks: int) -> int:
        """Return the offset in ticks where the zone's clocks show a time; standard time where they show it twice."""
        local = _moment(ticks).replace(tzinfo=self.zone)
        later = local.replace(fold=1)
        first, second = self._offset(local), self._offset(later)
        if self.is_invalid(ticks):
            raise ClrException(
                "System.ArgumentException",
                "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, "
                "any time in the period that is skipped is invalid.",
                parameter="dateTime",
            )
        return min(first, second)

    def is_invalid(self, ticks: int) -> bool:
        """Whether the zone's clocks skip a time."""
        local = _moment(ticks).replace(tzinfo=self.zone)
        return local.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != local.replace(tzinfo=None)

    def is_ambiguous(self, ticks: int) -> bool:
        """Whether the zone's clocks show a time twice."""
        local = _moment(ticks).replace(tzinfo=self.zone)
        return not self.is_invalid(ticks) and self._offset(local) != self._offset(local.replace(fold=1))

    def _offset(self, moment: datetime) -> int:
        return round((moment.utcoffset() or timedelta()).total_seconds()) * TICKS_PER_SECOND


def _moment(ticks: int) -> datetime:
    return _START + timedelta(microseconds=(ticks - EPOCH) // 10)


ZONE = clr_class("System.TimeZoneInfo", python=(TimeZone,))
_ZONE = "System.TimeZoneInfo"


@cache
def _utc() -> TimeZone:
    return TimeZone("UTC", ZoneInfo("UTC"))


@ZONE.member(f"static {_ZONE} Utc", f"static {_ZONE} Local")
def utc() -> TimeZone:
    """Return UTC, which is the gateway's own zone."""
    return _utc()


@ZONE.member(f"static {_ZONE} FindSystemTimeZoneById(string id)")
def find_zone(id_: str | None) -> TimeZone:
    """Return a zone by Windows' or IANA's name."""
    if id_ is None:
        argument_null("id")
    if id_.upper() == "UTC":
        return _utc()
    try:
        return TimeZone(id_, ZoneInfo(WINDOWS_ZONES.get(id_, id_)))
    except (OSError, ValueError, KeyError):
        raise ClrException(
            "System.TimeZoneNotFoundException", f"The time zone ID '{id_}' was not found on the local computer."
        ) from None


ZONE.inline("string Id", "{0}.id")
ZONE.inline("string StandardName", "{0}.id")


@ZONE.member("System.TimeSpan BaseUtcOffset")
def base_offset(zone: TimeZone) -> TimeSpan:
    """Return the offset of standard time."""
    year = _moment(EPOCH).replace(year=datetime.now(UTC).year)
    offsets = [
        zone.offset_at_utc(EPOCH + int((year - _START).total_seconds() + days * 86400) * TICKS_PER_SECOND)
        for days in (0, 182)
    ]
    return TimeSpan(min(offsets))


@ZONE.member("string DisplayName")
def display_name(zone: TimeZone) -> str:
    """Return the offset and the name."""
    minutes = base_offset(zone).ticks // _MINUTE
    sign = "-" if minutes < 0 else "+"
    shown = "(UTC)" if minutes == 0 else f"(UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d})"
    return f"{shown} {'Coordinated Universal Time' if zone.id == 'UTC' else zone.id}"


@ZONE.member("bool SupportsDaylightSavingTime")
def has_summer_time(zone: TimeZone) -> bool:
    """Whether the zone's clocks are put forward and back."""
    year = datetime.now(UTC).year
    offsets = {datetime(year, month, 1, tzinfo=zone.zone).utcoffset() for month in range(1, 13)}
    return len(offsets) > 1


@ZONE.member("bool IsInvalidTime(System.DateTime dateTime)")
def is_invalid_time(zone: TimeZone, date: DateTime) -> bool:
    """Whether the zone's clocks skip a time."""
    return date.kind == 0 and zone.is_invalid(date.ticks)


@ZONE.member("bool IsAmbiguousTime(System.DateTime dateTime)")
def is_ambiguous_time(zone: TimeZone, date: DateTime) -> bool:
    """Whether the zone's clocks show a time twice."""
    ticks = date.ticks if date.kind == 0 else date.ticks + zone.offset_at_utc(date.ticks)
    return zone.is_ambiguous(ticks)


@ZONE.member("bool HasSameRules(System.TimeZoneInfo other)")
def has_same_rules(zone: TimeZone, other: TimeZone | None) -> bool:
    """Whether two zones change their clocks alike."""
    if other is None:
        argument_null("other")
    return zone.zone.key == other.zone.key


ZONE.inline("static void ClearCachedData()", "None")
ZONE.inline("string DaylightName", "{0}.id")


# --- conversions -----------------------------------------------------------------------------------------------------


def _to_utc(date: DateTime, zone: TimeZone) -> int:
    return date.ticks - zone.offset_at_local(date.ticks)


def _check_kind(date: DateTime, zone: TimeZone) -> None:
    if date.kind in (_UTC_KIND, _LOCAL_KIND) and zone.id != "UTC":
        argument(
            "The conversion could not be completed because the supplied DateTime did not have the Kind property set "
            "correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be "
            "TimeZoneInfo.Local.",
            "sourceTimeZone",
        )


def _needed(zone: TimeZone | None, name: str) -> TimeZone:
    if zone is None:
        argument_null(name)
    return zone


@ZONE.member("static System.DateTime ConvertTimeToUtc(System.DateTime dateTime)")
def convert_to_utc(date: DateTime) -> DateTime:
    """Return a date of the gateway's zone in UTC."""
    return DateTime(date.ticks, _UTC_KIND)


@ZONE.member(f"static System.DateTime ConvertTimeToUtc(System.DateTime dateTime, {_ZONE} sourceTimeZone)")
def convert_zone_to_utc(date: DateTime, zone: TimeZone | None) -> DateTime:
    """Return a date of a zone in UTC."""
    source = _needed(zone, "sourceTimeZone")
    _check_kind(date, source)
    return DateTime(_to_utc(date, source), _UTC_KIND)


@ZONE.member(f"static System.DateTime ConvertTimeFromUtc(System.DateTime dateTime, {_ZONE} destinationTimeZone)")
def convert_from_utc(date: DateTime, zone: TimeZone | None) -> DateTime:
    """Return a date in UTC as a zone's clocks show it."""
    target = _needed(zone, "destinationTimeZone")
    if date.kind == _LOCAL_KIND:
        _check_kind(date, target)
    kind = _UTC_KIND if target.id == "UTC" else 0
    return DateTime(date.ticks + target.offset_at_utc(date.ticks), kind)


@ZONE.member(f"static System.DateTime ConvertTime(System.DateTime dateTime, {_ZONE} destinationTimeZone)")
def convert_time(date: DateTime, zone: TimeZone | None) -> DateTime:
    """Return a date of the gateway's zone as another zone's clocks show it."""
    return convert_from_utc(DateTime(date.ticks, _UTC_KIND), zone)


@ZONE.member(
    f"static System.DateTime ConvertTime(System.DateTime dateTime, {_ZONE} sourceTimeZone, {_ZONE} destinationTimeZone)"
)
def convert_between(date: DateTime, source: TimeZone | None, target: TimeZone | None) -> DateTime:
    """Return a date of one zone as another zone's clocks show it."""
    return convert_from_utc(convert_zone_to_utc(date, source), target)


@ZONE.member(
    f"static System.DateTimeOffset ConvertTime(System.DateTimeOffset dateTimeOffset, {_ZONE} destinationTimeZone)"
)
def convert_moment(moment: DateTimeOffset, zone: TimeZone | None) -> DateTimeOffset:
    """Return a moment as a zone's clocks show it."""
    offset = _needed(zone, "destinationTimeZone").offset_at_utc(moment.utc)
    return DateTimeOffset(moment.utc + offset, offset // _MINUTE)


@ZONE.member(
    "static System.DateTime ConvertTimeBySystemTimeZoneId(System.DateTime dateTime, string destinationTimeZoneId)"
)
def convert_by_id(date: DateTime, id_: str | None) -> DateTime:
    """Return a date of the gateway's zone as another zone's clocks show it."""
    return convert_time(date, find_zone(id_))


@ZONE.member(
    "static System.DateTime ConvertTimeBySystemTimeZoneId(System.DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)"
)
def convert_between_ids(date: DateTime, source: str | None, target: str | None) -> DateTime:
    """Return a date of one zone as another zone's clocks show it."""
    return convert_between(date, find_zone(source), find_zone(target))


@ZONE.member(
    "static System.DateTimeOffset ConvertTimeBySystemTimeZoneId(System.DateTimeOffset dateTimeOffset, string destinationTimeZoneId)"
)
def convert_moment_by_id(moment: DateTimeOffset, id_: str | None) -> DateTimeOffset:
    """Return a moment as a zone's clocks show it."""
    return convert_moment(moment, find_zone(id_))


@ZONE.member("System.TimeSpan GetUtcOffset(System.DateTime dateTime)")
def utc_offset(zone: TimeZone, date: DateTime) -> TimeSpan:
    """Return the offset at a date."""
    at_utc = date.kind in (_UTC_KIND, _LOCAL_KIND)
    return TimeSpan(zone.offset_at_utc(date.ticks) if at_utc else zone.offset_at_local(date.ticks))


@ZONE.member("System.TimeSpan GetUtcOffset(System.DateTimeOffset dateTimeOffset)")
def utc_offset_of_moment(zone: TimeZone, moment: DateTimeOffset) -> TimeSpan:
    """Return the offset at a moment."""
    return TimeSpan(zone.offset_at_utc(moment.utc))


@ZONE.member("bool IsDaylightSavingTime(System.DateTime dateTime)")
def is_summer_time(zone: TimeZone, date: DateTime) -> bool:
    """Whether it is summer time at a date."""
    return bool(_moment(date.ticks).replace(tzinfo=zone.zone).dst())


@ZONE.member("bool IsDaylightSavingTime(System.DateTimeOffset dateTimeOffset)")
def is_summer_time_at(zone: TimeZone, moment: DateTimeOffset) -> bool:
    """Whether it is summer time at a moment."""
    return bool(_moment(moment.utc).astimezone(zone.zone).dst())
