"""Standing agents: who may act for whom, from when until when, in which flows."""
