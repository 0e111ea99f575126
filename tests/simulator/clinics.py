"""A four-clinician practice as the simulator knows it, without a database."""

from datetime import date
from zoneinfo import ZoneInfo

from integrations.simulator.clinic import Clinic, Provider

MONDAY = date(2026, 11, 16)

CLINIC = Clinic(
    slug="elm-street",
    zone=ZoneInfo("America/New_York"),
    providers=(
        Provider("9990000011", "Diaz", "Ana", "MAIN"),
        Provider("9990000012", "Okafor", "Ben", "MAIN"),
        Provider("9990000013", "Chen", "Wei", "RIVER"),
        Provider("9990000014", "Malik", "Ruth", "RIVER"),
    ),
)
