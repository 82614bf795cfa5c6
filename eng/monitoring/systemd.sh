#!/usr/bin/env bash
# Checks that the unit has only keys that systemd knows (for others it exits with 0 but complains on stderr), and that its exposure is
# the one that its comment states.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unit=deploy/systemd/edgernn.service

complaints=$(systemd-analyze verify "$unit" 2>&1)
[[ -z $complaints ]] || { echo "$complaints"; exit 1; }
measured=$(systemd-analyze security --offline=true "$unit" | sed -nE 's/.*exposure level for [^:]+: ([0-9.]+) .*/\1/p')
stated=$(sed -nE 's/.*rates its exposure ([0-9.]+),.*/\1/p' "$unit")
[[ $measured == "$stated" ]] || { echo "$unit says $stated, systemd-analyze security $measured"; exit 1; }
