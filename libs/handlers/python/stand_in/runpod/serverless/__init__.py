"""The bridge puts its own `start`, `progress_update` and `register_fitness_check` here when this module is imported.

These are what a process sees that the handler's own process started, by multiprocessing for instance.
"""

from .modules.rp_fitness import register_fitness_check
from .modules.rp_logger import RunPodLogger
from .modules.rp_progress import progress_update

__all__ = ["log", "progress_update", "register_fitness_check", "runpod_version", "start"]

# The level of the SDK that this stands in for.
runpod_version = "1.12.0+flyball"
log = RunPodLogger()


def start(config):
    raise RuntimeError("runpod.serverless.start was called outside of the handler's main process")
