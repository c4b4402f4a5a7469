"""The examples of docs/flow-format.md: one flow for each type of node, and what is done with an instance of it."""
