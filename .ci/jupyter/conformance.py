"""Jupyter's own conformance suite (jupyter_kernel_test) over both kernels, with every optional sample but the pager's."""

import sys
import unittest

import jupyter_kernel_test


class TypeScript(jupyter_kernel_test.KernelTests):
    kernel_name = "weft"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "const apple = 1; ap", "matches": {"apple"}},
        {"text": '"abc".toUpperC', "matches": {"toUpperCase"}},
        {"text": "console.deb", "matches": {"debug"}},
    ]
    complete_code_samples = ["const a: number = 1", "let b = 2;", "function f() { return 1 }", "// only a comment", ""]
    incomplete_code_samples = ["function f() {", "const a = [1,", "if (true) {", "`open", "/* open", "f(1, "]
    invalid_code_samples = ["const = 3", "1 +* 2", "class {}"]
    code_generate_error = 'throw new RangeError("on purpose")'
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": '["a", "b"].join("-")', "result": "'a-b'"},
        {"code": "1 + 3", "result": "4"},
        {"code": "await Promise.resolve(1 + 2)", "result": "3"},
    ]
    code_display_data = [
        {"code": 'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>x</b>" }) })', "mime": "text/html"},
        {"code": 'import { display as show } from "tslab"; show.html("<b>x</b>")', "mime": "text/html"},
        {"code": 'display(new Map([["a", 1]]))', "mime": "text/plain"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1?+*2*"
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"


class JavaScript(TypeScript):
    kernel_name = "weft-javascript"
    language_name = "javascript"
    file_extension = ".js"
    complete_code_samples = ["const a = 1", "let b = 2;", "function f() { return 1 }"]


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "weft"
    support_iopub_welcome = True


class JavaScriptWelcome(Welcome):
    kernel_name = "weft-javascript"


if __name__ == "__main__":
    found = unittest.main(exit=False, verbosity=2).result
    skipped = [reason for _, reason in found.skipped if reason != "No code page something"]
    failed = len(found.failures) + len(found.errors) + len(skipped)
    for reason in skipped:
        print("skipped:", reason)
    # In the words of the other stages.
    print(f"{found.testsRun - failed - (len(found.skipped) - len(skipped))} passing")
    if failed:
        print(f"{failed} failing")
    sys.exit(1 if failed else 0)
