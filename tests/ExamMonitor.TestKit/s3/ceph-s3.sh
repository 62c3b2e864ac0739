#!/usr/bin/env bash
# A throw-away S3 server with Object Lock on loopback: one-host Ceph (monitor, manager, one memory-backed OSD, RADOS gateway).
#   ceph-s3.sh DIR PORT MONITOR_PORT ACCESS_KEY SECRET_KEY
# DIR is an empty folder of the caller's. Prints "ready" once it answers, and lives as long as its standard input is open: when whoever started it dies,
# however it dies, everything ends with it. Needs Debian's ceph-mon ceph-mgr ceph-osd ceph-common radosgw; runs as the calling user.
set -euo pipefail
dir=$1 port=$2 monitor_port=$3 access=$4 secret=$5
cd "$dir"; mkdir -p mon mgr osd run
export CEPH_CONF="$dir/ceph.conf"
fsid=$(cat /proc/sys/kernel/random/uuid)
pids=()
# Killed, not asked: everything is thrown away, and a monitor that is asked takes seconds.
end() { trap - EXIT TERM INT HUP; for p in "${pids[@]}"; do kill -9 "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; exit "${1:-0}"; }
trap 'end 1' EXIT TERM INT HUP
start() { "$@" </dev/null >>"$dir/out.log" 2>&1 & pids+=($!); }
until_true() { for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep .1; done; echo "not within 30 s: $*; see $dir/*.log" >&2; end 1; }
cat >ceph.conf <<CONF
[global]
fsid = $fsid
mon host = 127.0.0.1:$monitor_port
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
ms bind ipv4 = true
public addr = 127.0.0.1
run dir = $dir/run
log file = $dir/\$name.log
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
[mon]
mon data = $dir/mon
[mgr]
mgr data = $dir/mgr
keyring = $dir/keyring
mgr modules =
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 2147483648
[client]
keyring = $dir/keyring
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw thread pool size = 16
CONF
ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
for n in client.admin client.rgw mgr.x; do ceph-authtool keyring --gen-key -n $n --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' --cap mds 'allow *' >/dev/null; done
monmaptool --create --add a "127.0.0.1:$monitor_port" --fsid "$fsid" monmap >/dev/null
ceph-mon --mkfs -i a --monmap monmap --keyring keyring; cp keyring mon/keyring
start ceph-mon -f -i a
until_true timeout 2 ceph -s
start ceph-mgr -f -i x
uuid=$(cat /proc/sys/kernel/random/uuid); key=$(ceph-authtool --gen-print-key)
printf '{"cephx_secret":"%s"}' "$key" | ceph osd new "$uuid" -i - >/dev/null 2>>out.log
ceph-authtool --create-keyring osd/keyring -n osd.0 --add-key "$key" >/dev/null
ceph-osd -i 0 --mkfs --osd-uuid "$uuid" >>out.log 2>&1
start ceph-osd -f -i 0
osd_is_up() { timeout 5 ceph osd stat 2>/dev/null | grep -q '1 up'; }
until_true osd_is_up
start radosgw -f -n client.rgw
until_true curl -fs -o /dev/null "http://127.0.0.1:$port"
radosgw-admin -n client.rgw user create --uid=tester --display-name=tester --access-key="$access" --secret-key="$secret" >/dev/null 2>>out.log
echo ready
# Returns when the other end is closed.
cat >/dev/null || true
end 0
