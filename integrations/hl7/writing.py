"""A message as bytes again, such that reading them gives the same message."""

from integrations.hl7.message import Message


def write(message: Message) -> bytes:
    """The segments, a CR behind each, in the characters they were read in; in UTF-8, as the reader
    prefers, where those cannot hold the text."""
    text = "".join(f"{segment.line}\r" for segment in message.segments)
    try:
        raw = text.encode(message.charset)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
    return raw if raw.decode(message.charset) == text else text.encode("utf-8", "replace")
