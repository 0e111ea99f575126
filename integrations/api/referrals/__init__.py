"""Referrals by the API: read, opened, told of, closed, matched with their reports."""
