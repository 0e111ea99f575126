"""What vendors of messaging, fax and EHRs post to us: is it theirs, and what does it say. Pure."""
