import { subjectText } from '../../findings/index.ts';
import { gaps, notJudged, unreadSlices } from '../coverage.ts';
import type { ClusterFinding } from '../placed.ts';
import type { ClusterReport, Report } from '../report.ts';
import { counted, resultWords, timeText } from '../words.ts';
import type { PageContext } from './context.ts';
import { clusterLink } from './links.ts';
import { markup, type Markup } from './markup.ts';

const mostLines = 100;

/** What nobody can say, and what somebody decided not to count: never a pass by silence. */
export function unknownPart(context: PageContext): Markup | undefined {
  const { report, findings } = context;
  const lists = [
    list('Not scanned', notScanned(report, context)),
    list('Read in part', partly(report, context)),
    list(
      'Stale: kept from an earlier run, since the cluster could not be read',
      findings
        .filter(({ finding }) => finding.state === 'stale')
        .map((each) => placedLine(each, context)),
    ),
    list(
      'Exempt',
      findings
        .filter(({ finding }) => finding.state === 'exempt')
        .map((each) => placedLine(each, context)),
    ),
    list(
      'Exemptions that ran out: these count again',
      findings
        .filter(({ finding }) => finding.exemption?.expired === true)
        .map((each) => placedLine(each, context)),
    ),
    list(
      'Resolved since the last run',
      findings
        .filter(({ finding }) => finding.state === 'resolved')
        .map((each) => placedLine(each, context)),
    ),
  ].filter((each) => each !== undefined);
  if (lists.length === 0) return undefined;
  return markup`<section class="part" id="unknown"><h2>Not known, and set aside</h2><p class="dim">Unknown is not a pass.</p>${lists}</section>`;
}

function list(title: string, lines: readonly Markup[]): Markup | undefined {
  if (lines.length === 0) return undefined;
  const left = lines.length - mostLines;
  return markup`<h3>${title}</h3><ul>${lines.slice(0, mostLines).map((line) => markup`<li>${line}</li>`)}</ul>${
    left > 0 ? markup`<p class="dim">and ${counted(left, 'more')}</p>` : undefined
  }`;
}

function notScanned(report: Report, context: PageContext): readonly Markup[] {
  const silent = report.summary.clusters.planned - report.clusters.length;
  return [
    ...report.clusters
      .filter(notJudged)
      .map(
        (cluster) =>
          markup`<b>${clusterLink(cluster, context)}</b>: ${resultWords[cluster.result]}${cluster.reason === undefined ? undefined : `, ${cluster.reason}`}`,
      ),
    ...(silent > 0 ? [markup`${counted(silent, 'planned cluster')} gave no answer`] : []),
  ];
}

function partly(report: Report, context: PageContext): readonly Markup[] {
  return report.clusters
    .filter((cluster) => !notJudged(cluster))
    .flatMap((cluster) => gapLine(cluster, context));
}

function gapLine(cluster: ClusterReport, context: PageContext): readonly Markup[] {
  const slices = unreadSlices(cluster);
  const open = gaps(cluster);
  if (slices.length === 0 && open.length === 0) return [];
  return [
    markup`<b>${clusterLink(cluster, context)}</b><ul>${slices.map(
      ({ slice, why }) => markup`<li>${slice} not read: ${why}</li>`,
    )}${open.map(
      ({ rules, why }) =>
        markup`<li>${rules.slice(0, 12).join(', ')}${rules.length > 12 ? ` and ${rules.length - 12} more` : undefined} not judged: ${why}</li>`,
    )}</ul>`,
  ];
}

function placedLine({ cluster, finding }: ClusterFinding, context: PageContext): Markup {
  const { exemption } = finding;
  return markup`<a href="#finding=${finding.fingerprint}">${finding.title}</a> <span class="dim">${finding.severity} · ${finding.subject.kind} ${subjectText(finding.subject)} · ${clusterLink(cluster, context)} · last seen ${timeText(finding.lastSeen)}${
    exemption === undefined
      ? undefined
      : ` · until ${exemption.expires}: ${exemption.reason} (${exemption.owner})`
  }</span>`;
}
