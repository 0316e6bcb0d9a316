import { clusterKey } from './keys.ts';
import type { TableRow, Store } from './store.ts';

/**
 * Runs that people ask for go on side by side up to a number: a slot is a row that only one can
 * create, so that however many ask at once, and of whichever host, no more than that many go on.
 */
const partition = 'slots';
const slots = 10;

/** A slot is another's for the taking after this time, whatever became of its run. */
export interface SlotRequest {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly until: string;
}

/** @returns false where all slots are taken. A run has one slot, however often it asks. */
export async function takeSlot(store: Store, request: SlotRequest): Promise<boolean> {
  const { runId } = request;
  // All who ask for one run begin at one slot, so that they meet there.
  const first = Number.parseInt(clusterKey(runId).slice(0, 8), 16) % slots;
  for (let step = 0; step < slots; step++)
    if (await takeOne(store, `${(first + step) % slots}`, request)) return true;
  return false;
}

async function takeOne(
  store: Store,
  key: string,
  { runId, now, until }: SlotRequest,
): Promise<boolean> {
  const fields = { runId, until };
  if (await store.createRow(partition, key, fields)) return true;
  const row = await store.readRow(partition, key);
  // Left just now: whoever is next has it.
  if (row === undefined) return await store.createRow(partition, key, fields);
  if (row.fields['runId'] === runId) return true;
  return isOver(row, now) && (await store.replaceRow(partition, { ...row, fields }));
}

function isOver({ fields }: TableRow, now: string): boolean {
  return typeof fields['until'] !== 'string' || fields['until'] < now;
}

/** What a run took and claimed is free again. */
export async function leaveSlot(store: Store, runId: string): Promise<void> {
  for (const each of [partition, askedPartition])
    for await (const { key, fields } of store.listRows(each))
      if (fields['runId'] === runId) await store.deleteRow(each, key);
}

const askedPartition = 'asked';

/**
 * Which run audits these clusters: the first that claims them, by whatever names it was asked for
 * them, until it is over.
 * @param isOpen Whether a run is still going.
 */
export async function claimClusters(
  store: Store,
  { runId, key }: { readonly runId: string; readonly key: string },
  isOpen: (runId: string) => Promise<boolean>,
): Promise<string> {
  for (let tries = 0; tries < 3; tries++) {
    if (await store.createRow(askedPartition, key, { runId })) return runId;
    const row = await store.readRow(askedPartition, key);
    if (row === undefined) continue;
    const other = row.fields['runId'];
    if (other === runId) return runId;
    if (typeof other === 'string' && (await isOpen(other))) return other;
    if (await store.replaceRow(askedPartition, { ...row, fields: { runId } })) return runId;
  }
  return runId;
}
