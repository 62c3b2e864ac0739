#!/usr/bin/env bash
# Sourced: puts a .NET 10 SDK on PATH, installing one for this user when there is none.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  export DOTNET_ROOT="$HOME/.dotnet" PATH="$HOME/.dotnet:$PATH"
  if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    echo "Installing the .NET 10 SDK into $DOTNET_ROOT"
    installer=$(mktemp)
    if ! curl -fsSL https://dot.net/v1/dotnet-install.sh -o "$installer"; then
      echo "The .NET 10 SDK is missing and could not be downloaded. Install it (https://dotnet.microsoft.com/download), then run this again." >&2
      exit 1
    fi
    bash "$installer" --channel 10.0 --install-dir "$DOTNET_ROOT" >/dev/null
    rm -f "$installer"
  fi
fi
