"""The social side: channels in, the people behind the handles, what a text feels like, the wall and time lines."""
