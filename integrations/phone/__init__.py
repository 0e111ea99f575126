"""What the provider of text messages and calls sends back: what became of them, and answers."""
