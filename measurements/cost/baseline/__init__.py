"""Agent events to contact items as a competent team writes it from Powertools' documentation."""
