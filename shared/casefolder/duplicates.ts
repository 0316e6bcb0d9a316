import { createHash } from 'node:crypto';
import { isObject } from '../input/index.ts';
import { compact } from './list-index.ts';
import { agree, essence, objectIdentity } from './same-object.ts';
import type { FileFault, ListPart, SavedList } from './saved-list.ts';
import { isKubernetes } from './sort-item.ts';

/** Where an object was first met. */
interface Met {
  readonly part: ListPart;
  readonly number: number;
  /** The first 48 bits: enough to tell two versions of one object apart, and a third of the memory. */
  readonly hash: number;
}

/** Two versions of one object in files of one case. */
export interface Conflict extends FileFault {
  /** The object is one that a cluster has from its first hour: the files are of two clusters. */
  readonly isOfTwoClusters: boolean;
}

/**
 * Takes out of a list from several files what is in two of them.
 * @returns The first object that two files hold in different versions: it was saved at two times, or
 * in two clusters, and together the files are no list.
 */
export async function dropDuplicates(list: SavedList): Promise<Conflict | undefined> {
  if (sourcesOf(list).size < 2) return undefined;
  const seen = new Map<string, Met>();
  for (const [index, part] of list.parts.entries()) {
    const kept: number[] = [];
    const own = new Map<string, Met>();
    const doubtful: { readonly identity: string; readonly met: Met; readonly value: unknown }[] =
      [];
    await part.store.visit(part.numbers, ({ number }, value) => {
      const content = essence(value, list.kind);
      const digest = createHash('sha256').update(JSON.stringify(content)).digest();
      const hash = digest.readUIntBE(0, 6);
      const identity = objectIdentity(value, list.kind) ?? digest.toString('base64');
      const met = seen.get(identity);
      if (met === undefined) {
        own.set(identity, { part, number, hash });
        kept.push(number);
      } else if (met.hash !== hash && doubtful.length < mostDoubtful)
        doubtful.push({ identity, met, value: content });
    });
    for (const { identity, met, value } of doubtful) {
      const first = await contentOf(met, list);
      if (agree(first, value)) continue;
      const sources = { source: part.source, other: met.part.source };
      return conflict(identity, sources, isOther(list, identity, first, value));
    }
    for (const [identity, met] of own) seen.set(identity, met);
    list.keep(index, compact(kept));
  }
  return undefined;
}

/** Names of the files that the list is put together from. */
export function sourcesOf(list: SavedList): ReadonlySet<string> {
  return new Set(list.parts.map(({ source }) => source));
}

/** What every cluster has from its first hour on, and never anew. */
const landmarks: ReadonlySet<string> = new Set(['default/kubernetes', 'default', 'kube-system']);

function isOther({ kind }: SavedList, identity: string, a: unknown, b: unknown): boolean {
  const isLandmark = isKubernetes(kind) && kind.group === '' && landmarks.has(identity);
  return isLandmark && uidOf(a) !== uidOf(b);
}

function uidOf(value: unknown): unknown {
  const metadata = isObject(value) ? value['metadata'] : undefined;
  return isObject(metadata) ? metadata['uid'] : undefined;
}

function conflict(
  identity: string,
  { source, other }: { readonly source: string; readonly other: string },
  isOfTwoClusters: boolean,
): Conflict {
  const name = `${identity.slice(0, 300)} differs from the one in ${other}`;
  const why = isOfTwoClusters
    ? `${name}: these are two clusters; give each its own folder`
    : `${name}: two times or two clusters? give the files of one`;
  return { source, why, isOfTwoClusters };
}

/** Objects of another version that are looked at closely; each is kept for as long. */
const mostDoubtful = 1000;

async function contentOf({ part, number }: Met, list: SavedList): Promise<unknown> {
  let content: unknown;
  await part.store.visit([number], (_, value) => {
    content = essence(value, list.kind);
  });
  return content;
}
