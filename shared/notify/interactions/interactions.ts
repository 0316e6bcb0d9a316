import { withEdit } from '../outbox/edits.ts';
import { criticalPrefix, type Handled, type OutboxRow } from '../outbox/row.ts';
import { modify, type OutboxStore } from '../outbox/store.ts';
import type { SlackTarget } from '../routing/routing.ts';
import { parseInteraction, type Interaction, type InteractionConfig } from './parse.ts';
import { verifySlackRequest, type HeaderReader, type ReplayCache } from './verify.ts';

const snoozeMs = 7 * 24 * 3_600_000;

export interface InteractionDeps extends InteractionConfig {
  readonly signingSecret: string;
  readonly replays: ReplayCache;
  readonly nowMs: () => number;
  /** Puts it into a queue, so that Slack has its answer within a second. */
  readonly enqueue: (interaction: Interaction) => Promise<void>;
}

/** What the HTTP function answers; the body is always empty. `why` is for the log. */
export interface InteractionAnswer {
  readonly status: 200 | 400 | 401 | 403 | 413;
  readonly why?: string;
}

/** `POST /api/slack/interactions`: checks, queues, answers. */
export async function receiveInteraction(
  rawBody: Uint8Array,
  header: HeaderReader,
  deps: InteractionDeps,
): Promise<InteractionAnswer> {
  const verified = await verifySlackRequest(
    rawBody,
    header,
    deps.signingSecret,
    deps.nowMs(),
    deps.replays,
  );
  if (verified.kind === 'refused')
    return { status: verified.why === 'too large' ? 413 : 401, why: verified.why };
  const parsed = parseInteraction(rawBody, deps);
  switch (parsed.kind) {
    case 'nothing':
      return { status: 200 };
    case 'refused':
      return { status: parsed.why === 'no payload' ? 400 : 403, why: parsed.why };
    case 'interaction':
      await deps.enqueue(parsed.interaction);
      return { status: 200 };
  }
}

/**
 * Does what was asked: marks the finding's messages, in every channel that has one; the next drain
 * edits them. Doing it twice changes nothing more.
 * @returns Messages that it concerns.
 */
export async function applyInteraction(
  store: OutboxStore,
  targets: readonly SlackTarget[],
  interaction: Interaction,
  nowMs: number,
): Promise<number> {
  let concerned = 0;
  for (const target of targets)
    for (const { row } of await store.list(target.id, criticalPrefix(interaction.fingerprint))) {
      if (row.kind !== 'critical' || row.closed !== undefined) continue;
      concerned += 1;
      await modify(store, row, (fresh) => handledBy(fresh, interaction, nowMs));
    }
  return concerned;
}

function handledBy(
  row: OutboxRow,
  { action, userId }: Interaction,
  nowMs: number,
): OutboxRow | undefined {
  if (row.closed !== undefined) return undefined;
  const { handled = {} } = row;
  if (action === 'acknowledge') {
    if (handled.acknowledgedBy !== undefined) return undefined;
    return marked(row, { ...handled, acknowledgedBy: userId }, nowMs);
  }
  const untilMs = nowMs + snoozeMs;
  // The queue may deliver it again.
  if ((handled.snoozedUntilMs ?? 0) > untilMs - 3_600_000) return undefined;
  return marked(row, { ...handled, snoozedBy: userId, snoozedUntilMs: untilMs }, nowMs);
}

function marked(row: OutboxRow, handled: Handled, nowMs: number): OutboxRow {
  return withEdit({ ...row, handled }, nowMs);
}
