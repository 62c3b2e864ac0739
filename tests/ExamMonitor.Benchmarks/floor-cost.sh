#!/usr/bin/env bash
# floor-cost.sh [CAMERAS] [SECONDS] [ROUNDS]: processor time of whole agents with all their children against as many plain `ffmpeg -c copy`, of the same simulated cameras at the same time.
# One agent takes its pictures from the key frames of the recorded streams, the other from sub-streams. Cameras send 1080p25 at 4 Mbit/s with AAC, a key frame a second; their sub-streams 640x360 at
# 0.5 Mbit/s, a key frame a second. They show the empty demo room and noise, as long as the run lasts: nothing repeats, nothing changes; SCENE=test shows a moving test picture instead, whose
# verdicts never come to rest. Needs the Release build of agent and simulator, ffmpeg, jq. Prints ms of processor time per camera and second, and ratios to the plain copy.
set -euo pipefail
cameras=${1:-4} seconds=${2:-60} rounds=${3:-3} settle=${SETTLE:-90}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$root/artifacts/bin agent_program=${AGENT:-$root/artifacts/bin/ExamMonitor.Agent/release/exam-monitor-agent} work=$(mktemp -d) pids=()
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
video=(-c:v libx264 -profile:v main -preset veryfast -tune zerolatency -bf 0 -g 25 -keyint_min 25 -sc_threshold 0)
if [ "${SCENE:-room}" = room ]; then
  ffmpeg -v error -nostdin -y -loop 1 -framerate 25 -i "$root/samples/rooms/room7/C1_reference.png" -f lavfi -i 'aevalsrc=0.02*sin(2*PI*1000*t):s=48000:c=mono' -t $((settle + seconds * rounds + 60)) \
    -vf 'scale=1920:1080,noise=alls=7:allf=t,format=yuv420p' "${video[@]}" -b:v 4M -maxrate 4M -bufsize 4M -c:a aac -b:a 48k "$work/load.mp4"
else
  "$root/samples/video/make-load-clip.sh" "$work/load.mp4" >/dev/null 2>&1
fi
ffmpeg -v error -nostdin -y -i "$work/load.mp4" -an -vf scale=640:360 "${video[@]}" -b:v 0.5M -maxrate 0.5M -bufsize 0.5M "$work/sub.mp4"

port=18654; while (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
ids=$(seq -f 'K%g' "$cameras")
jq -n --argjson port "$port" --arg ids "$ids" '{controlPort:0, clipFolder:".", cameras:[$ids|split("\n")[]|{id:., port:$port, clips:["load.mp4"], subClips:["sub.mp4"], order:"shuffle"}]}' >"$work/cameras.json"
# The demo room, its first camera's calibration given to every camera.
jq --arg ids "$ids" '.cameras[0] as $c | .cameras = [$ids|split("\n")[]|$c + {id:.}]' "$root/samples/rooms/room7/room.json" >"$work/room.json"
cp "$root"/samples/rooms/room7/*.png "$work/"
configure() { # NAME SUB: writes NAME.yaml
  printf 'site: bench\nagent: bench-%s\nfolder: state-%s\nfootage:\n  volume: footage-%s\n  createVolume: true\nrooms:\n  - map: room.json\n    cameras:\n' "$1" "$1" "$1"
  for id in $ids; do
    printf '      - id: %s\n        address: rtsp://127.0.0.1:%d/%s/main\n' "$id" "$port" "$id"
    [ -z "$2" ] || printf '        analysisAddress: rtsp://127.0.0.1:%d/%s/sub\n' "$port" "$id"
  done
  printf 'broker:\n  port: 0\napi:\n  listen: 127.0.0.1:0\n'
}
configure main "" >"$work/main.yaml"; configure sub yes >"$work/sub.yaml"

"$bin/ExamMonitor.CameraSimulator/release/exam-monitor-camera-simulator" --config "$work/cameras.json" >/dev/null & pids+=($!)
sleep 3
ticks() { local f; f=$(cat "/proc/$1/stat" 2>/dev/null) || { echo 0; return; }; read -r -a f <<<"${f##*) }"; echo $(($(($2)))); } # PID FIELDS: of /proc/PID/stat behind the name, from 0
spent() { local total=0 pid; for pid in "$@"; do total=$((total + $(ticks "$pid" 'f[11]+f[12]'))); done; echo "$total"; } # user and system time with all threads, ended ones too
below() { cat /proc/"$1"/task/*/children 2>/dev/null || true; }
sort_of() { # AGENT KIND: its living children that record, that measure, and the others
  local pid kind words; for pid in $(below "$1"); do
    words=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) || continue
    case $words in *frag_duration*) kind=record ;; *exam-monitor-agent*) kind=measure ;; *) kind=other ;; esac
    [ "$kind" != "$2" ] || echo "$pid"
  done
}

copies=()
for id in $ids; do ffmpeg -nostdin -v error -rtsp_transport tcp -i "rtsp://127.0.0.1:$port/$id/main" -c copy -f mp4 -y "$work/$id.mp4" & copies+=($!); done
pids+=("${copies[@]}")
declare -A agent
for name in main sub; do
  "$agent_program" run --config "$work/$name.yaml" >"$work/$name.log" 2>&1 & agent[$name]=$!; pids+=("$!")
done
sleep "$settle"
for name in main sub; do
  recording=$(grep -c ': recording ' "$work/$name.log" || true)
  [ "$recording" -ge "$cameras" ] || { echo "Only $recording of $cameras cameras are recorded:" >&2; tail -n 20 "$work/$name.log" >&2; exit 1; }
done
take() { # PLAIN, then for each agent OWN RECORDING MEASURING OTHERS
  local name pid; printf '%s' "$(spent "${copies[@]}")"
  for name in main sub; do
    pid=${agent[$name]}
    printf ' %s %s %s %s' "$(spent "$pid")" "$(spent $(sort_of "$pid" record))" "$(spent $(sort_of "$pid" measure))" "$(($(spent $(sort_of "$pid" other)) + $(ticks "$pid" 'f[13]+f[14]')))"
  done
  echo
}
echo "$cameras cameras, ms of processor time per camera and second, in $rounds rounds of $seconds s after $settle s"
echo "round  plain copy | pictures from    agent  recording  measuring  other children   sum  ratio"
before=$(take)
for round in $(seq "$rounds"); do
  sleep "$seconds"; after=$(take)
  awk -v b="$before" -v a="$after" -v n="$((cameras * seconds))" -v hz="$(getconf CLK_TCK)" -v r="$round" 'BEGIN{split(b,x," ");split(a,y," ");for(i=1;i<=9;i++)d[i]=(y[i]-x[i])*1000/hz/n;
    for(k=0;k<2;k++){o=2+4*k;sum=d[o]+d[o+1]+d[o+2]+d[o+3];printf "%5d %11.2f | %-14s %7.2f %10.2f %10.2f %15.2f %5.2f %6.2f\n",r,d[1],k?"sub-stream":"key frames",d[o],d[o+1],d[o+2],d[o+3],sum,sum/d[1]}}'
  before=$after
done
