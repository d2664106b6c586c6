"""Reads dates in any of the forms that `DateTime.Parse` knows: the state machine of .NET in the invariant culture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.library.date_result import DateProblem, Found, Reading, four_digits, is_day, settle
from apim_ai.expression.library.date_tokens import Tokens, fraction_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_date"]

_COLUMNS = [
    "End",
    "NumEnd",
    "NumHalf",
    "NumSpace",
    "NumDate",
    "NumTime",
    "MonthEnd",
    "MonthSpace",
    "MonthDate",
    "NumDateSuffix",
    "NumTimeSuffix",
    "DayOfWeek",
    "YearSpace",
    "YearDate",
    "YearEnd",
    "Zone",
    "Era",
]
_ROWS = """
BEGIN BEGIN - =TN N Nd Nt - M M DS TS BEGIN Y Y - BEGIN BEGIN
N - =NN - NN NNd - =NM NM MNd NDS - N YN YNd =YN N N
NN =NN =NNN =TN =NNN - Nt =MNN =MNN - - TS NN =NNY - =NNY NN NN
Nd - =NN - D_NN NNd - =NM MN MNd - - Nd YN YNd =YN - Nd
D_NN =NN =NNN =TN =NNN - Nt =MNN =MNN - =DS TS D_NN =NNY - =NNY - D_NN
NNd - =NNN =NNN =NNN - - =MNN =MNN - =DS - NNd =NNY - =NNY - NNd
M - =MN - MN MNd - - - - - - M YM YMd =YM - M
MN =MN =MNN =MNN =MNN - Nt - - - =DS TS MN =YMN - =YMN - MN
NM =NM =MNN =MNN =MNN - Nt - - - =DS TS NM =YMN - =YMN - NM
MNd - =MNN - =MNN - - - - - - - MNd =YMN - =YMN - MNd
NDS =NDS =NNDS =NNDS =NNDS - Nt - - - NDS TS NDS - - - - NDS
Y - =YN - YN YNd - =YM YM YMd YM - Y - - - - Y
YN =YN =YNN =YNN =YNN - - =YMN =YMN - - - YN - - - - YN
YNd - =YNN =YNN =YNN - - =YMN =YMN - - - YN - - - - YN
YM =YM =YMN =YMN =YMN - - - - - - - YM - - - - YM
YMd - =YMN =YMN =YMN - - - - - - - YM - - - - YM
DS =DS =DSN =TN Nt - Nt - - - DS TS DS - - - - DS
TS =TS =TS =TS Nt Nd - - - - DS TS TS - - - TS TS
Nt - =TNN =TNN =TNN - NNt =NM NM - - TS - - - - Nt Nt
NNt - =TNNN =TNNN =TNNN - - - - - - TS NNt - - - NNt NNt
"""
_STATES = {row.split()[0]: dict(zip(_COLUMNS, row.split()[1:], strict=True)) for row in _ROWS.strip().splitlines()}
_TIMES = ("Nt", "NNt")
_PLAIN = {"end": "End", "space": "Space", "date": "Date"}
_SUFFIXES = {"year": "Date", "month": "Date", "day": "Date", "hour": "Time", "minute": "Time", "second": "Time"}
_ISO_TIME = re.compile(r"\s*([0-9]{2})\s*:\s*([0-9]{2})\s*(?::\s*([0-9]{2})(?:\.([0-9]+))?\s*)?")


def read_date(text: str, now: Callable[[], int], *, keeps_offset: bool, is_month_first: bool) -> Reading:
    """Read a date.

    Args:
        text: in any form that .NET reads.
        now: the clock in ticks, for what the text does not say.
        keeps_offset: whether a DateTimeOffset is wanted.
        is_month_first: whether the culture writes month before year, so that `2 Jan` is a day and not the year 2002.

    Raises:
        DateProblem: the text is no date.
    """
    if not text:
        raise DateProblem
    return _Machine(text, Found(now, keeps_offset), is_month_first=is_month_first).run()


class _Machine:
    """The state of one text's reading."""

    def __init__(self, text: str, found: Found, *, is_month_first: bool) -> None:
        self.tokens = Tokens(text)
        self.found = found
        self.is_month_first = is_month_first
        self.state = "BEGIN"
        self.numbers: list[int] = []
        self.month: int | None = None
        self.year: int | None = None
        self.half: int | None = None
        self.has_date = self.has_time = False
        self.is_done = False

    def run(self) -> Reading:
        """Read to the end."""
        while True:
            column = self._lex()
            if column == "Mark":
                if self.state not in ("YN", "YNd"):
                    raise DateProblem
                return self._iso()
            if column:
                self._advance(column)
            if column in ("End", "NumEnd", "MonthEnd"):
                break
        if not self.is_done:
            raise DateProblem
        self._adjust_hour()
        return settle(self.found)

    def _advance(self, column: str) -> None:
        state = _STATES[self.state][column]
        if state == "-":
            raise DateProblem
        if state.startswith("="):
            self._finish(state[1:])
            self.is_done = True
            state = "BEGIN"
        self.state = state

    # --- tokens: each returns a column of the table, or "" for what changes nothing ---

    def _lex(self) -> str:
        kind, value = self.tokens.next()
        if kind == "number":
            return self._number(value)
        if kind == "year":
            return self._year(value)
        if kind == "day":
            if self.found.day_of_week is not None:
                raise DateProblem
            self.found.day_of_week = value
            return "DayOfWeek"
        if kind == "month":
            return self._month(value)
        if kind == "half":
            self._set_half(value)
            return ""
        if kind == "zone":
            self.found.take_offset(0)
            return "Zone"
        if kind == "unknown":
            self._unknown()
        return {"end": "End", "era": "Era"}.get(kind, "")

    def _unknown(self) -> None:
        tokens = self.tokens
        if tokens.text[tokens.place].isalpha():
            place = f"There is an unknown word starting at index '{tokens.place}'."
            raise DateProblem("The string '{0}' was not recognized as a valid DateTime. " + place)
        if tokens.text[tokens.place] in "+-" and self.found.offset is None:
            self.found.take_offset(tokens.offset())
        elif not tokens.punctuation():
            raise DateProblem

    def _set_half(self, half: int) -> None:
        if self.half is not None:
            raise DateProblem
        self.half = half

    def _before_separator(self) -> None:
        if len(self.numbers) == 3:  # noqa: PLR2004 - year, month, day
            raise DateProblem
        tokens = self.tokens
        if self.state == "NNt" and not tokens.is_last and tokens.text[tokens.place] == ".":
            self.found.fraction = tokens.fraction()
        if self.state in _TIMES:
            self._offset_behind()

    def _offset_behind(self) -> None:
        tokens = self.tokens
        if tokens.is_last:
            return
        before = tokens.place
        if tokens.skip_space() and tokens.text[tokens.place] in "+-" and (tokens.place == before or not self._is_end()):
            self.found.take_offset(tokens.offset())
        else:
            tokens.place = before

    def _is_end(self) -> bool:
        return self.tokens.place >= len(self.tokens.text)

    def _year(self, value: int) -> str:
        self._before_separator()
        if self.year is not None:
            raise DateProblem
        self.year = value
        return self._separated("Year", value)

    def _number(self, value: int) -> str:
        self._before_separator()
        state = self.state
        column = self._separated("Num", value)
        if column == "NumHalf" and state == "D_NN":
            self._finish("NN")
        if not column.endswith("Suffix"):
            self.numbers.append(value)
        if column == "NumHalf" and state in _TIMES:
            self._offset_behind()
        return column

    def _month(self, value: int) -> str:
        if self.month is not None:
            raise DateProblem
        column = self._separated("Month", value)
        self.month = value
        return column

    def _separated(self, kind: str, value: int) -> str:
        """Return the column for a number, a year or a month by what follows it."""
        before = self.tokens.place
        separator = self.tokens.separator()
        if separator in _PLAIN:
            return f"{kind}{_PLAIN[separator]}"
        if separator == "date or offset":
            row = _STATES[self.state]
            if row[f"{kind}Date"] == "-" and row[f"{kind}Space"].startswith("="):
                self.tokens.place = before
                return f"{kind}Space"
            return f"{kind}Date"
        if kind == "Month":
            raise DateProblem
        if separator in ("am", "pm"):
            self._set_half(int(separator == "pm"))
            return "YearSpace" if kind == "Year" else "NumHalf"
        if separator in _SUFFIXES:
            return self._suffixed(separator, four_digits(value) if kind == "Num" and separator == "year" else value)
        if kind == "Year":
            raise DateProblem
        return "Mark" if separator == "mark" else "NumTime"

    def _suffixed(self, part: str, value: int) -> str:
        if part in self.found.suffixes:
            raise DateProblem
        self.found.suffixes.add(part)
        setattr(self.found, part, value)
        self.year = value if part == "year" else self.year
        self.month = value if part == "month" else self.month
        return f"Num{_SUFFIXES[part]}Suffix"

    # --- what has been read when a state is final ---

    def _finish(self, state: str) -> None:
        if state.startswith("T"):
            self._finish_time(state)
        elif state in ("DSN", "NDS", "NNDS"):
            self._finish_suffixed(state)
        elif state != "DS":
            self._finish_date(state)
        self.numbers = []

    def _finish_time(self, state: str) -> None:
        if state == "TS":
            return
        if self.has_time or (state == "TN" and self.half is None):
            raise DateProblem
        self.has_time = True
        hour, minute, second = (*self.numbers, 0, 0, 0)[:3]
        self.found.hour, self.found.minute, self.found.second = hour, minute, second

    def _finish_date(self, state: str) -> None:
        if self.has_date:
            raise DateProblem
        first, second, third = (*self.numbers, 0, 0, 0)[:3]
        year, month = self.year or 0, self.month or 0
        if state == "MNN":
            year, day = four_digits(second), first
            if not is_day(year, month, day):
                year, day = four_digits(first), second
            self.found.set_date(year, month, day)
        elif state in ("MN", "NM"):
            self._finish_month(state, first, month)
            return
        else:
            self.found.set_date(
                *{
                    "NN": lambda: (self.found.this_year(), first, second),
                    "NNN": lambda: (four_digits(third), first, second),
                    "YNN": lambda: (year, first, second),
                    "NNY": lambda: (year, first, second),
                    "YMN": lambda: (year, month, first),
                    "YN": lambda: (year, first, 1),
                    "YM": lambda: (year, month, 1),
                }[state]()
            )
        self.has_date = True

    def _finish_month(self, state: str, number: int, month: int) -> None:
        """A month and one number: the day, or the year where the culture writes that before the month."""
        if state == "NM" and not self.is_month_first:
            self.found.set_date(four_digits(number), month, 1)
        else:
            self.found.set_date(self.found.this_year(), month, number)

    def _finish_suffixed(self, state: str) -> None:
        found = self.found
        first, second = (*self.numbers, 0, 0)[:2]
        if state == "DSN":
            if len(self.numbers) != 1 or found.day is not None:
                raise DateProblem
            found.day = first
        elif state == "NDS":
            if found.month is None or found.year is not None:
                raise DateProblem
            found.year, found.day = four_digits(first), 1
        elif found.suffixes == {"year"}:
            found.set_date(found.year or 0, first, second)
        elif found.suffixes == {"month"}:
            found.set_date(four_digits(second), found.month or 0, first)
        else:
            raise DateProblem

    def _adjust_hour(self) -> None:
        found = self.found
        if self.half is None:
            return
        if found.hour > (23 if self.half else 12):
            raise DateProblem
        if self.half:
            found.hour += 12 if found.hour < 12 else 0  # noqa: PLR2004 - noon
        elif found.hour == 12:  # noqa: PLR2004 - noon
            found.hour = 0

    # --- ISO 8601 behind the T ---

    def _iso(self) -> Reading:
        tokens, found = self.tokens, self.found
        clock = _ISO_TIME.match(tokens.text, tokens.place)
        if clock is None or len(self.numbers) < 2:  # noqa: PLR2004 - month and day
            raise DateProblem
        found.year, found.month, found.day = self.year, self.numbers[0], self.numbers[1]
        found.hour, found.minute, found.second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        found.fraction = fraction_of(clock[4] or "")
        tokens.place = clock.end()
        if not self._is_end():
            self._behind_iso()
        return settle(found)

    def _behind_iso(self) -> None:
        tokens, found = self.tokens, self.found
        mark = tokens.text[tokens.place]
        if mark in "+-":
            found.offset = tokens.offset()
            tokens.place += 1  # .NET overlooks what stands right behind the offset
        elif mark in "Zz":
            found.offset = 0
            tokens.place += 1
        while tokens.skip_space():
            if not tokens.punctuation():
                raise DateProblem
