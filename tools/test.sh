#!/usr/bin/env bash
# Installs what is missing, builds into build/ and runs every test. The last line says how it went.
# Usage: tools/test.sh [ctest options, for example -R core]
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/mpi-environment.sh
tools/install-packages.sh build test

cores="$(nproc)"
start=$SECONDS
cmake --preset release -DNMC_PYTHON=ON
cmake --build build --parallel "$cores"
built=$SECONDS

status=0
# Some wait for a queue or a clock: one more at a time than there are cores. None takes minutes.
ctest --test-dir build --output-on-failure --parallel "$((cores + 1))" --timeout 900 "$@" || status=$?

log=build/Testing/Temporary/LastTest.log
# A skipped check is said aloud: GoogleTest prints its reason below "Skipped", scripts behind "SKIP".
grep -A 1 -E ': Skipped$' "$log" 2> /dev/null | grep -v -E '^--$|: Skipped$' | sort | uniq -c |
  sed 's/^ *\([0-9]*\) /skipped \1x: /' || true
grep -h -E '^SKIP: ' "$log" 2> /dev/null | sort -u || true
passed="$(grep -c '^Test Passed' "$log" 2> /dev/null || true)"
total="$(grep -c -E '^[0-9]+/[0-9]+ Testing: ' "$log" 2> /dev/null || true)"
verdict=FAILED
[[ $status == 0 ]] && verdict=passed
echo "NeuralMC tests $verdict: ${passed:-0} of ${total:-0} test programs passed;" \
     "build $((built - start)) s, tests $((SECONDS - built)) s; log in $log"
exit "$status"
