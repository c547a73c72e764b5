# What is here, as far as that can be told of a project that is not ours to know: its commit, where it is a checkout.
# Changes nothing.
# include: name-commit.ps1
# include: http-status.ps1
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
if (Get-Command git -ErrorAction SilentlyContinue) {
    $commit = Get-Line { git rev-parse --verify --quiet HEAD }
    if ($LASTEXITCODE -eq 0 -and $commit) {
        Fact 'commit' $commit
        Fact 'name' (Get-Name $commit)
        if ((Get-Lines { git status --porcelain --untracked-files=no }).Length -gt 0) { Fact 'dirty' 'yes' }
    }
}
# include: look-states.ps1
