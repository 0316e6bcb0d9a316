import type { Indexed } from '../changes.ts';
import { present } from '../../model/index.ts';
import type { MessageOptions, Metadata, SlackMessage } from '../message.ts';
import { messageId, type OutboxRow } from '../outbox/row.ts';
import type { OutboxStore } from '../outbox/store.ts';
import { digestsOf } from '../plan/digests.ts';
import type { ClusterReport } from '../../report/report.ts';
import type { SlackTarget } from '../routing/routing.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import type { MessageContext } from './message-context.ts';

/** What a row says now; nothing, where it has nothing left to say; or to wait for another. */
export type Composed =
  | { readonly kind: 'message'; readonly message: SlackMessage; readonly row: OutboxRow }
  | { readonly kind: 'drop'; readonly why: string }
  | { readonly kind: 'wait' };

export interface ComposeOptions {
  readonly reportUrl?: string | undefined;
  /** Buttons that change something. */
  readonly interactive: boolean;
}

/** Everything that a message is made of, gathered for one row. */
export interface Materials extends ComposeOptions {
  readonly now: Indexed;
  /** Absent where the configuration no longer has the route. */
  readonly target: SlackTarget | undefined;
  readonly hears: (placed: ClusterFinding) => boolean;
  /** Clusters of the target; absent where it has all of them. */
  readonly hasCluster: ((cluster: ClusterReport) => boolean) | undefined;
  readonly parent: OutboxRow | undefined;
  /** Digests of the target, oldest first. */
  readonly digests: readonly OutboxRow[];
  /** The run up to which the last digest tells. */
  readonly told: Indexed | undefined;
  /** Of a reply to a digest: the two runs between which that tells. */
  readonly from: Indexed | undefined;
  readonly to: Indexed | undefined;
  /** Fingerprints that have a message of their own. */
  readonly messaged: ReadonlySet<string>;
  /** Of those, criticals whose message stands or is on its way. */
  readonly apart: ReadonlySet<string>;
  /** A reply names the criticals that have none. */
  readonly hasMore: boolean;
}

/** Reads what the message of a row is made of. `undefined`: there is no report yet. */
export async function gather(
  row: OutboxRow,
  store: OutboxStore,
  context: MessageContext,
  options: ComposeOptions,
): Promise<Materials | undefined> {
  const now = await context.newest();
  if (now === undefined) return undefined;
  const target = context.target(row.route);
  const [parent, digests, criticals, more] = await Promise.all([
    row.parent === undefined ? undefined : store.read(row.route, row.parent),
    row.kind === 'digest' || row.kind === 'weekly' ? store.list(row.route, 'digest|') : [],
    ['more', 'digest', 'detail'].includes(row.kind) ? store.list(row.route, 'critical|') : [],
    row.kind === 'digest' || row.kind === 'detail'
      ? store.read(row.route, `${row.parent ?? row.key}|more`)
      : undefined,
  ]);
  const all = digestsOf(digests.map((each) => each.row));
  const last = all.findLast(({ state }) => state.kind === 'sent');
  return {
    ...options,
    now,
    target,
    hears: target === undefined ? () => false : context.hears(target),
    hasCluster:
      target === undefined || target.whole
        ? undefined
        : (cluster) => context.routing.hasCluster(target, cluster),
    parent: parent?.row,
    digests: all,
    told: await context.run(last?.shownRun),
    from: await context.run(parent?.row.baseRun),
    to: await context.run(parent?.row.shownRun),
    messaged: new Set(criticals.flatMap((each) => each.row.about?.fingerprint ?? [])),
    apart: new Set(
      criticals
        .filter((each) => each.row.closed === undefined && each.row.state.kind !== 'dead')
        .flatMap((each) => each.row.about?.fingerprint ?? []),
    ),
    hasMore: more !== undefined,
  };
}

/** What every message carries: by `message_id` it is found again. */
export function metadataOf(row: OutboxRow): Metadata {
  return {
    event_type: row.about === undefined ? 'evenkeel_digest' : 'evenkeel_finding',
    event_payload: {
      schema: 1,
      message_id: messageId(row),
      run_id: row.runId,
      route: row.route,
      kind: row.kind,
      ...(row.about !== undefined && {
        finding_id: row.about.fingerprint,
        state: row.closed?.how ?? 'open',
      }),
    },
  };
}

/** Options that every message has. */
export function common(row: OutboxRow, { reportUrl }: ComposeOptions): MessageOptions {
  return present({ metadata: metadataOf(row), reportUrl });
}
