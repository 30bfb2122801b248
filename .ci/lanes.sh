# Stages of .ci/run, beside each other where there are several lanes. Sourced; wants $scratch, and a function stage_NAME for each stage.
# `lanes COUNT STAGE…` starts stages in this order, at most COUNT at a time, and shows what each has said when it ends. Adds stages, and
# the tests that they report, to $passed and $failed, and the names of those that failed to $failures.

passed=0
failed=0
failures=""

say() { printf '\n== %s\n' "$*"; }

lanes() {
  local lanes=$1 running=0 finished stage
  shift
  declare -A stage_of=()
  for stage in "$@"; do
    if [ "$running" -ge "$lanes" ]; then
      wait -n -p finished
      end_stage "${stage_of[$finished]}"
      running=$((running - 1))
    fi
    begin_stage "$stage" &
    stage_of[$!]=$stage
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait -n -p finished
    end_stage "${stage_of[$finished]}"
    running=$((running - 1))
  done
}

# Runs a stage, all that it says in $scratch/NAME.log. Its temporary files are its own, so that no stage counts another's.
begin_stage() {
  local stage=$1 began=$SECONDS
  echo "-- $stage begins after $SECONDS s"
  export TMPDIR="$scratch/tmp/$stage"
  mkdir -p "$TMPDIR"
  (
    set -euo pipefail
    "stage_$stage"
  ) > "$scratch/$stage.log" 2>&1
  echo "$?" > "$scratch/$stage.status"
  # The second line is of what has been waited for: seconds of processors, of users and of the system. Not piped: a pipe's part is a
  # process of its own, which has waited for nothing.
  times > "$scratch/$stage.times"
  awk -v wall=$((SECONDS - began)) '
    function seconds(text, parts) { split(text, parts, /[ms]/); return parts[1] * 60 + parts[2] }
    NR == 2 { printf "%d s, %d s of processors\n", wall, seconds($1) + seconds($2) }' "$scratch/$stage.times" > "$scratch/$stage.took"
}

# Shows what a stage has said, and counts.
end_stage() {
  local stage=$1 status word tests took
  say "$stage"
  cat "$scratch/$stage.log"
  for word in passing failing; do
    tests=$(sed $'s/\x1b\\[[0-9;]*m//g' "$scratch/$stage.log" | sed -n "s/^ *\([0-9][0-9]*\) $word.*/\1/p" | awk '{ n += $1 } END { print n + 0 }')
    if [ "$word" = passing ]; then passed=$((passed + tests)); else failed=$((failed + tests)); fi
  done
  status=$(cat "$scratch/$stage.status" 2> /dev/null || echo "lost")
  took=$(cat "$scratch/$stage.took" 2> /dev/null)
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
    echo "-- $stage: passed, $took"
  else
    failed=$((failed + 1))
    failures="$failures $stage"
    echo "-- $stage: FAILED (exit $status), $took"
  fi
}

# `once NAME COMMAND…`: the first stage that needs it does it, the others wait for that. A command of its own, never part of a condition, in
# which bash would go on after an error.
once() {
  local name=$1
  shift
  (
    flock 9
    [ ! -e "$scratch/$name.done" ] || exit 0
    "$@"
    touch "$scratch/$name.done"
  ) 9> "$scratch/$name.lock"
}
