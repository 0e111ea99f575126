"""What keeps a chart open."""
