"""Lambda 2: links the contact records of a chain."""
