"""Tells JAX to compile soon rather than well: each of a thousand functions runs once or twice, on a few numbers."""

import os
import subprocess
import sys

# XLA gives up at a flag that it doesn't know, and flags come and go: all of them or none.
flags = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"


def choose():
    """Sets the environment, before JAX is imported."""
    # Where in Python each operation comes from is written into what is compiled, and read by nobody here.
    os.environ.setdefault("JAX_TRACEBACK_IN_LOCATIONS_LIMIT", "0")
    if "XLA_FLAGS" in os.environ:
        return
    tried = {**os.environ, "XLA_FLAGS": flags}
    command = [sys.executable, "-c", "import jax; jax.devices()"]
    if subprocess.run(command, env=tried, capture_output=True).returncode == 0:
        os.environ["XLA_FLAGS"] = flags
    else:
        print("this XLA doesn't know the flags for quick compilation: slower, but the same checks")
