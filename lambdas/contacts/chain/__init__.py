"""Who invited whom, and how the customer was handed on."""
