"""The command line flags of RunPod's SDK: some act, some get advice, all others stay in sys.argv."""

import argparse
import os
import sys
from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Arguments:
    # None: no flag; "": the flag without a value.
    test_input: Optional[str]
    advice: Tuple[str, ...]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="runpod", add_help=False, allow_abbrev=False)
    parser.add_argument("--rp_log_level", default=None)
    parser.add_argument("--rp_debugger", action="store_true")
    parser.add_argument("--rp_serve_api", action="store_true")
    parser.add_argument("--rp_api_port", type=int, default=8000)
    parser.add_argument("--rp_api_concurrency", type=int, default=1)
    parser.add_argument("--rp_api_host", default="localhost")
    parser.add_argument("--test_input", nargs="?", const="", default=None)
    given, unknown = parser.parse_known_args()
    sys.argv = [sys.argv[0], *unknown]
    if given.rp_log_level:
        sys.modules["runpod"].RunPodLogger().set_level(given.rp_log_level)
    return Arguments(test_input=given.test_input, advice=tuple(_advice(given)))


def _advice(given):
    if given.rp_serve_api:
        yield (
            "--rp_serve_api is not needed: Flyball serves the endpoint API itself. "
            f"Set PORT={given.rp_api_port} and BIND_ADDRESS for its address."
        )
    if given.rp_api_concurrency > 1:
        yield "--rp_api_concurrency has no effect: set CONCURRENCY_MAX to bound how many jobs run at once."
    if given.rp_debugger:
        yield "--rp_debugger has no effect: every attempt is in the metrics and the decision log."
    if os.environ.get("RUNPOD_REALTIME_PORT"):
        yield "RUNPOD_REALTIME_PORT has no effect: realtime endpoints are not served; use /runsync."
    if os.environ.get("RUNPOD_REALTIME_CONCURRENCY"):
        yield "RUNPOD_REALTIME_CONCURRENCY has no effect: set CONCURRENCY_MAX to bound how many jobs run at once."
