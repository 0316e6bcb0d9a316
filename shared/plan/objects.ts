import { isObject, subjectText } from '../model/index.ts';
import { notAnObject, type RawObject } from './manifests.ts';
import { isKnown, others, titleOf, versions, type Wanted } from './object-kinds.ts';
import { fieldFault } from './field-faults.ts';
import { parsed, type ReadObject } from './parse-wanted.ts';
import type { Problem } from './types.ts';
import { unplannedObject, type UnplannedObject } from './unplanned-objects.ts';

export interface Objects {
  readonly wanted: readonly Wanted[];
  readonly ignored: readonly Problem[];
  /** Those of the ignored that may change the endpoints of a Service. */
  readonly unplanned: readonly UnplannedObject[];
  readonly problems: readonly Problem[];
}

/**
 * Sorts manifests into what can be planned, what has no bearing, and what the API server would
 * refuse. Of two objects with one name the first counts.
 * @param namespace For objects that name none, as `kubectl -n` gives it.
 */
export function readObjects(raws: readonly RawObject[], namespace: string): Objects {
  const wanted = new Map<string, Wanted>();
  const ignored: Problem[] = [];
  const unplanned: UnplannedObject[] = [];
  const problems: Problem[] = [];
  for (const raw of raws) {
    const read = readObject(raw, namespace);
    if (read.kind === 'ignored') {
      ignored.push(...read.lines);
      const object = unplannedObject(raw.value, namespace);
      if (object !== undefined) unplanned.push(object);
    } else if (read.kind === 'problem') problems.push(...read.lines);
    else if (read.kind === 'wanted') {
      const key = `${read.wanted.kind}/${subjectText(read.wanted)}`;
      const first = wanted.get(key);
      if (first === undefined) wanted.set(key, read.wanted);
      else
        problems.push({
          place: raw.place,
          text: `${titleOf(read.wanted)} stands twice, first at ${first.place.file}:${first.place.line}; the first counts`,
        });
    }
  }
  return { wanted: [...wanted.values()], ignored, unplanned, problems };
}

function readObject(raw: RawObject, namespace: string): ReadObject {
  const { kind, apiVersion, metadata } = raw.value;
  const refuse = (text: string, path = ''): ReadObject => ({
    kind: 'problem',
    lines: [
      { place: { ...raw.place, line: path === '' ? raw.place.line : raw.lineOf(path) }, text },
    ],
  });
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return refuse(notAnObject);
  const fields = isObject(metadata) ? metadata : {};
  const { name } = fields;
  const label = `${kind} ${typeof name === 'string' ? name : '(no name)'}`;
  if (kind === 'Kustomization')
    return refuse('a kustomization, not a manifest; give the output of kustomize build');
  const ignore = (text: string): ReadObject => ({
    kind: 'ignored',
    lines: [{ place: raw.place, text }],
  });
  if (others.has(kind)) return ignore(`${label}: no bearing on traffic`);
  if (!isKnown(kind)) return ignore(`${label} (${apiVersion}): this kind is not planned`);
  const [version] = versions[kind];
  if (!versions[kind].includes(apiVersion))
    // What was in `extensions` is what the kind is now: no server has that group any more.
    return apiVersion.includes('/') &&
      !apiVersion.startsWith('extensions/') &&
      apiVersion.split('/')[0] !== version.split('/')[0]
      ? ignore(`${label} (${apiVersion}): this kind is not planned`)
      : refuse(`${label}: apiVersion is ${version}, not ${apiVersion}`, 'apiVersion');
  if (typeof name === 'number' || typeof name === 'boolean')
    return refuse(
      `${kind}: metadata.name is ${String(name)}, not a text; quote it`,
      'metadata.name',
    );
  if (typeof name !== 'string' || name === '')
    return refuse(
      `${kind}: metadata.name is required${'generateName' in fields ? '; generateName gives no name to plan with' : ''}`,
      'metadata',
    );
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u.test(name))
    return refuse(
      name.includes('{{') || name.includes('${')
        ? 'a template that is not rendered; give the output of helm template'
        : `${kind}: metadata.name ${JSON.stringify(name.slice(0, 80))} is not a valid name`,
      'metadata.name',
    );
  const fault = fieldFault(kind, raw.value);
  if (fault !== undefined) return refuse(`${kind} ${name}: ${fault.text}`, fault.path);
  return parsed(raw, kind, name, namespace);
}
