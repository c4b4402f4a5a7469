"""GraphQL: a schema made from the definitions that a caller can see, and selections that become one SQL statement each.

A schema belongs to one version of the metadata and one set of roles: what a caller may not read is not in it at all.
A root field of records compiles its whole selection, relations to any depth, into one statement whose JSON is the answer.
"""
