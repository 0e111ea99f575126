"""Clinical documents (HL7 CDA R2, C-CDA): bytes in, events or faults out. Pure."""
