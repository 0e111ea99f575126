"""HL7 v2, read and answered. Pure: bytes in, values out, no database, no clock."""
