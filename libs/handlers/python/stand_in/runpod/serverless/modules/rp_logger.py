"""RunPodLogger, with the levels, variables and line formats of RunPod's own."""

import json
import os

LEVELS = ("NOTSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR")
LONGEST = 4096


class RunPodLogger:
    """One for all: the level set anywhere holds everywhere."""

    _instance = None
    _level = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    @property
    def level(self):
        if self._level is None:
            given = os.environ.get("RUNPOD_LOG_LEVEL", os.environ.get("RUNPOD_DEBUG_LEVEL", "DEBUG"))
            self._level = _level(given)
        return self._level

    def set_level(self, new_level):
        self._level = _level(new_level)

    def log(self, message, message_level="INFO", job_id=None):
        if self.level == "NOTSET":
            return
        if message_level != "TIP" and LEVELS.index(self.level) > LEVELS.index(message_level):
            return
        text = str(message)
        if len(text) > LONGEST:
            text = f"{text[: LONGEST // 2]} ...TRUNCATED {len(text) - LONGEST} CHARACTERS... {text[-LONGEST // 2 :]}"
        if os.environ.get("RUNPOD_ENDPOINT_ID"):
            print(json.dumps({"requestId": job_id, "message": text, "level": message_level}), flush=True)
        else:
            subject = f"{job_id} | {text}" if job_id else text
            print(f"{message_level.ljust(7)}| {subject}", flush=True)

    def secret(self, secret_name, secret):
        text = str(secret)
        self.info(f"{secret_name}: {text[:1]}{'*' * (len(text) - 2)}{text[-1:]}")

    def trace(self, message, request_id=None):
        self.log(message, "TRACE", request_id)

    def debug(self, message, request_id=None):
        self.log(message, "DEBUG", request_id)

    def info(self, message, request_id=None):
        self.log(message, "INFO", request_id)

    def warn(self, message, request_id=None):
        self.log(message, "WARN", request_id)

    def error(self, message, request_id=None):
        self.log(message, "ERROR", request_id)

    def tip(self, message):
        self.log(message, "TIP")


def _level(given):
    """By name, or by number as text or int."""
    text = str(given).upper()
    if text.isdigit() and int(text) < len(LEVELS):
        return LEVELS[int(text)]
    if text in LEVELS:
        return text
    raise ValueError(f"{given} is no log level. Known: {', '.join(LEVELS)}")
