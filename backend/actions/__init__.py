"""Actions: the registered calls with typed arguments that rules and service tasks of flows make."""
