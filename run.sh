#!/usr/bin/env bash
# The demo: three simulated cameras of one room, the agent with its broker, the dashboard. Installs what is missing first.
#   ./run.sh               runs until Ctrl-C; begins with an empty demo folder
#   ./run.sh --keep        goes on with the demo folder of the last run (footage, accounts)
#   ./run.sh --seconds N   ends by itself after N seconds
#   ./run.sh --port N      where the dashboard listens (default 8080, or the next free port)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

keep= seconds= wanted_port=8080
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=1 ;;
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --port) wanted_port=${2:?--port needs a number}; shift ;;
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "$1 is not an option; see ./run.sh --help" >&2; exit 2 ;;
  esac
  shift
done

build/packages.sh run
source build/dotnet.sh
source build/compile.sh
echo "Building (the first time takes a few minutes)"
compile samples/ExamMonitor.CameraSimulator agent/ExamMonitor.Agent dashboard/ExamMonitor.Dashboard
bin=$PWD/artifacts/bin

free_port() { # the first free port from $1 on
  local port=$1
  while (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

demo=$PWD/demo
[ -n "$keep" ] || rm -rf "$demo"
mkdir -p "$demo/log"; chmod 700 "$demo"
[ -s "$demo/camera.password" ] || (umask 077; openssl rand -hex 12 >"$demo/camera.password")

rtsp=$(free_port 8654) control=$(free_port 8674) dashboard=$(free_port "$wanted_port")
camera() { printf '{"id":"%s","port":%d,"clips":["%s_normal.mp4"],"order":"shuffle","userName":"viewer","password":"%s"}' "$1" "$rtsp" "$1" "$(<"$demo/camera.password")"; }
(umask 077; cat >"$demo/cameras.json") <<JSON
{"controlPort":$control,"clipFolder":"../samples/video","cameras":[$(camera C1),$(camera C2),$(camera C3)]}
JSON
at() { date -u -d "$1" +%Y-%m-%dT%H:%M:00Z; }
# A session that runs now, one this afternoon, one tomorrow: the pages have something to show.
{
  echo '场次编号,批次,考场,开始时间,结束时间,科目,人数'
  echo "demo-1,demo-batch,R7,$(at '-10 minutes'),$(at '+110 minutes'),电工（四级）实操,12"
  echo "demo-2,demo-batch,R7,$(at '+170 minutes'),$(at '+290 minutes'),焊工（四级）实操,12"
  echo "demo-3,demo-batch,R7,$(at '+1 day'),$(at '+1 day +2 hours'),钳工（五级）实操,10"
} >"$demo/schedule.csv"
{
  cat <<YAML
# The configuration of the demo. For one of your own: exam-monitor-agent example
site: demo
agent: demo-1
timeZone: Asia/Shanghai
folder: state
footage:
  volume: footage
  createVolume: true
rooms:
  - map: ../samples/rooms/room7/room.json
    cameras:
YAML
  for id in C1 C2 C3; do
    printf '      - id: %s\n        address: rtsp://127.0.0.1:%d/%s/main\n        user: viewer\n        passwordFile: camera.password\n' "$id" "$rtsp" "$id"
  done
  printf 'broker:\n  port: 0\napi:\n  listen: 127.0.0.1:0\n'
  printf 'schedule:\n  file: schedule.csv\n'
  # The demo's cameras play clips for ever, which is what a replay is.
  printf 'watch:\n  findReplays: false\n'
} >"$demo/agent.yaml"

pids=()
stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -gt 0 ] || exit "${1:-0}"
  echo "Stopping"
  # The dashboard and the agent first: the agent ends its runs in order while the cameras still answer.
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill -TERM "${pids[i]}" 2>/dev/null || true; wait "${pids[i]}" 2>/dev/null || true; done
  exit "${1:-0}"
}
trap 'stop 1' EXIT
trap 'stop 0' INT TERM

start() { # name, command …
  local name=$1; shift
  "$@" >"$demo/log/$name.log" 2>&1 &
  pids+=($!)
}
wait_for() { # what, seconds, command …
  local what=$1 limit=$2; shift 2
  for _ in $(seq $((limit * 5))); do
    "$@" >/dev/null 2>&1 && return 0
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || { echo "A part ended before $what:" >&2; tail -n 20 "$demo"/log/*.log >&2; stop 1; }; done
    sleep 0.2
  done
  echo "$what did not happen within $limit s:" >&2; tail -n 20 "$demo"/log/*.log >&2; stop 1
}

start cameras "$bin/ExamMonitor.CameraSimulator/release/exam-monitor-camera-simulator" --config "$demo/cameras.json"
wait_for "the cameras answered" 30 curl -fs "http://127.0.0.1:$control/cameras"
start agent "$bin/ExamMonitor.Agent/release/exam-monitor-agent" run --config "$demo/agent.yaml"
wait_for "the agent wrote its link for the dashboard" 60 test -s "$demo/state/dashboard-link.json"
start dashboard "$bin/ExamMonitor.Dashboard/release/exam-monitor-dashboard" --link "$demo/state/dashboard-link.json" --data "$demo/dashboard" --urls "http://127.0.0.1:$dashboard"
wait_for "the dashboard answered" 60 curl -fs -o /dev/null "http://127.0.0.1:$dashboard/login"

echo
echo "  Dashboard   http://127.0.0.1:$dashboard"
if [ -s "$demo/dashboard/first-password.txt" ]; then sed 's/^/  /' "$demo/dashboard/first-password.txt"; else echo "  Log in with the password that you set."; fi
echo
echo "  Make something happen:"
echo "    curl -d '{\"kind\":\"play\",\"clip\":\"C1_covered.mp4\"}' http://127.0.0.1:$control/cameras/C1/fault"
echo "    curl -d '{\"kind\":\"unreachable\"}'                    http://127.0.0.1:$control/cameras/C2/fault"
echo "    curl -d '{\"kind\":\"ok\"}'                             http://127.0.0.1:$control/cameras/C2/fault"
mqtt=$(jq -r .broker "$demo/state/dashboard-link.json" | sed 's:.*\:::')
(umask 077; jq -r '"-u \(.brokerUser)\n-P \(.brokerPassword)"' "$demo/state/dashboard-link.json" >"$demo/mosquitto_sub")
echo "    curl -d '{\"kind\":\"ok\"}'                             http://127.0.0.1:$control/cameras/C1/fault     # uncovers C1"
echo "  Read what is published (Debian: apt-get install mosquitto-clients; user and password lie in $demo/mosquitto_sub):"
echo "    XDG_CONFIG_HOME=$demo mosquitto_sub -p $mqtt -t 'exam-monitor/v1/demo/#' -F '%t %p'"
echo "  Logs and footage are in $demo. Ctrl-C ends everything."
if [ -n "$seconds" ]; then sleep "$seconds" & wait $! || true; else wait -n "${pids[@]}" || true; echo "A part ended by itself:" >&2; tail -n 20 "$demo"/log/*.log >&2; stop 1; fi
stop 0
