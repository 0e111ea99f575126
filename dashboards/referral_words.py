"""What a referral's steps, turns, axes and reasons are called on the screens. Tables."""

from collections.abc import Mapping

from dashboards.words import later
from referrals.saying import Declining, Heard, Mistake
from referrals.specialties import Specialty
from referrals.states import (
    Acceptance,
    Answered,
    Appointment,
    Attendance,
    Authorization,
    Axis,
    Closure,
    PatientTold,
    Report,
    Source,
    Step,
    Transmission,
    Turn,
)

STEPS: Mapping[str, str] = {
    Step.ORDERED: later("Ordered"), Step.SENT: later("Sent"), Step.ACCEPTED: later("Accepted"),
    Step.BOOKED: later("Booked"), Step.SEEN: later("Seen"), Step.ANSWERED: later("Answered"),
    Step.CLOSED: later("Closed"),
}  # fmt: skip

TURNS: Mapping[str, str] = {
    Turn.US: later("Our turn"), Turn.SPECIALIST: later("Specialist's turn"),
    Turn.PATIENT: later("Patient's turn"), Turn.PAYER: later("Payer's turn"),
    Turn.NOBODY: later("Nobody's turn"),
}  # fmt: skip

AXES: Mapping[Axis, str] = {
    Axis.TRANSMISSION: later("Sending"), Axis.ACCEPTANCE: later("Their answer"),
    Axis.AUTHORIZATION: later("Authorization"), Axis.APPOINTMENT: later("Appointment"),
    Axis.ATTENDANCE: later("Visit"), Axis.REPORT: later("Report"),
    Axis.ANSWER: later("Question answered"), Axis.TOLD: later("Patient told"),
}  # fmt: skip
"""In the order in which a loop goes on."""

VALUES: Mapping[Axis, Mapping[str, str]] = {
    Axis.TRANSMISSION: {
        Transmission.NONE: later("Not sent"), Transmission.QUEUED: later("Waiting to be sent"),
        Transmission.SENT: later("Sent"), Transmission.PROCESSED: later("Underway"),
        Transmission.DELIVERED: later("Delivered"), Transmission.FAILED: later("Not delivered"),
        Transmission.UNKNOWN: later("Sent, nothing heard"),
    },
    Axis.ACCEPTANCE: {
        Acceptance.PENDING: later("No answer yet"), Acceptance.QUESTION: later("They ask back"),
        Acceptance.ACCEPTED: later("Accepted"), Acceptance.DECLINED: later("Declined"),
    },
    Axis.APPOINTMENT: {
        Appointment.NONE: later("None yet"), Appointment.BOOKED: later("Booked"),
        Appointment.CANCELLED: later("Cancelled"),
    },
    Axis.ATTENDANCE: {
        Attendance.UNKNOWN: later("Not seen yet"), Attendance.SEEN: later("Seen"),
        Attendance.NO_SHOW: later("Did not come"),
    },
    Axis.REPORT: {
        Report.NONE: later("None yet"), Report.INTERIM: later("Interim report"),
        Report.RECEIVED: later("Received"), Report.WITHDRAWN: later("Withdrawn"),
    },
    Axis.ANSWER: {
        Answered.NOT_ASKED: later("Not said yet"), Answered.YES: later("Yes"),
        Answered.PARTLY: later("Partly"), Answered.NO: later("No"),
    },
    Axis.TOLD: {PatientTold.NO: later("Not yet"), PatientTold.YES: later("Told")},
    Axis.AUTHORIZATION: {
        Authorization.UNKNOWN: later("Not known"), Authorization.NOT_NEEDED: later("Not needed"),
        Authorization.NEEDED: later("Needed"), Authorization.REQUESTED: later("Requested"),
        Authorization.APPROVED: later("Approved"), Authorization.DENIED: later("Denied"),
    },
}  # fmt: skip

PARTS: Mapping[str, str] = {
    "accepted": later("accepted"), "booked": later("booked"), "seen": later("seen"),
    "reported": later("reported"), "answered": later("answered"), "told": later("told"),
}  # fmt: skip

AGAINST: Mapping[tuple[Axis, str], str] = {
    (Axis.ACCEPTANCE, Acceptance.DECLINED): later("declined"),
    (Axis.ACCEPTANCE, Acceptance.QUESTION): later("they ask"),
    (Axis.APPOINTMENT, Appointment.CANCELLED): later("cancelled"),
    (Axis.ATTENDANCE, Attendance.NO_SHOW): later("no-show"),
    (Axis.REPORT, Report.INTERIM): later("interim"),
    (Axis.REPORT, Report.WITHDRAWN): later("withdrawn"),
    (Axis.ANSWER, Answered.NO): later("not answered"),
}
"""What a part of the loop says where something came instead of it."""

