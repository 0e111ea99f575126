"""The packet of a referral: what the specialist gets, as pages."""
