import type { PolicyDocument, PolicyFault } from './document.ts';
import { at } from './fields.ts';
import { nearest } from '../model/index.ts';
import { ownerName } from './patterns.ts';

/** Each is looked up in the file. */
const maxNames = 200;

/** Faults that no single value shows: names of owners, routes that name none of them or share a name. */
export function crossFaults(document: PolicyDocument): readonly PolicyFault[] {
  const owners = keysOf(at(document.value, 'owners'));
  const faults: PolicyFault[] = owners
    .filter((name) => !ownerName.safeParse(name).success)
    .slice(0, maxNames)
    .map((name) => ({
      ...document.placeOfKey(['owners'], name),
      message: `owners: ${JSON.stringify(name.slice(0, 60))}: an owner is 1 to 40 of a-z, 0-9 and -`,
    }));
  const names = new Set<unknown>();
  for (const [index, route] of listOf(at(document.value, 'slack', 'routes')).entries()) {
    const path = ['slack', 'routes', index];
    const name = at(route, 'name');
    if (typeof name === 'string' && names.has(name))
      faults.push({
        ...document.placeOf([...path, 'name']),
        message: `slack.routes[${index}].name: route name ${JSON.stringify(name)} is used twice`,
      });
    names.add(name);
    for (const [place, owner] of listOf(at(route, 'match', 'owner')).entries()) {
      if (typeof owner !== 'string' || owners.includes(owner)) continue;
      const meant = nearest(owner, owners);
      faults.push({
        ...document.placeOf([...path, 'match', 'owner', place]),
        message: `slack.routes[${index}].match.owner[${place}]: ${JSON.stringify(owner)} is not among owners${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
      });
    }
  }
  return faults;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
