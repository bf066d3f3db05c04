"""A Slurm of two nodes on this machine, for one test: all its files in one directory."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "scancel")
CONF = """ClusterName=nmc
SlurmctldHost=localhost
SlurmctldPort={port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={here}/munge/socket,cred_expire=5
SlurmctldPidFile={here}/slurmctld.pid
SlurmctldLogFile={here}/slurmctld.log
StateSaveLocation={here}/state
SlurmdPidFile={here}/%n.pid
SlurmdLogFile={here}/%n.log
SlurmdSpoolDir={here}/%n
SlurmdParameters=config_overrides
TmpFS={here}/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=2,builtin_interval=2
ReturnToService=2
KillWait=10
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={port1} CPUs=8
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={port2} CPUs=8
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""
# Of slurmctld, which looks at the limits and signals of all jobs so seldom.
PERIOD = 30


def missing():
    """Why there can be no cluster here; "" where there can."""
    if os.geteuid() != 0:
        return "starting slurmd takes root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [name for name in PROGRAMS if not shutil.which(name, path=path)]
    return "not installed: " + ", ".join(absent) if absent else ""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def end_with_parent():
    """A test that is killed takes its daemons with it: PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Cluster:
    def __init__(self, directory):
        self.here = Path(directory)
        self.here.mkdir()
        for path in (self.here.parent, self.here):
            path.chmod(0o755)  # munged wants a socket that all may reach
        for name in ("munge", "state", "n1", "n2", "tmp/n1", "tmp/n2"):
            (self.here / name).mkdir(parents=True)
        port, port1, port2 = free_ports(3)
        conf = self.here / "slurm.conf"
        conf.write_text(CONF.format(here=self.here, host=socket.gethostname().split(".")[0], port=port,
                                    port1=port1, port2=port2))
        # Nothing here needs control groups; to look for them by dbus would.
        (self.here / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SLURM", "OMPI_COMM", "PMI"))}
        self.environment.update(SLURM_CONF=str(conf), OMP_NUM_THREADS="1",
                                PATH=os.environ["PATH"] + ":/usr/sbin:/sbin",
                                OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        self.daemons = []

    def start(self):
        munge = self.here / "munge"
        (munge / "key").write_bytes(os.urandom(1024))
        (munge / "key").chmod(0o600)
        self.daemon("munged", "--foreground", f"--key-file={munge}/key", f"--socket={munge}/socket",
                    f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
        self.wait(lambda: (munge / "socket").exists(), "munged")
        self.began = time.monotonic()
        self.daemon("slurmctld", "-D")
        for node in ("n1", "n2"):
            self.daemon("slurmd", "-D", "-N", node)
        self.wait(lambda: self.run("sinfo", "-h", "-N", "-o", "%t").split() == ["idle"] * 2, "slurmd")

    def daemon(self, *words):
        output = open(self.here / f"{words[0]}{len(self.daemons)}.out", "w")
        self.daemons.append(subprocess.Popen(words, env=self.environment, cwd=self.here, stdout=output,
                                             stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                             preexec_fn=end_with_parent))
        output.close()

    def run(self, *words, cwd=None):
        """What a command of Slurm's prints; "" where it fails."""
        done = subprocess.run(words, env=self.environment, cwd=cwd or self.here, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else ""

    def wait(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in self.daemons):
                raise AssertionError(f"{what}: not within {seconds} s, or it ended\n{self.logs()}")
            time.sleep(0.1)

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-1500:]}"
                         for path in sorted(self.here.glob("*.log")) + sorted(self.here.glob("*.out")))

    def wait_for_look(self, ahead):
        """Until so many seconds before slurmctld looks at limits and signals the next time."""
        passed = (time.monotonic() - self.began) % PERIOD
        time.sleep((PERIOD - ahead - passed) % PERIOD)

    def stop(self):
        if len(self.daemons) > 1:
            self.run("scancel", "--signal=KILL", "--full", "--user=root")
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for pid in self.left():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def left(self):
        """Steps and what they started: all have the name of this cluster's file."""
        mark = f"SLURM_CONF={self.here}/slurm.conf".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes().split(b"\0") and int(path.parent.name) != os.getpid():
                    found.append(int(path.parent.name))
            except OSError:
                pass
        return found
