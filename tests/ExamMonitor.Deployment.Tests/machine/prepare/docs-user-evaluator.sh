site </dev/null
recorded
# An orderly stop signs a head over all of it.
systemctl restart exam-monitor-agent
