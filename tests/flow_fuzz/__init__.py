"""Laws of the flow interpreter on random flows and random schedules: `python -m tests.flow_fuzz --count N --seed S`."""
