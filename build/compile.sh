#!/usr/bin/env bash
# Sourced after dotnet.sh. compile PROJECT…: builds them in Release, one after the other, with one compiler that stays warm from project to project,
# whatever the environment says, and is ended when the last is built or one has failed.
compile() {
  local status=0 project
  for project in "$@"; do
    dotnet build "$project" -c Release -v quiet --nologo -clp:NoSummary -p:UseSharedCompilation=true || { status=1; break; }
  done
  dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true
  return "$status"
}
