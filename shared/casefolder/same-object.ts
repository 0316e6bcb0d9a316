import { isObject, projectResource, restoreResource } from '../input/index.ts';
import { isKubernetes, type SavedKind } from './sort-item.ts';

/** What changes on its own, from one save to the next, and is not read. */
const volatile: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'resourceVersion',
  'managedFields',
  'selfLink',
  'lastHeartbeatTime',
  'lastProbeTime',
  'images',
  'volumesInUse',
  'volumesAttached',
]);

/** By what two objects of a list are the same one: namespace and name, or the id. `undefined` = it has neither. */
export function objectIdentity(value: unknown, kind: SavedKind): string | undefined {
  if (!isObject(value)) return undefined;
  if (!isKubernetes(kind)) {
    const id = value['id'] ?? value['Id'];
    return typeof id === 'string' ? id.toLowerCase() : undefined;
  }
  const metadata = value['metadata'];
  if (!isObject(metadata) || typeof metadata['name'] !== 'string') return undefined;
  const { namespace, name } = metadata;
  return typeof namespace === 'string' ? `${namespace}/${name}` : name;
}

/** An object without what changes on its own; a resource as the REST API gives it, as far as it is read. */
export function essence(value: unknown, kind: SavedKind): unknown {
  if (isKubernetes(kind)) return withoutVolatile(value);
  const restored = restoreResource(value, kind.shape);
  return folded(projectResource(restored, kind.shape));
}

function withoutVolatile(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutVolatile);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([key]) => !volatile.has(key));
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutVolatile(field)]));
}

/** ARM writes the letters of ids and names as it likes. */
function folded(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  if (Array.isArray(value)) return value.map(folded);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, folded(field)]));
}

/** Whether two say nothing different: what only one of them has, another tool or version left out. */
export function agree(a: unknown, b: unknown): boolean {
  if (isNothing(a) || isNothing(b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => agree(each, b[index]));
  if (isObject(a) && isObject(b))
    return Object.entries(a).every(
      ([key, field]) => !Object.hasOwn(b, key) || agree(field, b[key]),
    );
  return a === b;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}
