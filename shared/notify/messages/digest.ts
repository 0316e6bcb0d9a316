import { openCount, type FindingCounts } from '../../findings/index.ts';
import { compacted, counted, grouped } from '../../model/index.ts';
import type { Report } from '../../report/report.ts';
import { amounts } from '../../report/words.ts';
import { budget } from '../budget.ts';
import { countsOf, digestFacts, type DigestFacts } from './digest-facts.ts';
import { reportLink } from '../links.ts';
import type { Level } from './level.ts';
import {
  inPartLines,
  notScannedLines,
  openLine,
  otherClusters,
  resolvedLine,
} from './digest-lines.ts';
import { actions, linkButton, list } from './parts.ts';
import type { Block, Metadata, RichSection, SlackMessage } from '../message.ts';
import {
  escaped,
  header,
  line,
  longest,
  mrkdwn,
  slackLine,
  mrkdwnText,
  plain,
  span,
  when,
  type Trusted,
  joined,
} from '../slots.ts';
import { groupFindings } from '../urgency.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';

export interface DigestOptions {
  /** Base of links, `EVENKEEL_REPORT_URL`; no link without it. */
  readonly reportUrl?: string;
  /** Name of the route, from configuration. */
  readonly route?: string;
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
  return digestMessage(digestFacts(report), options);
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
    ...list('Changed', groupFindings(named(facts, facts.changed)).map(openLine), 5, 700),
    ...list('Resolved', groupFindings(facts.resolved).map(resolvedLine), 5, 700),
    // Later the reply in the thread says which, and what is kept of them.
    ...(facts.baseline || facts.lost === 0
      ? list('Not scanned', notScannedLines(facts), 5, 800)
      : []),
    ...list('Read in part', inPartLines(facts), 5, 800),
    // A later digest counts what is still open: it was named when it was new.
    ...(facts.baseline
      ? list('Open, most severe first', groupFindings(facts.open).map(openLine), 15, 1800)
      : []),
    ...actions(linkButton(link, 'open_report')),
    ...tail(facts, options),
  ];
}

/** New findings by name; criticals with a message of their own as a number. */
function freshLines(facts: DigestFacts): readonly RichSection[] {
  const rest = named(facts, facts.fresh);
  const apart = facts.fresh.length - rest.length;
  const own = `${counted(apart, 'critical finding')}, posted separately`;
  return [...(apart > 0 ? [line(span(own, 80))] : []), ...groupFindings(rest).map(openLine)];
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
    ...list('Worst', groupFindings(worst).map(openLine), 5, 1500),
    ...actions(linkButton(link, 'open_report')),
  ];
}

/** Title, coverage and counts: our own words and numbers only. */
function head(facts: DigestFacts): Block[] {
  const { clusters } = facts;
  const missing = clusters.planned - clusters.scanned - clusters.skipped;
  const coverage = [
    mrkdwn`*${clusters.scanned} of ${clusters.planned}* ${clusters.planned === 1 ? mrkdwn`cluster` : mrkdwn`clusters`} scanned in *${clusters.subscriptions}* ${clusters.subscriptions === 1 ? mrkdwn`subscription` : mrkdwn`subscriptions`}`,
    ...(clusters.partial > 0 ? [mrkdwn`${clusters.partial} of them in part`] : []),
    ...(missing > 0 ? [mrkdwn`*${missing} not scanned*`] : []),
    ...(clusters.skipped > 0 ? [mrkdwn`${clusters.skipped} skipped`] : []),
    mrkdwn`run ${when(facts.run.startedAt)}`,
    ...took(facts),
  ];
  return [
    header(`Evenkeel: ${headline(facts)}`),
    { type: 'context', elements: [mrkdwnText(joined(coverage, mrkdwn` - `))] },
    { type: 'section', fields: fields(facts).map(mrkdwnText) },
  ];
}

function headline(facts: DigestFacts): string {
  if (facts.baseline) return `first scan, ${counted(openCount(facts.counts), 'open finding')}`;
  const parts = amounts([
    [facts.fresh.length, 'new'],
    [facts.changed.length, 'changed'],
    [facts.resolved.length, 'resolved'],
    [facts.lost, 'no longer scanned'],
  ]);
  return parts.length > 0
    ? parts.join(', ')
    : `nothing changed, ${grouped(openCount(facts.counts))} open`;
}

function fields(facts: DigestFacts): readonly Trusted[] {
  const { baseline, fresh, changed, resolved, lostPerMinute, stale, exempt, withoutFix, gone } =
    facts;
  return compacted([
    !baseline && mrkdwn`*New*\n${severityWords(countsOf(fresh))}${below(facts.below.fresh)}`,
    changed.length > 0 && mrkdwn`*Changed*\n${severityWords(countsOf(changed))}`,
    !baseline && mrkdwn`*Resolved*\n${resolved.length}${below(facts.below.resolved)}`,
    mrkdwn`*Open*\n${severityWords(facts.counts)}`,
    lostPerMinute >= 1 &&
      mrkdwn`*Lost now*\nabout ${Math.round(lostPerMinute)} connections a minute`,
    stale > 0 && mrkdwn`*Stale (not read in this run)*\n${stale}`,
    exempt > 0 && mrkdwn`*Exempt*\n${exempt}`,
    withoutFix > 0 && mrkdwn`*Closed, not known to be fixed*\n${withoutFix}`,
    gone > 0 && mrkdwn`*Deleted with their Service or cluster*\n${gone}`,
  ]);
}

/** Of lower severity, or another route's: with them the count is the page's. */
function below(count: number): Trusted {
  return count === 0 ? mrkdwn`` : mrkdwn` (and ${count} more, not sent to this channel)`;
}

function severityWords({ critical, high, medium, low, info }: FindingCounts): Trusted {
  const parts = compacted([
    critical > 0 && mrkdwn`${critical} critical`,
    high > 0 && mrkdwn`${high} high`,
    medium > 0 && mrkdwn`${medium} medium`,
    low > 0 && mrkdwn`${low} low`,
    info > 0 && mrkdwn`${info} info`,
  ]);
  return parts.length === 0 ? mrkdwn`0` : joined(parts, mrkdwn`, `);
}

function took({ run }: DigestFacts): readonly Trusted[] {
  const seconds = Math.round((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
  if (!(seconds >= 0)) return [];
  return seconds < 60
    ? [mrkdwn`took ${seconds} s`]
    : [mrkdwn`took ${Math.floor(seconds / 60)} min ${seconds % 60} s`];
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
  const isNews = facts.fresh.length + facts.changed.length + facts.resolved.length + facts.lost > 0;
  const rest = !facts.baseline && isNews ? `, ${grouped(openCount(facts.counts))} open` : '';
  const worst = groupFindings(facts.baseline ? open : named(facts, facts.fresh))[0];
  const effect =
    worst === undefined
      ? ''
      : ` Worst: ${slackLine(worst.first.finding.title, longest.title)} on ${slackLine(worst.clusters[0] ?? '', longest.name)}${otherClusters(worst.clusters)}.`;
  return escaped(
    `Evenkeel: ${headline(facts)}${rest}. ${grouped(clusters.scanned)} of ${counted(clusters.planned, 'cluster')} scanned.${effect}`,
    budget.topLevelText,
  );
}
