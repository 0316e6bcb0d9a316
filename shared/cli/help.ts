import { pages } from './help-pages.ts';

/** What `evenkeel --help` prints: the commands, and how to come to their options. */
export const help = `evenkeel: who really gets the traffic of an AKS cluster, and why the others don't

Usage
  evenkeel audit [options]     audit clusters and print a report
  evenkeel plan [options]      what manifests would do to traffic in this cluster, before the merge
  evenkeel migration           hosts on NGINX and on the Gateway API side by side
  evenkeel mcp [options]       read-only tools for agents (Model Context Protocol, standard input)
  evenkeel preflight           what your login can and cannot read, and how to grant the rest
  evenkeel save --cluster NAME saves what an audit of a live cluster reads, to audit it elsewhere
  evenkeel explain RULE        what a rule finds, why it matters, how to fix it
  evenkeel rules               list all rules
  evenkeel policy check FILE   checks a policy file: every error with line and column
  evenkeel policy schema       the JSON Schema of the policy file, for editors
  evenkeel slack preview       the Slack messages of a run, printed and not posted
  evenkeel slack test          posts one line to each route, and checks the token's scopes
  evenkeel slack manifest      the manifest of the Slack app, to create it from
  evenkeel run --once          one run of the whole service, with its settings and its storage
  evenkeel completion SHELL    completions for bash, zsh, fish or powershell
  evenkeel version             the versions of Evenkeel and of Node.js

  evenkeel COMMAND --help      its options, exit status and examples

Start here
  evenkeel audit --example     the incident that Evenkeel comes from; no Azure account needed
  evenkeel audit               all clusters that your login sees (az login)
  evenkeel audit --from PATH…  saved answers: kubectl get … -o json, az … -o json
  evenkeel audit --output report.html

Environment
  EVENKEEL_CLOUD (AzurePublic, AzureChina, AzureUSGovernment),
  EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true where your network reaches private clusters, NO_COLOR,
  FORCE_COLOR and COLUMNS (colour and width of piped output)

Exit status
  0  nothing at or above --fail-on     2  wrong usage, something named that is not there, or a
                                          given file that cannot be read
  1  findings at or above it           3  nothing could be audited (no login, no rights)
  130 Ctrl-C
`;

/** The page of one command; `undefined` where it has none. */
export function helpOf(command: string): string | undefined {
  return Object.hasOwn(pages, command) ? pages[command] : undefined;
}

/** All pages as one text: what completion knows of options. */
export const allPages = Object.values(pages).join('\n');
