"""Documo (mFax): sent as a form, listed by its history. Pure; reading is total."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from referrals.wire import fax
from referrals.wire.answers import Outcome, of_status
from referrals.wire.fax import Account, Json, Progress, Request, Sheet, Sighting

PROGRESS = {
    "success": Progress.DELIVERED,
    "completed": Progress.DELIVERED,
    "failed": Progress.FAILED,
    "failure": Progress.FAILED,
    "error": Progress.FAILED,
    "cancelled": Progress.FAILED,
}


class Documo:
    """The service as it stands behind `fax.Service`."""

    address = "https://api.documo.com"

    def send(self, sheet: Sheet, account: Account) -> Request:
        """Its own cover page is left out: ours is the first of the packet."""
        fields = {
            "faxNumber": sheet.to.lstrip("+"), "callerId": account.number.lstrip("+"),
            "coverPage": "false", "async": "true", "tags": str(sheet.id),
        }  # fmt: skip
        body = fax.form(fields, file="attachments", name="referral.pdf", pdf=sheet.pdf,
                        boundary=sheet.id)  # fmt: skip
        return Request("POST", "/v1/faxes", _headers(account, fax.form_type(sheet.id)), body)

    def sent(self, status: int, body: bytes) -> Outcome:
        """It names the fax by `messageId`."""
        return of_status(status, fax.text(fax.read(body), "messageId"))

    def find(self, to: str, since: datetime, account: Account) -> Request:
        """Its history, by number and day."""
        query = urlencode({
            "direction": "outbound", "phone": to.lstrip("+"), "limit": 50,
            "fromDate": since.astimezone(UTC).date().isoformat(),
        })  # fmt: skip
        return Request("GET", f"/v1/fax/history?{query}", _headers(account))

    def found(self, body: bytes, *, to: str, since: datetime) -> Sequence[Sighting] | None:
        """Those to this number from then on."""
        value = fax.read(body)
        if not isinstance(value.get("rows"), list):
            return None
        sightings = [_sighting(row) for row in fax.rows(value, "rows") if _is_to(row, to)]
        theirs = [one for one in sightings if one.fax_id and one.at and one.at >= since]
        return sorted(theirs, key=lambda one: one.at or since)

    def file(self, fax_id: str, url: str, account: Account) -> Request:  # noqa: ARG002 - of others
        """By its own id; what it posts names no address."""
        path = f"/v1/fax/{quote(fax_id, safe='')}/download"
        return Request("GET", path, _headers(account) | {"Accept": "application/pdf"})


def _is_to(row: Json, to: str) -> bool:
    return fax.text(row, "faxNumber").lstrip("+") == to.lstrip("+")


def _sighting(row: Json) -> Sighting:
    return Sighting(
        fax_id=fax.text(row, "messageId"),
        progress=PROGRESS.get(fax.text(row, "status").lower(), Progress.UNDER_WAY),
        reason=fax.text(row, "errorInfo") or fax.text(row, "resultInfo"),
        at=fax.moment(fax.text(row, "createdAt")),
    )


def _headers(account: Account, content_type: str = "") -> dict[str, str]:
    """The key is sent as it is: Documo names the scheme Basic and wants no user."""
    said = {"Authorization": f"Basic {account.key}", "Accept": "application/json"}
    return said | {"Content-Type": content_type} if content_type else said
