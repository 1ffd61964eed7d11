import os
from pathlib import Path

for place in (
    "@CANARY@/gradebook.db",
    "@CANARY@/hostile_new",
    "../../../gradebook.db",
    "/given/reg_utils.py",
    "/given/hostile_new",
    "/jail/inside.py",
    "/usr/hostile_new",
    "/hostile_new",
    "/dev/hostile_new",
    "reg_utils.py",
):
    try:
        Path(place).write_text("hostile")
        print("WROTE", place)
    except OSError:
        continue
try:
    os.unlink("/given/reg_utils.py")
    print("WROTE", "unlinked")
except OSError:
    print("safe")


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return 0.0
