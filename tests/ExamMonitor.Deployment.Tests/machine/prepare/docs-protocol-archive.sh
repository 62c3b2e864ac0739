# A volume with segments and their copies on a folder tier, under the names that the document uses.
mkdir -p /etc/exam-monitor; install -d -m 0777 /mnt/archive-tier
printf 'id,batch,room,start,end\nnow,demo,R7,%s,%s\n' "$(date -u -d '-5 minutes' +%FT%TZ)" "$(date -u -d '+1 hour' +%FT%TZ)" >/etc/exam-monitor/sessions.csv
site <<'Y'
schedule: { file: sessions.csv }
tier: { kind: folder, path: /mnt/archive-tier, create: true }
Y
recorded 4
for _ in $(seq 200); do [ -n "$(find /mnt/archive-tier/2* -path '*/C1/*.mp4' 2>/dev/null)" ] && break; sleep 0.1; done
systemctl stop exam-monitor-agent
day=$(cd /srv/footage && ls -d 2*/*)
mkdir -p /mnt/archive-tier/2026/03-02/R7 2026/03-02/R7
cp -r "/mnt/archive-tier/$day/R7/C1" /mnt/archive-tier/2026/03-02/R7/
cp -r "/srv/footage/$day/R7/C1" 2026/03-02/R7/
cp "$(ls 2026/03-02/R7/C1/*.mp4 | sed -n 1p)" 2026/03-02/R7/C1/010000Z.mp4
