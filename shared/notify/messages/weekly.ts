import { counted, grouped, percent } from '../../model/index.ts';
import { openCount } from '../../findings/index.ts';
import { severityCounts } from '../../report/words.ts';
import type { HistoryPoint } from '../../report/report.ts';
import { budget } from '../budget.ts';
import { reportLink } from '../links.ts';
import type { MessageOptions, RichSection, SlackMessage } from '../message.ts';
import {
  code,
  escaped,
  header,
  labelledField,
  line,
  longest,
  preformatted,
  richText,
  span,
} from '../slots.ts';
import { byEffect } from '../urgency.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import { countsOf, type DigestFacts } from './digest-facts.ts';
import { notScannedLines } from './digest-lines.ts';
import { actions, between, linkButton, list } from './parts.ts';

export interface WeeklyFacts {
  /** What is open at the end of the week, and the fleet. */
  readonly now: DigestFacts;
  readonly opened: number;
  readonly resolved: number;
  /** Runs of the week, oldest first. */
  readonly history: readonly HistoryPoint[];
}

/** The week in one message: how many are open over time, what is old, where it gathers. */
export function weeklyMessage(facts: WeeklyFacts, options: MessageOptions): SlackMessage {
  const { now, opened, resolved, history } = facts;
  const { open, clusters, run } = now;
  const seen = `, ${grouped(resolved)} resolved`;
  const text = `Evenkeel weekly summary: ${grouped(opened)} opened${seen}, ${grouped(open.length)} open. ${grouped(clusters.scanned)} of ${counted(clusters.planned, 'cluster')} scanned.`;
  const criticals = open
    .filter(({ finding }) => finding.severity === 'critical')
    .toSorted((a, b) => Date.parse(a.finding.firstSeen) - Date.parse(b.finding.firstSeen));
  const coverage =
    clusters.planned === 0 ? 'no cluster' : percent(clusters.scanned / clusters.planned);
  return {
    text: escaped(text, budget.topLevelText),
    blocks: [
      header(`Weekly summary: ${grouped(opened)} opened${seen}`),
      {
        type: 'section',
        fields: [
          labelledField('Open', severityCounts(countsOf(open))),
          labelledField('Median age', medianAge(open, run.startedAt)),
          labelledField('Clusters scanned', coverage),
        ],
      },
      ...(history.length > 1 ? [richText(preformatted([`open  ${sparkline(history)}`]))] : []),
      ...list(
        'Oldest criticals',
        criticals.slice(0, 5).map((each) => old(each, run.startedAt)),
        5,
        1500,
      ),
      ...list('Not scanned', notScannedLines(now), 5, 800),
      ...list('Most frequent rules', top(open.map(({ finding }) => finding.rule)), 3, 400),
      ...list(
        'Owners with the most findings',
        top(open.flatMap(({ cluster, finding }) => finding.owner ?? cluster.owner ?? [])),
        3,
        400,
      ),
      ...actions(linkButton(reportLink(options.reportUrl, { run: run.id }), 'open_report')),
    ],
    metadata: options.metadata,
  };
}

function old({ cluster, finding }: ClusterFinding, now: string): RichSection {
  return line(
    span(`${between(finding.firstSeen, now) ?? 'age unknown'}: `, 40, { bold: true }),
    span(`${finding.title} on `, longest.title),
    code(cluster.name),
  );
}

/** The three that occur most often, with their number. */
function top(names: readonly string[]): readonly RichSection[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 3)
    .map(([name, count]) => line(code(name), span(` ${grouped(count)}`, 20)));
}

function medianAge(open: readonly ClusterFinding[], now: string): string {
  const sorted = open.toSorted(
    (a, b) => Date.parse(a.finding.firstSeen) - Date.parse(b.finding.firstSeen) || byEffect(a, b),
  );
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? 'none' : (between(middle.finding.firstSeen, now) ?? 'unknown');
}

const bars = '\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588';

/** Open findings per run as eight heights, least to most of the week, with both numbers. */
function sparkline(history: readonly HistoryPoint[]): string {
  const counts = history.slice(-40).map(({ findings }) => openCount(findings));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const line8 = counts
    .map((count) =>
      bars.charAt(most === least ? 0 : Math.round(((count - least) / (most - least)) * 7)),
    )
    .join('');
  return `${line8} ${grouped(least)} to ${grouped(most)}`;
}
