# Sourced by .ci/run: runs steps, times them, counts what passed, failed and was skipped.
# shellcheck shell=bash
passed=0
failed=0
skipped=0
failures=()

# step TITLE COMMAND…: one check.
step() {
  local title=$1 started=$SECONDS code=0
  shift
  announce "$title"
  "$@" || code=$?
  if ((code == 0)); then
    passed=$((passed + 1))
  else
    record_failure "$title (exit code $code)"
  fi
  finish "$title" "$code" "$started"
}

# counted_step TITLE COMMAND…: many checks, which the command reports as lines `pass …`, `FAIL …`, or counts as `@count PASSED FAILED
# SKIPPED`. A command that fails without a failed check, or that reports no check, counts as one more failure.
counted_step() {
  local title=$1 started=$SECONDS code=0 log counts
  shift
  log=$(mktemp)
  announce "$title"
  "$@" 2>&1 | tee "$log" || code=$?
  read -r -a counts < <(count_reports "$log")
  rm -f "$log"
  passed=$((passed + counts[0]))
  failed=$((failed + counts[1]))
  skipped=$((skipped + counts[2]))
  if ((counts[1] > 0)); then
    failures+=("$title: ${counts[1]} failed")
    code=1
  elif ((code != 0)); then
    record_failure "$title (exit code $code)"
  elif ((counts[0] == 0)); then
    record_failure "$title (nothing was checked)"
    code=1
  fi
  finish "$title" "$code" "$started"
}

count_reports() { # log
  awk '/^pass / { p++ } /^FAIL / { f++ } /^@count / { p += $2; f += $3; s += $4 } END { print p + 0, f + 0, s + 0 }' "$1"
}

record_failure() {
  failed=$((failed + 1))
  failures+=("$1")
}

announce() {
  printf '\n==== %s\n' "$1"
}

finish() { # title, exit code, start
  local verdict=ok
  (($2 == 0)) || verdict=FAILED
  printf '==== %s: %s after %d s\n' "$1" "$verdict" "$((SECONDS - $3))"
}

# Prints the last lines; returns 1 if anything failed.
summary() {
  printf '\n'
  ((failed == 0)) || printf 'FAILED: %s\n' "${failures[@]}"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0))
}
