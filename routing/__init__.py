"""Who closes it: queues, rules, tasks."""
