"""The Python contenders: numpy, jax, torch, and Keras on the backend that KERAS_BACKEND names.

Speaks the same lines of JSON as worker.mjs. Run by the harness with the interpreter given as --python.
"""

import json
import math
import os
import resource
import sys
import time

# Libraries greet on stdout; answers keep a stream of their own.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(answer):
    ANSWERS.write("@bench " + json.dumps(answer) + "\n")
    ANSWERS.flush()


def training_data(np, task, batches):
    rows = task["batch"] * batches
    random = np.random.default_rng(1)
    inputs = []
    for node in task["nodes"]:
        if node["op"] != "input":
            continue
        shape = (rows, *node["shape"])
        if "below" in node:
            inputs.append(random.integers(0, node["below"], shape, dtype="int32"))
        else:
            inputs.append(random.random(shape, dtype="float32"))
    if task["classes"] == 1:
        labels = random.integers(0, 2, (rows, 1)).astype("float32")
    else:
        labels = np.eye(task["classes"], dtype="float32")[random.integers(0, task["classes"], rows)]
    return inputs, labels


def operands(np, task):
    size, count = task["size"], task["count"]
    shape = (size, size) if count == 1 else (count, size, size)
    random = np.random.default_rng(1)
    return [(random.random(shape, dtype="float32") - 0.5).astype("float32") for _ in range(2)]


def open_numpy(task):
    import numpy as np

    a, b = operands(np, task)
    out = np.empty_like(a)
    return {"version": np.__version__, "step": lambda: np.matmul(a, b, out=out)}


def open_jax(task):
    import jax
    import numpy as np

    a, b = (jax.numpy.asarray(x) for x in operands(np, task))
    product = jax.jit(jax.numpy.matmul)
    return {"version": jax.__version__, "step": lambda: product(a, b).block_until_ready()}


def open_torch(task):
    import numpy as np
    import torch

    about = {"version": torch.__version__, "threads": torch.get_num_threads()}
    if task["kind"] == "matmul":
        a, b = (torch.from_numpy(x) for x in operands(np, task))
        out = torch.empty_like(a)
        return {**about, "step": lambda: torch.matmul(a, b, out=out)}
    return {**about, **torch_training(np, torch, task)}


