# Functions for bash that run stages, one after another or side by side, and print
# how long each took. `verify` is set for the long form; `chosen` holds the names
# of the selected stages, and is empty for all.
#
# A stage's command must not rely on `set -e`: it is off inside a condition.

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/table"
TIMEFORMAT='%0R %0U %0S'

# Succeeds if a stage is selected; with --list, prints it instead.
is_selected() {
  if [ -n "${list:-}" ]; then
    printf '%-12s %-13s %s\n' "$1" "$tier" "$2"
    return 1
  fi
  [ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]
}

# stage NAME TITLE COMMAND [ARGUMENT...]
stage() {
  local tier='every change'
  run_stage "$@"
}

# Like stage, for a stage that only the long form has.
weekly() {
  [ -n "$verify" ] || [ -n "${list:-}" ] || [ ${#chosen[@]} -gt 0 ] || return 0
  local tier=weekly
  run_stage "$@"
}

run_stage() {
  local name=$1 title="$1: $2" real user system
  is_selected "$name" "$2" || return 0
  [ ! -e "$scratch/failed" ] || exit 1
  shift 2
  if [ -n "${in_lane:-}" ]; then
    # Print in one piece, so that two lanes do not mix.
    if { time "$@" >"$scratch/$name" 2>&1; } 2>"$scratch/time-$name"; then status=0; else status=$?; fi
    { flock 9; heading "$title"; cat "$scratch/$name"; finish; } 9>"$scratch/lock"
  else
    heading "$title"
    if { time "$@" 2>&3; } 3>&2 2>"$scratch/time-$name"; then status=0; else status=$?; fi
    finish
  fi
  [ "$status" -eq 0 ] || exit "$status"
}

heading() {
  printf '\n=== %s\n' "$1"
}

finish() {
  read -r real user system < <(tail -n 1 "$scratch/time-$name")
  if [ "$status" -ne 0 ]; then
    [ -e "$scratch/failed" ] || echo "$status" >"$scratch/code"
    printf '%s\n' "$title" >>"$scratch/failed"
    printf '=== FAILED with %d after %d s: %s\n' "$status" "$real" "$title"
    return
  fi
  printf '=== %d s, of processors %d s: %s\n' "$real" $((user + system)) "$title"
  printf '%6d %6d  %s\n' "$real" $((user + system)) "$title" >>"$scratch/table"
}

# lanes FUNCTION FUNCTION: runs both at once, each with its own stages. If one
# fails, the other ends after its current stage.
lanes() {
  local lane status=0 pids=()
  if [ -n "${list:-}" ]; then
    for lane in "$@"; do "$lane"; done
    return
  fi
  for lane in "$@"; do
    (in_lane=1; trap - EXIT; "$lane") &
    pids+=($!)
  done
  for lane in "${pids[@]}"; do wait "$lane" || status=$?; done
  [ "$status" -eq 0 ] && return
  # The other lane exits with 1, so take the failing stage's own code.
  printf '\n=== FAILED: %s\n' "$(paste -sd, "$scratch/failed")"
  exit "$(cat "$scratch/code")"
}

summary() {
  [ -z "${list:-}" ] || return 0
  local count
  count=$(wc -l <"$scratch/table")
  if [ "$count" -eq 0 ]; then
    printf 'unknown stage: %s\nTo list all: npm run verify -- --list\n' "${chosen[*]}" >&2
    exit 1
  fi
  printf '\n  time    cpu  stage (s)\n'
  cat "$scratch/table"
  printf '\nall stages passed in %d s\n%d passed, 0 failed\n' $SECONDS "$count"
}
