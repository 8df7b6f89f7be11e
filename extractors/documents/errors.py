"""What a document that cannot be read says of itself."""


class Unreadable(Exception):
    """The bytes hold nothing that can be read; the message says why, in one line."""
