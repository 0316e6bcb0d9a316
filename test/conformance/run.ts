import { isDeepStrictEqual } from 'node:util';
import { cloudProviderComparisons, cloudProviderFamilies } from './families/cloud-provider.ts';
import { gatewayFamilies } from './families/gateway-api.ts';
import { placementComparisons } from './families/placement-answers.ts';
import { placementFamilies } from './families/placement.ts';
import { deviationFor } from './deviations.ts';
import {
  isJsonObject,
  listOf,
  objectOf,
  textOf,
  type Compared,
  type FamilyRunner,
  type Json,
  type JsonObject,
  type TestCase,
} from './family.ts';

export interface FamilyResult {
  readonly family: string;
  readonly passed: number;
  readonly failed: number;
  /** Cases without a function behind them; they count as failed. */
  readonly unsupported: number;
  readonly failures: readonly {
    readonly id: string;
    readonly expected: Json;
    readonly actual: Json;
  }[];
  /** Cases that differ on purpose, each with its reason; not there when there are none. */
  readonly deviations?: readonly { readonly id: string; readonly reason: string }[];
}

const runners: ReadonlyMap<string, FamilyRunner> = new Map([
  ...placementFamilies,
  ...cloudProviderFamilies,
  ...gatewayFamilies,
]);

const comparisons: ReadonlyMap<string, Compared> = new Map([
  ...placementComparisons,
  ...cloudProviderComparisons,
]);

/** Runs every family of a vectors file, or those named; a family without a function behind it fails. */
export function runVectors(document: Json, only?: ReadonlySet<string>): readonly FamilyResult[] {
  return familiesOf(document)
    .filter(([name]) => only === undefined || only.has(name))
    .map(([name, family]) => runFamily(name, family));
}

/** The families of a vectors file by name; `[]` for a document that is none. */
export function familiesOf(document: Json): readonly (readonly [string, JsonObject])[] {
  const families = objectOf(objectOf(document)['families']);
  return Object.entries(families).map(([name, family]) => [name, objectOf(family)]);
}

function runFamily(name: string, family: JsonObject): FamilyResult {
  const runner = runners.get(name);
  const compared = comparisons.get(name) ?? ((expected) => expected);
  const failures: { id: string; expected: Json; actual: Json }[] = [];
  const deviations: { id: string; reason: string }[] = [];
  let passed = 0;
  const cases = listOf(family['cases']).map(caseOf);
  for (const each of cases) {
    const actual: JsonObject =
      runner === undefined
        ? { error: 'no function for this family' }
        : attempt(runner, each, family);
    if (runner !== undefined && agrees(compared(each.expected), actual)) passed++;
    else {
      const reason = runner === undefined ? undefined : deviationFor(name, each.input);
      if (reason === undefined) failures.push({ id: each.id, expected: each.expected, actual });
      else deviations.push({ id: each.id, reason });
    }
  }
  return {
    family: name,
    passed,
    failed: failures.length,
    unsupported: runner === undefined ? cases.length : 0,
    failures,
    ...(deviations.length > 0 && { deviations }),
  };
}

function attempt(runner: FamilyRunner, each: TestCase, family: JsonObject): JsonObject {
  try {
    return runner(each, family);
  } catch (error) {
    return { crash: error instanceof Error ? error.message : 'thrown' };
  }
}

function caseOf(value: Json): TestCase {
  const each = objectOf(value);
  return {
    id: textOf(each['id']),
    input: objectOf(each['input']),
    expected: isJsonObject(each['expected']) ? each['expected'] : { expected: 'a JSON object' },
  };
}

/** Every field that is expected must be there and equal; `error: true` stands for any error, and no field at all for none. */
function agrees(expected: JsonObject, actual: JsonObject): boolean {
  if ('crash' in actual) return false;
  if (Object.keys(expected).length === 0) return actual['error'] === undefined;
  return Object.entries(expected).every(([key, value]) => {
    const given = actual[key];
    if (key === 'error' && value === true) return given !== undefined && given !== false;
    return isDeepStrictEqual(plain(value), plain(given ?? null));
  });
}

/** The same JSON without prototypes in the way. */
function plain(value: Json): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
