import { createHash } from 'node:crypto';
import { pack, unpack } from './codec.ts';
import type { Store } from './store.ts';

const partition = 'policy';
const maxBytes = 4 * 1024 * 1024;

/** Keeps the text of a policy that had no faults. */
export async function putPolicyText(store: Store, text: string): Promise<void> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  await store.createBlob(`policy/${sha256}`, await pack(text));
  await store.putRow(partition, 'last', { sha256 });
}

/** The text that was kept last, whatever build kept it. */
export async function lastPolicyText(store: Store): Promise<string | undefined> {
  const row = await store.readRow(partition, 'last');
  if (row === undefined) return undefined;
  const bytes = await store.readBlob(`policy/${String(row.fields['sha256'])}`, maxBytes);
  return bytes === undefined ? undefined : unpack(bytes, maxBytes);
}
