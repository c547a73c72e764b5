# Get-Name COMMIT: as people call it: its tag, or a short commit.
function Get-Name([string] $Commit) {
    $name = Get-Line { git describe --tags --exact-match $Commit }
    if ($LASTEXITCODE -eq 0 -and $name) { return $name }
    return Get-Line { git rev-parse --short=8 $Commit }
}
