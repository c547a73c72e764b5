# Put-Config ARCHIVE: writes the saved config files back, into the files that are there: their owner and rights stay.
function Put-Config([string] $Archive) {
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    try {
        $zip = [System.IO.Compression.ZipFile]::OpenRead($Archive)
    } catch { Fail 'config-unreadable' }
    try {
        foreach ($entry in $zip.Entries) {
            $target = Join-Path $env:PROJECT_PATH $entry.FullName
            [void] [System.IO.Directory]::CreateDirectory((Split-Path -Parent $target))
            $from = $entry.Open()
            $to = New-Object System.IO.FileStream $target, 'Create', 'Write', 'None'
            try { $from.CopyTo($to) } finally { $to.Dispose(); $from.Dispose() }
            Say-Line "restored $($entry.FullName)"
        }
    } catch { Fail 'config-unwritable' } finally { $zip.Dispose() }
}
# Get-SavedConfig: the newest archive of the config files that was made while $env:COMMIT was live, if there is one.
function Get-SavedConfig {
    $folder = Join-Path $env:BACKUPS "config\$env:PROJECT"
    if (-not (Test-Path -LiteralPath $folder)) { return '' }
    $short = $env:COMMIT.Substring(0, 12)
    # Names hold the time: the last one is the newest.
    return [string] (Get-ChildItem -LiteralPath $folder -Filter "*_$short.zip" | Sort-Object Name |
            Select-Object -Last 1 -ExpandProperty FullName)
}
