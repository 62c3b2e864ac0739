#!/usr/bin/env bash
# Mutation testing: changes the code of a scope in one place at a time and runs its tests. A change that no test notices is a gap in the tests.
#   tests/mutate.sh                  lists the scopes
#   tests/mutate.sh SCOPE            all files of the scope
#   tests/mutate.sh SCOPE FILE…      these files only, e.g. '**/Rules/DutyTimeline.cs'
# The report lies in artifacts/mutation/SCOPE/reports. What survives for a reason stands in docs/testing.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# SCOPE | project | test project | files | tests
scopes="
proofs | contracts/ExamMonitor.Contracts | Contracts.Tests | **/Ledger/*.cs | Ledger/*Tests.cs
calendar | contracts/ExamMonitor.Contracts | Contracts.Tests | **/Law/CalendarPeriod.cs **/Law/SiteCalendar.cs **/Law/RetentionRules.cs | Law/*Tests.cs
ledger | agent/ExamMonitor.Evidence | Footage.Tests | **/Ledger/LedgerEntr*.cs **/Ledger/LineReader.cs **/Ledger/E*.cs **/Ledger/LedgerHeads.cs **/Ledger/LedgerLog*.cs | Ledger/LedgerLogTests.cs Ledger/FootageLedgerTests.cs Ledger/LedgerPlaceTests.cs
verification | agent/ExamMonitor.Evidence | Footage.Tests | **/Verification/HeadFilesAudit.cs **/Verification/DestructionAudit.cs **/Verification/LawReplay.cs | Verification/DestructionAuditTests.cs Verification/TamperMatrixTests.cs Verification/DayHeadsTests.cs Verification/TypedHeadTests.cs Verification/ScheduleOrderTests.cs Verification/EntryWordTests.cs Verification/EvidenceMatrixTests.cs
rules | agent/ExamMonitor.Evidence | Footage.Tests | **/Rules/RetentionPlanner.cs **/Rules/H*.cs **/Rules/D*.cs **/Rules/M*.cs **/Rules/ChainedFile.cs | Retention/RetentionPlannerTests.cs Retention/HeldFootageTests.cs Retention/DutyTimelineTests.cs Retention/ChainedFileTests.cs Retention/DestructionRecordTests.cs Retention/SweepTests.cs Retention/JournalTests.cs
decisions | agent/ExamMonitor.Retention | Footage.Tests | **/TrustedTime.cs **/ClockVouches.cs **/EntryCheck.cs **/HoldPlacement.cs **/Forecast.cs **/OldHeads.cs | Retention/ForecastTests.cs Retention/TrustedTimeTests.cs Retention/EntryCheckTests.cs Retention/ClockVouchesTests.cs Retention/HoldPlacementTests.cs Retention/OldHeadsTests.cs
station | agent/ExamMonitor.Coverage | Coverage.Tests | **/Judging/StationJudgement.cs **/Judging/Vote.cs | Judging/StationJudgementTests.cs Judging/VoteTests.cs
session | agent/ExamMonitor.Exams | Agent.Tests | **/Proofs/S*Prov*.cs **/Proofs/UntoldGaps.cs | Proofs/*Tests.cs Sessions/UntoldGapsTests.cs
"
wanted=${1:-}
IFS='|' read -r _ project tests files classes < <(grep -E "^$wanted +\|" <<<"$scopes" || true)
if [ -z "$wanted" ] || [ -z "${project:-}" ]; then echo "Scopes:"; sed -n 's/ |.*//p' <<<"$scopes"; exit 2; fi
read -r project <<<"$project"; read -r tests <<<"$tests"
shift
set -f
[ $# -gt 0 ] || set -- $files
read -ra classes <<<"$classes"
set +f

source build/dotnet.sh
tool=$PWD/artifacts/mutation/tool
[ -x "$tool/dotnet-stryker" ] || dotnet tool install --tool-path "$tool" dotnet-stryker --version 5.1.0 >/dev/null
out=$PWD/artifacts/mutation/$wanted
mkdir -p "$out"
printf -v list '"%s",' "$@"
# Words of messages and of the journal are no subject here. A Boolean inside ConfigureAwait changes nothing in a program without a context.
cat >"$out/settings.json" <<JSON
{ "stryker-config": {
  "project": "$(basename "$project").csproj", "configuration": "Debug", "test-runner": "mtp", "concurrency": 1, "additional-timeout": 15000,
  "mutate": [${list%,}], "ignore-mutations": ["string"], "ignore-methods": ["ConfigureAwait", "*Exception.ctor"],
  "reporters": ["json", "html", "cleartext", "markdown"] } }
JSON
# Stryker runs every test of a project; so the project is compiled with those of the scope alone (Directory.Build.targets).
printf -v MUTATION_TESTS '%s;' "${classes[@]}"
MUTATION_PROJECT=$project/$(basename "$project").csproj
export MUTATION_TESTS MUTATION_PROJECT RunAnalyzers=false DOTNET_ROLL_FORWARD=Major
cd "tests/ExamMonitor.$tests"
exec "$tool/dotnet-stryker" --config-file "$out/settings.json" --output "$out"
