# What the migrations of $env:COMMIT would run, so that it can be judged before anything is changed. Nothing is touched:
# the new commit stands in a folder of its own, and the database is only asked what it has.
# include: say-sql.ps1
if ($env:MIGRATIONS -eq 'none') { Skip 'no-migrations' }
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$alembic = "$env:VENV\Scripts\alembic.exe"
# Of what alembic prints, the words that are revisions.
function Get-Revisions([string[]] $Lines) {
    $found = @($Lines | Where-Object { $_ -match '^[0-9A-Za-z_]+( \(.*\))?$' })
    return [string] (@($found | ForEach-Object { $_ -replace ' .*$', '' } | Sort-Object) -join ' ')
}
# The SQL; nothing where it cannot be told.
function Get-AlembicSql {
    if (-not (Test-Path -LiteralPath $alembic)) { return '' }
    $lines = Get-Lines { & $alembic heads }
    if ($LASTEXITCODE -ne 0) { return '' }
    $heads = Get-Revisions $lines
    $lines = Get-Lines { & $alembic current }
    if ($LASTEXITCODE -ne 0) { return '' }
    $current = Get-Revisions $lines
    if ($current -eq $heads) { Skip 'migrations-applied' }
    if ($current -match ' ') { return '' }
    $range = 'heads'
    if ($current) { $range = "${current}:heads" }
    $lines = Get-Lines { & $alembic upgrade $range --sql }
    if ($LASTEXITCODE -ne 0) { return '' }
    return (@($lines -replace '^-- Running upgrade .*-> ([0-9A-Za-z_, ]*)$', '-- migration: $1') -join "`n") + "`n"
}
$scratch = Join-Path ([System.IO.Path]::GetTempPath()) "lotsman-$([Guid]::NewGuid().ToString('N'))"
try {
    & git archive --format=zip "--output=$scratch.zip" $env:COMMIT
    if ($LASTEXITCODE -ne 0) { Fail 'scratch-unwritable' }
    Expand-Archive -LiteralPath "$scratch.zip" -DestinationPath $scratch
    foreach ($file in (Get-Words $env:CONFIG_FILES)) {
        if (Test-Path -LiteralPath $file -PathType Leaf) {
            $copy = Join-Path $scratch $file
            [void] [System.IO.Directory]::CreateDirectory((Split-Path -Parent $copy))
            Copy-Item -LiteralPath $file -Destination $copy
        }
    }
    Set-Location -LiteralPath $scratch
    $env:PYTHONDONTWRITEBYTECODE = '1'
    $sql = Get-AlembicSql
} finally {
    Set-Location -LiteralPath $env:PROJECT_PATH
    Remove-Item -LiteralPath "$scratch.zip", $scratch -Recurse -Force -ErrorAction SilentlyContinue
}
if (-not $sql) {
    Say-Unseen
    exit 0
}
if ($env:DATABASE -and (Get-Command psql -ErrorAction SilentlyContinue)) {
    # include: postgres-login.ps1
    # include: table-sizes.ps1
}
Say-Sql $sql 'postgres'
