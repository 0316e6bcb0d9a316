import { indexed } from '../../shared/notify/changes.ts';
import type { SlackMessage } from '../../shared/notify/message.ts';
import { digest } from '../../shared/notify/messages/digest.ts';
import { closedMessage, resolvedReply, type Ending } from '../../shared/notify/messages/closed.ts';
import { criticalMessage } from '../../shared/notify/messages/critical.ts';
import { digestMessage } from '../../shared/notify/messages/digest.ts';
import { digestFactsBetween } from '../../shared/notify/messages/digest-facts.ts';
import { stillTrue } from '../../shared/notify/messages/quiet.ts';
import {
  detailMessage,
  moreMessage,
  notScannedMessage,
  reminderMessage,
  runFailedMessage,
} from '../../shared/notify/messages/replies.ts';
import { weeklyMessage } from '../../shared/notify/messages/weekly.ts';
import { isMissing } from '../../shared/notify/changes.ts';
import { placedFindings } from '../../shared/report/fleet-findings.ts';
import type { Report } from '../../shared/report/report.ts';
import { reportUrl } from './inert.ts';

const metadata = {
  event_type: 'evenkeel_digest',
  event_payload: { schema: 1, message_id: 'a'.repeat(32), run_id: '2026-11-23T06:00:00Z' },
};
const options = { metadata, reportUrl };
const levels = ['full', 'compact', 'text'] as const;

/** Every message that there is, of the findings and clusters of a report, and of one before it. */
export function everyMessage(report: Report, before: Report): ReadonlyMap<string, SlackMessage> {
  const now = indexed(report);
  const all = placedFindings(report);
  const facts = digestFactsBetween(indexed(before), now, () => true, undefined);
  const baseline = digestFactsBetween(undefined, now, () => true, undefined);
  const missing = report.clusters.filter(isMissing);
  const messages = new Map<string, SlackMessage>();
  for (const level of levels) {
    messages.set(`digest of states, ${level}`, digest(report, { reportUrl, level, route: 'all' }));
    messages.set(
      `digest, ${level}`,
      digestMessage(facts, { ...options, level, insteadOf: 'C0GONE00001' }),
    );
    messages.set(`baseline, ${level}`, digestMessage(baseline, { ...options, level }));
  }
  const shown = digestMessage(facts, options);
  const once = stillTrue(shown, report.run.startedAt, report, all.length);
  messages.set('still true', once);
  messages.set('still true, again', stillTrue(once, report.run.startedAt, report, all.length));
  messages.set('detail', detailMessage(report.clusters[0] ?? never(), all, metadata));
  messages.set('more', moreMessage(all, { ...options, runId: report.run.id }));
  messages.set(
    'not scanned',
    notScannedMessage(
      { clusters: missing, missing: missing.length, planned: 9, kept: 5, runs: new Map() },
      metadata,
    ),
  );
  messages.set(
    'run failed',
    runFailedMessage(report.clusters[0]?.reason ?? 'why', report.run.id, options),
  );
  messages.set(
    'week',
    weeklyMessage(
      { now: baseline, opened: 3, resolved: 2, history: report.history ?? [] },
      options,
    ),
  );
  for (const placed of all.slice(0, 5)) {
    const { finding, cluster } = placed;
    const name = finding.fingerprint;
    const ending: Omit<Ending, 'how'> = {
      about: {
        fingerprint: finding.fingerprint,
        rule: finding.rule,
        title: finding.title,
        cluster: cluster.name,
        clusterId: cluster.id,
        firstSeen: finding.firstSeen,
      },
      seenAt: report.run.startedAt,
      sharesNow: '34/33/33',
    };
    for (const how of ['resolved', 'gone', 'exempt', 'lowered'] as const)
      messages.set(`${how} ${name}`, closedMessage({ ...ending, how }, metadata));
    messages.set(`resolved reply ${name}`, resolvedReply({ ...ending, how: 'resolved' }, metadata));
    messages.set(`reminder ${name}`, reminderMessage(placed, 3, options));
    for (const level of levels)
      messages.set(
        `critical ${name}, ${level}`,
        criticalMessage(placed, {
          ...options,
          level,
          reopened: level === 'compact',
          interactive: true,
        }),
      );
    messages.set(
      `critical with a mention ${name}`,
      criticalMessage(placed, {
        ...options,
        level: 'full',
        reopened: false,
        interactive: true,
        mention: 'S0SHOPONCALL',
        handled: {
          acknowledgedBy: 'U0APPROVER1',
          snoozedBy: 'U0APPROVER1',
          snoozedUntilMs: 1_795_413_600_000,
        },
        insteadOf: 'C0GONE00001',
      }),
    );
  }
  return messages;
}

function never(): never {
  throw new TypeError('a report without clusters');
}
