"""Attacks from outside on what people may do with tasks, forms and runs: each is refused with its code and changes nothing."""
