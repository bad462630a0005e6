"""spool.py DIRECTORY HOSTS: fills a spool with hosts heard just now, with 0 to 2 users each, as rwhod on this machine
would have written it (whod.h: a header of 60 bytes, then 24 a user, in the machine's own byte order)."""

import struct
import sys
import time

directory, hosts = sys.argv[1], int(sys.argv[2])
now = int(time.time())
for i in range(hosts):
    name = f"host{i:05d}"
    record = struct.pack(
        "=BB2xii32s3ii", 1, 1, now, now, name.encode(), i % 300, 20, 5, now - 100_000 - i)
    for user in range(i % 3):
        record += struct.pack("=8s8sii", f"pts/{user}".encode(), f"user{user}".encode(), now - 500, 60)
    with open(f"{directory}/whod.{name}", "wb") as file:
        file.write(record)
