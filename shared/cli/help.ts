/** What `evenkeel --help` prints: enough for somebody who has never seen the tool. */
export const help = `evenkeel: who really gets the traffic of an AKS cluster, and why the others don't

Usage
  evenkeel audit [options]     audit clusters and print a report
  evenkeel plan [options]      what manifests would do to traffic in this cluster, before the merge
  evenkeel migration           hosts on NGINX and on the Gateway API side by side; --from,
                               --cluster, --format text, markdown, json, --output as for audit
  evenkeel mcp [options]       read-only tools for agents (Model Context Protocol, standard input)
  evenkeel preflight           what your login may and may not read, and what grants the rest
  evenkeel save --cluster NAME saves what an audit of a live cluster reads, to audit it elsewhere
  evenkeel explain RULE        what a rule finds, why it matters, how to fix it
  evenkeel rules               list all rules
  evenkeel policy check FILE   checks a policy file: every fault with line and column
  evenkeel slack preview       the Slack messages of a run, posted to nobody
  evenkeel policy schema       the JSON Schema of the policy file, for editors
  evenkeel slack test          posts one line to each route, and checks the token's scopes
  evenkeel slack manifest      the manifest of the Slack app, to create it from
  evenkeel run --once          one run of the whole service, with its settings and its storage
  evenkeel completion SHELL    completions for bash, zsh, fish or powershell
  evenkeel version             the version, and the Node that runs it

Audit live clusters (with your own login: az login)
  evenkeel audit               all subscriptions that the login sees
  evenkeel audit --subscription ID --cluster NAME

Audit saved answers (no Azure account needed)
  evenkeel audit --from PATH…  files and folders of one cluster, or folders of several; sorted by
                               what is in them: kubectl get … -o json or yaml, az … -o json or
                               yaml, az rest, az graph query, cluster-info dump, a .gz, .zip or
                               .tar.gz of these. What is missing is named, with the command
                               that saves it (docs/files.md).

Options of audit
  --example            the case of the incident that Evenkeel comes from; comes with the tool
  --subscription ID    only this subscription; may be given several times
  --cluster NAME       only this cluster (name or ARM id); may be given several times
  --from PATH…         read saved answers; may be given several times
  --at TIME            when they were saved (2026-11-23T06:00:00Z): ages are measured against it
  --kubernetes URL     the Kubernetes side of one cluster through a running kubectl proxy, with
                       your own rights (http://127.0.0.1:8001): for clusters that are private or
                       without Entra ID; the Azure side is live (one --cluster), or of --from DIR
  --verify             ask Azure for the health of all backends (live only): what it sees stands
                       beside what is predicted
  --policy FILE        severities, thresholds, exemptions, owners (YAML)
  --format FORMAT      text (default), html, json, ndjson, markdown, csv, sarif,
                       openmetrics, junit
  --output FILE        write the report to a file; its ending says the format
                       where --format does not (report.html, report.sarif, …); may be
                       given several times, for a file each
  --fail-on SEVERITY   exit 1 from this severity on: critical, high (default), medium, low, never

Options of plan
  --from DIR           the cluster as it was saved; or live, with your own login:
  --cluster NAME       this cluster; --subscription ID, --kubernetes URL, --policy FILE as above
  --with FILES         manifests, folders of them, or - for standard input (helm template,
                       kustomize build); what a manifest leaves out stays as it is
  --namespace NAME     for manifests that name none (default)
  --node-pool NAME     a pool that changes, or a new one, with the three options behind it:
  --taint TEXT         KEY=VALUE:EFFECT, or KEY- to remove it
  --label TEXT         KEY=VALUE, or KEY- to remove it
  --count N            nodes that the pool then has
  --delete WHAT        KIND/NAMESPACE/NAME of an object that goes
  --format FORMAT      text (default), markdown, json, sarif
  --output FILE        write the plan to a file, any number of times; the ending says the format
  --fail-on WORD       worse: exit 1 where traffic gets worse, may get worse, or cannot be told;
                       critical … low: from a new finding of this severity on; never (default)

Options of mcp
  --from DIR           answer from saved answers; all tools
  --report FILE        answer from a report of audit --format json; no plan, no audit
  --url URL            answer from the newest report of a deployed app; its key in EVENKEEL_KEY
  --subscription ID    live, only this subscription; without any option all that your login sees
  --policy FILE        as above

Options of preflight
  --subscription ID, --cluster NAME as above; --format text (default), json

Options of save
  --cluster NAME       the cluster: its name or ARM id
  --subscription ID    where to look for it; may be given several times
  --output DIR         the case folder; a folder named like the cluster without it
  --anonymize          replace names, ids and public addresses, the same by the same

Options of slack preview
  --from DIR           the run: a case folder, or
  --report FILE        the run: a report of audit as JSON
  --before FILE        the report of the run before it; without it, a first run
  --policy FILE        routes and owners; else everything goes to SLACK_CHANNEL
  --blocks FILE        also write the messages as Block Kit JSON

Options of slack test
  --policy FILE        as above; the token is SLACK_BOT_TOKEN, the channel SLACK_CHANNEL

Options of slack manifest
  --url URL            address of the function app, for the buttons

Options of run
  --once               settings as in the function app: EVENKEEL_…, SLACK_…, AzureWebJobsStorage

Environment
  EVENKEEL_CLOUD (AzurePublic, AzureChina, AzureUSGovernment),
  EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true where your network reaches private clusters, NO_COLOR

Exit status
  0  nothing at or above --fail-on     2  wrong usage, something named that is not there, or a
                                          given file that cannot be read
  1  findings at or above it           3  nothing could be audited (no login, no rights)
  preflight: 0 all readable, 1 not all, 3 nothing; slack test: 0 all well, 1 not; 130 Ctrl-C

Example
  evenkeel audit --example
`;
