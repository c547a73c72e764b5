# May the services be restarted here, and on which code? Changes nothing.
# include: name-commit.ps1
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
$head = Get-Line { git rev-parse --verify --quiet HEAD }
if ($LASTEXITCODE -eq 0 -and $head) {
    Fact 'previous_commit' $head
    Fact 'previous_name' (Get-Name $head)
}
# include: look-services.ps1
