"""Plan, execute, resume: the only code that decides what runs next."""
