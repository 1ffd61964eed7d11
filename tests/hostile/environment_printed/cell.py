import os

print(sorted(os.environ))
print({key: value for key, value in os.environ.items() if "@CANARY@" in value})
