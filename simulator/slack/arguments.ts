import type { SimulatedRequest } from '../http.ts';

/** What a method was called with. */
export type Arguments = ReadonlyMap<string, unknown>;

/** Form or JSON; in a form, lists and objects are JSON inside their field. */
export function readArguments({ url, headers, body }: SimulatedRequest): Arguments {
  const type = headers.get('content-type') ?? '';
  if (type.includes('application/json')) {
    const parsed = parse(body);
    return new Map(typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []);
  }
  return new Map(
    [...url.searchParams, ...new URLSearchParams(body)].map(([name, value]) => [
      name,
      structured.has(name) ? parse(value) : value,
    ]),
  );
}

const structured = new Set(['blocks', 'attachments', 'metadata']);

function parse(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

/** The token from the header, else from the arguments. */
export function tokenOf({ headers }: SimulatedRequest, given: Arguments): string | undefined {
  const header = /^bearer (.+)$/iu.exec(headers.get('authorization') ?? '')?.[1];
  const field = given.get('token');
  return header ?? (typeof field === 'string' ? field : undefined);
}

/** An argument as text; `''` where it is missing or something else. */
export function text(given: Arguments, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Slack takes flags as JSON and as form fields. */
export function isTrueArgument(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
