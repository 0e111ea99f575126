"""What EHRs tell of their subscriptions: taken in once, made fetches, gaps and silence seen."""
