"""What a kind of input is to the fuzzer: its whole files, and the command that reads a damaged one."""

import os
import shutil
import subprocess

NMC = os.environ.get("NMC", "nmc")


def nmc(directory, *words):
    """Runs the program in a directory; what it makes there becomes an input."""
    done = subprocess.run([NMC, *words], cwd=directory, capture_output=True, text=True,
                          env=dict(os.environ, OMP_NUM_THREADS="1"))
    if done.returncode not in (0, 4, 75):
        raise RuntimeError(f"{words}: {done.stderr}")
    return done


class Format:
    """Sources of one kind with the command that reads the damaged copy, FILE."""

    codes = frozenset({0, 2, 3, 4, 75})

    def __init__(self, sources, command, is_text=False):
        self.sources, self.words, self.is_text = sources, command, is_text

    def place(self, work, source, damaged):
        (work / source.name).write_bytes(damaged)

    def command(self, source, damaged):
        return [word.replace("FILE", source.name) for word in self.words]


class Options(Format):
    """Words of a command line, one a line of the source, with the command after them."""

    def place(self, work, source, damaged):
        pass

    def command(self, source, damaged):
        text = damaged.decode("utf-8", "replace").replace("\t", " ").replace("\0", " ")
        return [word for word in text.splitlines()[:40] if word] + self.words


class Model(Format):
    """A model file beside the configurations that it is given."""

    def place(self, work, source, damaged):
        super().place(work, source, damaged)
        shutil.copy(source.parent / "in.h5", work / "in.h5")


class Run(Format):
    """A file of a run's directory, which lies beside the others in `out` and is only read."""

    copy = staticmethod(os.link)

    def __init__(self, run, files, command, is_text=False):
        super().__init__(files, command, is_text)
        self.run = run

    def place(self, work, source, damaged):
        shutil.copytree(self.run, work / "out", copy_function=self.copy)
        target = work / "out" / source.relative_to(self.run)
        target.unlink()
        target.write_bytes(damaged)


class GoOn(Run):
    """The same where the run goes on with the job beside it, and writes there."""

    copy = staticmethod(shutil.copy2)

    def place(self, work, source, damaged):
        super().place(work, source, damaged)
        shutil.copy(self.run.parent / "resume.ini", work / "resume.ini")


class Status(Run):
    """A run under `nmc status`, which ends with 1 where one is at work."""

    codes = Run.codes | {1}
