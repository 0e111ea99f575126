"""Requests that leave the product: to checked addresses, over checked TLS, bounded in time."""
