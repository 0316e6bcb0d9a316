import { derived } from '../facts/index.ts';
import type { InboundPool } from '../facts/inbound-pools.ts';
import { situations, withReconcile } from '../traffic/index.ts';
import { makesWorse } from './outcome.ts';

/** Whether a reconcile leaves every Service that uses the pools as well off as it is. */
export type SafeReconcile = (pools: readonly InboundPool[]) => boolean;

/**
 * A reconcile takes nodes out of a pool whose pods may be all that a Local Service has there: then it is
 * no fix. Each Service is asked once; without traffic to judge by, nothing speaks against it.
 */
export const safeReconcile = derived(
  'safeReconcile',
  { needs: [], helps: [situations] },
  ({ situations: around }): SafeReconcile => {
    if (around.kind === 'unread' || around.value.missing.length > 0) return () => true;
    const { of } = around.value;
    const known = new Map<string, boolean>();
    return (pools) =>
      pools
        .flatMap(({ users }) => users)
        .every(({ service }) => {
          const before = known.get(service.uid);
          const safe = before ?? !makesWorse(of(service), { changes: [withReconcile] });
          known.set(service.uid, safe);
          return safe;
        });
  },
);
