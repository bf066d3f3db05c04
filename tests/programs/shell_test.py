"""Shell completion and the man page: what a shell offers is what the program takes."""

import os
import re
import shutil
import subprocess
import unittest

from program import NMC, ProgramTest

TRY = r"""
source "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
read -ra COMP_WORDS <<< "$COMP_LINE"
[[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_nmc 2> /dev/null
printf '%s\n' "${COMPREPLY[@]}"
"""


class Shell(ProgramTest):
    def offered(self, line):
        script = self.directory / "nmc.bash"
        if not script.exists():
            script.write_text(self.nmc("--completion", "bash").stdout)
        done = subprocess.run(["bash", "-c", TRY, "try", script, line], text=True,
                              capture_output=True, cwd=self.directory)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()

    def test_completes_verbs_names_flags_and_keys(self):
        # Some share a line with another: "names; nmc describe NAME: keys".
        verbs = re.findall(r"(?:^  |; nmc )(\w+) ", self.nmc("--help").stdout, re.MULTILINE)
        self.assertEqual(set(self.offered("nmc ")), {*verbs, "--help", "--version"})
        self.assertEqual(self.offered("nmc rep"), ["report"])
        self.assertEqual(self.offered("nmc describe wol"), ["wolff"])
        self.assertEqual(self.offered("nmc run --run.dra"), ["--run.draws="])
        self.assertEqual(self.offered("nmc plot --obs"), ["--observable"])
        self.assertEqual(self.offered("nmc report --run.dra"), [])
        (self.directory / "graph.txt").touch()
        self.assertEqual(self.offered("nmc run --system.bonds=gra"), ["graph.txt"])

    def test_every_key_that_is_offered_is_described(self):
        keys = self.offered("nmc run --")
        self.assertGreater(len(keys), 100)
        described = ""
        for name in (*self.offered("nmc describe "), "run"):
            described += self.nmc("describe", name).stdout
        for key in keys:
            if key.startswith("--") and "." in key:
                name = key.partition(".")[2].rstrip("=")
                self.assertRegex(described, rf"(?m)^  {re.escape(name)} ", key)

    def test_other_shells_are_refused_and_zsh_reads_its_script(self):
        self.assertIn("bash or zsh", self.nmc("--completion", "fish", code=2).stderr)
        script = self.nmc("--completion=zsh").stdout
        self.assertTrue(script.startswith("#compdef nmc\n"))
        if shutil.which("zsh"):
            subprocess.run(["zsh", "-n"], input=script, text=True, check=True)

    def test_the_man_page_has_every_verb_and_no_fault(self):
        page = self.nmc("--man").stdout
        for verb in re.findall(r"^  (\w+) ", self.nmc("--help").stdout, re.MULTILINE):
            self.assertIn(f'.SS "nmc {verb} ', page)
        if not shutil.which("man"):
            self.skipTest("no man here: the page was not set")
        self.write("nmc.1", page)
        done = subprocess.run(["man", "--warnings", "-l", "nmc.1"], cwd=self.directory, text=True,
                              capture_output=True, env=dict(os.environ, MANWIDTH="80"))
        self.assertEqual(done.stderr, "")
        self.assertIn("EXIT STATUS", done.stdout)

    def test_is_installed_with_the_program(self):
        build = os.path.dirname(NMC)
        cache = os.path.join(build, "CMakeCache.txt")
        if not os.path.exists(cache):
            self.skipTest("the program is not in its build folder")
        prefix = self.directory / "prefix"
        subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True,
                       capture_output=True)
        for place in ("share/man/man1/nmc.1", "share/bash-completion/completions/nmc",
                      "share/zsh/site-functions/_nmc"):
            self.assertGreater((prefix / place).stat().st_size, 1000, place)


if __name__ == "__main__":
    unittest.main()
