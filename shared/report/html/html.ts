import { allFindings } from '../placed.ts';
import type { Report } from '../report.ts';
import { answer, headline } from './answer.ts';
import { script, style } from './assets.ts';
import { clustersPart } from './clusters.ts';
import { coveragePart } from './coverage-part.ts';
import { dataBlock } from './data.ts';
import { findingsPart } from './findings-part.ts';
import { fleetPart } from './fleet.ts';
import { anchorsOf, sectionsOf } from './links.ts';
import { migrationPart } from './migration-part.ts';
import { markup, textOf, trusted, type Markup } from './markup.ts';
import { pagePolicy } from './policy.ts';
import { allWays } from './services.ts';
import { trafficPart } from './traffic-part.ts';
import { trendPart } from './trend.ts';
import { unknownPart } from './unknown-part.ts';

export interface HtmlOptions {
  /** Address of the Azure portal of the cloud, without a path; `https://portal.azure.com` unless given. */
  readonly portal?: string;
  /** The page is served by the service: clusters link to the page of that cluster alone. */
  readonly served?: boolean;
}

/** The report as one HTML file that needs nothing else and may do nothing else. */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const context = {
    report,
    options,
    anchors: anchorsOf(report),
    sections: sectionsOf(report),
    ways: allWays(report),
    findings: allFindings(report),
  };
  const parts: readonly (readonly [string, string, Markup | undefined])[] = [
    ['traffic', 'Traffic', trafficPart(context)],
    ['fleet', 'Fleet', fleetPart(context)],
    ['migration', 'Migration', migrationPart(report)],
    ['trend', 'Trend', trendPart(report)],
    ['findings', 'Findings', findingsPart(context)],
    ['unknown', 'Not known', unknownPart(context)],
    ['clusters', 'Clusters', clustersPart(context)],
    ['coverage', 'Coverage', coveragePart(report)],
  ];
  const shown = parts.filter(([, , part]) => part !== undefined);
  return textOf(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(pagePolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${`Evenkeel: ${headline(report)}`}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" class="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v8" stroke-width="3"/></pattern></defs></svg>
<header class="bar"><div class="bar-inner"><span class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3v9M6 12h12M3 12c0 5 4 8 9 8s9-3 9-8" stroke-linecap="round" stroke-linejoin="round"/></svg>Evenkeel</span><nav aria-label="Parts of the report">${shown.map(
    ([id, word]) => markup`<a href="#${id}">${word}</a>`,
  )}</nav></div></header>
<main id="main">
${answer(report)}
${shown.map(([, , part]) => [part, trusted('\n')])}<footer>Made by evenkeel ${report.tool.version}. Shares are expected parts of new connections: Azure spreads them evenly over the backends that pass the probe, kube-proxy evenly over the pods that it may use there. Session affinity, long-lived connections and few clients change what one client sees.</footer>
</main>
${dataBlock(context)}
<script>${trusted(script)}</script>
</body>
</html>
`);
}
