"""What a process sees that the bridge is not in; in the handler's own process the bridge's function is here."""


def progress_update(job, progress):
    """Nothing to tell it to."""
