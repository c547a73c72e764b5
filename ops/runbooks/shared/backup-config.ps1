# Saves the config files under the commit they belong to, so that a way back to it finds them.
$folder = Join-Path $env:BACKUPS "config\$env:PROJECT"
try { [void] [System.IO.Directory]::CreateDirectory($folder) } catch { Refuse 'backups-unwritable' }
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$commit = Get-Line { git rev-parse HEAD }
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
$archive = Join-Path $folder "$($env:STAMP)_$($commit.Substring(0, 12)).zip"
$files = @()
foreach ($file in (Get-Words $env:CONFIG_FILES)) {
    if (Test-Path -LiteralPath $file -PathType Leaf) { $files += $file } else { Warn 'config-missing' }
}
if ($files.Length -eq 0) { Skip 'no-config' }
Add-Type -AssemblyName System.IO.Compression
Add-Type -AssemblyName System.IO.Compression.FileSystem
try {
    # What an earlier try has left behind must not stand in the way of this one.
    Remove-Item -LiteralPath "$archive.part" -Force -ErrorAction SilentlyContinue
    $zip = [System.IO.Compression.ZipFile]::Open("$archive.part", 'Create')
    try {
        foreach ($file in $files) {
            $path = (Resolve-Path -LiteralPath $file).ProviderPath
            [void] [System.IO.Compression.ZipFileExtensions]::CreateEntryFromFile($zip, $path, $file.Replace('\', '/'))
        }
    } finally { $zip.Dispose() }
    $zip = [System.IO.Compression.ZipFile]::OpenRead("$archive.part")
    $saved = $zip.Entries.Count
    $zip.Dispose()
    if ($saved -ne $files.Length) { throw 'an entry is missing' }
    Move-Item -LiteralPath "$archive.part" -Destination $archive -Force
} catch {
    Say-Line "$_"
    Remove-Item -LiteralPath "$archive.part" -Force -ErrorAction SilentlyContinue
    Fact 'stage' 'no'
    Fail 'backup-failed'
}
Fact 'backup_path' $archive
Fact 'backup_engine' 'config'
Fact 'backup_level' '1'
Fact 'backup_bytes' (Get-Item -LiteralPath $archive).Length
Fact 'backup_sha256' (Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash.ToLowerInvariant()
Fact 'config_saved' $archive
Say-Line "Saved: $files in $archive"
