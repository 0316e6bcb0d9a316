import { allFindings } from '../placed.ts';
import type { Report } from '../report.ts';
import { answer, headline } from './answer.ts';
import { clustersPart } from './clusters.ts';
import { coveragePart } from './coverage-part.ts';
import type { HtmlOptions, PageContext } from './context.ts';
import { dataBlock } from './data.ts';
import { findingsPart } from './findings-part.ts';
import { fleetPart } from './fleet.ts';
import { anchorsOf, sectionsOf } from './links.ts';
import { migrationPart } from './migration-part.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { allWays } from './services.ts';
import { pageShell } from './shell.ts';
import { trafficPart } from './traffic-part.ts';
import { trendPart } from './trend.ts';
import { unknownPart } from './unknown-part.ts';

/** The report as one HTML file that needs nothing else and may do nothing else. */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const question = options.question ?? { whole: report, part: report, filter: {} };
  const context: PageContext = {
    report,
    question,
    options,
    anchors: anchorsOf(report),
    sections: sectionsOf(report),
    ways: allWays(report, question.whole),
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
    ['coverage', 'Coverage', coveragePart(context)],
  ];
  const shown = parts.filter(([, , part]) => part !== undefined);
  return pageShell({
    title: `Evenkeel: ${headline(question)}`,
    nav: shown.map(([id, word]) => ({ href: `#${id}`, word })),
    main: markup`${answer(context)}
${shown.map(([, , part]) => [part, trusted('\n')])}<footer>${formatLinks(options)}Made by evenkeel ${report.tool.version}. Shares are expected parts of new connections: Azure spreads them evenly over the backends that pass the probe, kube-proxy evenly over the pods that it may use there. Session affinity, long-lived connections and few clients change what one client sees.</footer>
`,
    data: dataBlock(context),
  });
}

function formatLinks({ formats = [] }: HtmlOptions): Markup | undefined {
  if (formats.length === 0) return undefined;
  return markup`<p class="formats">The same as ${formats.map(
    ({ format, href }, at) =>
      markup`${at === 0 ? undefined : trusted(' · ')}<a href="${href}">${format}</a>`,
  )}</p>`;
}
