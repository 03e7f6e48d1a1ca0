"""What no column takes, whatever was meant by it: said once, for every door."""

import asyncpg

from infra.errors import Invalid


class ValueUnfit(Invalid):
    """A value cannot be stored: a NUL character, a number or a text too large, a date beyond the calendar."""

    code = "value_unfit"


_REFUSED_BY_THE_SERVER = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.StringDataRightTruncationError,
    # A text that is too long for the index it is in.
    asyncpg.ProgramLimitExceededError,
)


def unfit(error: asyncpg.PostgresError) -> bool:
    """Say whether the database refused a value for what it is; a value of the wrong type is a mistake in the code."""
    if isinstance(error, asyncpg.StatementTooComplexError):
        return False
    return isinstance(error, _REFUSED_BY_THE_SERVER) or (
        isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError | UnicodeEncodeError)
    )
