# Two ways to find the commit that $env:REF means.

# The checkout's idea of a name; of a branch, what the remote had at the last fetch.
function Get-Known {
    # On a way back: so many commits before the one that is live, whatever the remote calls its HEAD.
    if ($env:REF -like 'HEAD~*') { return Get-Line { git rev-parse --verify --quiet "$env:REF^{commit}" } }
    foreach ($name in "refs/remotes/origin/$env:REF", "refs/tags/$env:REF", $env:REF) {
        $found = Get-Line { git rev-parse --verify --quiet "$name^{commit}" }
        if ($LASTEXITCODE -eq 0 -and $found) { return $found }
    }
    return ''
}
# A tag that is an object of its own is followed by a line for the commit it points to.
function Get-Advertised([string[]] $Remote) {
    $found = @{}
    foreach ($line in $Remote) {
        $id, $name = $line.Split("`t")
        $found[$name] = $id
    }
    foreach ($name in "refs/heads/$env:REF", "refs/tags/$env:REF^{}", "refs/tags/$env:REF") {
        if ($found.ContainsKey($name)) { return $found[$name] }
    }
    return ''
}
