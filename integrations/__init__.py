"""How things arrive and leave; the only place that speaks to machines."""
