"""What must be said to a person, once: contacts, intents and attempts."""
