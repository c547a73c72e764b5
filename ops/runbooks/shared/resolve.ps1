# Finds the one commit that $env:REF means, and nothing else: every later step uses the commit.
# A deploy asks the remote, so that it never takes a branch as it was yesterday. A way back
# ($env:LOCAL_FIRST) asks the checkout first: it has to work when the git server does not.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
[void] (Get-Line { git rev-parse --git-dir })
if ($LASTEXITCODE -ne 0) { Refuse 'no-repository' }
# include: find-commit.ps1
$commit = ''
$remote = @()
if ($env:LOCAL_FIRST) { $commit = Get-Known }
if (-not $commit) {
    $remote = Get-Lines { git ls-remote --heads --tags origin }
    if ($LASTEXITCODE -ne 0) { Fail 'remote-unreachable' }
    $commit = Get-Advertised $remote
}
# No branch and no tag: perhaps a commit, or a relative of something (main~1).
if (-not $commit -and $env:REF -match '[~^]|^[0-9a-f]{7,}') {
    $commit = Get-Known
    if (-not $commit) {
        [void] (Get-Lines { git fetch --quiet --tags origin })
        $commit = Get-Known
    }
}
if (-not $commit) {
    foreach ($line in @($remote | Where-Object { $_ -notmatch '\^\{\}$' } | Select-Object -First 200)) {
        Item 'refs' ($line -replace '^[0-9a-f]+\s+refs/(heads|tags)/', '')
    }
    Refuse 'unknown-ref'
}
Fact 'commit' $commit
Say-Line "$env:REF is $commit"
