import type { Report } from '../../report/report.ts';
import { counted, grouped as digits } from '../../report/words.ts';
import { budget } from '../budget.ts';
import {
  countSeverities,
  digestFacts,
  type Audience,
  type DigestFacts,
  type SeverityCounts,
} from './digest-facts.ts';
import { reportLink } from '../links.ts';
import type { Level } from './level.ts';
import { inPartLines, notScannedLines, openLine, others, resolvedLine } from './digest-lines.ts';
import { linkButton, list } from './parts.ts';
import type { Block, Metadata, RichSection, SlackMessage } from '../message.ts';
import {
  escaped,
  line,
  longest,
  markup,
  oneLine,
  parsed,
  plain,
  span,
  when,
  type Trusted,
  joined,
} from '../slots.ts';
import { grouped } from '../urgency.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';

export interface DigestOptions {
  /** Base of links, `EVENKEEL_REPORT_URL`; no link without it. */
  readonly reportUrl?: string;
  /** Name of the route, from configuration. */
  readonly route?: string;
  /** Findings that this digest is about. */
  readonly audience?: Audience;
  readonly level?: Level;
  /** Runs that it tells of. */
  readonly coversRuns?: number;
  /** The channel that would not take it, where this is the fallback. */
  readonly insteadOf?: string;
  readonly metadata?: Metadata;
}

/**
 * The digest of one run: counts, what is new with the worst effect first, what is resolved, which
 * clusters were not scanned, and a link. At most 20 blocks and 6,000 characters, whatever the fleet.
 */
export function digest(report: Report, options: DigestOptions = {}): SlackMessage {
  return digestMessage(digestFacts(report, options.audience), options);
}

/** The same of facts that were gathered before. */
export function digestMessage(facts: DigestFacts, options: DigestOptions): SlackMessage {
  const { level = 'full', metadata } = options;
  const link = reportLink(options.reportUrl, { run: facts.run.id });
  const text =
    sentence(facts) + (level === 'text' && link !== undefined ? ` <${link}|Report>` : '');
  const blocks =
    level === 'text' ? [] : level === 'compact' ? compact(facts, link) : full(facts, options, link);
  return { text, blocks, ...(metadata !== undefined && { metadata }) };
}

function full(facts: DigestFacts, options: DigestOptions, link: string | undefined): Block[] {
  return [
    ...head(facts),
    { type: 'divider' },
    ...(facts.baseline ? [] : list('New', freshLines(facts), 8, 2000)),
    ...list('Changed', grouped(named(facts, facts.changed)).map(openLine), 5, 700),
    ...list('Resolved', grouped(facts.resolved).map(resolvedLine), 5, 700),
    // Later the reply in the thread says which, and what is kept of them.
    ...(facts.baseline || facts.lost === 0
      ? list('Not scanned', notScannedLines(facts), 5, 800)
      : []),
    ...list('Read in part', inPartLines(facts), 5, 800),
    // A later digest counts what is still open: it was named when it was new.
    ...(facts.baseline
      ? list('Open, most severe first', grouped(facts.open).map(openLine), 15, 1800)
      : []),
    ...linkButton(link, 'open_report'),
    ...tail(facts, options),
  ];
}

/** New findings by name; criticals with a message of their own as a number. */
function freshLines(facts: DigestFacts): readonly RichSection[] {
  const rest = named(facts, facts.fresh);
  const apart = facts.fresh.length - rest.length;
  const own = `${counted(apart, 'critical finding')}, posted separately`;
  return [...(apart > 0 ? [line(span(own, 80))] : []), ...grouped(rest).map(openLine)];
}

/** Those that no other message names. */
function named(
  { apart }: DigestFacts,
  findings: readonly ClusterFinding[],
): readonly ClusterFinding[] {
  return findings.filter(({ finding }) => !apart.has(finding.fingerprint));
}

function compact(facts: DigestFacts, link: string | undefined): Block[] {
  const worst = facts.baseline ? facts.open : named(facts, facts.fresh);
  return [
    ...head(facts),
    ...list('Worst', grouped(worst).map(openLine), 5, 1500),
    ...linkButton(link, 'open_report'),
  ];
}

/** Title, coverage and counts: our own words and numbers only. */
function head(facts: DigestFacts): Block[] {
  const { clusters } = facts;
  const missing = clusters.planned - clusters.scanned - clusters.skipped;
  const coverage = [
    markup`*${clusters.scanned} of ${clusters.planned}* ${clusters.planned === 1 ? markup`cluster` : markup`clusters`} scanned in *${clusters.subscriptions}* ${clusters.subscriptions === 1 ? markup`subscription` : markup`subscriptions`}`,
    ...(clusters.partial > 0 ? [markup`${clusters.partial} of them in part`] : []),
    ...(missing > 0 ? [markup`*${missing} not scanned*`] : []),
    ...(clusters.skipped > 0 ? [markup`${clusters.skipped} skipped`] : []),
    markup`run ${when(facts.run.startedAt)}`,
    ...took(facts),
  ];
  return [
    { type: 'header', text: plain(`Evenkeel: ${headline(facts)}`, longest.header) },
    { type: 'context', elements: [parsed(joined(coverage, markup` - `))] },
    { type: 'section', fields: fields(facts).map(parsed) },
  ];
}

