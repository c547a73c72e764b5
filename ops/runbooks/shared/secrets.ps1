# Prints the values of the config files, so that they can be masked wherever they turn up. They are kept in memory only.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { exit 0 }
Set-Location -LiteralPath $env:PROJECT_PATH
foreach ($file in (Get-Words $env:CONFIG_FILES)) {
    if (-not (Test-Path -LiteralPath $file -PathType Leaf)) { continue }
    foreach ($line in [System.IO.File]::ReadAllLines((Resolve-Path -LiteralPath $file).ProviderPath)) {
        if ($line -match '^\s*(?:export\s+|set\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$') { Say-Line "$($Matches[1])=$($Matches[2])" }
    }
}
