import { openCount, severities } from '../../findings/index.ts';
import { compacted, counted, grouped, listed, timeText } from '../../model/index.ts';
import { notJudged, silentClusters } from '../coverage.ts';
import type { Report } from '../report.ts';
import { clusterStatus, statusesOf, type ServiceStatus } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { markup, type Markup } from './markup.ts';
import { changesHref } from './page-links.ts';
import type { PageScope } from './context.ts';
import { cutsWithin, partNotice } from './part-notice.ts';

/** The first thing on the page: one sentence that says how the fleet is, then the counts. */
export function answer(context: PageContext): Markup {
  const { report, scope } = context;
  const { run, tool } = report;
  return markup`<section class="answer" aria-labelledby="answer"><p class="dim small">${`Run of ${timeText(run.startedAt)}`} · ${triggerWords[run.trigger]}${tookText(report)} · evenkeel ${tool.version}${changesLink(context)}</p>${partNotice(scope)}<h1 id="answer">${headline(scope)}</h1><p class="lead">${lead(scope)}</p>${notes(report)}${tiles(scope)}</section>`;
}

/** Where a run was before: the way to what this one changed. */
function changesLink(context: PageContext): Markup | undefined {
  return context.report.history === undefined || context.report.history.length === 0
    ? undefined
    : markup` · <a href="${changesHref(context)}">changes since the previous run</a>`;
}

/** What people should know of the run as a whole. */
function notes({ run }: Report): readonly Markup[] {
  return (run.notes ?? []).map((note) => markup`<p class="lead">${note}</p>`);
}

const triggerWords = { timer: 'on schedule', http: 'on request', cli: 'from the command line' };

/** Counts of the part that the page is about; beside them those of the whole run, where that is more. */
function tiles({ whole, part }: PageScope): Markup {
  const [own, all] = [part.summary, whole.summary];
  return markup`<ul class="tiles">${[
    ...severities.map((word) =>
      tile(
        { word, kind: word, filter: `severity=${word}` },
        own.findings[word],
        all.findings[word],
      ),
    ),
    tile({ word: 'new', filter: 'state=new' }, own.changes.new, all.changes.new),
    tile(
      { word: 'resolved', filter: 'state=resolved' },
      own.changes.resolved,
      all.changes.resolved,
    ),
    tile({ word: 'exempt', filter: 'state=exempt' }, own.findings.exempt, all.findings.exempt),
  ]}</ul>`;
}

interface Tile {
  readonly word: string;
  readonly kind?: string;
  readonly filter: string;
}

function tile({ word, kind = 'plain', filter }: Tile, count: number, of: number): Markup {
  return markup`<li class="tile"><a class="${count === 0 ? 'none' : kind}" href="#findings" data-filter="${filter}"><b>${grouped(count)}</b><span class="word">${word}${of === count ? undefined : markup` of ${grouped(of)}`}</span></a></li>`;
}

function tookText({ run }: Report): string {
  const seconds = Math.round((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000);
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 1) return '';
  return seconds < 120 ? `, took ${seconds}\u00a0s` : `, took ${Math.round(seconds / 60)}\u00a0min`;
}

