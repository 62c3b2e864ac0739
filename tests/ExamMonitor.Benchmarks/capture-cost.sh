#!/usr/bin/env bash
# capture-cost.sh ADDRESS [SECONDS]: processor time of ffmpeg for one camera, plain copy against copy with key frame pictures in several variants.
# The camera should send 1080p25 at 4 Mbit/s with AAC. Prints user and system seconds, their sum as share of a core, and the ratio to plain copy.
set -euo pipefail
address=$1 seconds=${2:-30}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
fragments=(-movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 2000000 -write_prft wallclock -flush_packets 1 -f mp4 pipe:1)
concat=(-protocol_whitelist pipe,rtsp,rtp,udp,tcp,tls,crypto -f concat -safe 0 -i pipe:0)
script="ffconcat version 1.0
file '$address'
option rtsp_transport tcp
option fpsprobesize 0"
scale() { echo "${2:-}scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=$1,format=yuv420p"; }
pictures() { printf '%s\n' -map 0:v:0 -vf "$1" -fps_mode passthrough -c:v rawvideo -threads 1 -flush_packets 1 -f nut "$work/pictures"; }
base=0
run() {
  local name=$1; shift
  local spent; mkfifo "$work/pictures"; cat "$work/pictures" > /dev/null & local reader=$!
  exec 9<>"$work/pictures"   # so that the reader's open never waits when a variant has no pictures
  TIMEFORMAT='%U %S'
  spent=$( { time (printf '%s\n' "$script" | ffmpeg -nostdin -nostats -v error -y "$@" > /dev/null 2> "$work/errors") ; } 2>&1 ) || { cat "$work/errors"; exit 1; }
  exec 9>&-; wait "$reader" || true; rm "$work/pictures"
  base=$(awk -v s="$spent" -v b="$base" 'BEGIN{split(s,x," "); print (b==0)? x[1]+x[2] : b}')
  awk -v n="$name" -v s="$spent" -v t="$seconds" -v b="$base" 'BEGIN{split(s,x," "); c=x[1]+x[2]; printf "%-44s user %6.2f sys %6.2f  %5.2f %% of a core  ratio %.2f\n", n, x[1], x[2], 100*c/t, c/b}'
}
input=(-t "$seconds"); direct=(-rtsp_transport tcp -t "$seconds" -i "$address")
sparse="select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.9)',"
run "plain copy, -i rtsp -c copy -f mp4" "${direct[@]}" -c copy -f mp4 "$work/plain.mp4"
run "copy to fragments through the script" "${input[@]}" "${concat[@]}" -c copy "${fragments[@]}"
for flags in area fast_bilinear neighbor; do
  mapfile -t out < <(pictures "$(scale $flags "$sparse")")
  run "key frames, scale $flags" -threads 1 -skip_frame nokey -filter_threads 1 "${input[@]}" "${concat[@]}" -map 0:v -map 0:a -c copy "${fragments[@]}" "${out[@]}"
done
mapfile -t out < <(pictures "$(scale area "$sparse")")
run "area, -skip_loop_filter all" -threads 1 -skip_frame nokey -skip_loop_filter all -filter_threads 1 "${input[@]}" "${concat[@]}" -map 0:v -map 0:a -c copy "${fragments[@]}" "${out[@]}"
run "area, -flags2 fast" -threads 1 -skip_frame nokey -flags2 fast -filter_threads 1 "${input[@]}" "${concat[@]}" -map 0:v -map 0:a -c copy "${fragments[@]}" "${out[@]}"
run "area, -flags2 fast -skip_loop_filter all" -threads 1 -skip_frame nokey -flags2 fast -skip_loop_filter all -filter_threads 1 "${input[@]}" "${concat[@]}" -map 0:v -map 0:a -c copy "${fragments[@]}" "${out[@]}"
run "area, decoder threads auto" -skip_frame nokey "${input[@]}" "${concat[@]}" -map 0:v -map 0:a -c copy "${fragments[@]}" "${out[@]}"
