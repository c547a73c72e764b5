# Is the commit here, and what would change? look-tree.ps1 comes first, and says what is there now.
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
# A way back is meant to take commits off again; a deploy that does is asked about, unless they are the asker's own.
if (-not $env:LOCAL_FIRST -and $env:UNDO_CONFIRMED -ne $previous) {
    $format = '--format=%an%x09%ae%x09%h %an: %s'
    $taken = @()
    foreach ($line in (Get-Lines { git log $format "$env:COMMIT..$previous" })) {
        $author, $mail, $shown = $line.Split([char[]] "`t", 3)
        $mine = $author -ceq $env:ACTOR -or ($env:ACTOR_GIT -and ($author -ceq $env:ACTOR_GIT -or $mail -eq $env:ACTOR_GIT))
        if (-not $mine) { $taken += $shown }
    }
    foreach ($line in @($taken | Select-Object -First 20)) { Item 'colleagues' $line }
    if ($taken.Length -gt 0) { Refuse 'would-undo' }
}
$format = '--format=%h %an: %s'
foreach ($line in (Get-Lines { git log --max-count=8 --abbrev=8 $format "$previous..$env:COMMIT" })) { Item 'commits' $line }
foreach ($line in (Get-Lines { git log --max-count=8 --abbrev=8 $format "$env:COMMIT..$previous" })) { Item 'undone' $line }
