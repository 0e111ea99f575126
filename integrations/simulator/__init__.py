"""A clinic day as real messages, and the senders that play it: for demonstrations and load tests.

Everybody in it is invented. `clinic_day` is pure: same practice, day and seed, same bytes.
"""
