"""What is wrong with a file, a mapping or a row, in Spanish."""

import pytest
from django.utils import translation

from integrations.backlog.dates import FORMATS, MONTH_FIRST
from integrations.backlog.mapping import FIELDS, Mapping, NotWhole, check
from integrations.backlog.problems import REMARKS, SENTENCES
from integrations.models.backlog import RowFate
from integrations.operations import DISCARD_REASONS
from routing.said import spoken
from tenants import csvfile


@pytest.fixture(autouse=True)
def _spanish():
    with translation.override("es"):
        yield


@pytest.mark.parametrize(
    "kept",
    [*SENTENCES.values(), *REMARKS.values(), *DISCARD_REASONS.values(), FORMATS[MONTH_FIRST],
     *(one.hint for one in FIELDS if one.hint), *(one.label for one in FIELDS)],
)  # fmt: skip
def test_every_sentence_about_a_row_has_a_spanish_one(kept):
    assert spoken(kept) != kept


def test_a_mapping_that_leaves_out_a_column_says_which():
    with pytest.raises(NotWhole, match="Elija la columna de: Número del paciente"):
        check(Mapping(columns={"name": "A"}), ["A"])


def test_an_empty_file_is_refused_in_spanish():
    with pytest.raises(csvfile.Refused, match="El archivo está vacío"):
        csvfile.shape_of(b"")


def test_what_became_of_rows_is_said_in_spanish():
    assert str(RowFate.CREATED.label) == "una tarea nueva"
