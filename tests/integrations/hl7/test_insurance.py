"""How the patient is insured, as orders and referrals tell it by IN1."""

import pytest

from tests.integrations.hl7.golden import item_of, raw

REF = raw("referral-new").decode().replace("\r", "\n")
NAMES = ("payer", "plan", "member_number", "group_number")


def told(message: str, *lines: str) -> dict[str, str]:
    details = item_of(message + "\n".join(lines) + "\n").details
    return {name: value for name, value in details.items() if name in NAMES}


def line(at: str, payer: str, *, rank: str = "", member: str = "", insured: str = "") -> str:
    fields = {1: at, 4: payer, 22: rank, 36: member, 49: insured}
    return "IN1|" + "|".join(fields.get(n, "") for n in range(1, 50))


def test_a_referral_tells_who_pays_and_under_which_number():
    said = "IN1|1|PPO1^PPO Gold^L|77001|Fake Health^L||||G-77" + "|" * 28 + "W1234"
    assert told(REF, said) == {
        "payer": "Fake Health", "plan": "PPO Gold", "member_number": "W1234",
        "group_number": "G-77",
    }  # fmt: skip


def test_of_several_the_one_that_pays_first_counts():
    first, second = line("2", "Fake First", rank="1"), line("1", "Fake Second", rank="2")
    assert told(REF, second, first)["payer"] == "Fake First"
    assert told(REF, line("2", "Fake Two"), line("1", "Fake One"))["payer"] == "Fake One"


def test_the_number_of_the_insured_stands_in_where_the_policy_has_none():
    assert told(REF, line("1", "Fake Health", insured="I-9"))["member_number"] == "I-9"
    both = line("1", "Fake Health", member="W1", insured="I-9")
    assert told(REF, both)["member_number"] == "W1"


@pytest.mark.parametrize("said", ["", "IN1", "IN1|1", 'IN1|1||""|""', "IN2|1|x"])
def test_who_says_nothing_of_insurance_tells_none(said):
    assert told(REF, said) == {}


def test_an_order_that_is_no_referral_keeps_no_insurance():
    order = raw("order-referral-insured").decode().replace("\r", "\n")
    plain = order.replace("REFCARD^AMB REFERRAL TO CARDIOLOGY", "CBC^Blood count")
    assert "payer" not in item_of(plain).details
    assert item_of(order).details["payer"] == "Fake Health"
