import subprocess

kept = []
try:
    for _ in range(100):
        kept.append(subprocess.Popen(["sleep", "60"]))
    print("STARTED")
except OSError:
    print("refused")
