"""The cases that write.mjs left in a folder, each checked by itself."""

import json
import os
import sys

import numpy as np

folder = sys.argv[1]
wanted = sys.argv[2] if len(sys.argv) > 2 else ""


def array(record):
    return np.array(record["data"], dtype=record["dtype"]).reshape(record["shape"])


def run(check):
    """Checks every wanted case: how many passed and failed, and what was refused.

    `check` raises what is wrong, and returns nothing, or why there is nothing to check.
    """
    passing = 0
    failing = 0
    refused = []
    with open(os.path.join(folder, "cases.jsonl")) as lines:
        for line in lines:
            case = json.loads(line)
            if wanted not in case["name"]:
                continue
            try:
                reason = check(case)
            except Exception as error:  # every case is tried
                failing += 1
                print(f"{case['name']}: {type(error).__name__}: {str(error)[:600]}")
                continue
            if reason is None:
                passing += 1
            else:
                refused.append(f"{case['name']}: {reason}")
    return passing, failing, refused
