import { subjectText } from '../../findings/index.ts';
import { openFindings } from '../placed.ts';
import type { Report } from '../report.ts';
import { severityCounts } from '../words.ts';
import { style } from './assets.ts';
import { markup, textOf, trusted } from './markup.ts';
import { pagePolicy } from './policy.ts';

export interface HtmlOptions {
  /** Address of the Azure portal of the cloud; `https://portal.azure.com` unless given. */
  readonly portal?: string;
  /** The page is served by the service: names of clusters link to the report of that cluster alone. */
  readonly served?: boolean;
}

/** The report as one HTML file that needs nothing else. */
export function renderHtml(report: Report, _options: HtmlOptions = {}): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(pagePolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evenkeel: who gets the traffic</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<h1>${severityCounts(report.summary.findings)}</h1>
<ul>${openFindings(report).map(
    ({ cluster, finding }) =>
      markup`<li id="finding=${finding.fingerprint}"><b>${finding.severity}</b> ${finding.title} (${cluster.name}, ${finding.subject.kind} ${subjectText(finding.subject)})</li>`,
  )}</ul>
</main>
</body>
</html>
`;
  return textOf(page);
}
