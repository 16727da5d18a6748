"""What is known of a contact: facts and statements, joined by folding."""
