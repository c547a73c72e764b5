# What a deploy of $env:REF would bring, without touching what runs: git fetches, and the work tree stays as it is.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
# include: find-commit.ps1
# include: name-commit.ps1
$previous = Get-Line { git rev-parse --verify HEAD }
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
Fact 'previous_commit' $previous
Fact 'previous_name' (Get-Name $previous)
$remote = Get-Lines { git ls-remote --heads --tags origin }
if ($LASTEXITCODE -ne 0) { Fail 'remote-unreachable' }
$commit = Get-Advertised $remote
if (-not $commit) { $commit = Get-Known }
if (-not $commit) { Refuse 'unknown-ref' }
Fact 'commit' $commit
[void] (Get-Lines { git cat-file -e "$commit^{commit}" })
if ($LASTEXITCODE -ne 0) {
    [void] (Get-Lines { git fetch --quiet --tags origin })
    if ($LASTEXITCODE -ne 0) { Fail 'outlook-fetch' }
}
Fact 'commit_name' (Get-Name $commit)
Fact 'ahead' (Get-Line { git rev-list --count "$previous..$commit" })
Fact 'behind' (Get-Line { git rev-list --count "$commit..$previous" })
$format = '--format=%h %an: %s'
foreach ($line in (Get-Lines { git log --max-count=20 --abbrev=8 $format "$previous..$commit" })) { Item 'commits' $line }
foreach ($line in (Get-Lines { git log --max-count=20 --abbrev=8 $format "$commit..$previous" })) { Item 'undone' $line }