def torch_training(np, torch, task):
    from torch import nn
    from torch.nn import functional as F

    sizes = {}
    modules = nn.ModuleDict()
    run = []
    for node in task["nodes"]:
        name = "n_" + node.get("layer", node["id"])
        source = node.get("from", [])
        width = sizes[source[0]] if source else None
        op = node["op"]
        if op == "input":
            sizes[node["id"]] = node["shape"]
        elif op == "dense":
            if name not in modules:
                modules[name] = nn.Linear(width[-1], node["units"])
            sizes[node["id"]] = [*width[:-1], node["units"]]
        elif op == "flatten":
            sizes[node["id"]] = [math.prod(width)]
        elif op == "embedding":
            modules[name] = nn.Embedding(node["words"], node["width"])
            sizes[node["id"]] = [*width, node["width"]]
        elif op == "lstm":
            modules[name] = nn.LSTM(width[-1], node["units"], batch_first=True)
            sizes[node["id"]] = [node["units"]]
        elif op == "conv2d":
            modules[name] = nn.Conv2d(width[-1], node["filters"], node["kernel"])
            edge = node["kernel"] - 1
            sizes[node["id"]] = [width[0] - edge, width[1] - edge, node["filters"]]
        elif op == "maxPooling2d":
            sizes[node["id"]] = [width[0] // node["size"], width[1] // node["size"], width[2]]
        elif op == "concatenate":
            sizes[node["id"]] = [sum(sizes[s][-1] for s in source)]
        else:
            raise ValueError(f"torch: no {op} here")
        run.append((node, name))
    channels_first = any(node["op"] == "conv2d" for node in task["nodes"])

    def forward(inputs):
        values = {}
        inputs = iter(inputs)
        for node, name in run:
            op = node["op"]
            args = [values[s] for s in node.get("from", [])]
            if op == "input":
                value = next(inputs)
            elif op in ("dense", "embedding", "conv2d"):
                value = modules[name](args[0])
            elif op == "lstm":
                value = modules[name](args[0])[0][:, -1]
            elif op == "flatten":
                value = args[0].flatten(1)
            elif op == "maxPooling2d":
                value = F.max_pool2d(args[0], node["size"])
            elif op == "concatenate":
                value = torch.cat(args, dim=-1)
            if node.get("activation") == "relu":
                value = F.relu(value)
            values[node["id"]] = value
        return values["out"]

    inputs, labels = training_data(np, task, 1)
    inputs = [torch.from_numpy(x.astype("int64") if x.dtype.kind == "i" else x) for x in inputs]
    if channels_first:
        # Torch's fastest layout on a processor: channels first by name, channels last in memory.
        inputs = [x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last) for x in inputs]
        modules.to(memory_format=torch.channels_last)
    labels = torch.from_numpy(labels)
    optimizer = torch.optim.Adam(modules.parameters(), fused=True)
    loss_of = F.binary_cross_entropy_with_logits if task["classes"] == 1 else F.cross_entropy

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(forward(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return {"step": step, "note": "fused Adam, loss from logits"}


def open_keras(task):
    import keras
    import numpy as np

    layers = keras.layers
    make = {
        "dense": lambda n: layers.Dense(n["units"], activation=n["activation"]),
        "flatten": lambda n: layers.Flatten(),
        "embedding": lambda n: layers.Embedding(n["words"], n["width"]),
        "lstm": lambda n: layers.LSTM(n["units"]),
        "conv2d": lambda n: layers.Conv2D(n["filters"], n["kernel"], activation=n["activation"]),
        "maxPooling2d": lambda n: layers.MaxPooling2D(n["size"]),
        "concatenate": lambda n: layers.Concatenate(),
    }
    values, shared, inputs = {}, {}, []
    for node in task["nodes"]:
        if node["op"] == "input":
            values[node["id"]] = keras.Input(node["shape"], dtype="int32" if "below" in node else "float32")
            inputs.append(values[node["id"]])
            continue
        key = node.get("layer", node["id"])
        if key not in shared:
            shared[key] = make[node["op"]](node)
        args = [values[s] for s in node["from"]]
        values[node["id"]] = shared[key](args if len(args) > 1 else args[0])
    model = keras.Model(inputs, values["out"])
    model.compile(optimizer="adam", loss=task["loss"])
    made = {}

    def data(batches):
        if batches not in made:
            made[batches] = training_data(np, task, batches)
        return made[batches]

    x, y = data(1)

    def fit(batches):
        rows, labels = data(batches)
        model.fit(rows, labels, batch_size=task["batch"], epochs=1, shuffle=False, verbose=0)

    return {"version": keras.__version__, "step": lambda: model.train_on_batch(x, y), "fit": fit}


OPEN = {"numpy": open_numpy, "jax": open_jax, "torch": open_torch}


class Worker:
    def prepare(self, message):
        self.task = message["task"]
        self.contender = OPEN.get(message["contender"], open_keras)(self.task)
        step_ms = self.warm_up(message["warmUpMs"])
        self.fit_batches = 0
        if "fit" in self.contender:
            batches = min(self.task["fitBatches"], max(2, math.ceil(400 / step_ms)))
            if step_ms * batches < message["longestFitMs"]:
                self.contender["fit"](batches)
                self.fit_batches = batches
        return {
            "version": self.contender["version"],
            "threads": self.contender.get("threads", os.cpu_count()),
            "note": self.contender.get("note"),
            "fitBatches": self.fit_batches,
        }

    def warm_up(self, warm_up_ms):
        end = time.perf_counter() + warm_up_ms / 1000
        done = 0
        while done < 3 or time.perf_counter() < end:
            start = time.perf_counter()
            self.contender["step"]()
            now = time.perf_counter()
            step_ms = (now - start) * 1000
            done += 1
            # The first step compiles, so at least one more tells the time that fit is planned with.
            if done > 1 and now > end:
                break
        return step_ms

    def run(self, message):
        samples = {"step": [], "fit": []}
        end = time.perf_counter() + message["groupMs"] / 1000
        while True:
            start = time.perf_counter()
            self.contender["step"]()
            now = time.perf_counter()
            samples["step"].append((now - start) * 1000)
            count = len(samples["step"])
            if (now >= end and count >= message["iterations"]) or count >= 4000:
                break
        if self.fit_batches > 0:
            start = time.perf_counter()
            self.contender["fit"](self.fit_batches)
            samples["fit"].append((time.perf_counter() - start) * 1000 / self.fit_batches)
        unit = 1 if sys.platform == "darwin" else 1024
        return {"samples": samples, "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def main():
    worker = Worker()
    for line in sys.stdin:
        message = json.loads(line)
        if message["do"] == "quit":
            break
        try:
            say(getattr(worker, message["do"])(message))
        except Exception as error:  # the harness reports it as the row's note
            say({"error": f"{type(error).__name__}: {error}"})
    # Native thread pools sometimes hang in their destructors.
    ANSWERS.flush()
    os._exit(0)


main()
