#!/usr/bin/env bash
# test.sh COMMAND PROJECTS: runs a `dotnet test` command unchanged and counts its tests, which belong to PROJECTS test projects.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# MSBuild takes properties from the environment, so the README's command needs no options for this.
export VSTestLogger=trx VSTestResultsDirectory=$results
bash -c "$1"
code=$?
/usr/bin/python3 eng/ci/count_tests.py "$results" "$2" || code=1
exit "$code"
