import { compose } from '../compose/compose.ts';
import { gather, type Composed } from '../compose/materials.ts';
import { composeRunFailed } from '../compose/replies.ts';
import { markerKey } from '../plan/plan.ts';
import type { Drain } from './drain-types.ts';
import type { OutboxRow } from './row.ts';

/** What a row says now, and where. */
export async function composeRow(
  deps: Drain,
  row: OutboxRow,
): Promise<{
  readonly composed: Composed;
  readonly threadTs: string | undefined;
  /** That of its thread. */
  readonly channel: string;
}> {
  const { store, context, options, clock } = deps;
  const materials = await gather(row, store, context, options);
  if (materials === undefined) {
    const composed: Composed =
      row.kind === 'run-failed' ? composeRunFailed(row, undefined, options) : { kind: 'wait' };
    return { composed, threadTs: undefined, channel: row.channel };
  }
  const marker = row.kind === 'not-scanned' ? await store.read(row.route, markerKey) : undefined;
  const { parent } = materials;
  return {
    composed: compose(row, materials, { nowMs: clock.nowMs(), failing: marker?.row.failing }),
    ...(parent?.state.kind === 'sent'
      ? { threadTs: parent.state.threadTs, channel: parent.channel }
      : { threadTs: undefined, channel: row.channel }),
  };
}
