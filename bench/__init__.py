"""Put and get beside rclone and restic: `python -m bench` prints a table and which goals hold."""
