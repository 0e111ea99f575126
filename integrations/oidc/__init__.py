"""A practice's own sign-in, by OpenID Connect: to its identity provider and back."""
