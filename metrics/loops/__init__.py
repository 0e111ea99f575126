"""Referrals in numbers: what came back, how long it took, where they stop, who does well."""
