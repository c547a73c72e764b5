# Logs the PostgreSQL clients in by their environment: a password in an argument would be seen in the list of processes.
# The variable $env:DATABASE_URL_NAME of the project's own file $env:DATABASE_URL_FILE is read here and stays here.
$env:PGDATABASE = $env:DATABASE
$env:PGCONNECT_TIMEOUT = '10'
if ($env:DATABASE_URL_FILE) {
    $path = Join-Path $env:PROJECT_PATH $env:DATABASE_URL_FILE
    if (-not (Test-Path -LiteralPath $path -PathType Leaf)) { Refuse 'database-url' }
    $name = [regex]::Escape($env:DATABASE_URL_NAME)
    $line = [System.IO.File]::ReadAllLines($path) | Where-Object { $_ -match "^\s*(export\s+|set\s+)?$name\s*=" } | Select-Object -Last 1
    $url = ([string] $line -replace '^[^=]*=\s*', '').Trim().Trim('"', "'")
    $parsed = $null
    if (-not [Uri]::TryCreate($url, [UriKind]::Absolute, [ref] $parsed) -or -not $parsed.Host) { Refuse 'database-url' }
    $user, $password = $parsed.UserInfo.Split([char[]] ':', 2)
    if ($user) { $env:PGUSER = [Uri]::UnescapeDataString($user) }
    if ($password) { $env:PGPASSWORD = [Uri]::UnescapeDataString($password) }
    $env:PGHOST = $parsed.Host
    if ($parsed.Port -gt 0) { $env:PGPORT = [string] $parsed.Port }
}
