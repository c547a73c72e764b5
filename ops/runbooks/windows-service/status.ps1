# What is live here and how it does. Changes nothing.
# include: name-commit.ps1
# include: http-status.ps1
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$commit = Get-Line { git rev-parse --verify HEAD }
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
Fact 'commit' $commit
Fact 'name' (Get-Name $commit)
if ((Get-Lines { git status --porcelain --untracked-files=no }).Length -gt 0) { Fact 'dirty' 'yes' }
# include: look-states.ps1
