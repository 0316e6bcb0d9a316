/** Plain JSON of a vectors file. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface TestCase {
  readonly id: string;
  readonly input: JsonObject;
  readonly expected: JsonObject;
}

/** Runs one case against the product; `family` is the whole family of the file (its worlds, say). */
export type FamilyRunner = (testCase: TestCase, family: JsonObject) => JsonObject;

/** What of a case's expectation counts, where a family's file promises less than equality of all of it. */
export type Compared = (expected: JsonObject) => JsonObject;

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

export function mapOf(value: Json | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(objectOf(value)).map(([key, each]) => [key, textOf(each)]));
}
