#!/usr/bin/env bash
# Runs a script on a disposable copy of this machine: its files are laid over the real ones and are gone with it, its network is loopback alone,
# and every process in it ends with it.
#   enter.sh FOLDER SCRIPT [ROOT]   FOLDER is shared with the copy; ROOT, an archive of files that it has instead of this machine's
set -euo pipefail
folder=$1 script=$2 lower=${3:-/}
if [ "${EXAM_MONITOR_MACHINE:-}" != entered ]; then
  exec env EXAM_MONITOR_MACHINE=entered unshare --mount --net --uts --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
mount --make-rprivate /
mkdir -p "$folder/machine"
mount -t tmpfs -o size=6g none "$folder/machine"
cd "$folder/machine"
mkdir upper work root
if [ "$lower" = / ]; then mount -t overlay overlay -o "lowerdir=/,upperdir=upper,workdir=work" root
else tar -C root -xf "$lower"; fi
mount --rbind /dev root/dev
mount -t proc proc root/proc
mount --rbind /sys root/sys
mount -t tmpfs none root/run
mkdir -p "root$folder"
mount --bind "$folder" "root$folder"
# Built programs, their runtime and the sources, where they lie on another file system than the copy shows.
runtime=$(dirname "$(readlink -f "$(command -v dotnet || echo /)")")
[ "$lower" = / ] || runtime=
for path in "$EXAM_MONITOR_SOURCE" "$runtime"; do
  [ -n "$path" ] && [ "$path" != / ] || continue
  if [ "$lower" != / ] || ! [ -e "root$path" ]; then mkdir -p "root$path"; mount --bind "$path" "root$path"; mount -o remount,ro,bind "root$path"; fi
done
hostname agent-1.example
# The addresses that the documents name.
ip link set lo up
for address in 192.168.1.10 192.168.1.11 192.168.1.12 192.168.1.13 192.168.1.20; do ip address add "$address/32" dev lo; done
printf '127.0.0.1 localhost\n192.168.1.10 agent-1.example broker.example monitor.example.org\n192.168.1.20 agent-2.example\n' >root/etc/hosts
# The cameras of a root that has no runtime for them run outside of it, in the same network.
if [ "$lower" != / ]; then (source "$MACHINE/lib.sh"; EXAM_MONITOR_CAMERAS=$EXAM_MONITOR_BIN/ExamMonitor.CameraSimulator/release/exam-monitor-camera-simulator cameras); fi
exec chroot root /usr/bin/env -u EXAM_MONITOR_MACHINE HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:"$(dirname "$(command -v dotnet || echo /bin/x)")" bash "$script"
