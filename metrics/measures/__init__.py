"""Quality measures that others define, evaluated over FHIR resources. Pure."""
