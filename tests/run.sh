# Sourced by ./devportal test. Debug, so that it never overwrites the Release build that a running portal is made of.

# Those that take servers or whole portals come last: a mistake shows early.
slow=(LocalRun.Tests Eventing.Tests Identity.Tests Catalog.Tests Provisioning.Tests Credentials.Tests TykSync.Tests Gateway.Tests FrontEnd.Tests Portal.Tests System.Tests)
fast=()
for project in tests/*.Tests; do
  name=$(basename "$project")
  [[ " ${slow[*]} " == *" $name "* ]] || fast+=("$name")
done

locked=()
[ -f services/identity/packages.lock.json ] && locked=(--locked-mode)
say "Restoring"
dotnet restore DevPortal.sln -v quiet "${locked[@]}" || fail "The restore failed."
say "Building"
dotnet build DevPortal.sln --no-restore -v quiet --nologo "${no_servers[@]}" -clp:NoSummary || fail "The build failed."
mkdir -p TestResults
# Beside the tests that need no servers: each is content with one core.
say "Checking the format"
dotnet format DevPortal.sln --no-restore --verify-no-changes --exclude AppHost >TestResults/format.log 2>&1 &
format=$!
trap 'kill "$format" 2>/dev/null || true' EXIT
trap 'exit 130' INT
passed=0 failed=0 skipped=0
# Chromium is the distribution's.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
for name in "${fast[@]}" "${slow[@]}"; do
  if [ "$name" = "${slow[0]}" ]; then
    wait "$format" || fail "$(cat TestResults/format.log)
The format differs: dotnet format DevPortal.sln"
    trap - EXIT
  fi
  log=TestResults/$name.log
  started=$SECONDS
  status=0
  # What hangs is a failure too, and says where.
  timeout --foreground --kill-after=30 1800 dotnet "tests/$name/bin/Debug/net10.0/DevPortal.$name.dll" -noColor -noLogo -result-trx "TestResults/$name.trx" >"$log" 2>&1 || status=$?
  read -r total errors fails skips < <(sed -n 's/.*Total: *\([0-9]*\), Errors: *\([0-9]*\), Failed: *\([0-9]*\), Skipped: *\([0-9]*\).*/\1 \2 \3 \4/p' "$log" | tail -1) || total=0 errors=0 fails=0 skips=0
  # A runner that dies without a summary has failed, whatever it says.
  if [ "$((errors + fails))" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$total" -eq 0 ]; }; then errors=1; fi
  passed=$((passed + total - fails - skips)) failed=$((failed + fails + errors)) skipped=$((skipped + skips))
  printf '%-24s %4d passed %3d failed %3d skipped %5d s   %s\n' "$name" "$((total - fails - skips))" "$((fails + errors))" "$skips" "$((SECONDS - started))" \
    "$(grep -hoE '^(PostgreSQL|RabbitMQ): (native|container|external).*' "$log" | sort -u | paste -sd'; ' || true)"
  [ "$((errors + fails))" -eq 0 ] || cat "$log"
done

say "$passed passed, $failed failed, $skipped skipped in $((SECONDS / 60)) min $((SECONDS % 60)) s"
[ "$failed" -eq 0 ]
