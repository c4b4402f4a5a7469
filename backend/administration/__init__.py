"""Users, departments, roles and API keys, for those who may administer."""
