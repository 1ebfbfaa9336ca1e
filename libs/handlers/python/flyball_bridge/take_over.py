"""Puts our entry points into `runpod.serverless` when the user's code imports it; the rest of the package stays."""

import importlib.abc
import sys


def take_over(session):
    sys.meta_path.insert(0, _TakeOver(session))


class _TakeOver(importlib.abc.MetaPathFinder):
    def __init__(self, session):
        start = {"start": session.start}
        progress = {"progress_update": session.progress_update}
        fitness = {"register_fitness_check": session.checks.register}
        self._replacements = {
            "runpod.serverless": {**start, **progress, **fitness},
            "runpod.serverless.modules.rp_progress": progress,
            "runpod.serverless.modules.rp_fitness": {**fitness, "clear_fitness_checks": session.checks.clear},
        }

    def find_spec(self, name, path=None, target=None):
        replacements = self._replacements.get(name)
        if replacements is None:
            return None
        others = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next((found for found in others if found is not None), None)
        if spec is not None and spec.loader is not None:
            _replace_after_load(spec.loader, replacements)
        return spec


def _replace_after_load(loader, replacements):
    load = loader.exec_module

    def exec_module(module):
        load(module)
        for name, value in replacements.items():
            setattr(module, name, value)

    loader.exec_module = exec_module
