# Does .env have the parameters that are new in .env.example? Names alone are told. look-commit.ps1 comes first.
function Get-Names([string[]] $Lines) {
    return , @($Lines | Where-Object { $_ -match '^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=' } |
            ForEach-Object { ($_ -replace '^\s*(?:export\s+)?', '') -replace '\s*=.*$', '' } | Sort-Object -Unique)
}
$wanted = Get-Lines { git show "${env:COMMIT}:.env.example" }
if ($LASTEXITCODE -eq 0 -and (Test-Path -LiteralPath '.env' -PathType Leaf)) {
    $knew = Get-Names (Get-Lines { git show "${previous}:.env.example" })
    $has = Get-Names ([System.IO.File]::ReadAllLines((Resolve-Path -LiteralPath '.env').ProviderPath))
    $missing = @(Get-Names $wanted | ForEach-Object { $_ } | Where-Object { $has -cnotcontains $_ -and $knew -cnotcontains $_ })
    if ($missing.Length -gt 0) {
        Fact 'env_missing' ($missing -join ', ')
        if ($env:STRICT_ENV) { Refuse 'env-missing' }
        Warn 'env-missing'
    }
}
