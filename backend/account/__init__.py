"""One's own account: signing in and out, what one may do, name, language and password."""
