#!/usr/bin/env bash
# Sets up what is missing, builds everything and runs every test. Safe to run again.
#   ./test.sh                all tests
#   ./test.sh Footage Mqtt   the test projects whose name holds one of the words
# Last line: N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
started=$SECONDS
build/packages.sh test
source build/dotnet.sh
source build/compile.sh
dotnet tool restore >/dev/null || { echo "The formatter of .config/dotnet-tools.json could not be restored."; echo "0 passed, 1 failed"; exit 1; }
echo "Building"
compile Monitor.sln || { echo "The build failed."; echo "0 passed, 1 failed"; exit 1; }
echo "Built in $((SECONDS - started)) s"

results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"

# What failed and where, without what the programs under test had to say; a run that broke off shows its end.
failures() {
  awk '/\[FAIL\]|\[SKIP\]/ { on = 1; print; next } on && /^      / { print; next } { on = 0 }' "$1"
  grep -q '\[FAIL\]' "$1" || tail -n 60 "$1"
}

# Runs one test project and leaves its counts in a file. The executable is the runner.
run_project() {
  local name=$1 begun=$SECONDS status=0 counters p f s
  count() { { grep -o "$1=\"[0-9]*\"" <<<"$counters" || true; } | tr -dc 0-9; }
  # A run that hangs is a failure, not a wait; its log names the tests that run for more than four minutes.
  timeout --kill-after=20 900 "artifacts/bin/$name/release/$name" -noLogo -noColor -longRunning 240 -result-trx "$results/$name.trx" >"$results/$name.log" 2>&1 || status=$?
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null || true)
  p=$(count passed) f=$(count failed) s=$(count notExecuted)
  p=${p:-0} f=${f:-0} s=${s:-0}
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ $((p + f)) -eq 0 ]; then echo "no test was run" >>"$results/$name.log"; f=1; fi
  echo "$p $f $s" >"$results/$name.counts"
  [ "$f" -eq 0 ] || failures "$results/$name.log"
  echo "$name: $p passed, $f failed, $((SECONDS - begun)) s"
}
# Programs that live for seconds gain nothing from code that is measured while it runs: a fifth of their time.
export DOTNET_TieredPGO=0
export -f run_project failures; export results

# Runs the test projects of standard input, so many at a time; the next begins when one has ended.
run_projects() { xargs -r -P "$1" -n 1 bash -uc 'run_project "$1"' run; }

# The whole system first: its deadlines are those that people are promised, and it waits more than it computes. Then the long ones, two at a time.
# Beside both, at low priority and one after the other, what is short.
whole=() short=() long=()
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  grep -q '<IsTestProject>true' "$project" || continue
  if [ $# -gt 0 ]; then
    wanted=; for word in "$@"; do [[ $name == *"$word"* ]] && wanted=1; done
    [ -n "$wanted" ] || continue
  fi
  case $name in
    *.EndToEnd) whole+=("$name") ;;
    *.Agent.Tests | *.Dashboard.Tests | *.Footage.Tests) long+=("$name") ;;
    *) short+=("$name") ;;
  esac
done
printf '%s\n' "${short[@]}" | nice -n 10 xargs -r -n 1 bash -uc 'run_project "$1"' run &
beside=$!
printf '%s\n' "${whole[@]}" | run_projects 1
printf '%s\n' "${long[@]}" | run_projects 2
wait "$beside"

passed=0 failed=0 skipped=0 broken=()
for name in "${whole[@]}" "${short[@]}" "${long[@]}"; do
  read -r p f s <"$results/$name.counts" || { p=0 f=1 s=0; }
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  [ "$f" -eq 0 ] || broken+=("$name")
done
[ ${#broken[@]} -eq 0 ] || echo "Failed: ${broken[*]} (logs in $results)"
echo "Took $((SECONDS - started)) s"
[ "$skipped" -eq 0 ] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
