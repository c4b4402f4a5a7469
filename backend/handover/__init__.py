"""Hand-over: what somebody who leaves has in their hands goes to somebody else, line by line, and back again."""
