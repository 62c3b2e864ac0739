#!/usr/bin/env bash
# floor-cost.sh [CAMERAS] [SECONDS]: processor time of the agent with all its children against as many plain `ffmpeg -c copy`, of the same simulated cameras in one run.
# Cameras send 1080p25 at 4 Mbit/s with AAC. Needs the Release build of agent and simulator, ffmpeg, jq, curl. Prints shares of a core and the ratio.
set -euo pipefail
cameras=${1:-8} seconds=${2:-60} settle=30
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$root/artifacts/bin work=$(mktemp -d) pids=()
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
"$root/samples/video/make-load-clip.sh" "$work/load.mp4" >/dev/null 2>&1

port=18654; while (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
ids=$(seq -f 'K%g' "$cameras")
jq -n --argjson port "$port" --arg ids "$ids" '{controlPort:0, clipFolder:".", cameras:[$ids|split("\n")[]|{id:., port:$port, clips:["load.mp4"], order:"shuffle"}]}' >"$work/cameras.json"
# The demo room, its first camera's calibration given to every camera.
jq --arg ids "$ids" '.cameras[0] as $c | .cameras = [$ids|split("\n")[]|$c + {id:.}]' "$root/samples/rooms/room7/room.json" >"$work/room.json"
cp "$root"/samples/rooms/room7/*.png "$work/"
{
  printf 'site: bench\nagent: bench-1\nfolder: state\nfootage:\n  volume: footage\n  createVolume: true\nrooms:\n  - map: room.json\n    cameras:\n'
  for id in $ids; do printf '      - id: %s\n        address: rtsp://127.0.0.1:%d/%s/main\n' "$id" "$port" "$id"; done
  printf 'broker:\n  port: 0\napi:\n  listen: 127.0.0.1:0\n'
} >"$work/agent.yaml"

"$bin/ExamMonitor.CameraSimulator/release/exam-monitor-camera-simulator" --config "$work/cameras.json" >/dev/null & pids+=($!)
sleep 3
ticks_of() { # clock ticks of a process and everything below it, ended children included
  local total=0 pid
  for pid in "$@"; do
    local stat; stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    read -r -a f <<<"${stat##*) }"
    total=$((total + f[11] + f[12] + f[13] + f[14]))
    local below; below=$(cat /proc/"$pid"/task/*/children 2>/dev/null || true)
    [ -z "$below" ] || total=$((total + $(ticks_of $below)))
  done
  echo "$total"
}
share() { awk -v t="$1" -v s="$seconds" -v hz="$(getconf CLK_TCK)" 'BEGIN{printf "%.2f", 100*t/hz/s}'; }

copies=()
for id in $ids; do ffmpeg -nostdin -v error -rtsp_transport tcp -i "rtsp://127.0.0.1:$port/$id/main" -c copy -f mp4 -y "$work/$id.mp4" & copies+=($!); done
pids+=("${copies[@]}")
sleep "$settle"; before=$(ticks_of "${copies[@]}"); sleep "$seconds"; plain=$(($(ticks_of "${copies[@]}") - before))
kill "${copies[@]}"; wait "${copies[@]}" 2>/dev/null || true

"$bin/ExamMonitor.Agent/release/exam-monitor-agent" run --config "$work/agent.yaml" >"$work/agent.log" 2>&1 & agent=$!; pids+=("$agent")
sleep "$settle"
recording=$(grep -c ': recording ' "$work/agent.log" || true)
[ "$recording" -ge "$cameras" ] || { echo "Only $recording of $cameras cameras are recorded:" >&2; tail -n 20 "$work/agent.log" >&2; exit 1; }
before=$(ticks_of "$agent") own_before=$(awk '{sub(/.*\) /,""); print $12+$13}' "/proc/$agent/stat"); sleep "$seconds"
ours=$(($(ticks_of "$agent") - before)) own=$(($(awk '{sub(/.*\) /,""); print $12+$13}' "/proc/$agent/stat") - own_before))
echo "$cameras plain ffmpeg -c copy      $(share "$plain") % of a core"
echo "agent with all its children   $(share "$ours") % of a core (agent process alone $(share "$own") %)"
awk -v a="$ours" -v b="$plain" 'BEGIN{printf "ratio                         %.2f\n", a/b}'
