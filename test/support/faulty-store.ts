import { StorageError, type Store } from '../../shared/history/index.ts';

export interface FaultyStore {
  readonly store: Store;
  /** Names of the writes that were tried, in order: `createBlob plan`. */
  readonly writes: readonly string[];
}

/** `before`: the write does not happen. `after`: it does, and its answer is lost. */
export type FaultMode = 'before' | 'after';

/** A store whose writes are counted, and of which chosen ones fail, once each. */
export function faultyStore(
  store: Store,
  faults: ReadonlyMap<number, FaultMode> = new Map(),
): FaultyStore {
  const writes: string[] = [];
  const guarded =
    <Args extends readonly unknown[], T>(name: string, write: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const mode = faults.get(writes.length);
      writes.push(`${name} ${String(args[0])}`);
      if (mode === 'before') throw new StorageError(503, 'storage: 503 ServerBusy');
      const answer = await write(...args);
      if (mode === 'after') throw new StorageError(0, 'storage: no answer');
      return answer;
    };
  return {
    writes,
    store: {
      ...store,
      createBlob: guarded('createBlob', store.createBlob),
      deleteBlob: guarded('deleteBlob', store.deleteBlob),
      createRow: guarded('createRow', store.createRow),
      putRow: guarded('putRow', store.putRow),
      replaceRow: guarded('replaceRow', store.replaceRow),
      deleteRow: guarded('deleteRow', store.deleteRow),
    },
  };
}
