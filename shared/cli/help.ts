/** What `evenkeel --help` prints: enough for somebody who has never seen the tool. */
export const help = `evenkeel: who really gets the traffic of an AKS cluster, and why the others don't

Usage
  evenkeel audit [options]     audit clusters and print a report
  evenkeel explain RULE        what a rule finds, why it matters, how to fix it
  evenkeel rules               list all rules
  evenkeel policy check FILE   checks a policy file: every fault with line and column

Audit saved answers (no Azure account needed)
  evenkeel audit --from DIR    DIR is a case folder, or holds several:
                                 DIR/arm/*.json         bodies of the Azure APIs (az rest)
                                 DIR/kubernetes/*.json  kubectl get … -A -o json
                               What is missing is named, with the command that saves it.

Options of audit
  --from DIR           read a case folder; may be given several times
  --cluster NAME       only this cluster (name or ARM id); may be given several times
  --policy FILE        severities, thresholds, exemptions, owners (YAML)
  --format FORMAT      text (default), html, json, ndjson, markdown, csv, sarif,
                       openmetrics, junit
  --output FILE        write the report to a file; its ending says the format
                       where --format does not (report.html, report.sarif, …)
  --fail-on SEVERITY   exit 1 from this severity on: critical, high (default), medium, low, never
  --help, --version

Exit status
  0  nothing at or above --fail-on     2  wrong usage, or a folder that is not there
  1  findings at or above it           3  nothing could be audited

Example
  evenkeel audit --from test/cases/seed-1-basic-local
`;
