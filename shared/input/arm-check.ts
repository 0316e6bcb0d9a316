import type { JsonObject } from '../model/index.ts';
import type { ArmShape, ShapeFields } from './arm-shapes.ts';
import { isObject, type Origin } from './cursor.ts';
import { BodyError } from './json.ts';

/**
 * Looks at the containers of a resource before the clients of ARM do, which make an empty object of
 * whatever is no object: a text where a rule belongs would be a rule that says nothing.
 * @throws {BodyError} with the place of what is not the object or list that belongs there.
 */
export function checkShape(value: unknown, shape: ArmShape, path: string, origin: Origin): void {
  if (value === undefined) return;
  if (value === null) return checkNull(shape, path, origin);
  if (typeof shape === 'string') {
    if (isMap(shape) && !isObject(value)) throw misshapen(path, value, 'an object');
    if (shape === 'reference' && !isReference(value))
      throw misshapen(path, value, 'an object with an id');
    return;
  }
  if (isList(shape)) {
    // What stands where a list belongs is refused with its name by the caller.
    if (Array.isArray(value))
      for (const [index, element] of value.entries())
        checkElement(element, shape[0], `${path}[${index}]`, origin);
    return;
  }
  if (!isObject(value)) throw misshapen(path, value, 'an object');
  for (const [key, field] of Object.entries(shape))
    checkShape(own(value, key), field, `${path}.${key}`, origin);
}

function checkNull(shape: ArmShape, path: string, origin: Origin): void {
  if (isParts(shape)) throw new BodyError(`${path} is null, so the response is incomplete`);
  if (!nullable.test(path)) noteNull(path, '; treated as not set', origin);
}

/** @param path Of the value in its page. */
export function noteNull(
  path: string,
  effect: string,
  { source, problems, resource = '' }: Origin,
): void {
  problems.add(source, `${path} is null${effect}`, resource + path.replace(/^value\[\d+\]/u, ''));
}

/** ARM leaves out what is unset, but for these. */
const nullable = /\.(?:count|minCount|maxCount|vnetSubnetID|autoscale|tags|ingressGateways)$/u;

function checkElement(element: unknown, shape: ArmShape, path: string, origin: Origin): void {
  if (typeof shape === 'string' && shape !== 'reference') return;
  if (isFields(shape) && shape['properties'] !== undefined) {
    if (!isObject(element) || !isObject(own(element, 'properties')))
      throw misshapen(path, element, 'an object with properties');
  } else if (element === null) return;
  checkShape(element, shape, path, origin);
}

/** The list is left unread as a whole: what is wrong in it may be what matters. */
function misshapen(path: string, value: unknown, expected: string): BodyError {
  const why = `${path} is not ${expected}, so the response is incomplete`;
  return new BodyError(isCutShort(value) ? `${why}; ${tooShallow}` : why);
}

const tooShallow = 'save it with more depth: ConvertTo-Json -Depth 20';

/** What PowerShell writes in place of what is deeper than it was asked to go. */
export function isCutShort(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^(?:@\{.*\}|System\.(?:Object|Collections|String|Management)[\w.[\]`,]*|Microsoft\.Azure\.Commands\.[\w.]+)$/su.test(
      value,
    )
  );
}

/** Whether the shape is that of a list. */
export function isList(shape: ArmShape): shape is readonly [ArmShape] {
  return Array.isArray(shape);
}

/** Whether it is that of an object with fields of its own. */
export function isFields(shape: ArmShape): shape is ShapeFields {
  return typeof shape === 'object' && !isList(shape);
}

function isParts(shape: ArmShape): boolean {
  return isList(shape) && isFields(shape[0]) && shape[0]['properties'] !== undefined;
}

function isReference(value: unknown): boolean {
  if (!isObject(value)) return false;
  const id = own(value, 'id');
  return typeof id === 'string' && id !== '';
}

function own(value: JsonObject, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether it is that of texts by name. */
export function isMap(shape: ArmShape): boolean {
  return shape === 'map' || shape === 'provider-tags';
}
