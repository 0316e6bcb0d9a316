import { hash } from 'node:crypto';

/** Hex digits that depend on the key only: the same fleet has the same ids on every machine. */
export function seededHex(key: string, length: number): string {
  let text = hash('sha256', key, 'hex');
  while (text.length < length) text += hash('sha256', text, 'hex');
  return text.slice(0, length);
}

/** A UUID of version 4 form. */
export function seededUid(key: string): string {
  const hex = seededHex(key, 32);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A whole number from 0 to `below` - 1. */
export function seededNumber(key: string, below: number): number {
  return Number.parseInt(seededHex(key, 12), 16) % below;
}

/** As Kubernetes names things: letters and digits that make no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Letters as in the name of a pod or a ReplicaSet. */
export function seededLetters(key: string, length: number): string {
  const hex = seededHex(key, length * 4);
  return Array.from({ length }, (_, at) =>
    alphabet.charAt(Number.parseInt(hex.slice(at * 4, at * 4 + 4), 16) % alphabet.length),
  ).join('');
}

/**
 * The `index`-th of `count` distinct five-letter suffixes, ascending with the index, so that a long
 * list of pods is in the order of the API server without being sorted, or even built.
 */
export function ascendingLetters(key: string, index: number, count: number): string {
  const size = 5;
  const space = alphabetSorted.length ** size;
  const step = Math.floor(space / count);
  const value = index * step + seededNumber(`${key}/${index}`, step);
  let rest = value;
  let text = '';
  for (let at = 0; at < size; at += 1) {
    text = alphabetSorted.charAt(rest % alphabetSorted.length) + text;
    rest = Math.floor(rest / alphabetSorted.length);
  }
  return text;
}

const alphabetSorted = Array.from(alphabet).toSorted().join('');
