import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import type { Json } from '../ask.ts';

/** The official Swagger files lie beside the project, not in it. */
const root = path.join(import.meta.dirname, '../../../../shared/fixtures/openapi/specification');
const provider = (name: string): string => `resource-manager/Microsoft.${name}`;

const files = {
  containerService: `containerservice/${provider('ContainerService')}/aks/preview/2024-06-02-preview/managedClusters.json`,
  loadBalancer: `network/${provider('Network')}/stable/2024-01-01/loadBalancer.json`,
  networkInterface: `network/${provider('Network')}/stable/2024-01-01/networkInterface.json`,
  publicIpAddress: `network/${provider('Network')}/stable/2024-01-01/publicIpAddress.json`,
  networkSecurityGroup: `network/${provider('Network')}/stable/2024-01-01/networkSecurityGroup.json`,
} as const;

export type OpenApiFile = keyof typeof files;

export const isHere = existsSync(root);

interface Definition {
  /** What a value breaks, with its place. */
  readonly faults: (value: Json) => readonly string[];
  /** Fields of a value that the definition does not know, as paths with `*` for list places. */
  readonly unknownFields: (value: Json) => readonly string[];
}

export interface OpenApi {
  readonly definition: (file: OpenApiFile, name: string) => Definition;
}

/** Reads all files; values are held against their definitions as published, enums without letter case. */
export function readOpenApi(): OpenApi {
  const documents = new Map<string, Json>();
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  ajv.addKeyword({
    keyword: 'openEnum',
    validate: (known: readonly string[], given: unknown) =>
      typeof given !== 'string' || known.some((each) => each.toLowerCase() === given.toLowerCase()),
  });
  for (const file of globSync('**/*.json', { cwd: root })) {
    const id = new URL(file, base).href;
    const text = readFileSync(path.join(root, file), 'utf8');
    const document: Json = JSON.parse(text, asSchema);
    documents.set(id, document);
    // Only definitions are schemas; the rest of a document is none.
    ajv.addSchema({ $id: id, definitions: document.definitions, parameters: {} });
  }
  return {
    definition(file, name) {
      const id = new URL(files[file], base).href;
      const validate = ajv.compile({ $ref: `${id}#/definitions/${name}` });
      return {
        faults(value) {
          if (validate(value)) return [];
          return (validate.errors ?? []).map(
            ({ instancePath, message, params }) =>
              `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
          );
        },
        unknownFields: (value) => [
          ...new Set(
            unknownIn(documents, [{ id, schema: documents.get(id).definitions[name] }], value, ''),
          ),
        ],
      };
    },
  };
}

const base = 'https://openapi.example/';

/**
 * What Azure answers is spelt in several ways, also where its specification lists one; and Swagger 2
 * has flags where JSON Schema now has numbers.
 */
function asSchema(key: string, value: unknown): unknown {
  if (key.startsWith('exclusive') && typeof value === 'boolean') return undefined;
  if (typeof value !== 'object' || value === null || !('enum' in value)) return value;
  const { enum: known, ...rest } = value;
  return Array.isArray(known) ? { ...rest, openEnum: known } : value;
}

interface Place {
  readonly id: string;
  readonly schema: Json;
}

function unknownIn(
  documents: ReadonlyMap<string, Json>,
  given: readonly Place[],
  value: Json,
  at: string,
): readonly string[] {
  const places = given.flatMap((place) => resolved(documents, place));
  if (Array.isArray(value))
    return value.flatMap((each) =>
      unknownIn(
        documents,
        places.flatMap(({ id, schema }) => (schema.items ? [{ id, schema: schema.items }] : [])),
        each,
        `${at}/*`,
      ),
    );
  if (typeof value !== 'object' || value === null) return [];
  if (places.some(({ schema }) => schema.additionalProperties !== undefined)) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const below = places.flatMap(({ id, schema }) =>
      Object.hasOwn(schema.properties ?? {}, key) ? [{ id, schema: schema.properties[key] }] : [],
    );
    return below.length === 0
      ? [`${at}/${key}`]
      : unknownIn(documents, below, field, `${at}/${key}`);
  });
}

/** A schema with all that it refers to or is made of. */
function resolved(documents: ReadonlyMap<string, Json>, { id, schema }: Place): readonly Place[] {
  const parts: readonly Json[] = schema.allOf ?? [];
  const others = [
    { id, schema },
    ...parts.flatMap((part) => resolved(documents, { id, schema: part })),
  ];
  if (typeof schema.$ref !== 'string') return others;
  const target = new URL(schema.$ref, id);
  const name = target.hash.replace('#/definitions/', '');
  target.hash = '';
  const document = documents.get(target.href);
  return [
    ...others,
    ...resolved(documents, { id: target.href, schema: document.definitions[name] }),
  ];
}
