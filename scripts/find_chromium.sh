#!/bin/sh
# Prints the path of a Chromium-like browser for the tests, or nothing and exit 1. CORDEE_CHROMIUM=/path is tried first.
set -u
for name in "${CORDEE_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable microsoft-edge \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium \
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge" \
    "/c/Program Files/Google/Chrome/Application/chrome.exe" "/c/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"; do
    [ -n "$name" ] || continue
    found=$(command -v "$name" 2>/dev/null) || continue
    # A snap or a wrapper can be on the PATH and not start.
    "$found" --version >/dev/null 2>&1 </dev/null && { printf '%s\n' "$found"; exit 0; }
done
exit 1
