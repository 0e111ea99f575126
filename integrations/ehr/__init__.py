"""What we ask of EHRs over FHIR: sign in, read, search, subscribe. Every request leaves here."""