/** Services of the part by how they are shown. */
function statusCounts({ whole, part }: PageScope): (status: ServiceStatus) => number {
  const statuses = statusesOf(whole);
  const counts = new Map<ServiceStatus, number>();
  for (const cluster of part.clusters)
    for (const service of cluster.services) {
      const status = statuses(cluster, service);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  return (status) => counts.get(status) ?? 0;
}

const faults = [
  ['none', 'gets no traffic', 'get no traffic'],
  ['lost', 'loses connections', 'lose connections'],
  ['starved', 'has pods that receive no traffic', 'have pods that receive no traffic'],
  ['critical', 'has a critical finding', 'have critical findings'],
  ['uneven', 'is uneven', 'are uneven'],
] as const satisfies readonly (readonly [ServiceStatus, string, string])[];

/** One sentence about the worst of the part that is shown; never a pass where something is not known. */
export function headline(scope: PageScope): string {
  const count = statusCounts(scope);
  const { clusters, summary } = scope.part;
  const parts = faults
    .map(([status, one, more]) => ({ amount: count(status), one, more }))
    .filter(({ amount }) => amount > 0);
  const sentences = parts.map(({ amount, one, more }, at) => {
    const noun = at > 0 ? '' : amount === 1 ? ' Service' : ' Services';
    return `${grouped(amount)}${noun} ${amount === 1 ? one : more}`;
  });
  if (sentences.length > 0) return `${listed(sentences)}.`;
  if (clusters.every(notJudged)) return unauditedHeadline(scope);
  const { critical } = summary.findings;
  if (critical > 0)
    return `${counted(critical, 'critical finding')} ${critical === 1 ? 'is' : 'are'} open.`;
  return quietHeadline(scope, count('unknown'), count('disabled'));
}

/** Nothing could be looked at; what earlier runs found is no less open for it. */
function unauditedHeadline({ whole, part }: PageScope): string {
  const one = part.clusters.length === 1 && whole.clusters.length > 1;
  const said = one ? 'This cluster could not be audited' : 'No cluster could be audited';
  const kept = openCount(part.summary.findings);
  return kept === 0
    ? `${said}.`
    : `${said}; ${counted(kept, 'finding')} ${kept === 1 ? 'is' : 'are'} kept from earlier runs.`;
}

/** Nothing bad was seen: how much was there to see? */
function quietHeadline({ part, filter }: PageScope, unknown: number, disabled: number): string {
  const { clusters, summary } = part;
  const all = clusters.reduce((sum, each) => sum + each.services.length, 0);
  const services = all - disabled;
  const whole =
    clusters.length >= summary.clusters.planned &&
    clusters.every(({ result }) => result === 'complete');
  if (services === 0 && disabled > 0)
    return `${counted(disabled, 'Service')} ${disabled === 1 ? 'is' : 'are'} closed by annotation.`;
  if (services === 0)
    return `No Service of type LoadBalancer ${cutsWithin(filter) ? 'matches the filter' : 'was seen'}${whole ? '' : ' in what could be read'}.`;
  if (unknown === services)
    return services === 1
      ? 'Traffic of the one Service is unknown.'
      : `Traffic of all ${grouped(services)} Services is unknown.`;
  if (unknown > 0)
    return `${counted(services - unknown, 'Service')} ${services - unknown === 1 ? 'is' : 'are'} even; the traffic of ${grouped(unknown)} is unknown.`;
  return whole
    ? `Traffic is balanced on ${services === 1 ? 'the one LoadBalancer Service' : `all ${grouped(services)} LoadBalancer Services`}.`
    : `Traffic is balanced on ${services === 1 ? 'the one LoadBalancer Service' : `all ${grouped(services)} LoadBalancer Services`} that could be checked.`;
}

function lead(scope: PageScope): string {
  const { whole, part, filter } = scope;
  if (cutsWithin(filter)) return leadOfServices(scope);
  const one = part.clusters.length === 1 && whole.clusters.length > 1;
  return one ? leadOfCluster(scope) : leadOfClusters(whole, part);
}

/** Of one cluster of many its Services are counted, not the cluster. */
function leadOfCluster(scope: PageScope): string {
  const { part } = scope;
  const services = part.clusters.reduce((sum, each) => sum + each.services.length, 0);
  const even = grouped(statusCounts(scope)('even'));
  const said =
    services === 0 ? [] : [`Traffic is even on ${even} of ${counted(services, 'Service')}.`];
  return [...said, outText(part)].filter((text) => text !== '').join(' ');
}

/** Of a list that was cut within clusters nothing is said about clusters. */
function leadOfServices(scope: PageScope): string {
  const { whole, part } = scope;
  const services = part.clusters.reduce((sum, each) => sum + each.services.length, 0);
  const on = part.clusters.filter((each) => each.services.length > 0).length;
  const shown = `${counted(services, 'Service')} on ${grouped(on)} of ${counted(whole.clusters.length, 'cluster')} shown`;
  const out = outText(part);
  return `${shown}${services === 0 ? '' : `, ${grouped(statusCounts(scope)('even'))} of them even`}.${out === '' ? '' : ` ${out}`}`;
}

function leadOfClusters(whole: Report, part: Report): string {
  const statuses = statusesOf(whole);
  const words = part.clusters.map((cluster) => clusterStatus(cluster, statuses));
  const even = words.filter((word) => word === 'even').length;
  const empty = words.filter((word) => word === 'no-service').length;
  return compacted([
    `Traffic is even on ${grouped(even)} of ${counted(part.summary.clusters.planned, 'cluster')}.`,
    empty > 0 &&
      `${counted(empty, 'cluster')} ${empty === 1 ? 'has' : 'have'} no Service of type LoadBalancer.`,
    outText(part),
  ])
    .filter((text) => text !== '')
    .join(' ');
}

/** Clusters that were not read, or not whole. */
function outText(report: Report): string {
  const { partial, failed, skipped = 0 } = report.summary.clusters;
  const out = failed + silentClusters(report);
  return compacted([
    out > 0 && `${counted(out, 'cluster')} ${out === 1 ? 'was' : 'were'} not scanned.`,
    skipped > 0 && `${counted(skipped, 'cluster')} ${skipped === 1 ? 'was' : 'were'} skipped.`,
    partial > 0 && `${counted(partial, 'cluster')} could be read only in part.`,
  ]).join(' ');
}
