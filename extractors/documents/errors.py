"""What a document says of itself that cannot be read, or not surely."""


class Unreadable(Exception):
    """The bytes hold nothing that can be read; the message says why, in one line.

    What another installation could read is named so that it can be found in the quarantine and read again there:
    `needs:libreoffice` and `needs:ocr`.
    """


ENCRYPTED = "encrypted: it opens with a password only"
NEEDS_LIBREOFFICE = "needs:libreoffice"
NEEDS_OCR = "needs:ocr"
SCANNED = "scanned"  # in the meta of a document: how its characters were recognised
UNREAD = "unread"  # the same: why some of its pages could not be read
