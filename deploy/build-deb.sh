#!/usr/bin/env bash
# Builds artifacts/exam-monitor_VERSION_ARCH.deb: agent, dashboard, verifier, units, documentation. The .NET runtime travels inside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/dotnet.sh
arch=$(dpkg --print-architecture)
[ "$arch" = amd64 ] || { echo "The vision library is packaged for amd64 alone, not for $arch." >&2; exit 1; }
rid=linux-x64
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
root=artifacts/deb/root
rm -rf artifacts/deb; mkdir -p "$root"/{DEBIAN,usr/lib/exam-monitor,usr/lib/systemd/system,usr/share/doc/exam-monitor,usr/bin}
publish() {
  dotnet publish "$1" -c Release -r "$rid" --self-contained -o "$root/usr/lib/exam-monitor/$2" -v quiet --nologo -clp:NoSummary \
    -p:RestoreLockedMode=false -p:RunAnalyzers=false -p:DebugType=none "${@:3}"
}
publish agent/ExamMonitor.Agent agent
publish dashboard/ExamMonitor.Dashboard dashboard
# The verifier is one file that an evaluator can carry away.
publish agent/ExamMonitor.Verify verify -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true
for name in agent dashboard verify; do ln -s "../lib/exam-monitor/$name/exam-monitor-$name" "$root/usr/bin/exam-monitor-$name"; done
cp deploy/systemd/*.service "$root/usr/lib/systemd/system/"
cp -r docs/. README.md CHANGELOG.md THIRD-PARTY-NOTICES.md deploy/broker deploy/reverse-proxy "$root/usr/share/doc/exam-monitor/"
cat >"$root/DEBIAN/control" <<CONTROL
Package: exam-monitor
Version: $version
Architecture: $arch
Maintainer: Exam Monitor developers <developers@exam-monitor.example>
Depends: ffmpeg (>= 7:5.1), libicu72 | libicu74 | libicu76, tzdata, util-linux, adduser, fonts-noto-cjk, fonts-droid-fallback,
 libgtk-3-0 | libgtk-3-0t64, libatomic1
Section: video
Priority: optional
Description: Records exam rooms and proves that every workstation was watched
 Pulls RTSP from exam-room cameras, measures that every station and the room are in view and properly lit,
 keeps the footage for its legal windows and publishes coverage over MQTT to a dashboard.
CONTROL
cat >"$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
for user in exam-monitor exam-monitor-dashboard; do
  adduser --system --group --no-create-home --home /nonexistent --quiet "$user"
done
systemctl daemon-reload 2>/dev/null || true
if [ -n "$2" ]; then systemctl try-restart exam-monitor-agent exam-monitor-dashboard 2>/dev/null || true
elif ! [ -e /etc/exam-monitor/agent.yaml ]; then echo "Go on with /usr/share/doc/exam-monitor/installing.md, step 2."; fi
POSTINST
cat >"$root/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
[ "$1" != remove ] || systemctl disable --now exam-monitor-dashboard exam-monitor-agent 2>/dev/null || true
PRERM
# Footage, state and configuration stay, also at a purge: what the law asks to keep does not go with a program.
cat >"$root/DEBIAN/postrm" <<'POSTRM'
#!/bin/sh
set -e
systemctl daemon-reload 2>/dev/null || true
[ "$1" != purge ] || echo "Footage, state and configuration are left alone: /srv/footage, /var/lib/exam-monitor*, /etc/exam-monitor."
POSTRM
chmod 755 "$root"/DEBIAN/{postinst,prerm,postrm}
dpkg-deb --root-owner-group -Zzstd -z3 --build "$root" "artifacts/exam-monitor_${version}_$arch.deb" >/dev/null
echo "artifacts/exam-monitor_${version}_$arch.deb"
