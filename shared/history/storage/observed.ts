import type { ObservedBefore } from '../../findings/index.ts';
import { isObject, jsonValue } from '../../model/index.ts';
import { clusterKey } from './keys.ts';
import type { Store } from './store.ts';

const partition = 'observed';
/** A table's text holds 32K characters. */
const maxCharacters = 30_000;

/** What the last run observed of a cluster; nothing where it was never kept, or cannot be read. */
export async function readObserved(
  store: Store,
  clusterId: string,
): Promise<ObservedBefore | undefined> {
  const row = await store.readRow(partition, clusterKey(clusterId));
  const text = row?.fields['text'];
  if (typeof text !== 'string') return undefined;
  const value = jsonValue(text);
  return isObserved(value) ? value : undefined;
}

/** Keeps it for the next run; of a cluster with too many Services for a row less, or nothing. */
export async function putObserved(
  store: Store,
  clusterId: string,
  observed: ObservedBefore,
): Promise<void> {
  const { compared: _compared, ...judging } = observed;
  const { bad: _bad, ...rest } = judging;
  const text = [observed, judging, rest]
    .map((each) => JSON.stringify(each))
    .find(({ length }) => length <= maxCharacters);
  if (text !== undefined) await store.putRow(partition, clusterKey(clusterId), { text });
}

function isObserved(value: unknown): value is ObservedBefore {
  if (!isObject(value)) return false;
  const { verified, idle, disagrees, leftovers = {}, bad = {}, compared = [] } = value;
  return (
    [verified, compared].every(
      (each) => Array.isArray(each) && each.every((text) => typeof text === 'string'),
    ) &&
    [idle, disagrees].every(
      (each) =>
        isObject(each) && Object.values(each).every((time: unknown) => typeof time === 'string'),
    ) &&
    [leftovers, bad].every(
      (each) =>
        isObject(each) &&
        Object.values(each).every(
          (names: unknown) =>
            Array.isArray(names) && names.every((name) => typeof name === 'string'),
        ),
    )
  );
}
