"""History on one machine: exports of contact records, and SQL over them."""
