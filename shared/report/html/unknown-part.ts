import { counted, timeText } from '../../model/index.ts';
import { subjectText, type Finding } from '../../findings/index.ts';
import { notJudged, silentLines, unknownReasons, unreadSlices } from '../coverage.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import type { ClusterReport, Report } from '../report.ts';
import { resultWords } from '../words.ts';
import type { PageContext } from './context.ts';
import { clusterLink } from './links.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { findingHref } from './page-links.ts';

const mostLines = 100;

/** What nobody can say, and what somebody decided not to count: never a pass by silence. */
export function unknownPart(context: PageContext): Markup | undefined {
  const { report, findings } = context;
  const ofFindings = (title: string, fits: (finding: Finding) => boolean): Markup | undefined => {
    const own = findings.filter(({ finding }) => fits(finding));
    return list(
      title,
      own.map((each) => findingLine(each, context)),
    );
  };
  const lists = [
    list('Not scanned', notScanned(report, context)),
    list('Not read, or not judged', partly(report, context)),
    ofFindings(
      'Stale: kept from an earlier run, since the cluster could not be read',
      ({ state }) => state === 'stale',
    ),
    ofFindings('Exempt', ({ state }) => state === 'exempt'),
    ofFindings(
      'Exemptions that ran out: these count again',
      ({ exemption }) => exemption?.expired === true,
    ),
    ofFindings('Resolved since the last run', ({ state }) => state === 'resolved'),
  ].filter((each) => each !== undefined);
  if (lists.length === 0) return undefined;
  return markup`<section class="part" id="unknown"><h2>Unknown, stale, resolved and exempt</h2><p class="dim">Unknown is not a pass.</p>${lists}</section>`;
}

function list(title: string, lines: readonly Markup[]): Markup | undefined {
  if (lines.length === 0) return undefined;
  const left = lines.length - mostLines;
  return markup`<h3>${title}</h3><ul>${lines.slice(0, mostLines).map((line) => markup`<li>${line}</li>`)}</ul>${
    left > 0 ? markup`<p class="dim">and ${counted(left, 'more')}</p>` : undefined
  }`;
}

function notScanned(report: Report, context: PageContext): readonly Markup[] {
  return [
    ...report.clusters
      .filter(notJudged)
      .map(
        (cluster) =>
          markup`<b>${clusterLink(cluster, context)}</b>: ${resultWords[cluster.result]}${cluster.reason === undefined ? undefined : `, ${cluster.reason}`}`,
      ),
    ...silentLines(report).map((text) => markup`${text}`),
  ];
}

/** Reasons for which something was not read or not judged, each once, with the clusters that it holds for. */
function partly(report: Report, context: PageContext): readonly Markup[] {
  const byReason = new Map<
    string,
    { readonly clusters: Set<ClusterReport>; readonly what: MissingData }
  >();
  for (const cluster of report.clusters)
    if (!notJudged(cluster))
      for (const [why, { slices, rules }] of missingOf(cluster)) {
        const known = byReason.get(why) ?? { clusters: new Set(), what: nothingMissing() };
        byReason.set(why, known);
        known.clusters.add(cluster);
        for (const slice of slices) known.what.slices.add(slice);
        for (const rule of rules) known.what.rules.add(rule);
      }
  return [...byReason].map(
    ([why, { clusters, what }]) =>
      markup`${why}<ul>${missingLines(what).map((text) => markup`<li>${text}</li>`)}${context.single ? undefined : markup`<li>${[...clusters].slice(0, mostNames).map((cluster, at) => markup`${at === 0 ? undefined : trusted(', ')}${clusterLink(cluster, context)}`)}${clusters.size > mostNames ? markup` and ${counted(clusters.size - mostNames, 'more cluster')}` : undefined}</li>`}</ul>`,
  );
}

const mostNames = 6;
const mostRules = 12;

interface MissingData {
  readonly slices: Set<string>;
  readonly rules: Set<string>;
}

function nothingMissing(): MissingData {
  return { slices: new Set(), rules: new Set() };
}

/** A reason often repeats those of sources, with their names before them and cut: these are one. */
function missingOf(cluster: ClusterReport): ReadonlyMap<string, MissingData> {
  const reasons = new Map<string, MissingData>();
  const of = (why: string): MissingData => {
    const known = reasons.get(why) ?? nothingMissing();
    reasons.set(why, known);
    return known;
  };
  const unread = unreadSlices(cluster);
  const sources = unread.map(({ slice, why }) => ({ text: `${slice}: ${why}`, why }));
  for (const { slice, why } of unread)
    for (const reason of reasonsIn(why, sources)) of(reason).slices.add(slice);
  for (const { why, rules, slices } of unknownReasons(cluster)) {
    const [first, ...others] = reasonsIn(why, sources).map(of);
    for (const slice of slices) first?.slices.add(slice);
    for (const missing of first === undefined ? [] : [first, ...others])
      for (const rule of rules) missing.rules.add(rule);
  }
  return reasons;
}

interface UnreadSource {
  readonly text: string;
  readonly why: string;
}

/** The reasons that one is made of: `nodes: 403; services: 403` is one, and two where they differ. */
function reasonsIn(why: string, sources: readonly UnreadSource[]): readonly string[] {
  const source = sources.find(
    ({ text }) => why === text || text.startsWith(why) || why.startsWith(`${text}; `),
  );
  if (why === '' || source === undefined) return [why];
  const rest = why.slice(source.text.length + 2);
  const others = sources.filter((each) => each !== source);
  return [
    ...new Set([
      ...reasonsIn(source.why, others),
      ...(rest === '' ? [] : reasonsIn(rest, sources)),
    ]),
  ];
}

function missingLines({ slices, rules }: MissingData): readonly string[] {
  const shown = [...rules].slice(0, mostRules).join(', ');
  const left = rules.size - mostRules;
  return [
    ...(slices.size > 0 ? [`Not read: ${[...slices].join(', ')}`] : []),
    ...(rules.size > 0
      ? [`Not judged: ${shown}${left > 0 ? ` and ${counted(left, 'more rule')}` : ''}`]
      : []),
  ];
}

function findingLine({ cluster, finding }: ClusterFinding, context: PageContext): Markup {
  const { exemption } = finding;
  return markup`<a href="${findingHref(finding.fingerprint, context)}">${finding.title}</a> <span class="dim">${finding.severity} · ${finding.subject.kind} ${subjectText(finding.subject)} · ${clusterLink(cluster, context)} · last seen ${timeText(finding.lastSeen)}${
    exemption === undefined
      ? undefined
      : markup` · until ${exemption.expires}: ${exemption.reason} (${exemption.owner})`
  }</span>`;
}
