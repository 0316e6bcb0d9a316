import { seededHex } from './seed.ts';

/** In every planted secret: a search for it in logs, reports, storage and messages must find nothing. */
const canaryPrefix = 'canary-c0ffee';

/** Where made-up secrets stand: places that the service reads past, and credentials that it holds for a while. */
const places = [
  'cluster tag',
  'security group tag',
  'pod environment',
  'pod argument',
  'pod annotation',
  'secret name',
  'configuration map',
  'applied configuration',
  'node annotation',
  'client certificate',
  'client key',
  'admin token',
  'arm token',
  'aks token',
  'other token',
  'identity header',
  'slack token',
] as const;

export type CanaryPlace = (typeof places)[number];

/** The secret of a place; also a valid name of a Kubernetes object. */
export function canary(place: CanaryPlace): string {
  return `${canaryPrefix}-${place.replaceAll(' ', '-')}-${seededHex(`canary/${place}`, 12)}`;
}

/** Every secret that the simulator plants or hands out. A Slack token has Slack's own prefix before it. */
export const canaries: readonly string[] = places.map((place) => canary(place));

/** What the beginning of every canary looks like, in plain text and inside base64 once or twice, wherever it starts. */
const traces: readonly string[] = [canaryPrefix]
  .flatMap((text) => [text, ...insideBase64(text)])
  .flatMap((text) => [text, ...insideBase64(text)]);

/** The traces of secrets in a text, each with what stands around it; empty = none leaked. */
export function leaksIn(text: string): readonly string[] {
  return [...new Set(traces)].flatMap((trace) => {
    const at = text.indexOf(trace);
    return at === -1 ? [] : [text.slice(Math.max(0, at - 40), at + trace.length + 40)];
  });
}

/** A text inside base64 for each of the three ways that it may lie on the bytes of a group. */
function insideBase64(text: string): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${' '.repeat(shift)}${text}`).toString('base64url');
    // Digits that hang on what stands before or after are left out.
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + text.length) * 8) / 6);
    return encoded.slice(from, to);
  });
}
