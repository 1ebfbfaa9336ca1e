"""The bridge puts `register_fitness_check` and `clear_fitness_checks` here when this module is imported."""
