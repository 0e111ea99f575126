"""FHIR R4 read into our own events: pure, no database, no clock; any bytes in, an answer out."""
