import { nearest, type ManagedCluster } from '../model/index.ts';

/** Which known label somebody most likely meant. */

/** A key of the same prefix with nearly the same name, else one of the same name under another prefix. */
export function nearKey(
  key: string,
  known: ReadonlySet<string>,
  near: typeof likely,
): string | undefined {
  const { prefix, name } = partsOf(key);
  const others = [...known]
    .filter((each) => each !== key)
    .map((each) => ({ each, ...partsOf(each) }));
  const siblings = others.filter((each) => each.prefix === prefix);
  const meant = near(
    name,
    siblings.map((each) => each.name),
  );
  const found =
    siblings.find((each) => each.name === meant) ?? others.find((each) => each.name === name);
  return found?.each;
}

function partsOf(key: string): { readonly prefix: string; readonly name: string } {
  const slash = key.lastIndexOf('/');
  return { prefix: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
}

/** Words that differ in their numbers alone are names of a series, and no slip. */
export function likely(word: string, known: Iterable<string>): string | undefined {
  const isSlip = (each: string): boolean =>
    withoutNumbers(each) !== withoutNumbers(word) || each.toLowerCase() === word.toLowerCase();
  return nearest(word, [...known].toSorted().filter(isSlip));
}

function withoutNumbers(word: string): string {
  return word.toLowerCase().replaceAll(/\d+/gu, '#');
}

/** Short words are near each other by accident: spelt the same, or long enough to be a slip. */
export function surely(word: string, known: Iterable<string>): string | undefined {
  const meant = likely(word, known);
  return meant !== undefined && (word.length > 4 || meant.toLowerCase() === word.toLowerCase())
    ? meant
    : undefined;
}

const words: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/os', ['linux', 'windows']],
  ['beta.kubernetes.io/os', ['linux', 'windows']],
  ['kubernetes.io/arch', ['amd64', 'arm64']],
  ['beta.kubernetes.io/arch', ['amd64', 'arm64']],
  ['kubernetes.azure.com/mode', ['system', 'user', 'gateway']],
  ['kubernetes.azure.com/scalesetpriority', ['spot', 'regular']],
  ['kubernetes.azure.com/priority', ['spot', 'regular']],
  ['karpenter.sh/capacity-type', ['spot', 'on-demand']],
]);

/** Values that mean the same on every cluster: naming one that no pool happens to have is no slip. */
export function isWellKnown(key: string, value: string, { location }: ManagedCluster): boolean {
  if (key === 'topology.kubernetes.io/zone' || key === 'failure-domain.beta.kubernetes.io/zone')
    return value.startsWith(`${location}-`) && /^-[1-3]$/u.test(value.slice(location.length));
  return words.get(key)?.includes(value) ?? false;
}
