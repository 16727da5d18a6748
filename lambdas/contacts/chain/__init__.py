"""The links of a chain: who invited whom, and how the customer was transferred."""
