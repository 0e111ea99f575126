"""What is already open in the EHR, brought in from a CSV file: read, checked, imported, undone."""
