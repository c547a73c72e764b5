# What a deploy will need beyond its own checks: backups and the database. Changes nothing but making the backup folder.
try { [void] [System.IO.Directory]::CreateDirectory($env:BACKUPS) } catch { Refuse 'backups-unwritable' }
$probe = Join-Path $env:BACKUPS ".lotsman-$PID"
try {
    [System.IO.File]::WriteAllText($probe, '')
    Remove-Item -LiteralPath $probe -Force
} catch { Refuse 'backups-unwritable' }
if ($env:DATABASE) {
    # include: postgres-login.ps1
    if (-not (Get-Command pg_dump -ErrorAction SilentlyContinue)) { Refuse 'pg-dump-missing' }
    if (-not (Get-Command psql -ErrorAction SilentlyContinue)) { Refuse 'psql-missing' }
    [void] (Get-Lines { psql -w -X -A -t -c 'SELECT 1' })
    if ($LASTEXITCODE -ne 0) { Refuse 'database-unreachable' }
}
foreach ($file in (Get-Words $env:CONFIG_FILES)) {
    if (-not (Test-Path -LiteralPath (Join-Path $env:PROJECT_PATH $file))) { Warn 'config-missing' }
}
