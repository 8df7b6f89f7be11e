"""What this room raises when the user can do something about it."""


class WarehouseError(Exception):
    """The warehouse cannot do what was asked. The message is one line and says what to do."""


def first_line(error: BaseException) -> str:
    """The first line of the database's own words; what follows are positions, hints and links."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
