import type { JsonObject } from '../model/index.ts';
import { isFields, isList, isMap } from './arm-check.ts';
import type { ArmShape, ShapeFields } from './arm-shapes.ts';
import { isObject } from './cursor.ts';

/** Fields of a resource that stand beside its `properties`. */
const outer = new Map(
  [
    'id name type location tags sku zones etag eTag identity kind plan managedBy extendedLocation',
    'systemData resourceGroup subscriptionId',
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => [name.toLowerCase(), name]),
);

/**
 * A resource as the REST API gives it, from what the `az` CLI and PowerShell print: `properties` are
 * flattened there, keys are spelled in three ways, and what is unset is null. What is in the REST
 * shape already, and what is no resource in either, stays the same value.
 */
export function restoreResource(item: unknown, shape: ShapeFields): unknown {
  return isFlat(item, shape) ? restoreObject(item, shape) : item;
}

/** Without `properties`, and with something that would be in them. */
function isFlat(item: unknown, shape: ShapeFields): item is JsonObject {
  if (!isObject(item)) return false;
  const keys = Object.keys(item).map((key) => key.toLowerCase());
  const inner = shape['properties'];
  if (keys.includes('properties') || inner === undefined || !isFields(inner)) return false;
  const known = new Set(Object.keys(inner).map((key) => key.toLowerCase()));
  return keys.some((key) => known.has(key) && !outer.has(key));
}

function restore(value: unknown, shape: ArmShape | undefined): unknown {
  if (Array.isArray(value)) {
    const element = shape !== undefined && isList(shape) ? shape[0] : undefined;
    return value.map((each: unknown) => restore(each, element));
  }
  if (!isObject(value)) return value;
  if (shape !== undefined && isMap(shape)) return withoutNulls(value);
  if (shape === 'reference') return restoreObject(value, { id: 'text' });
  if (shape === undefined || !isFields(shape)) return value;
  return restoreObject(value, shape);
}

function restoreObject(value: JsonObject, shape: ShapeFields): JsonObject {
  const inner = shape['properties'];
  const nested = inner !== undefined && isFields(inner) ? inner : undefined;
  const isRest = nested === undefined || isObject(value['properties']);
  const top: [string, unknown][] = [];
  const properties: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field === null) continue;
    const name = aliases.get(key.toLowerCase()) ?? key;
    const outerName = nested === undefined ? undefined : outer.get(name.toLowerCase());
    if (isRest || outerName !== undefined) {
      const own = outerName ?? spelled(name, shape);
      top.push([own, restore(field, shape[own])]);
    } else {
      const own = listName(spelled(name, nested), field, nested);
      properties.push([own, restore(field, nested[own])]);
    }
  }
  const flat = isRest ? {} : { properties: Object.fromEntries(properties) };
  return { ...Object.fromEntries(top), ...flat };
}

/** PowerShell's names for what ARM calls otherwise. */
const aliases = new Map([
  ['tag', 'tags'],
  ['resourcegroupname', 'resourceGroup'],
]);

/** A key as the REST API spells it: `privateIpAddress` is `privateIPAddress`. */
function spelled(key: string, shape: ShapeFields): string {
  if (Object.hasOwn(shape, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(shape).find((each) => each.toLowerCase() === folded) ?? key;
}

/** PowerShell has one name for a port range and for a list of them; ARM has two. */
function listName(key: string, value: unknown, shape: ShapeFields): string {
  if (!Array.isArray(value) || shape[key] !== 'text') return key;
  return [`${key}s`, `${key}es`].find((each) => Object.hasOwn(shape, each)) ?? key;
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
