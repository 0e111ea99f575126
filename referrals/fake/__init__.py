"""Carriers that carry nothing: a HISP and a fax service for the demo and the tests. Pure."""
