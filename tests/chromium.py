"""The browser of tests and benchmarks: the machine's Chromium, asking nobody else."""

import shutil

from playwright.sync_api import ViewportSize

EXECUTABLE = shutil.which("chromium") or shutil.which("google-chrome")
# With these it runs as root and asks nobody on the net.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=390, height=844)
