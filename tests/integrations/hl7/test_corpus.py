"""A public corpus, where there is one: no crash, and almost no disagreement."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not (CORPUS / "INDEX.tsv").exists(), reason="there is no corpus beside this repository"
)


@pytest.fixture(scope="module")
def corpus():
    spec = importlib.util.spec_from_file_location("bench_corpus", ROOT / "bench" / "corpus.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(corpus):
    found = corpus.rows_of(CORPUS)
    corpus.in_process(CORPUS, found)
    return found


def test_no_message_crashes_a_reader(rows):
    assert [row.crash for row in rows if row.crash] == []
    assert len(rows) > 500


@pytest.mark.parametrize("family", ["ORU", "ADT", "orders", "MDM", "RDE", "REF", "SIU", "batch"])
def test_what_is_concluded_agrees(corpus, rows, family):
    of_family = [row for row in rows if row.family == family]
    wrong = {row.file: found for row in of_family if (found := corpus.differences(row))}
    assert len(wrong) <= len(of_family) * 0.05, wrong


def test_what_ends_an_order_or_a_referral_ends_it(rows):
    for row in rows:
        if "close the linked task" in row.conclusion or "cancel the tracked" in row.conclusion:
            assert {task["action"] for task in row.lines[0].tasks} == {"close"}


def test_the_comparison_notices_a_wrong_conclusion(corpus, rows):
    critical = next(row for row in rows if "physician, critical" in row.conclusion)
    told = critical.lines[0]
    for wrong in (
        corpus.Line(told.ack, told.kind, "normal", told.tasks),
        corpus.Line(told.ack, told.kind, told.severity, []),
        corpus.Line(told.ack, "adt", told.severity, told.tasks),
        corpus.Line({"accept": "CE", "application": None}, told.kind, told.severity, told.tasks),
    ):
        row = corpus.Row(
            critical.file, critical.kind, critical.traits, critical.conclusion, [wrong]
        )
        assert len(corpus.differences(row)) == 1
