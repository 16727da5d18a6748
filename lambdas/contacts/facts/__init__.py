"""Facts and statements about a contact, joined by folding."""
