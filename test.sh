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
echo "Building"
dotnet build Monitor.sln -c Release -v quiet --nologo -clp:NoSummary || { echo "The build failed."; echo "0 passed, 1 failed"; exit 1; }

results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
passed=0 failed=0 skipped=0 broken=()
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  grep -q '<IsTestProject>true' "$project" || continue
  if [ $# -gt 0 ]; then
    wanted=; for word in "$@"; do [[ $name == *"$word"* ]] && wanted=1; done
    [ -n "$wanted" ] || continue
  fi
  echo "— $name"
  begun=$SECONDS
  status=0
  # The executable is the runner. A run that hangs is a failure, not a wait.
  timeout --kill-after=20 600 "artifacts/bin/$name/release/$name" -noLogo -noColor -trx "$results/$name.trx" >"$results/$name.log" 2>&1 || status=$?
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null || true)
  count() { grep -o "$1=\"[0-9]*\"" <<<"$counters" | tr -dc 0-9; }
  p=$(count passed) f=$(count failed) s=$(count notExecuted)
  p=${p:-0} f=${f:-0} s=${s:-0}
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ $((p + f)) -eq 0 ] && [ "$status" -eq 0 ]; then echo "  no test was run"; f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  [ "$f" -eq 0 ] || { broken+=("$name"); grep -vE '^\s*$' "$results/$name.log" | tail -n 120; }
  echo "  $p passed, $f failed, $((SECONDS - begun)) s"
done
[ ${#broken[@]} -eq 0 ] || echo "Failed: ${broken[*]} (logs in $results)"
echo "Took $((SECONDS - started)) s"
[ "$skipped" -eq 0 ] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
