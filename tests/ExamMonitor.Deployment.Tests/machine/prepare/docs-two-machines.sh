site </dev/null
systemctl stop exam-monitor-agent
# The site that the page begins with was never started: an agent's id belongs to its volume.
find /srv/footage /var/lib/exam-monitor -mindepth 1 -delete
