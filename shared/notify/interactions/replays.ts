import type { Store } from '../../history/index.ts';
import type { ReplayCache } from './verify.ts';

const partition = 'slack-signatures';
/** Old ones go a few at a time, with each new one. */
const cleanedAtOnce = 20;

/** Signatures in storage, so that a replay to another host is seen too. */
export function storedReplays(
  store: Pick<Store, 'createRow' | 'listRows' | 'deleteRow'>,
  nowMs: () => number,
): ReplayCache {
  return {
    async insert(signature, untilMs) {
      const isNew = await store.createRow(partition, signature, { untilMs });
      if (isNew) await clean();
      return isNew;
    },
  };

  async function clean(): Promise<void> {
    const old: string[] = [];
    for await (const { key, fields } of store.listRows(partition)) {
      if (Number(fields['untilMs']) < nowMs()) old.push(key);
      if (old.length >= cleanedAtOnce) break;
    }
    for (const key of old) await store.deleteRow(partition, key);
  }
}
