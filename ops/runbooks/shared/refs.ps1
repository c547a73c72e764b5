# Lists branches and tags, newest first. Changes nothing but what git remembers of the remote.
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH)) { Refuse 'path-missing' }
Set-Location -LiteralPath $env:PROJECT_PATH
[void] (Get-Lines { git fetch --quiet --prune --tags origin })
if ($LASTEXITCODE -ne 0) { Fail 'remote-unreachable' }
$format = '%(refname) %(creatordate:unix) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)'
foreach ($line in (Get-Lines { git for-each-ref --sort=-creatordate --count=40 --format=$format refs/remotes/origin refs/tags })) {
    $name, $at, $id = $line.Split(' ')
    if ($name -eq 'refs/remotes/origin/HEAD') { continue }
    if ($name.StartsWith('refs/remotes/origin/')) { Item 'refs' "branch $at $id $($name.Substring(20))" }
    if ($name.StartsWith('refs/tags/')) { Item 'refs' "tag $at $id $($name.Substring(10))" }
}
