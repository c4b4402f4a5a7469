"""The verdict of the flow checker against playing through everything with the interpreter."""
