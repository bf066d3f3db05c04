#!/usr/bin/env bash
# Installs the Debian packages of the named groups (default: build) of tools/packages.txt that are
# missing. Does nothing, and needs no rights, where all are there.
set -euo pipefail
list="$(dirname "$0")/packages.txt"
groups="${*:-build}"

if ! command -v dpkg-query > /dev/null; then
  echo "install-packages: no dpkg here; install what $list names by your system's own means" >&2
  exit 0
fi

missing=()
for group in $groups; do
  found=0
  while read -r name; do
    found=1
    status="$(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null || true)"
    [[ "$status" == *installed* && "$status" != *not-installed* ]] || missing+=("$name")
  done < <(awk -v group="$group" '$1 == group {print $2}' "$list")
  if [[ $found == 0 ]]; then
    echo "install-packages: unknown group \"$group\"; there are build, test and check" >&2
    exit 2
  fi
done
[[ ${#missing[@]} == 0 ]] && exit 0

echo "install-packages: installing ${missing[*]}" >&2
as_root=()
if [[ $EUID != 0 ]]; then
  if ! command -v sudo > /dev/null; then
    echo "install-packages: not root and no sudo; ask for: apt-get install ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
         apt-get install -qq -y --no-install-recommends "${missing[@]}")
# The package index may be absent or stale: one try with what is there only where it is there.
"${as_root[@]}" apt-get update -qq || echo "install-packages: apt-get update failed; trying on" >&2
"${install[@]}" > /dev/null
