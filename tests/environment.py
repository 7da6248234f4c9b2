"""Loaded before Django's settings: the tests see the embedded default in a folder of their own."""

import atexit
import os
import shutil
import signal
import tempfile

KEPT = {
    "COMMONKEEP_TEST_S3_ENDPOINT",
    "COMMONKEEP_TEST_S3_ACCESS_KEY",
    "COMMONKEEP_TEST_S3_SECRET_KEY",
}

for name in list(os.environ):
    ours = name.startswith("COMMONKEEP_") or name in {"DATABASE_URL", "REDIS_URL", "PORT"}
    if ours and name not in KEPT:
        del os.environ[name]

os.environ["COMMONKEEP_DATA"] = tempfile.mkdtemp(prefix="commonkeep-tests-")
atexit.register(shutil.rmtree, os.environ["COMMONKEEP_DATA"], ignore_errors=True)

# A shell that starts the tests in its background has them ignore Ctrl-C, and so every program
# that they start; some of these are to be interrupted.
signal.signal(signal.SIGINT, signal.default_int_handler)
