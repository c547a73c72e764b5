# Is there room, is the checkout clean, and which commit is it? Leaves us where the project is.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$drive = New-Object System.IO.DriveInfo ([System.IO.Path]::GetPathRoot($env:PROJECT_PATH))
$free = [long] ($drive.AvailableFreeSpace / 1MB)
Fact 'free_mb' $free
Fact 'need_mb' $env:FREE_DISK_MB
if ($free -lt [long] $env:FREE_DISK_MB) { Refuse 'disk-full' }
$previous = Get-Line { git rev-parse --verify HEAD }
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
Fact 'previous_commit' $previous
Fact 'previous_name' (Get-Name $previous)
$dirty = Get-Lines { git status --porcelain --untracked-files=no }
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
if ($dirty.Length -gt 0) {
    foreach ($line in @($dirty | Select-Object -First 5)) { Item 'dirty' $line.Substring(3) }
    Refuse 'dirty-tree'
}
