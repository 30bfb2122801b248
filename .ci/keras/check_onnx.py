"""Runs what write.mjs exported with onnxruntime: outputs must be the same, also for fewer samples.

usage: python check_onnx.py FOLDER [NAME]
"""

import os
import sys

import numpy as np
import onnxruntime
from cases import array, folder, run, wanted


def check(case):
    if "onnx" not in case:
        return case["refused"]
    check_file(case, case["onnx"])
    if "outside" in case:
        assert os.path.exists(os.path.join(folder, case["outside"] + ".data")), "no weights in another file"
        check_file(case, case["outside"])
        outside.append(case["name"])
    return None


def check_file(case, file):
    session = onnxruntime.InferenceSession(os.path.join(folder, file), providers=["CPUExecutionProvider"])
    kinds = {"tensor(float)": "float32", "tensor(int32)": "int32", "tensor(bool)": "bool"}
    x = [array(record).astype(kinds[i.type]) for record, i in zip(case["x"], session.get_inputs())]
    # What has no row for each sample can't be compared row by row.
    ends = [*session.get_inputs(), *session.get_outputs()]
    fixed = any(not end.shape or isinstance(end.shape[0], int) for end in ends)
    for rows in [len(x[0])] if fixed else [len(x[0]), 1, 2]:
        feeds = {i.name: value[:rows] for i, value in zip(session.get_inputs(), x)}
        for got, record in zip(session.run(None, feeds), case["out"], strict=True):
            other = array(record)[:rows]
            assert got.shape == other.shape, f"{rows} samples: {got.shape}, not {other.shape}"
            apart = np.max(np.abs(got.astype("float64") - other) / (1 + np.abs(other)), initial=0)
            assert apart <= 1e-5, f"{rows} samples: apart by {apart:.2g}"


outside = []
passing, failing, refused = run(check)
print("\n".join(refused))
print(f"onnxruntime {onnxruntime.__version__}, {len(refused)} refused, {len(outside)} also with weights in another file\n  {passing} passing\n  {failing} failing")
enough = wanted or passing >= 12 and outside
sys.exit(1 if failing or not enough else 0)
