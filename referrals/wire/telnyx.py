"""Telnyx: sent as a form, so that no address of the pages ever leaves the product. Pure; reading
is total."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from referrals.wire import fax
from referrals.wire.answers import Outcome, of_status
from referrals.wire.fax import Account, Json, Progress, Request, Sheet, Sighting

PROGRESS = {
    "delivered": Progress.DELIVERED,
    "failed": Progress.FAILED,
}


class Telnyx:
    """The service as it stands behind `fax.Service`."""

    address = "https://api.telnyx.com"

    def send(self, sheet: Sheet, account: Account) -> Request:
        """With the file itself, and kept nowhere: `store_media` is off."""
        fields = {
            "connection_id": account.connection, "to": sheet.to, "from": account.number,
            "quality": "high", "store_media": "false",
        }  # fmt: skip
        body = fax.form(fields, file="contents", name="referral.pdf", pdf=sheet.pdf,
                        boundary=sheet.id)  # fmt: skip
        return Request("POST", "/v2/faxes", _headers(account, fax.form_type(sheet.id)), body)

    def sent(self, status: int, body: bytes) -> Outcome:
        """It names the fax by `data.id`."""
        return of_status(status, fax.text(fax.node(fax.read(body), "data"), "id"))

    def find(self, to: str, since: datetime, account: Account) -> Request:
        """Its list, by numbers and time."""
        query = urlencode({
            "filter[direction][eq]": "outbound", "filter[to][eq]": to,
            "filter[from][eq]": account.number,
            "filter[created_at][gte]": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "page[size]": 50,
        })  # fmt: skip
        return Request("GET", f"/v2/faxes?{query}", _headers(account))

    def found(self, body: bytes, *, to: str, since: datetime) -> Sequence[Sighting] | None:
        """Those to this number from then on."""
        value = fax.read(body)
        if not isinstance(value.get("data"), list):
            return None
        sightings = [_sighting(row) for row in fax.rows(value, "data") if fax.text(row, "to") == to]
        theirs = [one for one in sightings if one.fax_id and one.at and one.at >= since]
        return sorted(theirs, key=lambda one: one.at or since)

    def file(self, fax_id: str, url: str, account: Account) -> Request:  # noqa: ARG002 - of others
        """Where what it posted says, for some minutes; whoever has the address needs no key."""
        return Request("GET", url, {"Accept": "application/pdf"})


def _sighting(row: Json) -> Sighting:
    return Sighting(
        fax_id=fax.text(row, "id"),
        progress=PROGRESS.get(fax.text(row, "status").lower(), Progress.UNDER_WAY),
        reason=fax.text(row, "failure_reason"),
        at=fax.moment(fax.text(row, "created_at")),
    )


def _headers(account: Account, content_type: str = "") -> dict[str, str]:
    said = {"Authorization": f"Bearer {account.key}", "Accept": "application/json"}
    return said | {"Content-Type": content_type} if content_type else said
