"""What comes by the ways on which referrals go out: faxes, their call-backs, and Direct mail."""
