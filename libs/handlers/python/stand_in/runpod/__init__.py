"""Stands in for the runpod package where it is not installed: what a handler needs to start and to log."""

from . import serverless
from .serverless.modules.rp_logger import RunPodLogger

__all__ = ["RunPodLogger", "__version__", "api_key", "serverless"]
__version__ = serverless.runpod_version
api_key = None


def __getattr__(name):
    raise AttributeError(f"runpod.{name} needs the runpod package: pip install runpod")
