installed; cameras; room /etc/exam-monitor
(umask 077; mkdir -p /etc/exam-monitor/secrets; echo correct-horse >/etc/exam-monitor/secrets/cameras)
install -d -o exam-monitor -g exam-monitor -m 0750 /srv/footage /mnt/archive-tier
chown -R exam-monitor: /etc/exam-monitor
# No door to the network leads to the S3 server of the example; its name is all that is looked at.
