import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Recorded API bodies that stand beside the project; they are read from there and never copied. */
export const armFolder = path.join(import.meta.dirname, '../../../../shared/fixtures/arm');
export const kubernetesFolder = path.join(
  import.meta.dirname,
  '../../../../shared/fixtures/kubernetes',
);

export interface Resource {
  readonly id: string;
  readonly name?: string;
  readonly type?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

export interface RecordedBody {
  readonly file: string;
  /** What the index computed from the file. */
  readonly facts: string;
  /** Last part of the type of its resources, lower-cased. */
  readonly kind: string;
  readonly resources: readonly Resource[];
}

/** REST-shaped bodies: neither the az CLI's shape, nor PowerShell's. */
export function recordedBodies(): readonly RecordedBody[] {
  if (!existsSync(armFolder)) return [];
  const facts = indexFacts();
  return globSync('**/*.json', { cwd: armFolder })
    .filter((file) => !isOtherShape(file))
    .toSorted()
    .map((file) => {
      const resources = resourcesOf(readJson(path.join(armFolder, file)));
      return { file, facts: facts.get(file) ?? '', kind: kindOf(resources[0]), resources };
    });
}

export function otherShapes(): readonly string[] {
  if (!existsSync(armFolder)) return [];
  return globSync('**/*.json', { cwd: armFolder }).filter(isOtherShape).toSorted();
}

export function recordedBody(file: string): RecordedBody {
  const found = recordedBodies().find((body) => body.file === file);
  if (found === undefined) throw new Error(`${file} is not there`);
  return found;
}

export function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8')) as Json;
}

function isOtherShape(file: string): boolean {
  return file.includes('az-cli-shape') || file.includes('hand-edited');
}

/** Examples of the specification wrap the body in their answers. */
function resourcesOf(json: Json): readonly Resource[] {
  const answers = json['responses'] as Readonly<Record<string, { body: Json }>> | undefined;
  const body = answers === undefined ? json : ((answers['200'] ?? answers['201'])?.body ?? {});
  return (Array.isArray(body['value']) ? body['value'] : [body]) as readonly Resource[];
}

function kindOf(resource: Resource | undefined): string {
  const text = resource?.type ?? resource?.id.split('/').slice(0, -1).join('/') ?? '';
  return text.split('/').at(-1)?.toLowerCase() ?? '';
}

function indexFacts(): ReadonlyMap<string, string> {
  const lines = readFileSync(path.join(armFolder, 'INDEX.md'), 'utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, file = '', , facts = '']) => [file, facts]),
  );
}
