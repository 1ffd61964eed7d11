from pathlib import Path

for place in ("/scratch/stash", "/dev/shm/stash"):
    if Path(place).exists():
        print(Path(place).read_text())
