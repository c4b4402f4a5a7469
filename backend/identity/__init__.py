"""Users, the department tree, superiors, and who holds which role."""
