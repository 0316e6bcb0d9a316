import { isObject } from '../model/index.ts';
import { parseClusterIpService } from '../collect/parse-ingress.ts';
import { nameOf, parseNamespace, parseWorkload } from '../collect/parse-objects.ts';
import { parseService } from '../collect/parse-service.ts';
import { Cursor } from '../input/cursor.ts';
import { Problems } from '../input/problems.ts';
import { specOf } from './fields.ts';
import type { RawObject } from './manifests.ts';
import {
  isRoutingKind,
  ofCluster,
  routingParsers,
  sliceOfKind,
  type Wanted,
} from './object-kinds.ts';
import type { Problem } from './types.ts';

export type ReadObject =
  | { readonly kind: 'wanted'; readonly wanted: Wanted }
  | { readonly kind: 'ignored'; readonly lines: readonly Problem[] }
  | { readonly kind: 'problem'; readonly lines: readonly Problem[] };

/** A manifest's object by the parser of its kind; faults of its fields are problems with a place. */
export function parsed(
  raw: RawObject,
  kind: Wanted['kind'],
  name: string,
  namespace: string,
): ReadObject {
  const problems = new Problems();
  const value = inNamespace(raw.value, ofCluster.has(kind) ? '' : namespace);
  const cursor = new Cursor(withoutNulls(value), 'object', { source: 'manifest', problems });
  const own = nameOf(cursor, !ofCluster.has(kind));
  const base = {
    name,
    namespace: ofCluster.has(kind) ? '' : (own?.namespace ?? namespace),
    place: raw.place,
    raw: value,
    lineOf: (path: string) => raw.lineOf(path),
  };
  const wanted = wantedOf(kind, base, cursor);
  const lines = problems.lines.filter((line) => !isMergedLater(wanted, line));
  const faults = lines.map((line): Problem => {
    const text = line
      .replace(/^manifest: (?:object\.)?/u, '')
      .replace(/; (?:it is|its|the|ignored)[^;]*$/u, '');
    const path = /^(.+?) is /u.exec(text)?.[1] ?? '';
    return { place: { ...raw.place, line: raw.lineOf(path) }, text: `${kind} ${name}: ${text}` };
  });
  // Only what the load balancer has to do with is looked at closely.
  if (wanted?.kind === 'Service' && (wanted.type ?? 'LoadBalancer') !== 'LoadBalancer')
    return { kind: 'wanted', wanted };
  const missing = wanted === undefined ? undefined : missingField(wanted);
  if (faults.length > 0 || wanted === undefined)
    return {
      kind: 'problem',
      lines: [faults[0] ?? { place: raw.place, text: `${kind} ${name}: cannot be read` }],
    };
  if (missing !== undefined)
    return {
      kind: 'problem',
      lines: [
        {
          place: { ...raw.place, line: raw.lineOf(missing.path) },
          text: `${kind} ${name}: ${missing.text}`,
        },
      ],
    };
  return { kind: 'wanted', wanted };
}

/** Ports of a Service that exists stay where its manifest names none. */
function isMergedLater(wanted: Wanted | undefined, line: string): boolean {
  return wanted?.kind === 'Service' && line.includes('object.spec.ports is absent');
}

function wantedOf(
  kind: Wanted['kind'],
  base: Omit<Wanted, 'kind' | 'parsed' | 'type'>,
  cursor: Cursor,
): Wanted | undefined {
  if (kind === 'Namespace') {
    const found = parseNamespace(cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  if (isRoutingKind(kind)) {
    const found = routingParsers[kind](cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  if (kind !== 'Service') {
    const found = parseWorkload(kind)(cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  const type = cursor.at('spec').text('type', 64);
  const found = parseService(cursor);
  if (found === undefined) return undefined;
  const inner = type === 'LoadBalancer' ? undefined : parseClusterIpService(cursor);
  return { ...base, kind, type, parsed: found, ...(inner !== undefined && { inner }) };
}

/** What the API server asks for and the parsers of live objects take for granted. */
function missingField({
  kind,
  raw,
  parsed: object,
}: Wanted): { readonly path: string; readonly text: string } | undefined {
  const spec = specOf(raw);
  if (kind === 'Namespace') return undefined;
  if (!(kind in sliceOfKind)) return undefined;
  const template = isObject(spec['template']) ? spec['template'] : undefined;
  if (template === undefined) return { path: 'spec', text: 'spec.template is required' };
  const selector = isObject(spec['selector']) ? spec['selector'] : undefined;
  const labels =
    selector !== undefined && isObject(selector['matchLabels']) ? selector['matchLabels'] : {};
  if (selector === undefined) return { path: 'spec', text: 'spec.selector is required' };
  for (const [key, value] of Object.entries(labels))
    if ('podLabels' in object && object.podLabels.get(key) !== value)
      return {
        path: 'spec.template.metadata.labels',
        text: `spec.selector asks for ${key}=${String(value)}, which spec.template.metadata.labels does not have`,
      };
  return undefined;
}

/** Fields that are null are absent for the API server. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) =>
      field === null ? [] : [[key, withoutNulls(field)]],
    ),
  );
}

/** The object in its namespace. */
function inNamespace(value: RawObject['value'], namespace: string): RawObject['value'] {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const given = metadata['namespace'];
  // The API server takes an empty one as none.
  const own =
    namespace === '' ? {} : { namespace: given === '' ? namespace : (given ?? namespace) };
  return { ...value, metadata: { ...metadata, ...own } };
}
