#!/usr/bin/env bash
# Installs the system packages that are missing. Says what it does, asks nothing, safe to run again.
#   build/packages.sh run     what building and running needs
#   build/packages.sh test    that, and what the tests need beside it
set -euo pipefail

run_packages=(
  # the only thing that speaks RTSP or decodes
  ffmpeg
  # OpenCV comes with its NuGet package, which asks the system for this
  libgtk-3-0 libatomic1
  # time zones, cultures, certificates, a font with Chinese characters for printed plates and reports
  tzdata libicu72 ca-certificates fonts-noto-cjk
  # printed plates embed TrueType outlines, which Noto CJK has not
  fonts-dejavu-core fonts-droid-fallback
  # addresses are asked for, and keys looked at, by the scripts and the guides
  curl openssl jq util-linux
)
test_packages=(
  # a library of planted disk faults, preloaded
  gcc libc6-dev
  # a broker and clients of MQTT that are not ours
  mosquitto mosquitto-clients
  chromium
  # an RTSP server that is not ours
  gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  # a validator of JSON Schema that is not ours
  python3-jsonschema
  # a parser of Prometheus' text that is not ours
  python3-prometheus-client
  # a reader of PDF that is not ours
  poppler-utils
  # the reverse proxy of deploy/, and a newly made Debian for the package
  nginx-light mmdebstrap iproute2 systemd
  # a witness and a log that are not ours
  python3-cryptography
  postgresql
)
# An S3 server with Object Lock, memory-backed, for the tests of the archive tier. Where it cannot be installed those tests are skipped, and say so.
tier_packages=(ceph-mon ceph-mgr ceph-osd ceph-common radosgw)

# Runs the Windows programs. Where it cannot be installed those tests are skipped, and say so.
windows_packages=(wine64)

wanted=("${run_packages[@]}")
[ "${1:-run}" = test ] && wanted+=("${test_packages[@]}")

find_missing() {
  missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
}

sudo=(); [ "$(id -u)" -eq 0 ] || sudo=(sudo)
install() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

find_missing "${wanted[@]}"
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing with apt: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  install "${missing[@]}"
fi

# What only some tests need, and cannot be had everywhere.
install_if_possible() { # what is skipped without them, packages …
  local what=$1; shift
  find_missing "$@"
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing with apt: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq || true
  install "${missing[@]}" || echo "Could not install ${missing[*]}: $what are skipped."
}

if [ "${1:-run}" = test ]; then
  install_if_possible "the tests against a real S3 server" "${tier_packages[@]}"
  install_if_possible "the tests of the Windows programs" "${windows_packages[@]}"
fi
