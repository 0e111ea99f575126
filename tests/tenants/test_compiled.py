"""A question whose SQL is kept asks the practice in scope, and with the values of the moment."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Membership
from audit.models import AuditEvent
from tenants import scope
from tenants.compiled import Compiled

pytestmark = pytest.mark.django_db


def _names(ids):
    return Membership.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")


def _since(member, since):
    said = AuditEvent.objects.filter(membership_id=member, at__gte=since, outcome="success")
    return said.order_by("-at").values_list("at")[:3]


def everybody(street):
    with street.scoped(), transaction.atomic():
        return tuple(Membership.objects.order_by("name").values_list("pk", flat=True))


def test_the_rows_are_those_of_the_query_for_any_number_of_ids(elm_street):
    names, ids = Compiled(_names), everybody(elm_street)
    with elm_street.scoped(), transaction.atomic():
        for many in (1, 3, 3, len(ids)):
            assert names.rows(ids=ids[-many:]) == list(_names(ids[-many:]))
        assert names.rows(ids=()) == []


def test_what_was_compiled_for_one_practice_asks_for_another_in_its_scope(elm_street, oak_street):
    names, ids = Compiled(_names), everybody(elm_street) + everybody(oak_street)
    found = []
    for street in (elm_street, oak_street):
        with street.scoped(), transaction.atomic():
            found.append({pk for pk, _name in names.rows(ids=ids)})
    assert found == [set(everybody(elm_street)), set(everybody(oak_street))]


def test_ids_and_instants_go_to_their_own_places(elm_street, now):
    since = Compiled(_since)
    with elm_street.scoped(), transaction.atomic():
        for member in (elm_street.nora, elm_street.diaz):
            for at in (now - timedelta(days=1), now + timedelta(days=1)):
                asked = {"member": member.pk, "since": at}
                assert since.rows(**asked) == list(_since(**asked))


def test_without_a_practice_in_scope_it_refuses(elm_street):
    names, ids = Compiled(_names), everybody(elm_street)
    with pytest.raises(scope.ScopeError):
        names.rows(ids=ids)
    with elm_street.scoped():
        names.rows(ids=ids)  # a test is inside of a transaction


def test_the_same_statement_is_made_once(elm_street, django_assert_num_queries):
    made = []

    def counted(ids):
        made.append(len(ids))
        return _names(ids)

    names, ids = Compiled(counted), everybody(elm_street)
    with elm_street.scoped(), django_assert_num_queries(3):
        for few in (ids[:2], ids[1:3], ids[:3]):
            names.rows(ids=few)
    assert made == [2, 3]
