"""Figures for dashboards: each is one set query, narrowed to what the caller may see."""
