"""Patients, their visits, and the chart items that keep a chart open."""

from charts.models.emergency import EmergencyAccess
from charts.models.encounter import Encounter
from charts.models.item import Attachment, ChartItem, ItemVersion, ResultValue
from charts.models.patient import Patient, PatientCode, PatientIdentifier
from charts.models.token import SearchToken, TokenRound
from charts.models.wait import Wait, WaitLength

__all__ = [
    "Attachment", "ChartItem", "EmergencyAccess", "Encounter", "ItemVersion", "Patient",
    "PatientCode", "PatientIdentifier", "ResultValue", "SearchToken", "TokenRound", "Wait",
    "WaitLength",
]  # fmt: skip
