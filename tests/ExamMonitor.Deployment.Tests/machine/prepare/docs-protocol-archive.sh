# A volume with a segment, and its copy on a folder tier, under the names that the document uses.
site <<'Y'
schedule: { file: sessions.csv }
tier: { kind: folder, path: /mnt/second-tier, create: true }
Y
