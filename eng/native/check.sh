#!/usr/bin/env bash
# check.sh [PROGRAM]: the native program for x64 against what the managed one is tested with: no warning but the known one, the same bytes
# at every SIMD width, every test that starts a process, and the independent clients. It is published as PROGRAM if that does not exist.
# Prints lines `pass …`, `FAIL …` and `@count …`; the exit code is 0 if nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

readonly KnownWarning='IL2075: .*GrpcReflectionServiceExtensions.GetDescriptorPropertyFallback'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

report() { # name, exit code
  if (($2 == 0)); then
    echo "pass native: $1"
  else
    echo "FAIL native: $1"
    failed=1
  fi
}

publish() {
  dotnet publish src/EdgeRnn.Cli -c Release -r linux-x64 -p:PublishAot=true -p:TrimmerSingleWarn=false -p:WarningsNotAsErrors=IL2075 \
    -o "$(dirname "$program")" >"$work/publish.log" 2>&1 || { tail -n 20 "$work/publish.log"; return 1; }
}

has_only_the_known_warning() {
  ! grep -E 'warning|IL[0-9]{4}' "$work/publish.log" | grep -vE "$KnownWarning|0 Warning" | grep .
}

managed() {
  dotnet src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll "$@"
}

# The outputs and final states of a package: the managed program's must be the native one's at every width that the processor has.
gives_the_same_bytes() { # package, frames
  managed run --model "$1" --input "$2" --output "$work/expected" --state-out "$work/expected-state" >/dev/null || return
  local kernels
  for kernels in "${widths[@]}"; do
    if ! EDGERNN_KERNELS=$kernels "$program" run --model "$1" --input "$2" --output "$work/found" --state-out "$work/found-state" >/dev/null ||
      ! cmp "$work/expected" "$work/found" || ! cmp "$work/expected-state" "$work/found-state"; then
      echo "at $kernels"
      return 1
    fi
  done
}

program=$(realpath --canonicalize-missing "${1:-$work/native/edgernn}")
if [[ ! -e $program ]]; then
  publish
  report 'publishes' $?
  has_only_the_known_warning
  report 'no warning but the known one' $?
fi
[[ -f $program && -x $program ]] || { echo "expected a program, found none at $program"; exit 2; }
dotnet build src/EdgeRnn.Cli -c Release -v quiet --nologo || exit

# kernels             v256 of v256, v128, scalar
IFS=', ' read -r -a widths < <("$program" doctor | sed -nE 's/^kernels .* of (.*)/\1/p')
echo "widths: ${widths[*]}"
diff <("$program" doctor | grep ^kernels) <(managed doctor | grep ^kernels)
report 'chooses the width that the managed program chooses' $?

for vector in tests/vectors/*/; do
  name=$(basename "$vector")
  [[ $name != *-bidir ]] || continue
  managed import --config "$vector/config.json" --weights "$vector/weights.safetensors" --output "$work/models/$name" >/dev/null &&
    gives_the_same_bytes "$work/models/$name" "$vector/io.safetensors"
  report "the same bytes: $name" $?
done
for precision in bf16 int8; do
  for name in sru260-l2-in33-h33-v1-tanh sru260-l1-in7-h33-k4 qrnn-w2-fo-l2-in7-h33 lstm-l2-in13-h33 gru-l2-in13-h33; do
    managed quantize "$work/models/$name" --to "$precision" --output "$work/models/$name-$precision" >/dev/null &&
      gives_the_same_bytes "$work/models/$name-$precision" "tests/vectors/$name/io.safetensors"
    report "the same bytes: $name, $precision" $?
  done
done

export EDGERNN_PROGRAM=$program
# What starts the program as a process: its options, exit codes, drain, watchdog, telemetry, samples and trained models.
bash eng/ci/test.sh "dotnet test tests/EdgeRnn.Server.Tests --filter $(printf 'FullyQualifiedName~%s|' ProgramTests ProcessTests WatchdogTests ConsoleClientTests RealModels | sed 's/|/\\|/g')FullyQualifiedName~OtlpTests" 1 || failed=1
bash eng/peers/check.sh || failed=1
exit "$failed"
