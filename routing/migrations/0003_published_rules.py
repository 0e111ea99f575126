"""The rules of a published version never change; histories are append-only by privilege too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from tenants.fence import Revoke


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0002_fence'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='published_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF EXISTS (SELECT 1 FROM routing_ruleset held\n           WHERE held.practice_id IN (OLD.practice_id, NEW.practice_id)\n             AND held.id IN (OLD.rule_set_id, NEW.rule_set_id) AND held.status = 'published') THEN\n    RAISE EXCEPTION 'the rules of a published version never change';\nEND IF;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n", hash='b1117e5378ebf17474398ecb28cdb4809bc1efb9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_is_final_4b125', table='routing_rule', when='BEFORE')),
        ),
        Revoke("TaskTransition", "UPDATE", "DELETE"),
        Revoke("RoutingDecision", "UPDATE", "DELETE"),
    ]
