# shellcheck shell=sh
# What artisan knows of the migrations. Laravel 8 draws a table (| No | NAME |), later ones a line (NAME ... Pending).
# ask_migrations: sets migrations; fails when artisan or the database does not answer.
ask_migrations() {
    migrations=$(artisan migrate:status 2>&1) && return
    case $migrations in *able\ not\ found*) return ;; esac # nothing was ever migrated
    printf '%s\n' "$migrations"
    return 1
}
pending_migrations() {
    printf '%s\n' "$migrations" | sed -n 's/^| No *| \([^ ]*\) .*/\1/p; s/^ *\([^ ]*\) \.\.* Pending *$/\1/p'
}
applied_migrations() {
    printf '%s\n' "$migrations" | sed -n 's/^| Yes *| \([^ ]*\) .*/\1/p; s/^ *\([^ ]*\) \.\.* \[[0-9]*\] Ran *$/\1/p'
}
count_lines() { grep -c .; }
