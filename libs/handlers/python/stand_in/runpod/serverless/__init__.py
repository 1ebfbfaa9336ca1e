"""The bridge puts `start`, `progress_update` and `register_fitness_check` here when this module is imported."""

from .modules.rp_logger import RunPodLogger

# The level of the SDK that this stands in for.
runpod_version = "1.12.0+flyball"
log = RunPodLogger()
