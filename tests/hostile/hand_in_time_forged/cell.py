from pathlib import Path

for place in (
    "timestamp.txt",
    "../timestamp.txt",
    "/given/timestamp.txt",
    "@CANARY@/timestamp.txt",
):
    try:
        Path(place).write_text("1970-01-01 00:00:00 UTC")
        print("wrote", place)
    except OSError:
        continue