function headline(facts: DigestFacts): string {
  if (facts.baseline) return `first scan, ${counted(openCount(facts), 'open finding')}`;
  const parts = [
    ...(facts.fresh.length > 0 ? [`${digits(facts.fresh.length)} new`] : []),
    ...(facts.changed.length > 0 ? [`${digits(facts.changed.length)} changed`] : []),
    ...(facts.resolved.length > 0 ? [`${digits(facts.resolved.length)} resolved`] : []),
    ...(facts.lost > 0 ? [`${digits(facts.lost)} no longer scanned`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : `nothing changed, ${digits(openCount(facts))} open`;
}

function openCount({ counts }: DigestFacts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function fields(facts: DigestFacts): readonly Trusted[] {
  return [
    ...(facts.baseline
      ? []
      : [markup`*New*\n${severityWords(countSeverities(facts.fresh))}${below(facts.below.fresh)}`]),
    ...(facts.changed.length > 0
      ? [markup`*Changed*\n${severityWords(countSeverities(facts.changed))}`]
      : []),
    ...(facts.baseline
      ? []
      : [markup`*Resolved*\n${facts.resolved.length}${below(facts.below.resolved)}`]),
    markup`*Open*\n${severityWords(facts.counts)}`,
    ...(facts.lostPerMinute >= 1
      ? [markup`*Lost now*\nabout ${Math.round(facts.lostPerMinute)} connections a minute`]
      : []),
    ...(facts.stale > 0 ? [markup`*Stale (not read in this run)*\n${facts.stale}`] : []),
    ...(facts.exempt > 0 ? [markup`*Exempt*\n${facts.exempt}`] : []),
    ...(facts.withoutFix > 0 ? [markup`*Closed, not known to be fixed*\n${facts.withoutFix}`] : []),
    ...(facts.gone > 0 ? [markup`*Deleted with their Service or cluster*\n${facts.gone}`] : []),
  ];
}

/** Of lower severity, or another route's: with them the count is the page's. */
function below(count: number): Trusted {
  return count === 0 ? markup`` : markup` (and ${count} more, not sent to this channel)`;
}

function severityWords({ critical, high, medium, low, info }: SeverityCounts): Trusted {
  const parts = [
    ...(critical > 0 ? [markup`${critical} critical`] : []),
    ...(high > 0 ? [markup`${high} high`] : []),
    ...(medium > 0 ? [markup`${medium} medium`] : []),
    ...(low > 0 ? [markup`${low} low`] : []),
    ...(info > 0 ? [markup`${info} info`] : []),
  ];
  return parts.length === 0 ? markup`0` : joined(parts, markup`, `);
}

function took({ run }: DigestFacts): readonly Trusted[] {
  const seconds = Math.round((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
  if (!(seconds >= 0)) return [];
  return seconds < 60
    ? [markup`took ${seconds} s`]
    : [markup`took ${Math.floor(seconds / 60)} min ${seconds % 60} s`];
}

function tail(facts: DigestFacts, { route, coversRuns = 1, insteadOf }: DigestOptions): Block[] {
  const notes = [
    ...(route === undefined ? [] : [`Route ${route}.`]),
    ...(coversRuns > 1 ? [`Covers ${coversRuns} runs.`] : []),
    ...(insteadOf === undefined ? [] : [`Meant for channel ${insteadOf}, which refuses messages.`]),
    ...(facts.run.notes ?? []).slice(0, 1).map((note) => `Note: ${note}`),
  ];
  return notes.length === 0 ? [] : [{ type: 'context', elements: [plain(notes.join(' '), 200)] }];
}

/** The message in one line: what push notifications show and screen readers read. */
function sentence(facts: DigestFacts): string {
  const { clusters, open } = facts;
  const counts = facts.baseline
    ? headline(facts)
    : `${headline(facts)}${facts.fresh.length + facts.changed.length + facts.resolved.length + facts.lost > 0 ? `, ${digits(openCount(facts))} open` : ''}`;
  const worst = grouped(facts.baseline ? open : named(facts, facts.fresh))[0];
  const effect =
    worst === undefined
      ? ''
      : ` Worst: ${oneLine(worst.first.finding.title, longest.title)} on ${oneLine(worst.clusters[0] ?? '', longest.name)}${others(worst.clusters)}.`;
  return escaped(
    `Evenkeel: ${counts}. ${digits(clusters.scanned)} of ${counted(clusters.planned, 'cluster')} scanned.${effect}`,
    budget.topLevelText,
  );
}
