"""Asks an index for known vulnerabilities of what is installed. Exit 1: there are some. Exit 3: none answers."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    report = Path(folder) / "report.json"
    command = ["uv", "run", "pip-audit", "--skip-editable", "--progress-spinner", "off", "--format", "json"]
    try:
        subprocess.run([*command, "--output", str(report)], timeout=120, capture_output=True, check=False)
        found = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    except (OSError, ValueError, subprocess.TimeoutExpired):
        sys.exit(3)

asked = [package for package in found if "vulns" in package]
known = [(package, problem) for package in asked for problem in package["vulns"]]
for package, problem in known:
    fixed = ", ".join(problem["fix_versions"]) or "no version yet"
    print(f"{package['name']} {package['version']}: {problem['id']}, mended in {fixed}")
if known:
    sys.exit(1)
if not asked:
    sys.exit(3)
print(f"{len(asked)} packages, no known vulnerability; {len(found) - len(asked)} are unknown to the index.")
