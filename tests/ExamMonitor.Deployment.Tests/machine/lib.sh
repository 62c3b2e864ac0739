# What the preparations of documents use.

# The programs as the package puts them: on the path, under /usr/lib/exam-monitor, with their units and users.
installed() {
  mkdir -p /usr/lib/exam-monitor /etc/exam-monitor /usr/share/doc/exam-monitor
  local name project
  for name in agent dashboard verify; do
    project=ExamMonitor.${name^}
    ln -sfn "$EXAM_MONITOR_BIN/$project/release" "/usr/lib/exam-monitor/$name"
    ln -sfn "../lib/exam-monitor/$name/exam-monitor-$name" "/usr/bin/exam-monitor-$name"
  done
  ln -sfn "$EXAM_MONITOR_BIN/ExamMonitor.CameraSimulator/release/exam-monitor-camera-simulator" /usr/bin/exam-monitor-camera-simulator
  ln -sfn "$EXAM_MONITOR_BIN/ExamMonitor.Benchmarks/release/exam-monitor-benchmarks" /usr/bin/exam-monitor-benchmarks
  cp "$EXAM_MONITOR_SOURCE"/deploy/systemd/*.service /usr/lib/systemd/system/
  install -m 755 "$MACHINE/systemctl" /usr/bin/systemctl
  for name in exam-monitor exam-monitor-dashboard; do adduser --system --group --no-create-home --home /nonexistent --quiet "$name"; done
  # Services run under users of their own, wherever the sources and the packages' static files lie.
  local path
  for path in "$EXAM_MONITOR_BIN" "$HOME/.nuget/packages"; do
    while [ "$path" != / ]; do chmod o+x "$path" 2>/dev/null || true; path=$(dirname "$path"); done
  done
}

# Cameras C1 to C3 of room R7 at 192.168.1.11, .12 and .13, all at port 554, user viewer.
cameras() {
  local n folder; folder=$(mktemp -d)
  for n in 1 2 3; do
    cat >"$folder/$n.json" <<JSON
{"listenAddress":"192.168.1.1$n","controlPort":$((8570 + n)),"clipFolder":"$EXAM_MONITOR_SOURCE/samples/video",
 "cameras":[{"id":"C$n","port":554,"clips":["C${n}_normal.mp4"],"subClips":["C${n}_normal.mp4"],"order":"shuffle","userName":"viewer","password":"correct-horse"}]}
JSON
    "${EXAM_MONITOR_CAMERAS:-exam-monitor-camera-simulator}" --config "$folder/$n.json" >"$folder/$n.log" 2>&1 &
  done
  for n in 1 2 3; do until (: >"/dev/tcp/192.168.1.1$n/554") 2>/dev/null; do sleep 0.1; done; done
}

# within SECONDS COMMAND…: until it succeeds.
within() {
  local tries=$(($1 * 10)); shift
  for _ in $(seq $tries); do "$@" && return 0; sleep 0.1; done
  echo "not in time: $*" >&2; tail -n 20 /var/log/unit-*.log >&2; return 1
}

# The room's map beside a configuration in FOLDER.
room() { mkdir -p "$1/rooms"; cp -r "$EXAM_MONITOR_SOURCE"/samples/rooms/room7/. "$1/rooms/"; }

# A site whose agent runs as a service: /etc/exam-monitor, /srv/footage.
site() {
  installed; cameras; room /etc/exam-monitor
  (umask 077; mkdir -p /etc/exam-monitor/secrets; echo correct-horse >/etc/exam-monitor/secrets/cameras)
  {
    printf 'site: my-site\nagent: agent-1\nfolder: /var/lib/exam-monitor\nfootage:\n  volume: /srv/footage\n  createVolume: true\n  segmentSeconds: 10\n'
    printf 'rooms:\n  - map: rooms/room.json\n    cameras:\n'
    local n; for n in 1 2 3; do printf '      - id: C%d\n        address: rtsp://192.168.1.1%d/C%d/main\n        user: viewer\n        passwordFile: secrets/cameras\n' $n $n $n; done
    printf 'watch:\n  findReplays: false\nplates:\n  daily: false\n'
    cat
  } >/etc/exam-monitor/agent.yaml
  install -d -o exam-monitor -g exam-monitor -m 0750 /srv/footage
  chown -R exam-monitor: /etc/exam-monitor
  systemctl start exam-monitor-agent
}

# Waits until the agent of the site has committed a segment of each camera.
recorded() { within 60 segments "${1:-3}"; }
segments() { [ "$(find /srv/footage/2* -name '*.mp4' 2>/dev/null | wc -l)" -ge "$1" ]; }
