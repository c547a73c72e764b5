# shellcheck shell=sh
# Is there room where the project is?
free_mb=$(df -Pk "$PROJECT_PATH" | awk 'NR == 2 { print int($4 / 1024) }')
fact free_mb "$free_mb"
fact need_mb "$FREE_DISK_MB"
[ "$free_mb" -ge "$FREE_DISK_MB" ] || refuse disk-full
echo "disk: $free_mb MB free"
