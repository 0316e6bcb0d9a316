import { counted } from '../../model/index.ts';
import { resultWords } from '../../report/words.ts';
import type { ClusterReport } from '../../report/report.ts';
import { budget } from '../budget.ts';
import { reportLink } from '../links.ts';
import type { MessageOptions, Metadata, SlackMessage } from '../message.ts';
import {
  code,
  escaped,
  header,
  line,
  longest,
  slackLine,
  plain,
  richText,
  span,
} from '../slots.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import { actions, linkButton, list } from './parts.ts';

/** Under a critical that nobody has touched for some days. */
export function reminderMessage(
  { cluster, finding }: ClusterFinding,
  days: number,
  options: MessageOptions,
): SlackMessage {
  const link = reportLink(options.reportUrl, { finding: finding.fingerprint });
  const text = `Still open after ${counted(days, 'day')}: ${slackLine(finding.title, longest.title)} on ${slackLine(cluster.name, longest.name)}.`;
  const fix = finding.fixes[0];
  return {
    text: escaped(text, budget.topLevelText),
    blocks: [
      richText(
        line(
          span(
            `${text}${fix === undefined ? '' : ` Fix: ${slackLine(fix.title, longest.title)}.`}`,
            600,
          ),
        ),
      ),
      ...actions(linkButton(link, 'open_finding')),
    ],
    metadata: options.metadata,
  };
}

/** Under a digest: one cluster's news with cause and fix. */
export function detailMessage(
  cluster: ClusterReport,
  findings: readonly ClusterFinding[],
  metadata: Metadata,
): SlackMessage {
  const title = `New or worse on ${slackLine(cluster.name, longest.name)}: ${counted(findings.length, 'finding')}`;
  const sections = findings.map(({ finding }) =>
    line(
      span(`${finding.severity.toUpperCase()} `, 20, { bold: true }),
      span(finding.title, longest.title),
      span(`. ${slackLine(finding.message, 300)}`, 310),
      ...(finding.fixes[0] === undefined
        ? []
        : [span(` Fix: ${slackLine(finding.fixes[0].title, 120)}.`, 140)]),
    ),
  );
  return {
    text: escaped(`${title}.`, budget.topLevelText),
    blocks: list(title, sections, 20, 5000),
    metadata,
  };
}

/** Under a digest: criticals beyond those that got a message each. */
export function moreMessage(
  findings: readonly ClusterFinding[],
  options: MessageOptions & { readonly runId: string },
): SlackMessage {
  const link = reportLink(options.reportUrl, { run: options.runId, severity: 'critical' });
  const text = `Also new: ${counted(findings.length, 'critical finding')}, not posted separately.`;
  const sections = findings.map(({ cluster, finding }) =>
    line(
      span(`${slackLine(finding.title, longest.title)} on `, longest.title + 4),
      code(cluster.name),
    ),
  );
  return {
    text: escaped(text, budget.topLevelText),
    blocks: [...list(text, sections, 15, 4500), ...actions(linkButton(link, 'open_report'))],
    metadata: options.metadata,
  };
}

export interface NotScanned {
  readonly clusters: readonly ClusterReport[];
  /** All that could not be scanned, those that were reported before among them. */
  readonly missing: number;
  readonly planned: number;
  /** Open findings that are kept on them. */
  readonly kept: number;
  /** Runs in a row, by cluster id; 1 where absent. */
  readonly runs: ReadonlyMap<string, number>;
}

/** Clusters that could not be scanned, and that nothing of theirs counts as resolved. */
export function notScannedMessage(facts: NotScanned, metadata: Metadata): SlackMessage {
  const { clusters, missing, planned, kept, runs } = facts;
  // The list below has those that are news; the title counts what it lists.
  const title =
    clusters.length < missing
      ? `${counted(clusters.length, 'more cluster')} not scanned (${missing} of ${planned} in total)`
      : `${missing} of ${counted(planned, 'cluster')} not scanned`;
  const sections = clusters.map(({ id, name, result, reason }) => {
    const inARow = runs.get(id) ?? 1;
    const tail = inARow > 1 ? ` ${ordinal(inARow)} run in a row.` : '';
    return line(
      code(name),
      span(
        ` - ${resultWords[result]}${reason === undefined ? '' : `: ${slackLine(reason, longest.reason)}`}.${tail}`,
        360,
      ),
    );
  });
  const keptText =
    kept === 0
      ? `None of ${missing === 1 ? 'its' : 'their'} findings counts as resolved.`
      : `${counted(kept, 'finding')} on ${clusters.length < missing ? `the ${missing} clusters` : missing === 1 ? 'it' : 'them'} ${kept === 1 ? 'stays' : 'stay'} open until ${missing === 1 ? 'it is' : 'they are'} scanned again.`;
  return {
    text: escaped(
      `Not scanned: ${missing} of ${counted(planned, 'cluster')}. ${keptText}`,
      budget.topLevelText,
    ),
    blocks: [
      header(title),
      ...list(clusters.length < missing ? 'Newly not scanned' : 'Not scanned', sections, 15, 4500),
      { type: 'context', elements: [plain(keptText, 200)] },
    ],
    metadata,
  };
}

/** `2nd`, `3rd`, `11th`. */
function ordinal(count: number): string {
  const teen = count % 100 >= 11 && count % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}

/** The whole run failed: what happened and how old the last good report is. */
export function runFailedMessage(
  why: string,
  lastGood: string | undefined,
  options: MessageOptions,
): SlackMessage {
  const since =
    lastGood === undefined
      ? 'There is no earlier report.'
      : `The last good report is from ${lastGood}.`;
  const text = `Evenkeel audit did not run: ${slackLine(why, longest.reason)}. ${slackLine(since, 100)}`;
  return {
    text: escaped(text, budget.topLevelText),
    blocks: [
      header('Evenkeel audit did not run'),
      richText(line(span(`${slackLine(why, longest.reason)}. ${since}`, 400))),
      ...actions(linkButton(reportLink(options.reportUrl, {}), 'open_report')),
    ],
    metadata: options.metadata,
  };
}
