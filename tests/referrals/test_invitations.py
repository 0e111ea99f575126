"""A specialist's link and code: what they open, what they tell, and how they refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEvent
from charts import patients
from referrals import codes, operations
from referrals.models import Fact, Invitation, Referral, Remark
from referrals.operations import (
    EmptyReply,
    InvitationShut,
    NoInvitation,
    NotInvited,
    Opened,
    answer_by_fax,
    answer_by_form,
    invite,
    open_invitation,
    revoke_invitation,
)
from referrals.replies import Reply
from referrals.saying import Declining
from referrals.states import Closure
from referrals.works import Work
from tenants.models import Door, DoorKind
from tests.referrals.test_operations import CORA, opened, patient

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
WRONG = "0000-0000-0000"


@pytest.fixture
def elm(elm_street, now):
    with elm_street.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        yield elm_street


@pytest.fixture
def invited(elm, now):
    return invite(referral_id=opened(now).pk, actor=CORA, now=now)


def row(invited) -> Invitation:
    return Invitation.objects.select_related("referral").get(pk=invited.invitation_id)


def token(invited) -> str:
    return invited.link.rstrip("/").rpartition("/")[2]


def come(invited, code, *, now, door="") -> Opened:
    door = door or codes.digest_of_link(token(invited))
    return open_invitation(door=door, code=code, actor=CORA, now=now)[0]


def answer(invited, *, now, sending=None, **said) -> Referral:
    return answer_by_form(invitation_id=invited.invitation_id, reply=Reply(**said),
                          sending=sending or uuid4(), actor=CORA, now=now)  # fmt: skip


def works(referral) -> set[Work]:
    return set(operations.open_work(referral.pk).values())


def test_only_digests_are_kept_and_nothing_written_holds_a_secret(invited):
    kept = row(invited)
    doors = Door.objects.filter(kind=DoorKind.INVITATION).values_list("key", flat=True)
    assert set(doors) == {kept.link_digest, kept.code_digest}
    secrets = (token(invited), invited.code, codes.as_typed(invited.code))
    written = f"{list(doors)} {vars(kept)} {list(AuditEvent.objects.values())} {invited!r}"
    assert not any(secret in written for secret in secrets)
    assert kept.expires_at - kept.made_at == timedelta(days=60)
    assert invited.address.endswith("/answer/")
    assert invited.link.startswith(invited.address)


def test_the_code_opens_the_link_and_stands_alone_too(invited, now):
    assert come(invited, invited.code, now=now) is Opened.OPEN
    alone = codes.digest_of_code(invited.code)
    assert come(invited, invited.code.lower(), now=now, door=alone) is Opened.OPEN
    assert row(invited).opened_at == now
    assert AuditEvent.objects.filter(action="invitation.opened").count() == 2


def test_what_looks_like_another_letter_is_read_as_meant():
    assert codes.as_typed(" oil0-1abc-defg ") == "01101ABCDEFG"
    assert codes.as_typed("too short") == ""
    assert codes.as_typed("U" * 12) == ""


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_code_that_it_is_not(text):
    assert not codes.is_code(text, codes.digest_of_code(codes.new_code()))


def test_five_wrong_codes_shut_it_and_one_person_is_told(invited, now):
    said = [come(invited, WRONG, now=now) for _ in range(6)]
    assert said == [Opened.WRONG] * 4 + [Opened.SHUT] * 2
    assert come(invited, invited.code, now=now) is Opened.SHUT
    assert works(row(invited).referral) == {Work.CODE_LOCKED}
    actions = AuditEvent.objects.filter(action__startswith="invitation.").order_by("at", "pk")
    assert list(actions.values_list("action", flat=True))[1:] == [
        *["invitation.refused"] * 4, "invitation.locked",
    ]  # fmt: skip


def test_a_right_code_forgives_the_wrong_ones_before_it(invited, now):
    for _ in range(3):
        assert [come(invited, WRONG, now=now) for _ in range(4)] == [Opened.WRONG] * 4
        assert come(invited, invited.code, now=now) is Opened.OPEN


def test_over_its_time_revoked_or_of_a_closed_referral_it_opens_nothing(elm, now):
    referral = opened(now)
    late, gone, closed = (invite(referral_id=referral.pk, actor=CORA, now=now) for _ in range(3))
    revoke_invitation(invitation_id=gone.invitation_id, actor=CORA, now=now)
    revoke_invitation(invitation_id=gone.invitation_id, actor=CORA, now=now)
    over = now + timedelta(days=60)
    assert come(late, late.code, now=over - timedelta(seconds=1)) is Opened.OPEN
    assert come(late, late.code, now=over) is Opened.SHUT
    assert come(gone, gone.code, now=now) is Opened.SHUT
    operations.close(referral_id=referral.pk, because=Closure.DUPLICATE, actor=CORA, now=now)
    assert come(closed, closed.code, now=now) is Opened.SHUT
    for one in (gone, closed):
        with pytest.raises(InvitationShut):
            answer(one, takes=True, now=now)
    with pytest.raises(NotInvited, match="closed already"):
        invite(referral_id=referral.pk, actor=CORA, now=now)
    assert AuditEvent.objects.filter(action="invitation.revoked").count() == 1
    assert not Fact.objects.exists()


def test_each_part_of_an_answer_is_a_fact_of_its_own(invited, now):
    referral = answer(invited, takes=True, appointment_at=AT, now=now)
    assert (referral.acceptance, referral.appointment) == ("accepted", "booked")
    assert (referral.appointment_at, referral.attendance, referral.is_open) == (AT, "unknown", True)
    referral = answer(invited, came=False, now=now + timedelta(days=20))
    assert (referral.acceptance, referral.attendance) == ("accepted", "no-show")
    assert set(Fact.objects.values_list("source", flat=True)) == {"form"}
    assert works(referral) == set()


def test_an_appointment_alone_accepts_nothing(invited, now):
    referral = answer(invited, appointment_at=AT, now=now)
    assert (referral.acceptance, referral.appointment) == ("pending", "booked")


def test_a_decline_bears_its_reason_and_asks_a_person_for_another_specialist(invited, now):
    referral = answer(invited, takes=False, because=Declining.INSURANCE, now=now)
    assert referral.acceptance == "declined"
    assert Fact.objects.get().detail["reason"] == "insurance"
    assert works(referral) == {Work.FIND_ANOTHER}


def test_a_question_is_kept_in_their_words_and_asks_a_person(invited, now):
    referral = answer(invited, question="Was there an echo?", now=now)
    assert referral.acceptance == "question"
    assert works(referral) == {Work.ANSWER_QUESTION}
    assert Remark.objects.get().text == "Was there an echo?"
    told = [*Fact.objects.values(), *AuditEvent.objects.values()]
    assert "echo" not in str(told)


def test_a_question_beside_a_yes_asks_a_person_all_the_same(invited, now):
    referral = answer(invited, takes=True, question="Was there an echo?", now=now)
    assert (referral.acceptance, works(referral)) == ("accepted", {Work.READ_QUESTION})


def test_the_same_sending_is_told_once_and_another_one_anew(invited, now):
    sending = uuid4()
    for _ in range(3):
        referral = answer(invited, takes=False, because=Declining.OTHER, question="Why us?",
                          sending=sending, now=now)  # fmt: skip
    assert (Fact.objects.count(), Remark.objects.count()) == (2, 1)
    assert works(referral) == {Work.FIND_ANOTHER, Work.READ_QUESTION}
    version = referral.version
    referral = answer(invited, takes=True, now=now + timedelta(minutes=1))
    assert (referral.acceptance, referral.version) == ("accepted", version + 1)


def test_an_empty_answer_is_refused(invited, now):
    with pytest.raises(EmptyReply, match="at least one"):
        answer(invited, now=now)


def test_a_sheet_that_comes_back_late_counts_and_says_that_it_is_a_fax(invited, now):
    late, sending = now + timedelta(days=90), uuid4()
    said = {"reply": Reply(takes=True), "sending": sending, "actor": CORA, "now": late}
    for _ in range(2):
        referral = answer_by_fax(invitation_id=invited.invitation_id, **said)
    assert referral.acceptance == "accepted"
    assert Fact.objects.get().source == "fax"
    with pytest.raises(NoInvitation):
        answer_by_fax(invitation_id=uuid4(), **said)


def test_another_practice_opens_nothing_with_this_ones_code(invited, oak_street, now):
    with oak_street.scoped():
        door = codes.digest_of_code(invited.code)
        assert open_invitation(door=door, code=invited.code, actor=CORA, now=now) == (
            Opened.SHUT, None,
        )  # fmt: skip
        with pytest.raises(InvitationShut):
            answer(invited, takes=True, now=now)
        with pytest.raises(NoInvitation):
            revoke_invitation(invitation_id=invited.invitation_id, actor=CORA, now=now)


def test_a_reply_without_any_part_is_empty_and_with_any_is_not():
    assert Reply().is_empty
    assert not any(
        replace(Reply(), **part).is_empty
        for part in ({"takes": False}, {"came": False}, {"appointment_at": AT}, {"question": "?"})
    )
