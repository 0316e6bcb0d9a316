import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesAnswer, KubernetesTransport } from '../collect/index.ts';
import { BodyError } from '../input/index.ts';
import { kubernetesFiles, type KubernetesFile } from './files.ts';
import { ListStore, selectableFields } from './list-store.ts';

/**
 * Answers the reader's lists from saved ones, as the API would: field selectors, pages and continue
 * tokens. A file that is missing or no list answers with a reason instead.
 */
export function folderKubernetes(directory: string, largestPage = Infinity): KubernetesTransport {
  const stores = new Map<string, Promise<ListStore>>();
  const storeOf = (file: string): Promise<ListStore> => {
    const known = stores.get(file) ?? ListStore.open(path.join(directory, file), 'items');
    stores.set(file, known);
    return known;
  };
  return {
    async get(requestPath, query) {
      const known = kubernetesFiles.get(requestPath);
      if (known === undefined) return refusal(404, requestPath, 'a case folder has no such answer');
      const name = path.join(directory, known.file);
      if (!existsSync(name))
        return refusal(404, known.file, `the file is missing; save it with: ${known.command}`);
      try {
        return await answer(await storeOf(known.file), known, query, largestPage);
      } catch (error) {
        const why = error instanceof BodyError ? error.message : 'the file cannot be read';
        return refusal(422, known.file, `${why}; save it again with: ${known.command}`);
      }
    },
  };
}

async function answer(
  store: ListStore,
  known: KubernetesFile,
  query: URLSearchParams,
  largestPage: number,
): Promise<KubernetesAnswer> {
  const { fields } = store.index;
  const kind = fields.get('kind');
  if (kind !== `${known.kind}List` && kind !== 'List')
    throw new BodyError(`kind is ${JSON.stringify(kind) ?? 'absent'}, not ${known.kind}List`);
  if (!store.index.hasList) throw new BodyError('there is no list "items"');
  const saved = savedContinue(fields.get('metadata'));
  const wanted = parseSelector(query.get('fieldSelector') ?? '');
  const numbers = wanted.size === 0 ? undefined : await store.matching(wanted);
  const total = numbers?.length ?? store.size;
  const from = Number(query.get('continue') ?? 0);
  if (Number.isNaN(from))
    throw new BodyError('the saved list goes on (metadata.continue is set), so it is not whole');
  const limit = Math.min(Number(query.get('limit') ?? Infinity), largestPage);
  const to = Math.min(from + limit, total);
  const items =
    numbers === undefined
      ? await store.items(from, to)
      : (
          await Promise.all(
            numbers.slice(from, to).map((number) => store.items(number, number + 1)),
          )
        ).flat();
  const next = to < total ? String(to) : saved;
  const metadata = JSON.stringify(next === undefined ? {} : { continue: next });
  const body = `{"kind":"${known.kind}List","metadata":${metadata},"items":[${items.map((item) => item.text).join(',')}]}`;
  return { status: 200, source: known.file, body, itemNumbers: items.map((item) => item.number) };
}

/** A saved list that the API had not finished: its token leads nowhere here. */
function savedContinue(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('continue' in metadata))
    return undefined;
  const token = metadata.continue;
  return typeof token === 'string' && token !== '' ? `saved:${token}` : undefined;
}

function parseSelector(text: string): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [field = '', value = ''] = part.split(/==?/u, 2);
    if (!selectableFields.includes(field))
      throw new BodyError(`field selector ${field} is not known`);
    wanted.set(field, value);
  }
  return wanted;
}

function refusal(status: number, source: string, message: string): KubernetesAnswer {
  return { status, source, body: JSON.stringify({ kind: 'Status', message }) };
}
