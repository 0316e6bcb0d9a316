import type { Verdict } from '../../traffic/types.ts';
import { severities } from '../../findings/index.ts';
import { notJudged } from '../coverage.ts';
import type { ClusterReport, Report, ServiceReport } from '../report.ts';
import { counted, grouped, listed, timeText } from '../words.ts';
import { markup, type Markup } from './markup.ts';

const worstFirst = ['none', 'lost', 'starved', 'unknown', 'uneven', 'even'] as const;

/** The worst of a Service's verdicts; `none` of a port comes before `starved` of another. */
function worstVerdict(service: ServiceReport): Verdict {
  return (
    worstFirst.find((verdict) => service.ports.some((port) => port.verdict === verdict)) ??
    'unknown'
  );
}

/** The first thing on the page: one sentence that says how the fleet is, then the counts. */
export function answer(report: Report): Markup {
  const { run, tool, summary } = report;
  return markup`<section class="answer" aria-labelledby="answer"><p class="dim small">${`Run of ${timeText(run.startedAt)}`} · ${triggerWords[run.trigger]}${tookText(report)} · evenkeel ${tool.version}</p><h1 id="answer">${headline(report)}</h1><p class="lead">${lead(report)}</p>${notes(report)}<ul class="tiles">${severities.map(
    (severity) =>
      markup`<li class="tile"><a class="${summary.findings[severity] === 0 ? 'none' : severity}" href="#findings" data-filter="severity=${severity}"><b>${grouped(summary.findings[severity])}</b><span class="word">${severity}</span></a></li>`,
  )}${[
    tile(summary.changes.new, 'new', 'state=new'),
    tile(summary.changes.resolved, 'resolved', 'state=resolved'),
    tile(summary.findings.exempt, 'exempt', 'state=exempt'),
  ]}</ul></section>`;
}

/** What people should know of the run as a whole. */
function notes({ run }: Report): readonly Markup[] {
  return (run.notes ?? []).map((note) => markup`<p class="lead">${note}</p>`);
}

const triggerWords = { timer: 'on schedule', http: 'on request', cli: 'from the command line' };

function tile(count: number, word: string, filter: string): Markup {
  return markup`<li class="tile"><a class="${count === 0 ? 'none' : 'plain'}" href="#findings" data-filter="${filter}"><b>${grouped(count)}</b><span class="word">${word}</span></a></li>`;
}

function tookText({ run }: Report): string {
  const seconds = Math.round((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000);
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  return seconds < 120 ? `, took ${seconds} s` : `, took ${Math.round(seconds / 60)} min`;
}

export function headline(report: Report): string {
  const services = report.clusters.flatMap((cluster) => cluster.services);
  const count = (verdict: Verdict): number =>
    services.filter((service) => worstVerdict(service) === verdict).length;
  const [none, lost, starved, uneven] = [
    count('none'),
    count('lost'),
    count('starved'),
    count('uneven'),
  ];
  const parts = [
    ...(none > 0 ? [`${grouped(none)} ${none === 1 ? 'gets' : 'get'} no traffic`] : []),
    ...(lost > 0 ? [`${grouped(lost)} ${lost === 1 ? 'loses' : 'lose'} connections`] : []),
    ...(starved > 0 ? [`${grouped(starved)} ${starved === 1 ? 'starves' : 'starve'} pods`] : []),
    ...(uneven > 0 ? [`${grouped(uneven)} ${uneven === 1 ? 'is' : 'are'} uneven`] : []),
  ];
  const [first] = parts;
  if (first !== undefined) {
    const amount = none || lost || starved || uneven;
    const noun = amount === 1 ? 'Service' : 'Services';
    return `${listed([first.replace(' ', ` ${noun} `), ...parts.slice(1)])}.`;
  }
  if (report.clusters.every(notJudged)) return 'No cluster could be audited.';
  if (count('unknown') > 0) return 'No fault was seen in the traffic, but not all of it is known.';
  if (services.length === 0) return 'No Service of type LoadBalancer was seen.';
  return 'Every Service spreads its traffic evenly.';
}

function lead(report: Report): string {
  const { planned } = report.summary.clusters;
  const even = report.clusters.filter(isEven).length;
  const out =
    report.clusters.filter(notJudged).length + Math.max(0, planned - report.clusters.length);
  const partial = report.summary.clusters.partial;
  return [
    `Traffic is even on ${grouped(even)} of ${counted(planned, 'cluster')}.`,
    ...(out > 0 ? [`${counted(out, 'cluster')} ${out === 1 ? 'was' : 'were'} not scanned.`] : []),
    ...(partial > 0 ? [`${counted(partial, 'cluster')} could be read only in part.`] : []),
  ].join(' ');
}

/** Read, and every Service that it has is known to be even. */
function isEven(cluster: ClusterReport): boolean {
  return (
    !notJudged(cluster) && cluster.services.every((service) => worstVerdict(service) === 'even')
  );
}