WHY: Mapping[tuple[Axis | None, str], str] = {
    (None, Transmission.NONE): later("It was ordered and is not sent."),
    (None, Transmission.QUEUED): later("It waits to be sent."),
    (None, Transmission.FAILED): later("It could not be delivered. Send it another way."),
    (None, Transmission.UNKNOWN): later("It was sent, and nothing was heard. Ask whether it came."),
    (Axis.REPORT, Report.RECEIVED): later("The report is here: read it and tell the patient."),
    (Axis.ACCEPTANCE, Acceptance.DECLINED): later("They declined. Choose another specialist."),
    (Axis.ACCEPTANCE, Acceptance.QUESTION): later("They ask something before they decide."),
    (Axis.ACCEPTANCE, Acceptance.ACCEPTED): later("They accepted. The patient is to be booked."),
    (Axis.ATTENDANCE, Attendance.SEEN): later("The patient was seen. Their report is due."),
    (Axis.ATTENDANCE, Attendance.NO_SHOW): later("The patient did not come. Book anew."),
    (Axis.APPOINTMENT, Appointment.BOOKED): later("The patient is booked."),
    (Axis.APPOINTMENT, Appointment.CANCELLED): later("The appointment was cancelled. Book anew."),
    (Axis.AUTHORIZATION, Authorization.NEEDED): later("The payer wants to be asked first."),
    (Axis.AUTHORIZATION, Authorization.DENIED): later("The payer denied it."),
    (Axis.AUTHORIZATION, Authorization.REQUESTED): later("The payer was asked."),
    (Axis.TRANSMISSION, Transmission.SENT): later("It was sent. They have not answered."),
    (Axis.TRANSMISSION, Transmission.PROCESSED): later("It is underway to them."),
    (Axis.TRANSMISSION, Transmission.DELIVERED): later("It was delivered. They have not answered."),
}
"""Why it is somebody's turn, by what decides it."""

CLOSURES: Mapping[str, str] = {
    Closure.REPORTED: later("Its report came"),
    Closure.WITHDRAWN: later("The order was taken back"),
    Closure.PATIENT_DECLINED: later("The patient does not want it"),
    Closure.SPECIALIST_DECLINED: later("The specialist declined, nobody else was found"),
    Closure.UNREACHABLE: later("The patient could not be reached"),
    Closure.SEEN_ELSEWHERE: later("The patient was seen elsewhere"),
    Closure.NO_LONGER_NEEDED: later("It is no longer needed"),
    Closure.DUPLICATE: later("It is a duplicate"),
    Closure.DECEASED: later("The patient died"),
}
SOURCES: Mapping[str, str] = {
    Source.ORDER: later("with the order"), Source.MESSAGE: later("by message"),
    Source.DIRECT: later("by Direct mail"), Source.FAX: later("by fax"),
    Source.FORM: later("on the specialist's form"), Source.PATIENT: later("by the patient"),
    Source.STAFF: later("by hand"), Source.UPLOAD: later("from a list"),
    Source.ENGINE: later("by the clock"),
}  # fmt: skip
HEARD: Mapping[str, str] = {
    Heard.PHONE: later("by phone"), Heard.FAX: later("by fax"), Heard.LETTER: later("by letter"),
    Heard.PORTAL: later("in their portal"), Heard.PATIENT: later("from the patient"),
    Heard.IN_PERSON: later("in person"),
}  # fmt: skip
DECLINING: Mapping[str, str] = {
    Declining.NO_CAPACITY: later("They take no new patients"),
    Declining.WRONG_SPECIALTY: later("Not their specialty"),
    Declining.INSURANCE: later("They do not take the insurance"),
    Declining.MORE_NEEDED: later("They need more tests or records first"),
    Declining.TOO_FAR: later("Too far away"),
    Declining.OTHER: later("Another reason"),
}
MISTAKES: Mapping[str, str] = {
    Mistake.SLIP: later("It was entered by mistake"),
    Mistake.ANOTHERS: later("It is about another referral or patient"),
    Mistake.TAKEN_BACK: later("Whoever said it took it back"),
}
URGENCIES: Mapping[str, str] = {
    "routine": later("Routine"), "urgent": later("Urgent"), "asap": later("ASAP"),
    "stat": later("Stat"),
}  # fmt: skip
SPECIALTIES: Mapping[str, str] = {
    Specialty.ALLERGY: later("Allergy"),
    Specialty.BEHAVIORAL_HEALTH: later("Behavioral health"),
    Specialty.CARDIOLOGY: later("Cardiology"), Specialty.DENTISTRY: later("Dentistry"),
    Specialty.DERMATOLOGY: later("Dermatology"), Specialty.ENDOCRINOLOGY: later("Endocrinology"),
    Specialty.GASTROENTEROLOGY: later("Gastroenterology"), Specialty.GENETICS: later("Genetics"),
    Specialty.GYNECOLOGY: later("Gynecology"), Specialty.HEMATOLOGY: later("Hematology"),
    Specialty.INFECTIOUS_DISEASE: later("Infectious disease"),
    Specialty.NEPHROLOGY: later("Nephrology"), Specialty.NEUROLOGY: later("Neurology"),
    Specialty.NUTRITION: later("Nutrition"), Specialty.ONCOLOGY: later("Oncology"),
    Specialty.OPHTHALMOLOGY: later("Ophthalmology"), Specialty.ORTHOPEDICS: later("Orthopedics"),
    Specialty.OTOLARYNGOLOGY: later("Ear, nose and throat"), Specialty.PAIN: later("Pain"),
    Specialty.PHYSICAL_THERAPY: later("Physical therapy"), Specialty.PODIATRY: later("Podiatry"),
    Specialty.PULMONOLOGY: later("Pulmonology"), Specialty.RHEUMATOLOGY: later("Rheumatology"),
    Specialty.SLEEP: later("Sleep medicine"), Specialty.SOCIAL_SERVICE: later("Social service"),
    Specialty.SUBSTANCE_USE: later("Substance use"), Specialty.SURGERY: later("Surgery"),
    Specialty.UROLOGY: later("Urology"), Specialty.VASCULAR: later("Vascular"),
}  # fmt: skip


def specialty(code: str) -> str:
    """`Cardiology`; where the order names none that we know, that it is a referral."""
    return str(SPECIALTIES.get(code) or later("Specialist"))
