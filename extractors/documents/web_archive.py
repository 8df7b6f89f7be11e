"""Pages that Word saved as one file (MHTML), which bear the name .doc: the page inside is read as any other."""

import email
import email.policy
from email.message import Message

from extractors.documents.errors import Unreadable
from schema.records import Document

_MAX_PARTS = 1_000


def read_mhtml(body: bytes, url: str = "") -> Document:
    """Read the first page of an archive. Its pictures and whatever else it holds are left alone."""
    from extractors.documents import read_document

    page = _page(email.message_from_bytes(body, policy=email.policy.compat32))
    if page is None:
        raise Unreadable("a web archive without a page in it")
    content = page.get_payload(decode=True)
    charset = page.get_content_charset("")
    if not isinstance(content, bytes) or content.startswith(body[:64]):
        raise Unreadable("a web archive without a page in it")
    return read_document(content, content_type=f"text/html; charset={charset}" if charset else "", url=url)


def _page(message: Message) -> Message | None:
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            break
        if part.get_content_type() == "text/html":
            return part
    return None
