# Dumps one database into <backups>\<tier>\<database>_<mark>.sql.gz and proves the file before it gets its name.
# pg_dump writes a file of its own, so that its status is its own too; the file is then packed, and read back.
# include: postgres-login.ps1
if (-not (Get-Command pg_dump -ErrorAction SilentlyContinue)) { Refuse 'pg-dump-missing' }
$folder = Join-Path $env:BACKUPS $env:TIER
try { [void] [System.IO.Directory]::CreateDirectory($folder) } catch { Refuse 'backups-unwritable' }
$name = "$($env:DATABASE)_$env:BACKUP_MARK.sql.gz"
$plain = Join-Path $folder ".$name.plain"
$part = Join-Path $folder ".$name.part"
function Remove-Parts { Remove-Item -LiteralPath $plain, $part -Force -ErrorAction SilentlyContinue }
function Get-Sum($Stream) {
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try { return [BitConverter]::ToString($sha.ComputeHash($Stream)).Replace('-', '').ToLowerInvariant() } finally { $sha.Dispose() }
}
try {
    & pg_dump --no-password --format=plain --file=$plain
    if ($LASTEXITCODE -ne 0) {
        Fact 'stage' "dump=$LASTEXITCODE"
        Remove-Parts
        Fail 'backup-failed'
    }
    $end = @(Get-Content -LiteralPath $plain -Tail 10)
    if (-not ($end -match '^-- PostgreSQL database dump complete')) {
        Remove-Parts
        Fail 'backup-incomplete'
    }
    $from = [System.IO.File]::OpenRead($plain)
    $to = New-Object System.IO.Compression.GZipStream ([System.IO.File]::Create($part)), ([System.IO.Compression.CompressionMode]::Compress)
    try { $from.CopyTo($to) } finally { $to.Dispose(); $from.Dispose() }
    $from = [System.IO.File]::OpenRead($plain)
    try { $written = Get-Sum $from } finally { $from.Dispose() }
    $back = New-Object System.IO.Compression.GZipStream ([System.IO.File]::OpenRead($part)), ([System.IO.Compression.CompressionMode]::Decompress)
    try { $read = Get-Sum $back } finally { $back.Dispose() }
    if ($written -ne $read) {
        Remove-Parts
        Fail 'backup-changed'
    }
    $path = Join-Path $folder $name
    $sum = (Get-FileHash -LiteralPath $part -Algorithm SHA256).Hash.ToLowerInvariant()
    [System.IO.File]::WriteAllText("$path.sha256", "$sum  $name`n", $LotsmanUtf8)
    Move-Item -LiteralPath $part -Destination $path -Force
    Remove-Parts
} catch {
    Say-Line "$_"
    Remove-Parts
    Fact 'stage' 'no'
    Fail 'backup-failed'
}
Fact 'backup_path' $path
Fact 'backup_engine' 'postgres'
Fact 'backup_level' '1'
Fact 'backup_bytes' (Get-Item -LiteralPath $path).Length
Fact 'backup_sha256' $sum
Say-Line "Backup created: $name"
