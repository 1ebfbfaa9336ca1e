"""The bridge puts `progress_update` here when this module is imported."""
