#!/usr/bin/env bash
# Runs a script on a disposable copy of this machine: its files are laid over the real ones and are gone with it, its network is loopback alone,
# and every process in it ends with it.
#   enter.sh FOLDER SCRIPT [ROOT]   FOLDER is shared with the copy; ROOT is laid over instead of this machine's files
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
mount -t overlay overlay -o "lowerdir=$lower,upperdir=upper,workdir=work" root
mount --rbind /dev root/dev
mount -t proc proc root/proc
mount --rbind /sys root/sys
mount -t tmpfs none root/run
mkdir -p "root$folder"
mount --bind "$folder" "root$folder"
# Built programs, their runtime and the sources, where they lie on another file system than the copy shows.
for path in "$EXAM_MONITOR_SOURCE" "${DOTNET_ROOT:-}" "$(dirname "$(readlink -f "$(command -v dotnet || echo /)")")"; do
  [ -n "$path" ] && [ "$path" != / ] || continue
  if [ "$lower" != / ] || ! [ -e "root$path" ]; then mkdir -p "root$path"; mount --bind "$path" "root$path"; mount -o remount,ro,bind "root$path"; fi
done
hostname agent-1.example
# The addresses that the documents name.
ip link set lo up
for address in 192.168.1.10 192.168.1.11 192.168.1.12 192.168.1.13 192.168.1.20; do ip address add "$address/32" dev lo; done
printf '127.0.0.1 localhost\n192.168.1.10 agent-1.example broker.example monitor.example.org\n192.168.1.20 agent-2.example\n' >root/etc/hosts
exec chroot root /usr/bin/env -u EXAM_MONITOR_MACHINE HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:"$(dirname "$(command -v dotnet || echo /bin/x)")" bash "$script"
