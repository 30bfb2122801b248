"""The tutorials: in full by `weft run` on a real JupyterLab server, and small by nbclient from Python.

tutorials.py FOLDER: executed notebooks are written there.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbclient
import nbformat

out = Path(sys.argv[1])
root = Path(__file__).resolve().parents[2]
notebooks = root / "notebooks"
small = json.loads((root / "test" / "notebooks" / "small.json").read_text())
# What the tutorials save.
scratch = out / "saved"
scratch.mkdir(parents=True)
os.environ["TMPDIR"] = str(scratch)
passing = failing = 0


def check(name, action):
    global passing, failing
    started = time.monotonic()
    try:
        action()
    except Exception as error:
        failing += 1
        print(f"  FAILED {name}: {error}", flush=True)
    else:
        passing += 1
        print(f"  ok {name} ({time.monotonic() - started:.1f} s)", flush=True)


def look_at(executed):
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert all(cell.execution_count for cell in cells if cell.source.strip()), "a cell has not run"
    assert not any(output.output_type == "error" for output in outputs), "a cell has failed"
    assert any("text/html" in output.get("data", {}) for output in outputs), "nothing is shown"


def in_full(name, address):
    # What a reader is told that it takes at most.
    seconds = 300 if name.startswith("01-") else 180
    command = ["node", root / "dist/kernel/main.js", "run", notebooks / name, "--server", address, "--out", out]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    look_at(nbformat.read(out / name, as_version=4))


def through_nbclient(name, parameters):
    notebook = nbformat.read(notebooks / name, as_version=4)
    at = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    source = "\n".join(f"let {key} = {json.dumps(value)};" for key, value in parameters.items())
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(source))
    look_at(nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(notebooks)}}).execute())


def ask(path):
    with urllib.request.urlopen(f"{base}/api/{path}?token={token}") as answer:
        return json.load(answer)


def no_kernel_left():
    assert ask("kernels") == [], "kernels are left on the server"


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{free.getsockname()[1]}"
token = secrets.token_hex(16)
server = subprocess.Popen(
    [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={notebooks}"),
        *(f"--ServerApp.port={base.rpartition(':')[2]}", f"--IdentityProvider.token={token}"),
    ],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
try:
    for _ in range(300):
        try:
            ask("status")
            break
        except OSError:
            time.sleep(0.1)
    for name in small:
        check(f"{name} in full, on a JupyterLab server", lambda: in_full(name, f"{base}/?token={token}"))
    check("weft run has left no kernel there", no_kernel_left)
finally:
    server.terminate()
    server.wait()

for name, parameters in small.items():
    check(f"{name} by nbclient", lambda: through_nbclient(name, parameters))

print(f"{passing} passing")
print(f"{failing} failing")
sys.exit(failing > 0)
