"""What a status says about an intent. Pure."""

from collections.abc import Mapping

from outbox.states import Step
from outbox.statuses import CALLS, MESSAGES


def step_of(form: Mapping[str, str]) -> tuple[Step | None, str]:
    """The move that a call-back asks for, if any, and the code of what went wrong."""
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if status:
        return MESSAGES.get(status), form.get("ErrorCode", "") or status
    status = form.get("CallStatus", "")
    return CALLS.get(status), form.get("ErrorCode", "") or status


def provider_id(form: Mapping[str, str]) -> str:
    """The provider's own name of the message or the call."""
    return (form.get("MessageSid") or form.get("SmsSid") or form.get("CallSid") or "")[:80]
