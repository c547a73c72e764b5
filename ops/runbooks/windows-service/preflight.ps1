# Everything that could stop the deploy half way is looked at before the first change.
# include: name-commit.ps1
# include: look-tree.ps1
# include: look-services.ps1
if (-not (Test-Path -LiteralPath "$env:VENV\Scripts\python.exe")) { Refuse 'venv-missing' }
[void] (Get-Lines { git cat-file -e "$env:COMMIT^{commit}" })
if ($LASTEXITCODE -ne 0) {
    [void] (Get-Lines { git fetch --quiet --tags origin })
    if ($LASTEXITCODE -ne 0) { Fail 'remote-unreachable' }
    [void] (Get-Lines { git cat-file -e "$env:COMMIT^{commit}" })
    if ($LASTEXITCODE -ne 0) { Refuse 'commit-missing' }
}
Fact 'commit_name' (Get-Name $env:COMMIT)
if ($env:COMMIT -eq $previous -and -not $env:AGAIN) { Refuse 'already-live' }
Fact 'ahead' (Get-Line { git rev-list --count "$previous..$env:COMMIT" })
Fact 'behind' (Get-Line { git rev-list --count "$env:COMMIT..$previous" })
$format = '--format=%h %an: %s'
foreach ($line in (Get-Lines { git log --max-count=8 --abbrev=8 $format "$previous..$env:COMMIT" })) { Item 'commits' $line }
foreach ($line in (Get-Lines { git log --max-count=8 --abbrev=8 $format "$env:COMMIT..$previous" })) { Item 'undone' $line }
[void] (Get-Lines { git diff --quiet $previous $env:COMMIT -- $env:REQUIREMENTS })
if ($LASTEXITCODE -ne 0) { Fact 'requirements_changed' 'yes' }
if ($env:MIGRATIONS -ne 'none') {
    foreach ($file in (Get-Lines { git diff --name-only --diff-filter=A $previous $env:COMMIT -- $env:MIGRATIONS_FOLDER })) {
        Item 'migrations' ($file -replace '^.*/', '')
    }
}
foreach ($file in (Get-Words $env:CONFIG_FILES)) {
    if (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
        Fact 'config_file' $file
        Warn 'config-missing'
    }
}
Say-Line "$previous -> $env:COMMIT"
