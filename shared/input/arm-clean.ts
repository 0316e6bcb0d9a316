import { checkShape, noteNull } from './arm-check.ts';
import type { ShapeFields } from './arm-shapes.ts';
import { isObject, type Origin } from './cursor.ts';
import { BodyError } from './json.ts';

/** Lists that the clients of ARM take for lists without a look. */
const lists: ReadonlySet<string> = new Set(
  [
    'agentPoolProfiles availabilityZones effectiveOutboundIPs ipFamilies nodeTaints virtualMachineNodesStatus zones',
    'backendAddressPools backendIPConfigurations frontendIPConfigurations inboundNatPools inboundNatRules',
    'loadBalancerBackendAddresses loadBalancerBackendAddressPools loadBalancingRules outboundRules probes',
    'ipConfigurations networkInterfaces subnets defaultSecurityRules securityRules',
    'sourceAddressPrefixes destinationAddressPrefixes sourcePortRanges destinationPortRanges',
  ].flatMap((names) => names.split(' ')),
);

/**
 * A page of a list as the clients of ARM can take it: nulls in the lists of its resources are noted
 * and left out, since ARM never sends those and the clients stumble over them. The same value where
 * there are none.
 * @param offset Number of the page's first resource in the whole list.
 * @param shape What is read of each resource.
 * @throws {BodyError} with the place of a resource that is none, or of what stands where a list belongs.
 */
export function cleanPage(
  body: unknown,
  offset: number,
  origin: Origin,
  shape: ShapeFields = {},
): unknown {
  if (!isObject(body) || !Array.isArray(body['value']))
    throw new BodyError('not a list response: expected an object with the list "value"');
  const items: readonly unknown[] = body['value'];
  const clean = items.map((item, index) => {
    const path = `value[${offset + index}]`;
    if (isObject(item) && typeof item['id'] === 'string' && isObject(item['properties'])) {
      const own = { ...origin, resource: item['id'].toLowerCase() };
      checkShape(item, shape, path, own);
      return cleanValue(item, path, own);
    }
    throw new BodyError(
      `${path} is not a resource with an id and properties, so the list is incomplete`,
    );
  });
  return isSame(clean, items) ? body : { ...body, value: clean };
}

function cleanValue(value: unknown, path: string, origin: Origin): unknown {
  if (Array.isArray(value)) {
    const clean = value.flatMap((element, index) => {
      if (element !== null) return [cleanValue(element, `${path}[${index}]`, origin)];
      noteNull(`${path}[${index}]`, ', not an object; ignored', origin);
      return [];
    });
    return isSame(clean, value) ? value : clean;
  }
  if (!isObject(value)) return value;
  const before = Object.entries(value);
  const after = before.map(([key, field]) => cleanField(key, field, `${path}.${key}`, origin));
  const same = after.every((field, index) => field === before[index]?.[1]);
  return same ? value : Object.fromEntries(before.map(([key], index) => [key, after[index]]));
}

function cleanField(key: string, field: unknown, path: string, origin: Origin): unknown {
  if (lists.has(key) && field !== null && !Array.isArray(field))
    throw new BodyError(`${path} is not a list, so the response is incomplete`);
  return cleanValue(field, path, origin);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
