import { policyJsonSchema } from './json-schema.ts';
import { at } from './fields.ts';

/** The same whatever rules there are. */
let keys: ReturnType<typeof policyJsonSchema> | undefined;

/** The keys that a map at a path of the policy may have. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  keys ??= policyJsonSchema([]);
  const root = keys;
  let schema: unknown = root;
  for (const step of path) {
    const next =
      typeof step === 'number'
        ? at(schema, 'items')
        : (at(schema, 'properties', step) ?? at(schema, 'additionalProperties'));
    const shared = at(next, '$ref');
    schema = typeof shared === 'string' ? at(root, '$defs', shared.slice('#/$defs/'.length)) : next;
  }
  return Object.keys(at(schema, 'properties') ?? {});
}
