#!/bin/sh
# Writes what Homebrew and Scoop need to install a release, from its checksums:
#   manifests.sh VERSION FOLDER     (FOLDER has SHA256SUMS and gets segue.rb and segue.json)
set -eu
version=$1 folder=$2
from=https://github.com/segue-go/segue/releases/download/$version

sum() { # of the archive of a platform
	s=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]segue-$version-$1\.tar\.gz\$/\1/p" "$folder/SHA256SUMS")
	[ -n "$s" ] || { echo "$folder/SHA256SUMS: nothing for $1" >&2; exit 1; }
	echo "$s"
}

darwin_arm=$(sum darwin-arm64) darwin_intel=$(sum darwin-amd64)
windows_arm=$(sum windows-arm64) windows_intel=$(sum windows-amd64)

cat > "$folder/segue.rb" <<END
cask "segue" do
  arch arm: "arm64", intel: "amd64"
  version "$version"
  sha256 arm: "$darwin_arm", intel: "$darwin_intel"
  url "https://github.com/segue-go/segue/releases/download/#{version}/segue-#{version}-darwin-#{arch}.tar.gz"
  name "segue"
  desc "Continue any sequence: time series and music"
  homepage "https://github.com/segue-go/segue"
  binary "segue-#{version}-darwin-#{arch}/segue"
  binary "segue-#{version}-darwin-#{arch}/completion/segue.zsh", target: "#{HOMEBREW_PREFIX}/share/zsh/site-functions/_segue"
  manpage "segue-#{version}-darwin-#{arch}/man/segue.1"
end
END

cat > "$folder/segue.json" <<END
{
  "version": "$version",
  "description": "Continue any sequence: time series and music",
  "homepage": "https://github.com/segue-go/segue",
  "license": "Apache-2.0",
  "architecture": {
    "64bit": {"url": "$from/segue-$version-windows-amd64.tar.gz", "hash": "$windows_intel", "extract_dir": "segue-$version-windows-amd64"},
    "arm64": {"url": "$from/segue-$version-windows-arm64.tar.gz", "hash": "$windows_arm", "extract_dir": "segue-$version-windows-arm64"}
  },
  "bin": "segue.exe"
}
END
