"""Loads what write.mjs wrote with Keras: predictions, and those after one more training step there, must be the same.

usage: python check.py FOLDER [NAME]
"""

import os
import sys
import warnings

import quick_jax

os.environ.setdefault("KERAS_BACKEND", "jax")
quick_jax.choose()

import keras
import numpy as np
from cases import array, folder, run

# What a file that was saved before its first step makes Keras say.
warnings.filterwarnings("ignore")


@keras.saving.register_keras_serializable()
class Scale(keras.layers.Layer):
    """The samples' own layer."""

    def __init__(self, start=1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, shape):
        initializer = keras.initializers.Constant(self.start)
        self.factor = self.add_weight(name="factor", shape=(shape[-1],), initializer=initializer)

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "start": self.start}


def cubed(y_true, y_pred):
    """The samples' own loss."""
    return keras.ops.mean(keras.ops.power(keras.ops.absolute(y_pred - y_true), 3), axis=-1)


def one(arrays):
    return arrays[0] if len(arrays) == 1 else arrays


def compare(what, got, want, tolerance):
    got = [np.asarray(value, "float64") for value in keras.tree.flatten(got)]
    assert len(got) == len(want), f"{what}: {len(got)} arrays, not {len(want)}"
    for mine, other in zip(got, map(array, want)):
        assert mine.shape == other.shape, f"{what}: {mine.shape}, not {other.shape}"
        apart = np.max(np.abs(mine - other) / (1 + np.abs(other)), initial=0)
        assert apart <= tolerance, f"{what}: apart by {apart:.2g}"


def check(case):
    model = keras.models.load_model(os.path.join(folder, case["file"]), custom_objects={"cubed": cubed})
    x = one([array(record) for record in case["x"]])
    compare("predictions", model.predict(x, verbose=0), case["out"], 1e-5)
    copy = keras.models.model_from_json(case["json"])
    copy.set_weights(model.get_weights())
    compare("predictions of its JSON", copy.predict(x, verbose=0), case["out"], 1e-5)
    if "y" not in case:
        return
    y = [array(record) for record in case["y"]]
    struct = model.get_config().get("output_layers")
    labels = dict(zip(struct, y)) if isinstance(struct, dict) else one(y)
    logs = {}
    for name, value in model.train_on_batch(x, labels, return_dict=True).items():
        for i, number in enumerate(np.ravel(value)):
            logs[name if np.ndim(value) == 0 else f"{name}_{i}"] = float(number)
    # Outputs of one layer share their name in Keras, and so do their losses.
    names = getattr(model, "output_names", [])
    shared = len(set(names)) < len(names)
    for name, value in case["logs"].items():
        if shared and name != "loss":
            continue
        assert name in logs, f"logs: no {name} among {list(logs)}"
        same = np.isclose(logs[name], float(value), rtol=1e-4, atol=1e-5, equal_nan=True)
        assert same, f"{name}: {logs[name]}, not {value}"
    compare("predictions after a step", model.predict(x, verbose=0), case["after"], 1e-4)


arrays = np.load(os.path.join(folder, "arrays.npz"))
matrix = np.array([[1.5, -2, 3], [4, 5, 1e-3]])
assert np.array_equal(arrays["x"], matrix) and np.array_equal(np.load(os.path.join(folder, "array.npy")), matrix)
assert arrays["i"].tolist() == [-1, 7] and arrays["i"].dtype == "int32"
assert arrays["b"].tolist() == [1, 2, 255] and arrays["b"].dtype == "uint8"

passing, failing, _ = run(check)
# One more: the arrays above.
print(f"Keras {keras.__version__}\n  {passing + 1} passing\n  {failing} failing")
sys.exit(1 if failing or not passing else 0)
