import type { Finding } from '../../../shared/findings/finding.ts';
import type { ClusterReport } from '../../../shared/report/report.ts';
import { cluster, finding, service } from '../../report/builders.ts';
import type { Posted } from '../workspace.ts';
import type { Ended } from './schedule.ts';

/**
 * Findings by letter and their state per run: `a` was there before; `b` and `c` come and stay; `d`
 * comes and goes; `e` comes last; `f` comes, goes and comes again.
 */
const story: Readonly<Record<string, readonly (Finding['state'] | undefined)[]>> = {
  a: ['open', 'open', 'open', 'open', 'open', 'open'],
  b: [undefined, 'new', 'open', 'open', 'open', 'open'],
  c: [undefined, 'new', 'open', 'stale', 'open', 'open'],
  d: [undefined, undefined, 'new', 'open', 'resolved', undefined],
  e: [undefined, undefined, undefined, undefined, 'new', 'open'],
  f: [undefined, 'new', 'resolved', undefined, 'reopened', 'open'],
};

export const storyRuns: readonly (readonly ClusterReport[])[] = [0, 1, 2, 3, 4, 5].map((run) => {
  const findings = Object.entries(story).flatMap(([letter, states]) => {
    const state = states[run];
    return state === undefined
      ? []
      : [finding({ fingerprint: letter.padStart(16, '0'), title: `fault ${letter}`, state })];
  });
  return [
    cluster({ name: 'aks-one', services: [service()], findings }),
    cluster({ name: 'aks-two', result: run === 3 ? 'unreachable' : 'complete' }),
  ];
});

const openAtEnd = ['b', 'c', 'e', 'f'];

/** What must hold at the end of every schedule; empty = all does. */
export function broken({ messages, left }: Ended): readonly string[] {
  const found = left.map((row) => `left: ${row.key} ${row.state.kind}`);
  const ids = new Map<string, number>();
  for (const message of messages) {
    const id = idOf(message);
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }
  for (const [id, count] of ids) if (count > 1) found.push(`sent ${count} times: ${id}`);
  for (const letter of openAtEnd) {
    const told = messages.filter(({ text }) => text.includes(`CRITICAL fault ${letter} `));
    if (told.length === 0) found.push(`lost: ${letter}`);
    if (told.length > 1) found.push(`told ${told.length} times as open: ${letter}`);
  }
  for (const letter of ['a', 'b', 'c', 'd', 'e'])
    if (newsOf(messages, letter) > 1)
      found.push(`new in ${newsOf(messages, letter)} digests: ${letter}`);
  if (messages.some(({ text }) => text.includes('CRITICAL fault a')))
    found.push('told of the baseline');
  if (messages.some(({ text }) => text.startsWith('CRITICAL fault d')))
    found.push('d is shown as open');
  const baselines = messages.filter((message) =>
    JSON.stringify(message.blocks).includes('baseline:'),
  );
  if (baselines.length > 1) found.push(`${baselines.length} baselines`);
  return found;
}

function idOf({ metadata }: Posted): string {
  return JSON.stringify(metadata);
}

/** Digests that list a fault under New. */
function newsOf(messages: readonly Posted[], letter: string): number {
  return messages.filter(({ blocks }) =>
    blocks.some((block) => {
      const text = JSON.stringify(block);
      return text.includes('"New"') && text.includes(`fault ${letter} on`);
    }),
  ).length;
}
