"""By when, and what then: clocks, ladders and duty (docs/architecture.md keeps its place above
routing)."""
