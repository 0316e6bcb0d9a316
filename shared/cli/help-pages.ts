/** Options that several commands have, worded once. */
const azure = {
  subscription: `  --subscription ID    only this subscription; may be given several times`,
  policy: `  --policy FILE        severities, thresholds, exemptions, owners (YAML)`,
  kubernetes: `  --kubernetes URL     the Kubernetes side of one cluster through a running kubectl proxy, with
                       your own rights (http://127.0.0.1:8001): for clusters that are private or
                       without Entra ID; the Azure side is live (one --cluster) or from --from`,
} as const;

/** What `evenkeel COMMAND --help` prints. The first lines are the usage, an option starts with two blanks and two dashes. */
export const pages: Readonly<Record<string, string>> = {
  audit: `evenkeel audit: audits clusters and prints a report

Usage
  evenkeel audit [options]

Live clusters (with your own login: az login)
  evenkeel audit                                    all subscriptions that the login sees
  evenkeel audit --subscription ID --cluster NAME

Saved answers (no Azure account needed)
  evenkeel audit --from PATH…  files and folders of one cluster, or folders of several; recognized
                               by content: kubectl get … -o json or yaml, az … -o json or yaml,
                               az rest, az graph query, cluster-info dump, a .gz, .zip or
                               .tar.gz of these. What is missing is named, with the command
                               that saves it (docs/files.md).

Options of audit
  --example            the incident that Evenkeel comes from, bundled with the tool
${azure.subscription}
  --cluster NAME       only this cluster (name or ARM id), in full; may be given several times
  --from PATH…         read saved answers; may be given several times
  --at TIME            when they were saved (2026-11-23T06:00:00Z): ages are measured against it
${azure.kubernetes}
  --verify             ask Azure for the health of all backends (live only) and show it beside
                       the prediction
${azure.policy}
  --summary            the table of clusters and the counts, without the findings
  --severity SEVERITY  show findings of this severity and above: critical, high, medium, low, info
  --format FORMAT      text (default), html, json, ndjson, markdown, csv, sarif,
                       openmetrics, junit
  --output FILE        write the report to a file; its extension sets the format
                       unless --format does (report.html, report.sarif, …); may be
                       given several times
  --fail-on SEVERITY   exit 1 if a finding is this severe or worse: critical, high (default),
                       medium, low, never

Exit status
  0 nothing at or above --fail-on, 1 findings at or above it, 2 wrong usage or a file that cannot be
  read, 3 nothing could be audited (no login, no rights), 130 Ctrl-C

Examples
  evenkeel audit --example
  evenkeel audit --summary
  evenkeel audit --severity high --output report.html --output report.sarif
`,
  plan: `evenkeel plan: what manifests would do to traffic in one cluster, before the merge

Usage
  evenkeel plan [options]

Options of plan
  --from DIR           the cluster as it was saved; without it, live, with your own login:
  --cluster NAME       this cluster (name or ARM id)
${azure.subscription}
${azure.kubernetes}
${azure.policy}
  --with FILES         manifests, folders of them, or - for standard input (helm template,
                       kustomize build); what a manifest leaves out stays as it is
  --namespace NAME     for manifests without a namespace (default)
  --node-pool NAME     a changed or new node pool; the three options below describe it:
  --taint TEXT         KEY=VALUE:EFFECT, or KEY- to remove it
  --label TEXT         KEY=VALUE, or KEY- to remove it
  --count N            nodes that the pool then has
  --delete WHAT        KIND/NAMESPACE/NAME of an object to be deleted
  --format FORMAT      text (default), markdown, json, sarif
  --output FILE        write the plan to a file; its extension sets the format; may be given
                       several times
  --fail-on WORD       worse: exit 1 if traffic gets worse, may get worse, or is unknown;
                       critical … low: a new finding of this severity or above; never (default)

Exit status
  0 planned, 1 --fail-on applies, 2 wrong usage or something that cannot be planned, 3 the
  cluster could not be read, 130 Ctrl-C

Example
  helm template ./chart | evenkeel plan --cluster aks-prod --with - --fail-on worse
`,
  migration: `evenkeel migration: hosts on NGINX and on the Gateway API side by side

Usage
  evenkeel migration [options]

Options of migration
${azure.subscription}
  --cluster NAME       only this cluster (name or ARM id); may be given several times
  --from PATH…         read saved answers; may be given several times
  --at TIME            when they were saved (2026-11-23T06:00:00Z)
${azure.kubernetes}
${azure.policy}
  --format FORMAT      text (default), markdown, json
  --output FILE        write it to a file; its extension sets the format; may be given several
                       times

Exit status
  0 done, 2 wrong usage, 3 nothing could be audited, 130 Ctrl-C
`,
  mcp: `evenkeel mcp: read-only tools for agents (Model Context Protocol) over standard input and output

Usage
  evenkeel mcp [options]

Options of mcp
  --from DIR           answer from saved answers; all tools
  --report FILE        answer from a report of audit --format json; no plan, no audit
  --url URL            answer from the newest report of a deployed app; its key in EVENKEEL_KEY
  --subscription ID    live, only this subscription; without any option all that your login sees
${azure.policy}

Example (in the configuration of an MCP client)
  {"mcpServers": {"evenkeel": {"command": "evenkeel", "args": ["mcp"]}}}
`,
  preflight: `evenkeel preflight: what your login can and cannot read, and how to grant the rest

Usage
  evenkeel preflight [options]

Options of preflight
${azure.subscription}
  --cluster NAME       only this cluster (name or ARM id); may be given several times
  --format FORMAT      text (default), json

Exit status
  0 everything can be read, 1 only part of it, 2 wrong usage, 3 nothing, 130 Ctrl-C
`,
  save: `evenkeel save: saves what an audit of a live cluster reads, to audit it elsewhere

Usage
  evenkeel save --cluster NAME [options]

Options of save
  --cluster NAME       the cluster: its name or ARM id
  --subscription ID    where to look for it; may be given several times
  --output DIR         the case folder; a folder named like the cluster without it
  --anonymize          replace names, IDs and public addresses consistently

Exit status
  0 everything was read, 1 only part of it, 2 wrong usage, 3 no login, 130 Ctrl-C

Example
  evenkeel save --cluster aks-prod --output case && evenkeel audit --from case
`,
  explain: `evenkeel explain: what a rule finds, why it matters, how to fix it

Usage
  evenkeel explain RULE        its full name, or the part after the slash

Example
  evenkeel explain starved-endpoints
`,
  rules: `evenkeel rules: lists all rules with severity and title

Usage
  evenkeel rules [options]

Options of rules
  --format FORMAT      text (default), json
`,
  policy: `evenkeel policy: checks the policy file

Usage
  evenkeel policy check FILE   every error with line and column; exit status 2 if there is one
  evenkeel policy schema       the JSON Schema of the file, for editors
`,
  slack: `evenkeel slack: the Slack messages of a run, and the app that sends them

Usage
  evenkeel slack preview [options]   the messages of a run, printed, not posted
  evenkeel slack test [options]      posts one line to each route, and checks the token's scopes
  evenkeel slack manifest [options]  the manifest of the Slack app, to create it from

Options of slack preview
  --from DIR           the run: a case folder
  --report RUN         or a report as JSON (audit --format json), or the ID of a run of the
                       deployed app, read from its storage (AzureWebJobsStorage)
  --since RUN          the messages after an earlier run, given in the same way; without it, those
                       of a first run
  --policy FILE        routes and owners; else everything goes to SLACK_CHANNEL
  --blocks FILE        also write the messages as Block Kit JSON

Options of slack test
  --policy FILE        routes and owners; the token is SLACK_BOT_TOKEN, the channel SLACK_CHANNEL

Options of slack manifest
  --url URL            address of the function app, for the buttons

Exit status
  0 done, 1 (test) a channel or a scope is missing, 2 wrong usage
`,
  run: `evenkeel run: one run of the whole service, with its settings and its storage

Usage
  evenkeel run --once

Options of run
  --once               settings as in the function app: EVENKEEL_…, SLACK_…, AzureWebJobsStorage

Exit status
  0 completed, or another run is in progress; 2 wrong usage; 3 nothing could be audited
`,
  completion: `evenkeel completion: completions for a shell

Usage
  evenkeel completion SHELL    bash, zsh, fish or powershell; the script says where it goes
`,
  version: `evenkeel version: the versions of Evenkeel and of the Node.js that runs it

Usage
  evenkeel version
`,
};
