import type { HttpClient } from '@azure/core-rest-pipeline';
import type { KubernetesTransport, ListRecorder, ListRecording } from '../collect/index.ts';
import { isObject, parseJson, projectResource } from '../input/index.ts';
import type { JsonObject } from '../model/index.ts';
import { armListOfPath } from './arm-lists.ts';
import { readListPath } from './kubernetes-lists.ts';
import { queryKey, type SavedQuery } from './save-record.ts';

interface Query {
  readonly path: string;
  readonly key: string;
  readonly items: Map<string, JsonObject>;
  why: string | undefined;
}

/**
 * What the readers of one cluster looked at: of every object the fields that were read, of every
 * query whether it was answered. Wraps the transports that a live audit uses anyway.
 */
export class Recording implements ListRecorder {
  readonly #queries = new Map<string, Query>();
  /** By file of the case folder, then by address of the page. */
  readonly #pages = new Map<string, Map<string, readonly unknown[]>>();

  /** The same transport, heard. */
  kubernetes(transport: KubernetesTransport): KubernetesTransport {
    return {
      get: (path, query, signal) => transport.get(path, query, signal),
      recorder: this,
    };
  }

  /** The same client; lists that it answers are kept, as far as they are read. */
  arm(client: HttpClient): HttpClient {
    return {
      sendRequest: async (request) => {
        const response = await client.sendRequest(request);
        if (response.status === 200) this.#keepPage(request.url, response.bodyAsText ?? '');
        return response;
      },
    };
  }

  begin(path: string, query: URLSearchParams): ListRecording {
    const key = queryKey(query);
    const found: Query = { path, key, items: new Map(), why: 'it was not fully read' };
    this.#queries.set(`${path}?${key}`, found);
    const list = readListPath(path)?.list;
    return {
      item(whole, read) {
        if (!isObject(whole) || !isObject(read) || list === undefined) return;
        const kept = [...list.fields.keys()].reduce(
          (copy, field) => withField(copy, whole, field.split('.')),
          read,
        );
        found.items.set(identityOf(whole, found.items.size), kept);
      },
      end(why) {
        found.why = why;
      },
    };
  }

  /** Objects by file of the case folder; those that several queries found have the fields of all. */
  kubernetesLists(): ReadonlyMap<string, readonly JsonObject[]> {
    const lists = new Map<string, Map<string, JsonObject>>();
    for (const { path, items, why } of this.#queries.values()) {
      const file = readListPath(path)?.list.file;
      if (file === undefined || why !== undefined) continue;
      const merged = lists.get(file) ?? new Map<string, JsonObject>();
      lists.set(file, merged);
      for (const [identity, item] of items)
        merged.set(identity, joined(merged.get(identity) ?? {}, item));
    }
    return new Map([...lists].map(([file, items]) => [file, [...items.values()]]));
  }

  /** Resources by file of the case folder. */
  armLists(): ReadonlyMap<string, readonly unknown[]> {
    return new Map([...this.#pages].map(([file, pages]) => [file, [...pages.values()].flat()]));
  }

  queries(): readonly SavedQuery[] {
    return [...this.#queries.values()].map(({ path, key, why }) => ({
      path,
      ...(key !== '' && { query: key }),
      ...(why !== undefined && { unread: why }),
    }));
  }

  #keepPage(address: string, text: string): void {
    const list = armListOfPath(new URL(address).pathname);
    if (list === undefined) return;
    const { file, shape } = list;
    let body: unknown;
    try {
      body = parseJson(text);
    } catch {
      // The reader says what is wrong with it.
      return;
    }
    if (!isObject(body) || !Array.isArray(body['value'])) return;
    const pages = this.#pages.get(file) ?? new Map<string, readonly unknown[]>();
    this.#pages.set(file, pages);
    pages.set(
      address,
      // Tags of a cluster are for policies, and may say anything: they stay where they are.
      body['value'].map((item: unknown) =>
        projectResource(item, { ...shape, tags: 'provider-tags' }),
      ),
    );
  }
}

function identityOf(item: JsonObject, count: number): string {
  const metadata = isObject(item['metadata']) ? item['metadata'] : {};
  const { namespace = '', name } = metadata;
  return typeof name === 'string' ? `${String(namespace)}/${name}` : `#${count}`;
}

/** A copy that has the field, where the whole has it. */
function withField(copy: JsonObject, whole: JsonObject, path: readonly string[]): JsonObject {
  const [key = '', ...rest] = path;
  if (!Object.hasOwn(whole, key)) return copy;
  const field = whole[key];
  if (rest.length === 0 || !isObject(field)) return { ...copy, [key]: leaf(field) };
  const own = copy[key];
  return { ...copy, [key]: withField(isObject(own) ? own : {}, field, rest) };
}

/** Selectors compare texts; whatever else stands there is not for them. */
function leaf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? {} : value;
}

function joined(a: unknown, b: unknown): JsonObject {
  const both = join(a, b);
  return isObject(both) ? both : {};
}

function join(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.map((each: unknown, index) => join(each, b[index]));
  if (!isObject(a) || !isObject(b)) return b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      if (!Object.hasOwn(a, key)) return [key, b[key]];
      return [key, Object.hasOwn(b, key) ? join(a[key], b[key]) : a[key]];
    }),
  );
}
