import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import { root, type Resource } from './templates.ts';

/** Azure's published schemas of resources, where they are at hand. */
export const schemas = path.join(root, '..', 'shared/fixtures/schemas/arm');

const published = 'https://schema.management.azure.com/schemas/';
let ajv: Ajv | undefined;

/** What the published schema of its type and version has against a resource, in words. */
export function schemaFaults(resource: Resource): readonly string[] {
  const definition = definitionOf(resource);
  if (definition === undefined) return [`no schema for ${resource.type}@${resource.apiVersion}`];
  ajv ??= withSchemas();
  const validate = ajv.compile({ $ref: definition });
  const {
    condition: _condition,
    copy: _copy,
    dependsOn: _dependsOn,
    scope: _scope,
    ...own
  } = resource;
  if (validate({ ...own, name: ownName(own.name) })) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The last part of a name, where it is a plain text: schemas tell kinds of children apart by it. */
function ownName(name: string): string {
  const literal = /, '(\w+)'\)\]$/u.exec(name)?.[1];
  if (literal !== undefined) return `parent/${literal}`;
  return name.startsWith('[') ? "[parameters('name')]" : name;
}

const files = (): readonly string[] => globSync('*/*.json', { cwd: schemas });

function definitionOf({ type, apiVersion }: Resource): string | undefined {
  const [provider = '', ...names] = type.split('/');
  for (const file of files().filter((each) => each.startsWith(`${apiVersion}${path.sep}`))) {
    const schema = readSchema(file);
    for (const group of ['resourceDefinitions', 'extension_resourceDefinitions'])
      if (names.join('_') in (schema[group] ?? {}) && file.includes(provider))
        return `${idOf(file)}#/${group}/${names.join('_')}`;
  }
  return undefined;
}

function readSchema(file: string): AnySchemaObject {
  return JSON.parse(readFileSync(path.join(schemas, file), 'utf8')) as AnySchemaObject;
}

function idOf(file: string): string {
  return `${published}${file.replaceAll(path.sep, '/')}`;
}

/** Draft 4 as the validator's own dialect; what leads outside of the folder is anything. */
function withSchemas(): Ajv {
  const made = new Ajv({
    strict: false,
    validateFormats: false,
    validateSchema: false,
    allErrors: true,
  });
  const known = new Set(files().map(idOf));
  for (const file of files())
    if (!file.includes('eploymentTemplate'))
      made.addSchema(modern(readSchema(file), known), idOf(file));
  return made;
}

function modern(schema: AnySchemaObject, known: ReadonlySet<string>): AnySchemaObject {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const fields = Object.entries(node).filter(
      // A property may be called id; the name of a schema is a text.
      ([key, value]) => !(['id', '$schema'].includes(key) && typeof value === 'string'),
    );
    const [, ref] = fields.find(([key]) => key === '$ref') ?? [];
    if (typeof ref === 'string' && ref.startsWith('http'))
      return known.has(ref.split('#')[0] ?? '') ? { $ref: ref } : {};
    return Object.fromEntries(
      fields
        .filter(([key, value]) => !(key === 'oneOf' && Array.isArray(value) && value.length === 0))
        // An expression is a text, too: it may fit both ways.
        .map(([key, inner]) => [
          key === 'oneOf' && JSON.stringify(inner).includes('/expression"') ? 'anyOf' : key,
          visit(inner),
        ]),
    );
  };
  const { definitions = {}, ...rest } = visit(schema) as AnySchemaObject & {
    definitions?: Record<string, AnySchemaObject>;
  };
  return {
    ...rest,
    // The published ones let a misspelt property pass.
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, each]) => [name, closed(each)]),
    ),
  };
}

function closed(definition: AnySchemaObject): AnySchemaObject {
  const known = definition['type'] === 'object' && 'properties' in definition;
  const open = ['additionalProperties', 'oneOf', 'anyOf', 'allOf'].some((key) => key in definition);
  return known && !open ? { ...definition, additionalProperties: false } : definition;
}
