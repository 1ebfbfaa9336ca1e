"""Runs an unchanged RunPod handler.py as a child process of Flyball."""
