import { withDistinctNames } from '../distinct-names.ts';
import { allFindings, type ClusterFinding } from '../fleet-findings.ts';
import type { Report } from '../report.ts';
import { serviceName } from '../service-status.ts';
import { answer, headline } from './answer.ts';
import { changesPage } from './changes-page.ts';
import { clusterPart } from './clusters.ts';
import type { HtmlOptions, PageContext } from './context.ts';
import { coveragePart } from './coverage-part.ts';
import { dataBlock, packedData } from './data.ts';
import { findingPage } from './finding-page.ts';
import { findingsPart } from './findings-part.ts';
import { fleetPart } from './fleet.ts';
import { anchorsOf, queryNamesOf } from './links.ts';
import { migrationPart } from './migration-part.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { crumbs, fleetHref } from './page-links.ts';
import { servicePage } from './service-page.ts';
import { servicesPart } from './services-part.ts';
import { allTrafficPaths } from './traffic-paths.ts';
import { pageShell, type Shell } from './shell.ts';
import { trafficPart } from './traffic-part.ts';
import { trendPart } from './trend.ts';
import { unknownPart } from './unknown-part.ts';
import { viewsBlock, viewsOf } from './views.ts';

/**
 * The page of one finding, one Service, one cluster or all of them. Where it is not
 * served, it is one file that needs nothing else and may do nothing else, with all pages in it.
 */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const context = contextOf(report, options);
  return pageShell({ served: options.served === true, ...pageOf(context) });
}

/** What the script of a served page fetches, where there is too much of it to stand in the page. */
export function pageDataOf(report: Report, options: HtmlOptions): Uint8Array<ArrayBuffer> {
  return packedData(contextOf(report, options));
}

function contextOf(given: Report, options: HtmlOptions): PageContext {
  const asked = options.scope ?? { whole: given, part: given, filter: {} };
  const report = withDistinctNames(given, asked.whole);
  const scope = {
    ...asked,
    whole: withDistinctNames(asked.whole),
    part: withDistinctNames(asked.part, asked.whole),
  };
  const paths = allTrafficPaths(report, scope.whole);
  const findings = allFindings(report);
  return {
    report,
    scope,
    options,
    anchors: anchorsOf(given),
    queryNames: queryNamesOf(asked.whole),
    paths,
    pathsOf: Map.groupBy(paths, ({ cluster, service }) => `${cluster.id} ${serviceName(service)}`),
    findings,
    findingsOf: Map.groupBy(findings, ({ cluster }) => cluster.id),
    single: scope.part.clusters.length === 1,
  };
}

function pageOf(context: PageContext): Omit<Shell, 'served'> {
  const { options, pathsOf } = context;
  const found = onlyFinding(context);
  if (found !== undefined)
    return subPage(found.finding.title, findingPage(found, context), context);
  if (options.view === 'changes') return subPage('What changed', changesPage(context), context);
  const [paths] = pathsOf.values();
  const [first, ...more] = paths ?? [];
  if (context.scope.filter.services?.length === 1 && pathsOf.size === 1 && first !== undefined)
    return subPage(serviceName(first.service), servicePage([first, ...more], context), context);
  return reportPage(context);
}

/** The one finding that was asked for. */
function onlyFinding({ scope, findings }: PageContext): ClusterFinding | undefined {
  return scope.filter.findings?.length === 1 && findings.length === 1 ? findings[0] : undefined;
}

function subPage(title: string, main: Markup, context: PageContext): Omit<Shell, 'served'> {
  return {
    title: `Evenkeel: ${title}`,
    nav: [{ href: fleetHref(context), word: 'All clusters' }],
    main: markup`${main}${footer(context)}`,
    data: undefined,
  };
}

/** Id, word of the bar at the top, and content. */
type PagePart = readonly [string, string, Markup | undefined];

/** All clusters, or all of one. */
function reportPage(context: PageContext): Omit<Shell, 'served'> {
  const { report, options, single, scope } = context;
  const own: readonly PagePart[] = single
    ? [
        ['traffic', 'Traffic', trafficPart(context)],
        ['migration', 'Migration', migrationPart(report)],
        ['trend', 'Trend', trendPart(report)],
        ['findings', 'Findings', findingsPart(context)],
        ['unknown', 'Not known', unknownPart(context)],
        ['clusters', 'Cluster', clusterPart(context)],
        ['coverage', 'Coverage', coveragePart(context)],
      ]
    : [
        ['services', 'Services', servicesPart(context)],
        ['fleet', 'Fleet', fleetPart(context)],
        ['findings', 'Findings', findingsPart(context)],
        ['trend', 'Trend', trendPart(report)],
        ['migration', 'Migration', migrationPart(report)],
        [
          'unknown',
          'Not known',
          folded('Unknown, stale, resolved and exempt', unknownPart(context)),
        ],
        ['coverage', 'Coverage', folded('Coverage and data sources', coveragePart(context))],
      ];
  const shown = own.filter(([, , part]) => part !== undefined);
  const views = options.served === true ? undefined : viewsOf(context);
  const above = single && options.served === true ? crumbs(context) : undefined;
  return {
    title: `Evenkeel: ${headline(scope)}`,
    nav: shown.map(([id, word]) => ({ href: `#${id}`, word })),
    main: markup`<div id="report">${above}${answer(context)}
${shown.map(([, , part]) => [part, trusted('\n')])}${footer(context)}</div>
`,
    data: markup`${dataBlock(context, views)}
${views && viewsBlock(views)}`,
  };
}

/** Of many clusters these lists are long, and few look at them. */
function folded(title: string, part: Markup | undefined): Markup | undefined {
  return part === undefined
    ? undefined
    : markup`<details class="part-fold"><summary>${title}</summary>${part}</details>`;
}

function footer({ report, options }: PageContext): Markup {
  return markup`<footer>${formatLinks(options)}Made by evenkeel ${report.tool.version}. Shares are expected fractions of new connections: Azure spreads them evenly over the backends that pass the probe, kube-proxy evenly over the pods that it may use there. Session affinity, long-lived connections and few clients change what one client sees.</footer>`;
}

function formatLinks({ formats = [] }: HtmlOptions): Markup | undefined {
  if (formats.length === 0) return undefined;
  return markup`<p class="formats">The same as ${formats.map(
    ({ format, href }, at) =>
      markup`${at === 0 ? undefined : trusted(' · ')}<a href="${href}">${format}</a>`,
  )}</p>`;
}
