"""Role by operation, walked whole against a table written by hand."""

import pytest

from accounts.permissions import MAY, Operation, PermissionRefused, may, require
from accounts.roles import CLINICAL, CLINICIANS, Role

ROLES = (
    "physician",
    "nurse",
    "medical-assistant",
    "care-coordinator",
    "supervisor",
    "practice-manager",
    "it",
    "privacy-officer",
)

TABLE = {
    # each column a role, in the order of ROLES; x: allowed
    "work tasks":                                     "xxxxxxx.",
    "close routine work":                             "xxxxxx..",
    "settle a message that could not be used":        "xxxxxxx.",
    "close a result that is not plainly normal":      "xx......",
    "close a critical result":                        "xx......",
    "assign work":                                    "xxxxxx..",
    "close a task by override":                       "x.......",
    "give a task more time":                          "x...xx..",
    "move clocks to the newest policy":               "....xx..",
    "see the team's work":                            "xxxxxxx.",
    "see the backlog in numbers":                     "xxxxxx..",
    "see the days of the practice in numbers":        "....xx..",
    "say how people sign in":                         ".....x..",
    "see every late task":                            "....xx..",
    "see a patient's chart items":                    "xxxxxx.x",
    "see messages":                                   ".....xxx",
    "open the body of a message":                     "......xx",
    "replay a message":                               "......x.",
    "manage feeds and keys":                          "......x.",
    "say what feeds mean":                            ".....xx.",
    "manage connections to EHRs, Direct and fax":                     ".....xx.",
    "manage people":                                  ".....x..",
    "plan duty and cover":                            "....xx..",
    "import a backlog":                               "....xx..",
    "move many tasks at once":                        "....xx..",
    "publish routing rules":                          "x....x..",
    "say who may close what":                         "x....x..",
    "change hours, targets and ladders":              "....xx..",
    "see whether the system does its work":           "....xxx.",
    "close the chart of a visit":                     "xxxxxx..",
    "change the checklists of visits":                "....xx..",
    "see the audit trail":                            ".......x",
    "open a chart in an emergency":                   "xxxxxxxx",
    "review emergency access":                        ".....x.x",
    "name the outcomes":                              ".....x..",
    "see the referrals of the practice":                          "xxxxxx..",
    "say what became of a referral":                              "xxxxxx..",
    "close a referral without its report":                        "xx.xxx..",
    "say whether a report answers its question":                  "xx......",
    "see referrals in numbers":                                   "x..xxx..",
    "take out referrals and their evidence as files":             "....xx..",
    "set the target of referrals and load the codes of measures": "....xx..",
    "keep the directory of specialists":                          "...xxx..",
    "write to patients and record their consent":                 "xxxxxx..",
    "say under which name patients are written to":               "....xx..",
}  # fmt: skip

CELLS = [(Operation(operation), Role(role), marks[at] == "x")
         for operation, marks in TABLE.items() for at, role in enumerate(ROLES)]  # fmt: skip


@pytest.mark.parametrize(("operation", "role", "allowed"), CELLS, ids=lambda part: str(part))
def test_each_role_may_do_what_the_table_says(operation, role, allowed):
    permission = may([role], operation)
    assert bool(permission) is permission.allowed is allowed
    if allowed:
        require([role], operation)
        assert permission.reason == ""
        return
    with pytest.raises(PermissionRefused) as refused:
        require([role], operation)
    assert str(refused.value) == permission.reason
    assert permission.reason.startswith("Only ")
    assert permission.reason.endswith(f" can {operation.value}.")


def test_the_table_names_every_operation_and_every_role():
    assert {cell[0] for cell in CELLS} == set(Operation) == set(MAY)
    assert {cell[1] for cell in CELLS} == set(Role)


@pytest.mark.parametrize("operation", Operation)
def test_somebody_may_do_each_thing_and_nobody_without_a_role_may(operation):
    assert MAY[operation]
    assert not may([], operation)
    assert not may(["janitor"], operation)


def test_one_of_several_roles_is_enough():
    assert may(["medical-assistant", "nurse"], Operation.CLOSE_CRITICAL)
    assert not may(["medical-assistant", "supervisor"], Operation.CLOSE_CRITICAL)


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (Operation.CLOSE_CRITICAL, "Only a nurse or physician can close a critical result."),
        (Operation.REPLAY, "Only IT can replay a message."),
        (Operation.OPEN_MESSAGE, "Only a privacy officer or IT can open the body of a message."),
        (Operation.SEE_AUDIT, "Only a privacy officer can see the audit trail."),
    ],
)
def test_a_refusal_is_a_sentence_that_says_who_may(operation, sentence):
    assert may([], operation).reason == sentence


def test_it_settles_messages_and_closes_no_work_on_patients():
    assert may([Role.IT], Operation.CLOSE_MESSAGE)
    assert not may([Role.IT], Operation.CLOSE_ROUTINE)


def test_who_judges_results_is_clinical():
    assert CLINICIANS < CLINICAL
    assert (
        MAY[Operation.CLOSE_CRITICAL] <= MAY[Operation.CLOSE_RESULT] <= MAY[Operation.CLOSE_ROUTINE]
    )


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_as_people_say_it(role):
    assert role.label == ("IT" if role == Role.IT else role.value.replace("-", " ").capitalize())
