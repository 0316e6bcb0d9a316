import { isObject } from '../model/index.ts';
import { parseQuantity } from '../collect/quantity.ts';
import { same } from './fields.ts';

/** One part of an object: on the server, in the manifest, and in the configuration that was applied last. */
export interface Versions {
  readonly live: unknown;
  readonly wanted: unknown;
  readonly applied?: unknown;
}

/** What tells the items of a list apart (source: the API's patch merge keys). Other lists are replaced whole. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumes: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

const deepest = 40;

/**
 * The fields that client-side `kubectl apply` would change, by path, at most one for each branch.
 * What the manifest leaves out stays, unless it was applied before. Values are never in the answer.
 */
export function appliedChanges(versions: Versions, path: string, depth = 0): readonly string[] {
  const { live, wanted, applied } = versions;
  if (depth > deepest) return [];
  if (wanted === null) return isEmpty(live) ? [] : [path];
  if (isObject(wanted)) {
    if (!isObject(live)) return isEmpty(wanted) && isEmpty(live) ? [] : [path];
    const before = isObject(applied) ? applied : {};
    return [
      ...Object.entries(wanted).flatMap(([key, value]) =>
        appliedChanges(
          { live: live[key], wanted: value, applied: before[key] },
          `${path}.${key}`,
          depth + 1,
        ),
      ),
      ...Object.keys(before).flatMap((key) =>
        Object.hasOwn(wanted, key) || isEmpty(live[key]) ? [] : [`${path}.${key}`],
      ),
    ];
  }
  if (Array.isArray(wanted)) return changedList({ live, wanted, applied }, path, depth);
  return sameScalar(live, wanted, path) ? [] : [path];
}

function changedList(
  { live, wanted, applied }: Versions & { readonly wanted: readonly unknown[] },
  path: string,
  depth: number,
): readonly string[] {
  const there: readonly unknown[] = Array.isArray(live) ? live : [];
  const key = mergeKeys[path.slice(path.lastIndexOf('.') + 1)];
  if (key === undefined)
    return there.length === wanted.length &&
      wanted.every(
        (item, at) =>
          appliedChanges({ live: there[at], wanted: item }, `${path}[${at}]`, depth + 1).length ===
          0,
      )
      ? []
      : [path];
  const idOf = (item: unknown): string =>
    isObject(item)
      ? `${textOf(item[key], '')} ${key === 'containerPort' ? textOf(item['protocol'], 'TCP') : ''}`
      : '';
  const find = (list: unknown, id: string): unknown =>
    Array.isArray(list) ? list.find((item: unknown) => idOf(item) === id) : undefined;
  const ids = new Set(wanted.map(idOf));
  const dropped = (Array.isArray(applied) ? applied : []).map(idOf).filter((id) => !ids.has(id));
  return [
    ...wanted.flatMap((item) => {
      const id = idOf(item);
      const here = `${path}[${id.trim()}]`;
      const mine = find(there, id);
      if (mine === undefined) return [here];
      return appliedChanges(
        { live: mine, wanted: item, applied: find(applied, id) },
        here,
        depth + 1,
      );
    }),
    ...dropped.flatMap((id) => (find(there, id) === undefined ? [] : [`${path}[${id.trim()}]`])),
  ];
}

function textOf(value: unknown, absent: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : absent;
}

/** The API server leaves out what is empty, and writes quantities in one form. */
function sameScalar(live: unknown, wanted: unknown, path: string): boolean {
  if (same(live, wanted) || (isEmpty(live) && isEmpty(wanted))) return true;
  if (!/\.(?:limits|requests|overhead)\.[^.]+$|\.(?:sizeLimit|divisor)$/u.test(path)) return false;
  const [a, b] = [parseQuantity(live), parseQuantity(wanted)];
  return a !== undefined && a === b;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0)
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}
