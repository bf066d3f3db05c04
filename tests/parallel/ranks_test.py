"""Runs ranks_program under mpirun: the same bits for every number of ranks and threads, and one
message when ranks fail. Usage: ranks_test.py MPIRUN PROGRAM"""
import os
import subprocess
import sys

mpirun, program = sys.argv[1:]
# Containers run as root, and a test machine may have fewer cores than ranks.
environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1")


def run(ranks, *arguments):
    command = [mpirun, "-n", str(ranks), program, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def check(condition, message):
    if not condition:
        sys.exit("FAILED: " + message)


for job in ("sum", "sample", "split", "bell"):
    alone = subprocess.run([program, job, "1"], env=environment, capture_output=True, text=True)
    check(alone.returncode == 0 and len(alone.stdout) == 17, f"{job} without mpirun: {alone}")
    for ranks, threads in ((1, 2), (2, 1), (2, 2), (3, 1), (4, 1)):
        result = run(ranks, job, threads)
        check(result.stdout == alone.stdout, f"{job} with {ranks} x {threads}: {result}")

result = run(3, "fail_all", 1)
check(result.returncode == 2, f"exit code of a failure of all ranks: {result}")
check(result.stderr.count("all ranks failed") == 1, f"one message: {result.stderr}")
result = run(3, "fail_one", 1)
check(result.returncode == 3, f"exit code of a failure of some ranks: {result}")
check("rank 1\n" in result.stderr and "rank 2\n" not in result.stderr, result.stderr)
print("same bits for 1, 2, 3, 4 ranks; one message per failure")
