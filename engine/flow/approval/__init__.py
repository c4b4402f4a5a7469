"""Human approval: who has a say in a user task, how their decisions become one, and what else they may do with it."""
