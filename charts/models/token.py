"""What patients and items are found by.

Row security lets no index serve `ILIKE` or full text, and serves equality and order well; so what
is searched for is kept folded, in a column of its own (docs/adr/0003).
"""

from typing import Any

from django.db import models

from charts.folding import LONGEST
from charts.models.item import ChartItem
from charts.models.patient import Patient
from tenants.models import PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager, PracticeQuerySet

LAST = "\U0010ffff"
"""Sorts after every letter."""


class SearchTokenQuerySet(PracticeQuerySet["SearchToken"]):
    def beginning(self, term: str) -> Any:
        """Tokens that are the folded term or go on from it: a range of the index."""
        return self.filter(token__gte=term, token__lt=term + LAST)

    def of_patients(self) -> Any:
        """By names, birth dates and numbers."""
        return self.filter(item__isnull=True)

    def of_items(self) -> Any:
        """By order and accession numbers."""
        return self.filter(item__isnull=False)


class SearchToken(PracticeModel):
    """One word or number, folded, by which a patient or one of their items is found."""

    token = models.CharField(max_length=LONGEST, db_collation="C")
    patient = PracticeForeignKey(Patient, related_name="+")
    item = PracticeForeignKey(ChartItem, null=True, related_name="+")
    """None: the patient is found by it."""

    objects = PracticeManager.from_queryset(SearchTokenQuerySet)()  # type: ignore[misc]

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "token", "patient", "item"],
                name="search_token_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "token"], name="tokens_of_patient"),
        ]


class TokenRound(PracticeModel):
    """How far the sweep is that compares tokens with what they are made of."""

    after = models.UUIDField(null=True)
    """The last patient looked at; None: it begins anew."""

    class Meta(PracticeModel.Meta):
        constraints = [models.UniqueConstraint(fields=["practice"], name="one_token_round")]
